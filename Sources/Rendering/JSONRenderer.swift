package import Findings

/// One JSON object for the whole run; see the README for its members.
package struct JSONRenderer: Renderer {
  private var isFirst = true

  package init() {}

  package var shownText: ShownText { .fixes }

  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    for finding in source.findings {
      out += isFirst ? "{\"version\":1,\"findings\":[\n" : ",\n"
      isFirst = false
      Self.add(finding, source, file: source.name, to: &out)
    }
  }

  package mutating func finish(_ summary: Summary) -> String {
    var out = isFirst ? "{\"version\":1,\"findings\":[" : "\n"
    out += "],\n" + Self.totals(summary).joined(separator: ",\n")
    return out + "}\n"
  }

  /// The members that tell what a run came to.
  static func totals(_ summary: Summary) -> [String] {
    let counts = Severity.allCases.reversed().map { "\"\($0.rawValue)\":\(summary.findings[$0])" }
    return [
      "\"files\":\(summary.files),\"bodies\":\(summary.bodies),\"unrecognized\":["
        + summary.unrecognized.map(quoted).joined(separator: ",") + "]",
      "\"counts\":{" + counts.joined(separator: ",") + "}",
    ]
  }

  /// The findings of one document as a JSON array, for callers who know themselves what the document is called.
  package static func array(_ source: SourceText) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(source.findings.count * 1024 + 2)
    out += "["
    for index in source.findings.indices {
      if index > 0 { out += "," }
      add(source.findings[index], source, file: nil, to: &out)
    }
    out += "]"
    return out
  }

  /// Adds a finding, on one line.
  ///
  /// - Parameter file: what its document is called; without it, the finding has the rule's advice.
  static func add(_ finding: Finding, _ source: SourceText, file: String?, to out: inout [UInt8]) {
    out += "{\"rule\":"
    out.append(quoted: finding.rule)
    out.append(member: "severity", finding.severity.rawValue)
    out.append(member: "message", finding.message)
    out.append(member: "file", file)
    if let record = source.record { out.append(member: "record", record) }
    out.append(member: "operation", finding.operation)
    out.append(member: "apiVersion", finding.apiVersion)
    out.append(member: "pointer", finding.pointer?.description)
    out.append(member: "bodyPointer", finding.bodyPointer?.description)
    out.append(member: "property", finding.property)
    out.append(member: "parameter", finding.parameter)
    if let range = finding.range {
      let start = source.place(range.lowerBound)
      let end = source.place(range.upperBound)
      out.append(member: "line", start.line)
      out.append(member: "column", start.column)
      out.append(member: "endLine", end.line)
      out.append(member: "endColumn", end.column)
      out.append(member: "offset", range.lowerBound + source.firstOffset)
      out.append(member: "length", range.count)
    }
    if !finding.worlds.isEmpty {
      out += ",\"worlds\":"
      out.append(list: finding.worlds) { $1.append(quoted: $0) }
    }
    if !finding.related.isEmpty {
      out += ",\"related\":"
      out.append(list: finding.related) { place, out in
        let start = source.place(place.range.lowerBound)
        out += "{\"message\":"
        out.append(quoted: place.message)
        out.append(member: "pointer", place.pointer.description)
        out.append(member: "line", start.line)
        out.append(member: "column", start.column)
        out += "}"
      }
    }
    if let sentence = finding.source {
      out += ",\"source\":{\"quote\":"
      out.append(quoted: sentence.quote)
      out.append(member: "url", sentence.url)
      out += "}"
    }
    // Of a run one reads it with the rule: `bodylint rules --format json`.
    if file == nil { out.append(member: "advice", finding.advice) }
    if let fix = finding.fix, !source.insertsSecrets(fix) { add(fix, source, to: &out) }
    out += "}"
  }

  private static func add(_ fix: Fix, _ source: SourceText, to out: inout [UInt8]) {
    out += ",\"fix\":{\"description\":"
    out.append(quoted: fix.description)
    out += fix.isSafe ? ",\"safe\":true,\"edits\":" : ",\"safe\":false,\"edits\":"
    out.append(list: fix.edits) { edit, out in
      out += "{\"offset\":"
      out.append(decimal: edit.range.lowerBound + source.firstOffset)
      out.append(member: "length", edit.range.count)
      out.append(member: "text", edit.text)
      out += "}"
    }
    out += "}"
  }
}
