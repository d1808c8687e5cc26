import Findings

/// Runs the examples of rules: the tests that every rule file brings along.
package struct ExampleRun: Sendable {
  /// An example that did not give what its file says.
  package struct Failure: Sendable, CustomStringConvertible {
    package let rule: String
    package let file: String
    package let line: Int
    package let message: String

    /// `images/duplicate-lun.yaml:47: the example '…': …`
    package var description: String { "\(file):\(line): \(message)" }
  }

  package private(set) var exampleCount = 0
  package private(set) var ruleCount = 0
  package private(set) var failures: [Failure] = []

  /// Runs the examples of these rules against a rule set that has them.
  package init(_ rules: [Rule], in ruleSet: RuleSet) {
    let checker = Checker(ruleSet)
    for rule in rules {
      ruleCount += 1
      for example in rule.examples {
        exampleCount += 1
        if let message = Self.complaint(rule, example, checker, ruleSet) {
          failures.append(
            Failure(
              rule: rule.id, file: rule.file, line: example.line, message: "the example '\(example.name)' \(message)"))
        }
      }
    }
  }

  /// What is wrong with an example, or nil.
  private static func complaint(
    _ rule: Rule, _ example: RuleExample, _ checker: Checker, _ ruleSet: RuleSet
  ) -> String? {
    var request = Request(operation: example.operation ?? rule.operations.first, facts: example.facts, now: example.now)
    if let line = example.request { request.setRequestLine(line) }
    let operation = ruleSet.operations.first { $0.name == request.operation }
    let saysVersion = example.request?.contains("api-version=") ?? false
    if !saysVersion, example.request == nil {
      // Examples speak of the version that the shape was written from unless they say otherwise.
      request.apiVersion = example.apiVersion ?? operation?.writtenVersion?.description
    } else {
      request.apiVersion = example.apiVersion
    }
    let prepared: Checker.Prepared
    do {
      prepared = try checker.prepare(request)
    } catch {
      return "cannot be judged: \(error)"
    }
    let report = example.body.withUnsafeBufferPointer { checker.check($0, as: prepared) }
    let found = report.findings.filter { $0.rule == rule.id }
    guard !example.isValid else {
      return found.isEmpty ? nil : "is valid, but gives: \(found.map(Self.describe).joined(separator: "; "))"
    }
    guard found.count == example.expected.count else {
      return "expects \(example.expected.count) findings, but gives \(found.count): "
        + found.map(Self.describe).joined(separator: "; ")
    }
    for (finding, expected) in zip(found, example.expected) {
      if let pointer = expected.pointer, finding.pointer?.description != pointer {
        return "expects a finding at '\(pointer)', but gives \(describe(finding))"
      }
      if let parameter = expected.parameter, finding.parameter != parameter {
        return "expects a finding on '\(parameter)', but gives \(describe(finding))"
      }
      if let message = expected.message, finding.message != message {
        return "expects the message\n    \(message)\n  but gives\n    \(finding.message)"
      }
      if finding.severity != expected.severity ?? rule.severity {
        return "expects \(expected.severity ?? rule.severity), but gives \(describe(finding))"
      }
      if let property = expected.property, finding.property != property {
        return "expects the property \(property), but gives \(describe(finding))"
      }
    }
    return nil
  }

  private static func describe(_ finding: Finding) -> String {
    let place = finding.pointer.map { "'\($0)'" } ?? finding.parameter ?? ""
    return "\(finding.severity) at \(place): \(finding.message)"
  }
}
