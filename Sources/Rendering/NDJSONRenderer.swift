package import Findings

/// One JSON object a line: the findings as they come, as the json format has them, then a summary.
package struct NDJSONRenderer: Renderer {
  package init() {}

  package var isIndependent: Bool { true }
  package var shownText: ShownText { .fixes }

  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    for finding in source.findings {
      JSONRenderer.add(finding, source, file: source.name, to: &out)
      out += "\n"
    }
  }

  package mutating func finish(_ summary: Summary) -> String {
    "{\"summary\":{" + JSONRenderer.totals(summary).joined(separator: ",") + "}}\n"
  }
}
