import Findings

/// Checkstyle's XML, which many reviewing and building tools read.
package struct CheckstyleRenderer: Renderer {
  private var hasBegun = false
  /// The file whose element is open: the records of one file stand together.
  private var file: String?

  package init() {}

  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    guard !source.findings.isEmpty else { return }
    out += begin()
    if file != source.name {
      out += close() + "  <file name=\"\(xmlEscaped(source.name))\">\n"
      file = source.name
    }
    for finding in source.findings {
      var place = "line=\"1\""
      if let range = finding.range {
        let (line, column) = source.place(range.lowerBound)
        place = "line=\"\(line)\" column=\"\(column)\""
      }
      out += "    <error \(place) severity=\"\(finding.severity.rawValue)\" "
      out += "message=\"\(xmlEscaped(messageWithPlace(finding)))\" source=\"bodylint.\(xmlEscaped(finding.rule))\"/>\n"
    }
  }

  package mutating func finish(_ summary: Summary) -> String { begin() + close() + "</checkstyle>\n" }

  private mutating func begin() -> String {
    defer { hasBegun = true }
    return hasBegun ? "" : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n"
  }

  private mutating func close() -> String {
    defer { file = nil }
    return file == nil ? "" : "  </file>\n"
  }
}
