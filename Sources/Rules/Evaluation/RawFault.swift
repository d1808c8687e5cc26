import JSONText

/// A fault as the walk leaves it: numbers only. ``FindingWriter`` makes a finding of it, after the walk.
struct RawFault {
  /// What the fault points at.
  enum Target: UInt8 {
    /// A value; of a container its opening bracket.
    case value
    /// A member: its name.
    case member
    /// Part of a string: the segment of a resource id.
    case part
    /// A URI parameter of the request line.
    case parameter
    /// The request line itself.
    case requestLine
  }

  /// Index of the rule.
  var rule: UInt16
  var severity: UInt8
  var target: Target
  /// Which of the check's outcomes, or of the structural fault's wordings; 1 is the first.
  var outcome: UInt8
  /// The rule was judged in worlds, and this fault stands in some only.
  var isGuess = false
  /// The case that failed; ``none`` for structural faults.
  var caseIndex = Self.none
  /// The tape node: the value, or the name of the member.
  var node: UInt32
  /// What the check wants to remember: another node, an index, a number.
  var detail: UInt32 = 0
  /// The shape that was asked for, in structural faults.
  var shape = ShapeNode.none
  /// For ``Target/part`` the bytes of the part within the decoded text, for ``Target/parameter`` its index.
  var partStart: UInt32 = 0
  var partLength: UInt32 = 0
  /// One bit for each world that fails, where ``isGuess``.
  var worlds: UInt32 = 0

  static let none = UInt32.max
}

/// The faults that the engine itself reports; the raw values are the ids of their rules.
enum StructuralFault: String, CaseIterable {
  case malformedJSON = "malformed-json"
  case malformedEncoding = "malformed-encoding"
  case byteOrderMark = "byte-order-mark"
  case oversizedDocument = "oversized-document"
  case tooManyFindings = "too-many-findings"
  case duplicateProperty = "duplicate-property"
  case typeMismatch = "type-mismatch"
  case missingProperty = "missing-property"
  case unknownProperty = "unknown-property"
  case unknownValue = "unknown-value"
  case letterCase = "letter-case"
  case nullProperty = "null-property"
  case readOnlyProperty = "read-only-property"
  case deprecatedProperty = "deprecated-property"
  case unresolvedPlaceholder = "unresolved-placeholder"

  /// Structural rules come first in every program, in this order.
  var ruleIndex: Int { Self.allCases.firstIndex(of: self)! }
}
