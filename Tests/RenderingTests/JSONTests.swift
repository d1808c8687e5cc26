import Bodylint
import Foundation
import Rendering
import Testing

/// `--format json`: one object, of the documented members and no others.
@Suite struct JSONTests {
  static let text = "{\n  \"text\": \"x\",\n  \"é😀\": 1\n}\n"

  /// What a run over documents with these findings writes, read again.
  static func written(_ documents: [[Finding]], _ summary: Summary) throws -> JSONValue {
    var renderer: any Renderer = JSONRenderer()
    var out = ""
    for findings in documents {
      out += Array(text.utf8).withUnsafeBufferPointer { bytes in
        renderer.render(SourceText(name: "images/\"a\".json", bytes: bytes, findings: findings, secrets: []))
      }
    }
    out += renderer.finish(summary)
    #expect(out.hasSuffix("\n"))
    return try JSONDecoder().decode(JSONValue.self, from: Data(out.utf8))
  }

  static func summary(_ documents: [[Finding]]) -> Summary {
    var summary = Summary()
    for findings in documents {
      summary.files += 1
      summary.bodies += 1
      summary.add(FindingCount(findings))
    }
    return summary
  }

  @Test func withoutFindings() throws {
    var summary = Summary()
    summary.files = 2
    summary.bodies = 1
    summary.unrecognized = ["a\n\"b\".json"]
    let object = try Self.written([], summary)
    #expect(object.integer("version") == 1)
    #expect(object.list("findings")?.count == 0)
    #expect(object.integer("files") == 2)
    #expect(object.integer("bodies") == 1)
    let unrecognized = try #require(object.list("unrecognized")).compactMap { $0.string }
    #expect(unrecognized == ["a\n\"b\".json"])
    let counts = try #require(object.member("counts"))
    #expect(counts.names.sorted() == ["error", "info", "warning"])
    for name in counts.names { #expect(counts.integer(name) == 0) }
  }

  @Test func membersOfAFinding() throws {
    let related = RelatedPlace(
      message: "here", pointer: JSONPointer(["text"]), range: place(of: "\"x\"", in: Self.text))
    var full = finding(
      on: "1", in: Self.text, severity: .warning, message: "say \"m\"\\ \u{2028}",
      pointer: JSONPointer(["é😀", "a/b~c"]), related: [related],
      source: Source(quote: "“So” it \"is\".", url: "https://example.com/doc"), advice: "Mend it.")
    full.property = "é😀"
    full.worlds = ["os=Windows"]
    full.fix = Fix(
      description: "write 2", isSafe: true, edits: [Edit(range: place(of: "1", in: Self.text), text: "\"2\"\n")])
    let documents = [[finding(on: "\"x\"", in: Self.text)], [full]]
    let object = try Self.written(documents, Self.summary(documents))
    let findings = try #require(object.list("findings"))
    #expect(findings.count == 2)
    #expect(object.integer("files") == 2)
    #expect(object.member("counts")?.integer("error") == 1)
    #expect(object.member("counts")?.integer("warning") == 1)
    #expect(object.member("counts")?.integer("info") == 0)

    let short = findings[0]
    let least = [
      "column", "endColumn", "endLine", "file", "length", "line", "message", "offset", "pointer", "rule", "severity",
    ]
    #expect(short.names.sorted() == least)
    #expect(short.text("rule") == "test-rule")
    #expect(short.text("severity") == "error")
    #expect(short.text("file") == "images/\"a\".json")
    #expect(short.text("pointer") == "/text")
    #expect(short.integer("line") == 2)
    #expect(short.integer("column") == 11)
    #expect(short.integer("endLine") == 2)
    #expect(short.integer("endColumn") == 14)
    #expect(short.integer("offset") == 12)
    #expect(short.integer("length") == 3)

    let long = findings[1]
    let offset = place(of: "1", in: Self.text).lowerBound
    #expect(long.text("message") == "say \"m\"\\ \u{2028}")
    #expect(long.text("pointer") == "/é😀/a~1b~0c")
    #expect(long.text("property") == "é😀")
    let worlds = try #require(long.list("worlds")).compactMap { $0.string }
    #expect(worlds == ["os=Windows"])
    // UTF-16 units for columns, bytes for offsets.
    #expect(long.integer("line") == 3)
    #expect(long.integer("column") == 10)
    #expect(long.integer("offset") == offset)
    let places = try #require(long.list("related"))
    #expect(places.count == 1)
    #expect(places[0].names.sorted() == ["column", "line", "message", "pointer"])
    #expect(places[0].integer("line") == 2)
    let source = try #require(long.member("source"))
    #expect(source.names.sorted() == ["quote", "url"])
    #expect(source.text("quote") == "“So” it \"is\".")
    #expect(source.text("url") == "https://example.com/doc")
    let fix = try #require(long.member("fix"))
    #expect(fix.names.sorted() == ["description", "edits", "safe"])
    #expect(fix.text("description") == "write 2")
    #expect(fix.member("safe")?.boolean == true)
    let edits = try #require(fix.list("edits"))
    #expect(edits.count == 1)
    #expect(edits[0].names.sorted() == ["length", "offset", "text"])
    #expect(edits[0].integer("offset") == offset)
    #expect(edits[0].integer("length") == 1)
    #expect(edits[0].text("text") == "\"2\"\n")
  }

  /// The members that a finding may have.
  static let known: Set<String> = [
    "rule", "severity", "message", "file", "record", "operation", "apiVersion", "pointer", "bodyPointer", "property",
    "parameter", "line", "column", "endLine", "endColumn", "offset", "length", "worlds", "related", "source", "fix",
  ]

  /// Real findings of every kind: valid JSON, documented members, no member without a value.
  @Test func findingsOfTheExamples() throws {
    let linter = Linter()
    var count = 0
    for rule in try RuleSet.bundled.rules() {
      for example in rule.examples {
        var request = Request(
          operation: example.operation ?? rule.operations.first, apiVersion: example.apiVersion, facts: example.facts)
        request.now = "2026-11-21"
        if let line = example.request { request.setRequestLine(line) }
        let report = try linter.report(example.body, as: request)
        var out = rendered(bytes: example.body, report.findings, secrets: report.secrets, with: JSONRenderer())
        if report.findings.isEmpty {
          #expect(out == "")
          continue
        }
        // The end of the object, as a run writes it.
        out += "]}"
        let object = try JSONDecoder().decode(JSONValue.self, from: Data(out.utf8))
        let findings = try #require(object.list("findings"), "\(rule.id): \(example.name)")
        #expect(findings.count == report.findings.count)
        for finding in findings {
          #expect(finding.names.isSubset(of: Self.known), "\(rule.id): \(finding.names.sorted())")
          #expect(finding.text("message") != nil && finding.text("rule") != nil && finding.text("severity") != nil)
          #expect((finding.text("pointer") == nil) == (finding.integer("line") == nil), "\(rule.id): \(example.name)")
          for name in ["worlds", "related"] { #expect(finding.list(name)?.isEmpty != true) }
        }
        count += findings.count
      }
    }
    #expect(count > 100)
  }

  @Test(arguments: [
    "", "a", "\"\\/", "\u{8}\u{C}\n\r\t", "\u{0}\u{1F}\u{7F}", "\u{2028}\u{2029}", "é画😀", "\u{85}\u{9B}\u{202E}",
    "</script>",
  ])
  func stringsAreQuoted(_ text: String) throws {
    let out = quoted(text)
    let read = try JSONDecoder().decode([String].self, from: Data("[\(out)]".utf8))
    #expect(read.count == 1)
    let bytes = read.first.map { Array($0.utf8) }
    #expect(bytes == Array(text.utf8))
    #expect(harmful(out) == [])
    #expect(!out.contains("\n"))
  }
}

/// Any JSON value.
enum JSONValue: Decodable, Sendable {
  case null
  case flag(Bool)
  case number(Double)
  case characters(String)
  case elements([JSONValue])
  case members([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .characters(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .elements(value)
    } else {
      self = .members(try container.decode([String: JSONValue].self))
    }
  }

  var string: String? { if case .characters(let value) = self { value } else { nil } }
  var boolean: Bool? { if case .flag(let value) = self { value } else { nil } }

  var names: Set<String> {
    if case .members(let members) = self { return Set(members.keys) }
    return []
  }

  func member(_ name: String) -> JSONValue? {
    if case .members(let members) = self { return members[name] }
    return nil
  }

  func text(_ name: String) -> String? { member(name)?.string }

  func integer(_ name: String) -> Int? {
    if case .number(let value)? = member(name) { return Int(exactly: value) }
    return nil
  }

  func list(_ name: String) -> [JSONValue]? {
    if case .elements(let elements)? = member(name) { return elements }
    return nil
  }
}
