import Findings

/// The report of GitLab's Code Quality: one JSON array.
package struct GitLabRenderer: Renderer {
  private var isFirst = true
  private var fingerprints = Fingerprints()

  package init() {}

  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    for finding in source.findings {
      out += isFirst ? "[\n" : ",\n"
      isFirst = false
      let severity =
        switch finding.severity {
        case .error: "major"
        case .warning: "minor"
        case .info: "info"
        }
      let begin = finding.range.map { source.place($0.lowerBound).line } ?? 1
      let end = finding.range.map { source.place($0.upperBound).line } ?? 1
      out += "{\"description\":\(quoted(messageWithPlace(finding))),\"check_name\":\(quoted(finding.rule)),"
      out += "\"fingerprint\":\(quoted(fingerprints.next(finding, source))),\"severity\":\"\(severity)\","
      out += "\"location\":{\"path\":\(quoted(repositoryPath(source.name))),"
      out += "\"lines\":{\"begin\":\(begin),\"end\":\(end)}}}"
    }
  }

  package mutating func finish(_ summary: Summary) -> String { isFirst ? "[]\n" : "\n]\n" }
}
