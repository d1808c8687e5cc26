package import Findings

/// JUnit's XML: a file is a test case, and fails where it has findings that make the run fail.
///
/// A case has one `failure` element at most, with all findings in its text: Jenkins keeps one of several.
package struct JUnitRenderer: Renderer {
  /// The findings of a file.
  private struct Case {
    let name: String
    var failures: [String] = []
    var messages: [String] = []
    var remarks: [String] = []
  }

  private let failOn: Severity?
  private var cases: [Case] = []
  private var indexes: [String: Int] = [:]

  /// - Parameter failOn: from which severity on a finding fails its case; nil for none. The others are what the case printed.
  package init(failOn: Severity? = .error) { self.failOn = failOn }

  /// Gives nothing yet: the totals come before the cases.
  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    guard !source.findings.isEmpty else { return }
    let index = indexes[source.name] ?? cases.count
    if index == cases.count {
      cases.append(Case(name: source.name))
      indexes[source.name] = index
    }
    for finding in source.findings {
      var line = CompactRenderer.line(finding, source)
      if let advice = finding.advice { line += "\n  fix: " + printable(advice) }
      if let failOn, finding.severity >= failOn {
        cases[index].failures.append(line)
        cases[index].messages.append("[\(finding.rule)] \(messageWithPlace(finding))")
      } else {
        cases[index].remarks.append(line)
      }
    }
  }

  package mutating func finish(_ summary: Summary) -> String {
    let skipped = summary.unrecognized.filter { indexes[$0] == nil }
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let failures = cases.count { !$0.failures.isEmpty }
    let totals = "tests=\"\(summary.files)\" failures=\"\(failures)\" errors=\"0\""
    out += "<testsuites name=\"bodylint\" \(totals)>\n"
    out += "  <testsuite name=\"bodylint\" \(totals) skipped=\"\(skipped.count)\">\n"
    for item in cases {
      out += "    <testcase classname=\"bodylint\" name=\"\(xmlEscaped(item.name))\">\n"
      if let first = item.messages.first {
        let rest = item.messages.count > 1 ? ", and \(item.messages.count - 1) more" : ""
        out += "      <failure type=\"finding\" message=\"\(xmlEscaped(first + rest))\">"
        out += Self.text(item.failures) + "</failure>\n"
      }
      if !item.remarks.isEmpty { out += "      <system-out>\(Self.text(item.remarks))</system-out>\n" }
      out += "    </testcase>\n"
    }
    for name in skipped {
      out += "    <testcase classname=\"bodylint\" name=\"\(xmlEscaped(name))\">\n"
      out += "      <skipped message=\"not recognized as the body of a known operation\"/>\n    </testcase>\n"
    }
    return out + "  </testsuite>\n</testsuites>\n"
  }

  private static func text(_ findings: [String]) -> String {
    findings.map { $0.split(separator: "\n").map { xmlEscaped(String($0)) + "\n" }.joined() }.joined()
  }
}
