// What `import Bodylint` gives is the whole public interface. The modules below have more that is public, so that the compiler
// may inline it across modules.
@_exported public import Findings

@_exported public import struct JSONText.JSONPointer
@_exported public import struct JSONText.TextLimits
@_exported public import struct Rules.APIVersion
@_exported public import struct Rules.ExpectedFinding
@_exported public import struct Rules.Judgement
@_exported public import struct Rules.Report
@_exported public import struct Rules.Request
@_exported public import struct Rules.RequestError
@_exported public import struct Rules.Rule
@_exported public import struct Rules.RuleExample
@_exported public import struct Rules.RuleFileError
@_exported public import struct Rules.RuleSet
@_exported public import struct Rules.RuleSetError
