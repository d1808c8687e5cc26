import Findings

/// One JSON object for the whole run; see the README for its members.
package struct JSONRenderer: Renderer {
  private var isFirst = true

  package init() {}

  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    for finding in source.findings {
      out += isFirst ? "{\"version\":1,\"findings\":[\n" : ",\n"
      isFirst = false
      out += Self.object(finding, source, file: source.name)
    }
  }

  package mutating func finish(_ summary: Summary) -> String {
    var out = isFirst ? "{\"version\":1,\"findings\":[" : "\n"
    out += "],\n" + Self.totals(summary).joined(separator: ",\n")
    return out + "}\n"
  }

  /// The members that tell what a run came to.
  static func totals(_ summary: Summary) -> [String] {
    let counts = Severity.allCases.reversed().map { "\"\($0.rawValue)\":\(summary.counts[$0] ?? 0)" }
    return [
      "\"files\":\(summary.files),\"bodies\":\(summary.bodies),\"unrecognized\":["
        + summary.unrecognized.map(quoted).joined(separator: ",") + "]",
      "\"counts\":{" + counts.joined(separator: ",") + "}",
    ]
  }

  /// The findings of one document as a JSON array, for callers who know themselves what the document is called.
  package static func array(_ source: SourceText) -> String {
    "[" + source.findings.map { object($0, source, file: nil) }.joined(separator: ",") + "]"
  }

  /// A finding on one line.
  static func object(_ finding: Finding, _ source: SourceText, file: String?) -> String {
    var members: [String] = []
    func text(_ name: String, _ value: String?) {
      if let value { members.append("\"\(name)\":\(quoted(value))") }
    }
    func number(_ name: String, _ value: Int) { members.append("\"\(name)\":\(value)") }
    text("rule", finding.rule)
    text("severity", finding.severity.rawValue)
    text("message", finding.message)
    text("file", file)
    if let record = source.record { number("record", record) }
    text("operation", finding.operation)
    text("apiVersion", finding.apiVersion)
    text("pointer", finding.pointer?.description)
    text("bodyPointer", finding.bodyPointer?.description)
    text("property", finding.property)
    text("parameter", finding.parameter)
    if let range = finding.range {
      let start = source.place(range.lowerBound)
      let end = source.place(range.upperBound)
      number("line", start.line)
      number("column", start.column)
      number("endLine", end.line)
      number("endColumn", end.column)
      number("offset", range.lowerBound + source.firstOffset)
      number("length", range.count)
    }
    if !finding.worlds.isEmpty {
      members.append("\"worlds\":[\(finding.worlds.map(quoted).joined(separator: ","))]")
    }
    if !finding.related.isEmpty {
      let related = finding.related.map { place in
        let start = source.place(place.range.lowerBound)
        return "{\"message\":\(quoted(place.message)),\"pointer\":\(quoted(place.pointer.description)),"
          + "\"line\":\(start.line),\"column\":\(start.column)}"
      }
      members.append("\"related\":[\(related.joined(separator: ","))]")
    }
    if let sentence = finding.source {
      members.append("\"source\":{\"quote\":\(quoted(sentence.quote)),\"url\":\(quoted(sentence.url))}")
    }
    if let fix = finding.fix, !source.insertsSecrets(fix) {
      let edits = fix.edits.map {
        "{\"offset\":\($0.range.lowerBound + source.firstOffset),\"length\":\($0.range.count),\"text\":\(quoted($0.text))}"
      }
      members.append(
        "\"fix\":{\"description\":\(quoted(fix.description)),\"safe\":\(fix.isSafe),\"edits\":[\(edits.joined(separator: ","))]}"
      )
    }
    return "{" + members.joined(separator: ",") + "}"
  }
}

/// A JSON string. Control characters, line separators and what changes the direction of text are escaped, and a `#` behind
/// another: Azure Pipelines takes `##[…]` and `##vso[…]` in a log for commands.
package func quoted(_ text: String) -> String {
  // Nearly every text, and looking up what kind each character is takes twenty times as long.
  if needsNoEscapes(text) { return "\"\(text)\"" }
  var out = "\""
  var pairs = HashPairs()
  for scalar in text.unicodeScalars {
    if pairs.end(with: scalar) {
      out += "\\u0023"
      continue
    }
    switch scalar {
    case " ", "!", "#"..."[", "]"..."~": out.unicodeScalars.append(scalar)
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    case "\n": out += "\\n"
    case "\r": out += "\\r"
    case "\t": out += "\\t"
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        for unit in UTF16.encode(scalar)! {
          let digits = String(unit, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: out.unicodeScalars.append(scalar)
      }
    }
  }
  return out + "\""
}

private func needsNoEscapes(_ text: String) -> Bool {
  var previous: UInt8 = 0
  for byte in text.utf8 {
    guard 0x20...0x7E ~= byte, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return false }
    if byte == UInt8(ascii: "#"), previous == byte { return false }
    previous = byte
  }
  return true
}
