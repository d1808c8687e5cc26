import Findings

/// One JSON object a line: the findings as they come, as the json format has them, then a summary.
package struct NDJSONRenderer: Renderer {
  package init() {}

  package mutating func render(_ source: SourceText) -> String {
    source.findings.map { JSONRenderer.object($0, source, file: source.name) + "\n" }.joined()
  }

  package mutating func finish(_ summary: Summary) -> String {
    "{\"summary\":{" + JSONRenderer.totals(summary).joined(separator: ",") + "}}\n"
  }
}
