import Bodylint
import Foundation
import Rendering
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What machines read of a run: each format can be parsed, says what the findings say, and shows no secret.
@Suite struct FormatTests {
  // MARK: All formats

  @Test(arguments: Format.allCases)
  func showsNoSecret(_ format: Format) {
    #expect(!format.output([.nasty, .plain]).contains("CANARY"))
  }

  @Test(arguments: Format.allCases)
  func givesTheSameBytesEachRun(_ format: Format) {
    #expect(Array(format.output([.nasty, .plain]).utf8) == Array(format.output([.nasty, .plain]).utf8))
  }

  /// Nothing that a file's name holds reaches a terminal or a parser as it is.
  @Test(arguments: Format.allCases)
  func writesNoControlCharacters(_ format: Format) {
    let controls = format.output([.nasty, .plain]).unicodeScalars.filter {
      $0.properties.generalCategory == .control && $0 != "\n"
    }
    #expect(controls.isEmpty, "\(controls)")
  }

  @Test(arguments: Format.allCases)
  func endsWithALineBreak(_ format: Format) {
    for documents in [[Sample.nasty, .plain], [.plain]] { #expect(format.output(documents).hasSuffix("\n")) }
    let empty = format.output([])
    #expect(format == .github || format == .compact ? empty.isEmpty : empty.hasSuffix("\n"))
  }

  // MARK: NDJSON

  @Test func ndjsonHasTheFindingsOfJSON() throws {
    let lines = Format.ndjson.output([.nasty, .plain]).split(separator: "\n").map(String.init)
    let whole = try object(Format.json.output([.nasty, .plain]))
    let findings = try lines.dropLast().map(object)
    #expect(findings as NSArray == whole["findings"] as? NSArray)
    let summary = try #require(try object(lines.last!)["summary"] as? [String: Any])
    #expect(Set(summary.keys) == ["files", "bodies", "unrecognized", "counts"])
    for (name, value) in summary { #expect(value as? NSObject == whole[name] as? NSObject, "\(name)") }
    #expect(findings.first?["file"] as? String == Sample.nasty.name)
    #expect(findings.first?["record"] as? Int == 7)
  }

  /// A fix that would copy a secret is left out; one that takes it away shows nothing of it.
  @Test func ndjsonKeepsFixesThatShowNoSecret() throws {
    let lines = try Format.ndjson.output([.nasty]).split(separator: "\n").map { try object(String($0)) }
    #expect(lines.map { $0["fix"] != nil } == [true, false, false, false])
  }

  @Test func ndjsonOfNothingIsASummary() throws {
    let output = Format.ndjson.output([])
    #expect(output.split(separator: "\n").count == 1)
    let summary = try #require(try object(output)["summary"] as? [String: Any])
    #expect(summary["counts"] as? [String: Int] == ["error": 0, "warning": 0, "info": 0])
  }

  // MARK: SARIF

  @Test func sarifFollowsItsSchema() throws {
    let schema = repository.deletingLastPathComponent().appendingPathComponent("shared/data/sarif-2.1.0.schema.json")
    guard FileManager.default.fileExists(atPath: schema.path), try python("import jsonschema", "").status == 0 else {
      print("SARIF is not checked against its schema: the schema or Python's jsonschema is not there")
      return
    }
    let program = """
      import json, sys, jsonschema
      schema = json.load(open(sys.argv[1], encoding="utf-8"))
      for error in jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).iter_errors(json.load(sys.stdin)):
          print(error.json_path, error.message)
      """
    for documents in [[Sample.nasty, .plain], [.plain], []] {
      let answer = try python(program, Format.sarif.output(documents), schema.path)
      #expect(answer.status == 0 && answer.output.isEmpty, "\(answer.output)")
    }
  }

  @Test func sarifHasAllRulesInOrder() throws {
    for documents in [[Sample.nasty], []] {
      let driver = try #require((try sarifRun(documents)["tool"] as? [String: Any])?["driver"] as? [String: Any])
      let rules = try #require(driver["rules"] as? [[String: Any]])
      #expect(rules.map { $0["id"] as? String } == ["duplicate-lun", "unused", "weak-password"])
      #expect(driver["semanticVersion"] as? String == "1.2.3")
      // GitHub refuses empty texts and those above 1024 characters.
      for rule in rules {
        for name in ["shortDescription", "fullDescription", "help"] {
          let text = try #require((rule[name] as? [String: Any])?["text"] as? String)
          #expect(!text.isEmpty)
          if name != "help" { #expect(text.unicodeScalars.count <= 1024) }
        }
      }
      // An address that is none is not linked.
      #expect(rules.map { $0["helpUri"] as? String } == ["https://example.com/images", nil, nil])
    }
  }

  @Test func sarifResultsSayWhere() throws {
    let run = try sarifRun([.plain])
    #expect(run["columnKind"] as? String == "utf16CodeUnits")
    let results = try #require(run["results"] as? [[String: Any]])
    try #require(results.count == 4)
    #expect(results.map { $0["level"] as? String } == ["warning", "error", "note", "error"])
    #expect(results.map { $0["ruleIndex"] as? Int } == [2, 0, 1, nil])

    let second = results[1]
    let text = try #require((second["message"] as? [String: Any])?["text"] as? String)
    #expect(text == "lun 1 is used twice (/disks/1/lun); [first used here](1)")
    let location = try #require((second["locations"] as? [[String: Any]])?.first)
    let physical = try #require(location["physicalLocation"] as? [String: Any])
    #expect((physical["artifactLocation"] as? [String: String]) == ["uri": "bodies/plain.json"])
    // After the emoji, which takes two units of UTF-16 and four bytes.
    #expect(
      physical["region"] as? [String: Int] == [
        "startLine": 2, "startColumn": 45, "endLine": 2, "endColumn": 46, "byteOffset": 48, "byteLength": 1,
      ])
    let logical = (location["logicalLocations"] as? [[String: String]])?.first
    #expect(logical == ["name": "lun", "fullyQualifiedName": "/disks/1/lun", "kind": "property"])
    let related = try #require((second["relatedLocations"] as? [[String: Any]])?.first)
    #expect(related["id"] as? Int == 1)

    // A request line is not in the document, and an empty range is not to be seen: both get a region all the same.
    for (index, line, column) in [(0, 1, 1), (2, 4, 1)] {
      let location = (results[index]["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
      #expect(
        location?["region"] as? [String: Int] == [
          "startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1,
        ])
    }
  }

  @Test func sarifKeepsFixesThatShowNoSecret() throws {
    let plain = try #require(try sarifRun([.plain])["results"] as? [[String: Any]])
    let fix = try #require((plain[1]["fixes"] as? [[String: Any]])?.first)
    let change = try #require((fix["artifactChanges"] as? [[String: Any]])?.first)
    let replacement = try #require((change["replacements"] as? [[String: Any]])?.first)
    #expect((replacement["insertedContent"] as? [String: String]) == ["text": "2"])
    #expect((replacement["deletedRegion"] as? [String: Int])?["byteOffset"] == 48)
    // One takes a secret away, the other copies it.
    let nasty = try #require(try sarifRun([.nasty])["results"] as? [[String: Any]])
    #expect(nasty.count == 3 && nasty.allSatisfy { $0["fixes"] == nil })
  }

  @Test func sarifFingerprintsAreOurs() throws {
    let results = try #require(try sarifRun([.nasty, .plain, .plain])["results"] as? [[String: Any]])
    let prints = results.compactMap { $0["partialFingerprints"] as? [String: String] }
    #expect(prints.allSatisfy { Array($0.keys) == ["bodylint/v1"] })
    #expect(prints.count == results.count && Set(prints.map { $0["bodylint/v1"] }).count == results.count)
  }

  /// Nothing that a message quotes is a link.
  @Test func sarifNamesAndMessagesAreEscaped() throws {
    let result = try #require((try sarifRun([.nasty])["results"] as? [[String: Any]])?.first)
    let text = try #require((result["message"] as? [String: Any])?["text"] as? String)
    #expect(text.contains("\\[go\\](https://evil.example)"))
    #expect(!text.contains("\n"))
    let location = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
    let uri = try #require((location?["artifactLocation"] as? [String: String])?["uri"])
    #expect(uri.hasPrefix("dir/a%20b%2Cc%3A%25%3Cscript%3E"))
    #expect(uri.removingPercentEncoding == "dir/" + Sample.nasty.name.dropFirst("./dir//".count))
  }

  @Test func absoluteNamesAreFileURIs() throws {
    var document = Sample.plain
    document.name = "/tmp/a b.json"
    let run = try sarifRun([document])
    let location = ((run["results"] as? [[String: Any]])?.first?["locations"] as? [[String: Any]])?.first
    let artifact = (location?["physicalLocation"] as? [String: Any])?["artifactLocation"] as? [String: String]
    #expect(artifact == ["uri": "file:///tmp/a%20b.json"])
  }

  // MARK: XML

  @Test func junitHasACaseAFile() throws {
    let root = try elements(Format.junit.output([.nasty, .plain]))
    let suites = root.filter { $0.name == "testsuite" }
    #expect(suites.count == 1)
    #expect(
      suites.first?.attributes == [
        "name": "bodylint", "tests": "5", "failures": "2", "errors": "0", "skipped": "1",
      ])
    let cases = root.filter { $0.name == "testcase" }
    #expect(cases.map { $0.attributes["name"] } == [Sample.nasty.visibleName, "./bodies/plain.json", "odd <&>.json"])
    #expect(root.filter { $0.name == "skipped" }.count == 1)
    let failures = root.filter { $0.name == "failure" }
    #expect(failures.count == 2)
    #expect(failures.last?.attributes["message"] == "[duplicate-lun] lun 1 is used twice (/disks/1/lun), and 1 more")
    #expect(failures.last?.text.contains("./bodies/plain.json:2:45: error[duplicate-lun]") == true)
    // What does not fail is said, but fails nothing.
    #expect(root.filter { $0.name == "system-out" }.last?.text.contains("warning[weak-password]") == true)
  }

  @Test(arguments: [(Severity?.none, 0), (.error, 2), (.warning, 2), (.info, 2)])
  func junitFailsAsTheRunDoes(_ failOn: Severity?, _ count: Int) throws {
    let root = try elements(Format.output(JUnitRenderer(failOn: failOn), [.nasty, .plain]))
    #expect(root.filter { $0.name == "failure" }.count == count)
    #expect(root.filter { $0.name == "system-out" }.isEmpty == (failOn == .info))
  }

  /// The records of one file come one by one.
  @Test func recordsOfOneFileStandTogether() throws {
    var records = [Sample.plain, .plain, .nasty]
    records[1].record = 2
    #expect(try elements(Format.junit.output(records)).filter { $0.name == "testcase" }.count == 3)
    let files = try elements(Format.checkstyle.output(records)).filter { $0.name == "file" }
    #expect(files.map { $0.attributes["name"] } == ["./bodies/plain.json", Sample.nasty.visibleName])
    #expect(Format.html.output(records).components(separatedBy: "<section class=\"file\">").count == 3)
  }

  @Test func checkstyleSaysWhere() throws {
    let root = try elements(Format.checkstyle.output([.plain, .nasty]))
    #expect(root.first?.name == "checkstyle")
    let errors = root.filter { $0.name == "error" }
    #expect(errors.count == 7)
    #expect(errors[0].attributes["line"] == "1" && errors[0].attributes["column"] == nil)
    #expect(
      errors[1].attributes == [
        "line": "2", "column": "45", "severity": "error", "message": "lun 1 is used twice (/disks/1/lun)",
        "source": "bodylint.duplicate-lun",
      ])
    #expect(errors[4].attributes["message"]?.contains("<script>alert(1)</script> & \"q\" ]]>") == true)
    #expect(try elements(Format.checkstyle.output([])).map(\.name) == ["checkstyle"])
  }

  // MARK: GitHub and GitLab

  @Test func githubCommandsAreOneLineEach() {
    let lines = Format.github.output([.nasty, .plain]).split(separator: "\n").map(String.init)
    #expect(lines.count == 7)
    let commands = lines.map { $0.split(separator: " ", maxSplits: 1).first.map(String.init) ?? "" }
    // Errors first in each document, otherwise as they come.
    #expect(commands == ["::error", "::error", "::warning", "::error", "::error", "::warning", "::notice"])
    #expect(
      lines[3] == "::error file=bodies/plain.json,line=2,endLine=2,col=45,endColumn=46,title=bodylint (duplicate-lun)"
        + "::lun 1 is used twice (/disks/1/lun)%0Adocumented: “100%25 sure, they say: unique.”"
        + "%0Asee: https://example.com/images%0Afix: Give each disk a number.")
    #expect(lines[5].hasPrefix("::warning file=bodies/plain.json,line=1,title=bodylint (weak-password)::"))
    let name = lines[0].dropFirst("::error file=".count).prefix { $0 != "," }
    #expect(name.hasPrefix("dir/a b%2Cc%3A%25<script>\"'%0D%0A%3A%3Aerror%3A%3Apwned\\u{0}\\u{1B}[31m\\u{202E}"))
    #expect(lines.allSatisfy { !$0.contains("\r") })
  }

  /// GitHub takes columns within one line only.
  @Test func githubLeavesColumnsOfSeveralLinesOut() {
    var document = Sample.plain
    document.findings = [Sample.plain.findings[1]]
    document.findings[0].range = 0..<40
    #expect(Format.github.output([document]).hasPrefix("::error file=bodies/plain.json,line=1,endLine=2,title="))
    document.name = "<stdin>"
    #expect(Format.github.output([document]).hasPrefix("::error line=1,endLine=2,title="))
  }

  @Test func gitlabHasWhatItWants() throws {
    let output = Format.gitlab.output([.nasty, .plain, .plain])
    let items = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
    #expect(items.count == 11)
    #expect(Set(items.compactMap { $0["fingerprint"] as? String }).count == 11)
    #expect(items[3...6].map { $0["severity"] as? String } == ["minor", "major", "info", "major"])
    let location = try #require(items[4]["location"] as? [String: Any])
    #expect(location["path"] as? String == "bodies/plain.json")
    #expect(location["lines"] as? [String: Int] == ["begin": 2, "end": 2])
    #expect(items[4]["check_name"] as? String == "duplicate-lun")
    let empty = try JSONSerialization.jsonObject(with: Data(Format.gitlab.output([]).utf8)) as? [Any]
    #expect(empty?.isEmpty == true)
  }

  /// A finding is known again after lines were added above it, and told from the same one in another record.
  @Test func fingerprintsHangOnThePointer() throws {
    func fingerprint(_ change: (inout Sample) -> Void) throws -> String? {
      var document = Sample.plain
      document.findings = [document.findings[1]]
      change(&document)
      let output = Format.gitlab.output([document])
      return (try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])?.first?["fingerprint"]
        as? String
    }
    let original = try fingerprint { _ in }
    #expect(try fingerprint { $0.findings[0].range = 3..<9 } == original)
    #expect(try fingerprint { $0.findings[0].message = "lun 2 is used twice" } == original)
    #expect(try fingerprint { $0.findings[0].pointer = JSONPointer("/disks/2/lun") } != original)
    #expect(try fingerprint { $0.findings[0].rule = "other" } != original)
    #expect(try fingerprint { $0.name = "other.json" } != original)
    #expect(try fingerprint { $0.record = 2 } != original)
  }

  // MARK: HTML

  @Test func htmlEscapesWhatItIsGiven() {
    let page = Format.html.output([.nasty, .plain])
    #expect(page.components(separatedBy: "<script>").count == 2, "one script: the page's own")
    #expect(!page.contains("alert(1)</script>"))
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;q&quot;"))
    #expect(page.contains("a b,c:%&lt;script&gt;&quot;&#39;\\u{D}\\u{A}::error::pwned\\u{0}\\u{1B}[31m\\u{202E}"))
    #expect(!page.contains("href=\"javascript:"))
  }

  @Test func htmlFramesMaskSecrets() {
    let page = Format.html.output([.nasty])
    #expect(page.contains("{&quot;pw&quot;: <mark>*****</mark>}"))
    #expect(Format.html.output([.plain]).contains("<mark class=\"related\">1</mark>"))
  }

  @Test func htmlFetchesNothing() {
    let page = Format.html.output([.nasty, .plain])
    for word in ["<link", "<img", "<iframe", "@import", "url(", " src=", " style=", " onclick="] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("default-src 'none'"))
    #expect(!page.contains("unsafe-inline"))
  }

  /// The policy lets only the page's own style and script work: those with these hashes.
  @Test func htmlPolicyHasTheHashesOfStyleAndScript() throws {
    guard try python("", "").status == 0 else {
      print("the hashes in the page's policy are not checked: there is no Python")
      return
    }
    let program = """
      import base64, hashlib, re, sys
      page = sys.stdin.buffer.read()
      for name in (b"style", b"script"):
          text = re.search(b"<" + name + b">(.*?)</" + name + b">", page, re.S).group(1)
          wanted = b"%s-src 'sha256-%s'" % (name, base64.b64encode(hashlib.sha256(text).digest()))
          if wanted not in page:
              print("missing:", wanted.decode())
      """
    let answer = try python(program, Format.html.output([.plain]))
    #expect(answer.status == 0 && answer.output.isEmpty, "\(answer.output)")
  }

  @Test func htmlOfNothingHasNoFilter() {
    let page = Format.html.output([])
    #expect(!page.contains("<form") && !page.contains("<script>"))
    #expect(page.contains("odd &lt;&amp;&gt;.json"))
  }
}

// MARK: - Helpers

/// A document and its findings.
struct Sample: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var findings: [Finding]
  var secret: String?
  var record: Int?

  var testDescription: String { name }

  /// The name as XML can have it.
  var visibleName: String {
    ["\u{0}": "\\u{0}", "\u{1B}": "\\u{1B}", "\u{FFFF}": "\\u{FFFF}", "\u{202E}": "\\u{202E}"].reduce(name) {
      $0.replacingOccurrences(of: $1.key, with: $1.value)
    }
  }

  /// What a hostile folder may hold. Messages are cut and made printable where they come from; here they are not.
  static let nasty: Sample = {
    let text = "{\"pw\": \"CANARY\"}"
    let secret = 7..<15
    let message = "pw is <script>alert(1)</script> & \"q\" ]]> [go](https://evil.example) {0} %0A::error::\n::error::x"
    return Sample(
      name: "./dir//a b,c:%<script>\"'\r\n::error::pwned\u{0}\u{1B}[31m\u{202E}\u{FFFF}é😀.json", text: text,
      findings: [
        Finding(
          rule: "weak-password", severity: .error, message: message, pointer: JSONPointer("/pw"), range: secret,
          worlds: ["os=Windows"], source: Source(quote: "<b>\"strong\"</b>", url: "javascript:alert(1)"),
          advice: "<i>stronger</i>",
          fix: Fix(description: "remove pw", isSafe: false, edits: [Edit(range: 1..<15, text: "")])),
        Finding(
          rule: "weak-password", severity: .warning, message: "again", pointer: JSONPointer("/pw"), range: secret,
          fix: Fix(
            description: "rename", isSafe: true, edits: [Edit(range: 1..<1, text: "\"password\": \"CANARY\", ")])),
        Finding(
          rule: "weak-password", severity: .error, message: "later", pointer: JSONPointer(["a/b\n::error::", "~"]),
          range: secret),
      ], secret: "\"CANARY\"", record: 7)
  }()

  static let plain: Sample = {
    let text = "{\n  \"disks\": [{\"lun\": 1, \"id\": \"😀\"}, {\"lun\": 1}]\n}\n"
    return Sample(
      name: "./bodies/plain.json", text: text,
      findings: [
        Finding(
          rule: "weak-password", severity: .warning, message: "imageName is odd", pointer: nil, range: nil,
          parameter: "imageName"),
        Finding(
          rule: "duplicate-lun", severity: .error, message: "lun 1 is used twice", pointer: JSONPointer("/disks/1/lun"),
          range: 48..<49, property: "lun",
          related: [
            RelatedPlace(message: "first used here", pointer: JSONPointer("/disks/0/lun")!, range: 22..<23)
          ],
          source: Source(quote: "100% sure, they say: unique.", url: "https://example.com/images"),
          advice: "Give each disk a number.",
          fix: Fix(description: "number it", isSafe: false, edits: [Edit(range: 48..<49, text: "2")])),
        Finding(rule: "unused", severity: .info, message: "the end", pointer: JSONPointer(), range: 54..<54),
        Finding(rule: "not-described", severity: .error, message: "end", pointer: JSONPointer(), range: 52..<53),
      ])
  }()
}

enum Format: String, CaseIterable, Sendable {
  case text, compact, json, ndjson, sarif, junit, github, gitlab, checkstyle, html

  static let rules = [
    RuleDescription(
      id: "weak-password", title: "A password is weak", severity: .error, why: "<b>So</b> it *is*.", fix: "",
      quote: "q",
      url: "javascript:alert(1)"),
    RuleDescription(
      id: "duplicate-lun", title: "Two disks have one lun", severity: .error,
      why: String(repeating: "é", count: 2000), fix: "Give each disk a number.", quote: "unique",
      url: "https://example.com/images"),
    RuleDescription(id: "unused", title: "", severity: .info, why: "", fix: ""),
  ]

  func output(_ documents: [Sample]) -> String {
    switch self {
    case .text: Self.output(TextRenderer(color: false), documents)
    case .compact: Self.output(CompactRenderer(), documents)
    case .json: Self.output(JSONRenderer(), documents)
    case .ndjson: Self.output(NDJSONRenderer(), documents)
    case .sarif: Self.output(SARIFRenderer(rules: Self.rules, version: "1.2.3"), documents)
    case .junit: Self.output(JUnitRenderer(), documents)
    case .github: Self.output(GitHubRenderer(), documents)
    case .gitlab: Self.output(GitLabRenderer(), documents)
    case .checkstyle: Self.output(CheckstyleRenderer(), documents)
    case .html: Self.output(HTMLRenderer(rules: Self.rules, version: "1.2.3"), documents)
    }
  }

  /// A run over the documents and two files without findings and one that is not recognized.
  static func output(_ renderer: some Renderer, _ documents: [Sample]) -> String {
    var renderer = renderer
    var summary = Summary()
    summary.files = documents.count + 3
    summary.bodies = documents.count + 2
    summary.unrecognized = ["odd <&>.json"]
    var out = ""
    for document in documents {
      summary.add(FindingCount(document.findings))
      out += Array(document.text.utf8).withUnsafeBufferPointer { bytes in
        let secret = document.secret.flatMap { document.text.range(of: $0) }.map { range in
          document.text.utf8.distance(
            from: document.text.startIndex, to: range.lowerBound)..<document.text.utf8.distance(
              from: document.text.startIndex, to: range.upperBound)
        }
        return renderer.render(
          SourceText(
            name: document.name, bytes: bytes, findings: document.findings, secrets: secret.map { [$0] } ?? [],
            record: document.record))
      }
    }
    return out + renderer.finish(summary)
  }
}

private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

private func object(_ text: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

private func sarifRun(_ documents: [Sample]) throws -> [String: Any] {
  let log = try object(Format.sarif.output(documents))
  #expect(log["version"] as? String == "2.1.0")
  return try #require((log["runs"] as? [[String: Any]])?.first)
}

/// The status and the output of a program in Python that reads a text.
private func python(_ program: String, _ input: String, _ arguments: String...) throws -> (
  status: Int32, output: String
) {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bodylint-" + UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let file = folder.appendingPathComponent("input")
  try Data(input.utf8).write(to: file)
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["python3", "-c", program] + arguments
  process.standardInput = try FileHandle(forReadingFrom: file)
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// An element of an XML document, and the text in it.
private struct Element {
  let name: String
  let attributes: [String: String]
  var text = ""
}

/// All elements, in the order in which they begin.
private func elements(_ text: String) throws -> [Element] {
  final class Reader: NSObject, XMLParserDelegate {
    var elements: [Element] = []
    var open: [Int] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      open.append(elements.count)
      elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      if let last = open.last { elements[last].text += text }
    }
  }
  let reader = Reader()
  let parser = XMLParser(data: Data(text.utf8))
  parser.delegate = reader
  #expect(parser.parse(), "\(String(describing: parser.parserError))")
  return reader.elements
}
