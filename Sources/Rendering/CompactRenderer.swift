package import Findings

/// One line a finding: `file:line:column: severity[rule] message (pointer)`. Editors and grep read it.
package struct CompactRenderer: Renderer {
  package init() {}

  package var isIndependent: Bool { true }
  package var shownText: ShownText { [] }

  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    for finding in source.findings { out += Self.line(finding, source) + "\n" }
  }

  package static func line(_ finding: Finding, _ source: SourceText) -> String {
    var place = printable(source.name)
    if let range = finding.range {
      let (line, column) = source.place(range.lowerBound)
      place += ":\(line):\(column)"
    }
    let target =
      finding.pointer.map { $0.isRoot ? "root" : printable($0.description, limit: 1000) }
      ?? "request:\(printable(finding.parameter ?? ""))"
    return "\(place): \(finding.severity.rawValue)[\(finding.rule)] \(printable(finding.message)) (\(target))"
  }

  package mutating func finish(_ summary: Summary) -> String { "" }
}
