import Bodylint
import Foundation
import Rendering
import Testing

/// `--format json`: one object, of the documented members and no others.
@Suite struct JSONTests {
  static let text = "{\n  \"text\": \"x\",\n  \"é😀\": 1\n}\n"

  /// What a run over these findings writes, read again.
  static func object(_ documents: [[Finding]], _ summary: Summary) throws -> [String: Any] {
    var renderer: any Renderer = JSONRenderer()
    var out = ""
    for findings in documents {
      out += Array(text.utf8).withUnsafeBufferPointer { bytes in
        renderer.render(SourceText(name: "images/\"a\".json", bytes: bytes, findings: findings, secrets: []))
      }
    }
    out += renderer.finish(summary)
    #expect(out.hasSuffix("\n"))
    return try #require(try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any])
  }

  static func summary(_ documents: [[Finding]]) -> Summary {
    var summary = Summary()
    for findings in documents {
      summary.files += 1
      summary.bodies += 1
      summary.add(findings)
    }
    return summary
  }

  @Test func withoutFindings() throws {
    var summary = Summary()
    summary.files = 2
    summary.bodies = 1
    summary.unrecognized = ["a\n\"b\".json"]
    let object = try Self.object([], summary)
    #expect(object["version"] as? Int == 1)
    #expect((object["findings"] as? [Any])?.isEmpty == true)
    #expect(object["files"] as? Int == 2)
    #expect(object["bodies"] as? Int == 1)
    #expect(object["unrecognized"] as? [String] == ["a\n\"b\".json"])
    #expect(object["counts"] as? [String: Int] == ["error": 0, "warning": 0, "info": 0])
  }

  @Test func membersOfAFinding() throws {
    var full = finding(
      on: "1", in: Self.text, severity: .warning, message: "say \"m\"\\ \u{2028}", pointer: JSONPointer(["é😀", "a/b~c"]),
      related: [RelatedPlace(message: "here", pointer: JSONPointer(["text"]), range: place(of: "\"x\"", in: Self.text))],
      source: Source(quote: "“So” it \"is\".", url: "https://example.com/doc"), advice: "Mend it.")
    full.property = "é😀"
    full.worlds = ["os=Windows"]
    full.fix = Fix(
      description: "write 2", isSafe: true, edits: [Edit(range: place(of: "1", in: Self.text), text: "\"2\"\n")])
    let documents = [[finding(on: "\"x\"", in: Self.text)], [full]]
    let object = try Self.object(documents, Self.summary(documents))
    let findings = try #require(object["findings"] as? [[String: Any]])
    #expect(findings.count == 2)
    #expect(object["files"] as? Int == 2)
    #expect(object["counts"] as? [String: Int] == ["error": 1, "warning": 1, "info": 0])

    let short = findings[0]
    #expect(
      Set(short.keys) == [
        "rule", "severity", "message", "file", "pointer", "line", "column", "endLine", "endColumn", "offset", "length",
      ])
    #expect(short["rule"] as? String == "test-rule")
    #expect(short["severity"] as? String == "error")
    #expect(short["file"] as? String == "images/\"a\".json")
    #expect(short["pointer"] as? String == "/text")
    #expect(short["line"] as? Int == 2)
    #expect(short["column"] as? Int == 11)
    #expect(short["endLine"] as? Int == 2)
    #expect(short["endColumn"] as? Int == 14)
    #expect(short["offset"] as? Int == 12)
    #expect(short["length"] as? Int == 3)

    let long = findings[1]
    #expect(long["message"] as? String == "say \"m\"\\ \u{2028}")
    #expect(long["pointer"] as? String == "/é😀/a~1b~0c")
    #expect(long["property"] as? String == "é😀")
    #expect(long["worlds"] as? [String] == ["os=Windows"])
    // UTF-16 units for columns, bytes for offsets.
    #expect(long["line"] as? Int == 3)
    #expect(long["column"] as? Int == 10)
    #expect(long["offset"] as? Int == place(of: "1", in: Self.text).lowerBound)
    let related = try #require(long["related"] as? [[String: Any]])
    #expect(related.count == 1)
    #expect(Set(related[0].keys) == ["message", "pointer", "line", "column"])
    #expect(related[0]["line"] as? Int == 2)
    let source = try #require(long["source"] as? [String: String])
    #expect(source == ["quote": "“So” it \"is\".", "url": "https://example.com/doc"])
    let fix = try #require(long["fix"] as? [String: Any])
    #expect(fix["description"] as? String == "write 2")
    #expect(fix["safe"] as? Bool == true)
    let edits = try #require(fix["edits"] as? [[String: Any]])
    #expect(edits.count == 1)
    #expect(edits[0]["offset"] as? Int == place(of: "1", in: Self.text).lowerBound)
    #expect(edits[0]["length"] as? Int == 1)
    #expect(edits[0]["text"] as? String == "\"2\"\n")
  }

  /// Real findings of every kind: valid JSON, documented members, no member without a value.
  @Test func findingsOfTheExamples() throws {
    let known: Set<String> = [
      "rule", "severity", "message", "file", "record", "operation", "apiVersion", "pointer", "bodyPointer", "property",
      "parameter", "line", "column", "endLine", "endColumn", "offset", "length", "worlds", "related", "source", "fix",
    ]
    let linter = Linter()
    var count = 0
    for rule in try RuleSet.bundled.rules() {
      for example in rule.examples {
        var request = Request(
          operation: example.operation ?? rule.operations.first, apiVersion: example.apiVersion, facts: example.facts)
        request.now = "2026-11-21"
        if let line = example.request { request.setRequestLine(line) }
        let report = try linter.report(example.body, as: request)
        guard !report.findings.isEmpty else { continue }
        var renderer: any Renderer = JSONRenderer()
        var out = example.body.withUnsafeBufferPointer { bytes in
          renderer.render(
            SourceText(name: "a.json", bytes: bytes, findings: report.findings, secrets: report.secrets))
        }
        out += renderer.finish(Summary())
        let object = try JSONSerialization.jsonObject(with: Data(out.utf8)) as? [String: Any]
        let findings = try #require(object?["findings"] as? [[String: Any]], "\(rule.id): \(example.name)")
        #expect(findings.count == report.findings.count)
        for finding in findings {
          #expect(Set(finding.keys).isSubset(of: known), "\(rule.id): \(finding.keys.sorted())")
          #expect(finding["message"] is String && finding["rule"] is String && finding["severity"] is String)
          #expect((finding["pointer"] is String) == (finding["line"] is Int), "\(rule.id): \(example.name)")
          #expect(!finding.values.contains { ($0 as? [Any])?.isEmpty == true }, "\(rule.id): \(example.name)")
        }
        count += findings.count
      }
    }
    #expect(count > 200)
  }

  @Test(arguments: ["", "a", "\"\\/", "\u{8}\u{C}\n\r\t", "\u{0}\u{1F}\u{7F}", "\u{2028}\u{2029}", "é画😀", "\u{85}\u{9B}", "</script>"])
  func stringsAreQuoted(_ text: String) throws {
    let out = quoted(text)
    let read = try JSONSerialization.jsonObject(with: Data("[\(out)]".utf8)) as? [String]
    #expect(read == [text])
    #expect(!out.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x2028 || $0.value == 0x2029 })
  }
}
