import Findings

/// Workflow commands of GitHub Actions: annotations on the lines of a pull request.
package struct GitHubRenderer: Renderer {
  package init() {}

  package var isIndependent: Bool { true }

  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    // GitHub shows ten of a kind a step: what matters most comes first.
    for severity in Severity.allCases.reversed() {
      for finding in source.findings where finding.severity == severity { out += Self.command(finding, source) + "\n" }
    }
  }

  package mutating func finish(_ summary: Summary) -> String { "" }

  private static func command(_ finding: Finding, _ source: SourceText) -> String {
    var properties: [String] = []
    if source.name != "<stdin>" { properties.append("file=" + property(repositoryPath(source.name))) }
    if let range = finding.range {
      let start = source.place(range.lowerBound)
      let end = source.place(range.upperBound)
      properties += ["line=\(start.line)", "endLine=\(end.line)"]
      // GitHub takes columns within a line only.
      if start.line == end.line {
        properties += ["col=\(start.column)", "endColumn=\(max(end.column, start.column + 1))"]
      }
    } else {
      properties.append("line=1")
    }
    properties.append("title=" + property("bodylint (\(finding.rule))"))
    let level =
      switch finding.severity {
      case .error: "error"
      case .warning: "warning"
      case .info: "notice"
      }
    var message = messageWithPlace(finding)
    if let sentence = finding.source {
      message += "\ndocumented: \u{201C}\(printable(sentence.quote))\u{201D}\nsee: \(printable(sentence.url))"
    }
    if let advice = finding.advice { message += "\nfix: " + printable(advice) }
    return "::\(level) \(properties.joined(separator: ","))::\(data(message))"
  }

  /// The text of a command: one line whatever it says, so that nothing in it can begin another command.
  private static func data(_ text: String) -> String {
    var out = ""
    var pairs = HashPairs()
    for scalar in text.unicodeScalars {
      if pairs.end(with: scalar) {
        out += escaped(scalar)
        continue
      }
      switch scalar {
      case "%": out += "%25"
      case "\r": out += "%0D"
      case "\n": out += "%0A"
      default: out += printable(String(scalar))
      }
    }
    return out
  }

  private static func property(_ text: String) -> String {
    var out = ""
    for scalar in data(text).unicodeScalars {
      switch scalar {
      case ":": out += "%3A"
      case ",": out += "%2C"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
