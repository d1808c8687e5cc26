import Bodylint
import Rendering
import Testing

/// Colours, the summary, one line a finding, and text that does no harm.
@Suite struct TextTests {
  static let text = "{\"text\": \"x\", \"other\": 1}\n"

  static var everything: Finding {
    finding(
      on: "\"x\"", in: text,
      related: [RelatedPlace(message: "here", pointer: JSONPointer(["other"]), range: place(of: "1", in: text))],
      source: Source(quote: "So it is.", url: "https://example.com/doc"), advice: "Mend it.")
  }

  @Test func withoutColourThereIsNoEscape() {
    #expect(!rendered(Self.text, [Self.everything]).contains("\u{1B}"))
  }

  /// Colours change nothing else: without their sequences the text is the same, and each is ended.
  @Test func coloursOnlyColour() throws {
    let plain = rendered(Self.text, [Self.everything])
    let colored = rendered(Self.text, [Self.everything], with: TextRenderer(color: true, showsSummary: false))
    #expect(colored != plain)
    var stripped = ""
    var isOpen = false
    var rest = Array(colored.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\u{1B}" else {
        if scalar == "\n" { #expect(!isOpen, "a colour reaches over the end of a line") }
        stripped.unicodeScalars.append(scalar)
        continue
      }
      let end = try #require(rest.firstIndex(of: "m"))
      let sequence = String(String.UnicodeScalarView(rest[rest.startIndex...end]))
      #expect(sequence.hasPrefix("["))
      isOpen = sequence != "[0m"
      rest = rest[(end + 1)...]
    }
    #expect(stripped == plain)
    #expect(!isOpen)
  }

  @Test func severitiesHaveColoursOfTheirOwn() {
    var starts: Set<String> = []
    for severity in Severity.allCases {
      let out = rendered(
        Self.text, [finding(on: "1", in: Self.text, severity: severity)], with: TextRenderer(color: true))
      starts.insert(String(out.prefix(7)))
    }
    #expect(starts.count == Severity.allCases.count)
  }

  // MARK: The summary

  struct Count: Sendable, CustomTestStringConvertible {
    let errors: Int
    let warnings: Int
    let infos: Int
    let begins: String
    var testDescription: String { "\(errors), \(warnings), \(infos)" }
  }

  @Test(arguments: [
    Count(errors: 1, warnings: 0, infos: 0, begins: "1 error in "),
    Count(errors: 2, warnings: 0, infos: 0, begins: "2 errors in "),
    Count(errors: 0, warnings: 1, infos: 0, begins: "1 warning in "),
    Count(errors: 0, warnings: 2, infos: 0, begins: "2 warnings in "),
    Count(errors: 0, warnings: 0, infos: 1, begins: "1 info in "),
    Count(errors: 0, warnings: 0, infos: 3, begins: "3 info in "),
    Count(errors: 2, warnings: 1, infos: 0, begins: "2 errors and 1 warning in "),
    Count(errors: 1, warnings: 0, infos: 2, begins: "1 error and 2 info in "),
    Count(errors: 1, warnings: 2, infos: 3, begins: "1 error, 2 warnings and 3 info in "),
  ])
  func summaryCounts(_ count: Count) {
    var summary = Summary()
    summary.files = 3
    summary.bodies = 3
    let all: [(Severity, Int)] = [(.error, count.errors), (.warning, count.warnings), (.info, count.infos)]
    var findings: [Finding] = []
    for (severity, number) in all {
      for _ in 0..<number { findings.append(finding(on: "1", in: Self.text, severity: severity)) }
    }
    summary.add(FindingCount(findings))
    let line = TextRenderer.summaryLine(summary)
    #expect(line.hasPrefix(count.begins), "\(line)")
    #expect(!line.contains("\n"))
    var renderer = TextRenderer(color: false)
    #expect(renderer.finish(summary) == line + "\n")
    var quiet = TextRenderer(color: false, showsSummary: false)
    #expect(quiet.finish(summary) == "")
  }

  @Test func summaryWithoutFindings() {
    var summary = Summary()
    summary.add(FindingCount([]))
    summary.files = 1
    summary.bodies = 1
    #expect(TextRenderer.summaryLine(summary).hasPrefix("1 file "))
    summary.files = 2
    #expect(TextRenderer.summaryLine(summary).hasPrefix("2 files "))
    #expect(summary.filesWithFindings == 0)
  }

  // MARK: One line a finding

  @Test func compactIsOneLineAFinding() {
    let onRequest = Finding(
      rule: "other-rule", severity: .warning, message: "w", pointer: nil, range: nil, parameter: "imageName")
    let onRoot = finding(on: "{", in: Self.text, severity: .info, pointer: JSONPointer())
    let out = rendered(Self.text, [onRequest, Self.everything, onRoot], with: CompactRenderer())
    let found = lines(out)
    #expect(found.count == 3)
    #expect(found[0].hasPrefix("image.json: warning[other-rule] w"))
    #expect(found[0].contains("imageName"))
    #expect(found[1] == "image.json:1:10: error[test-rule] m (/text)")
    #expect(found[2].hasPrefix("image.json:1:1: info[test-rule] m"))
    var renderer = CompactRenderer()
    #expect(renderer.finish(Summary()) == "")
  }

  // MARK: Text that does no harm

  /// Escapes, line breaks and text that runs backwards, in every place that somebody else may have written.
  @Test func nothingHarmfulIsWritten() throws {
    let evil = "a\u{1B}[31m\u{7}\r\nb\u{85}\u{2028}\u{202E}\u{9B}\u{7F}\u{0}\u{FEFF}"
    let body = "{\"\(evil)\": \"\(evil)\", \"tags\": {\"\(evil)\": 5}, \"location\": \"\(evil)\"}"
    let escaped =
      "{\"l\\u001b[31mok\": 1, \"\\u202eabc\": {\"\\u009b\": 1}, \"location\": [\"\\u0007\\u2028\"], "
      + "\"properties\": {\"\u{202E}\": 1, \"\u{9B}\": 2}}"
    for text in [body, escaped] {
      let request = Request(operation: "Images_CreateOrUpdate", apiVersion: evil, url: "/\(evil)?api-version=\(evil)")
      let report = try Linter().report(Array(text.utf8), as: request)
      #expect(!report.findings.isEmpty)
      for finding in report.findings { #expect(harmful(finding.message) == [], "\(finding.rule)") }
      for renderer in [TextRenderer(color: false) as any Renderer, CompactRenderer(), JSONRenderer()] {
        let out = rendered(text, report.findings, secrets: report.secrets, name: "\(evil).json", with: renderer)
        #expect(harmful(out) == [], "\(type(of: renderer))")
      }
    }
  }

  @Test func printableKeepsWhatCanBeRead() {
    #expect(printable("abc é 画像 😀 e\u{301}") == "abc é 画像 😀 e\u{301}")
    #expect(printable("a\tb\n") == "a\\u{9}b\\u{A}")
    #expect(printable("\u{202E}x\u{2066}") == "\\u{202E}x\\u{2066}")
    #expect(printable("👩\u{200D}👧") == "👩\u{200D}👧")
    #expect(printable("abcdef", limit: 3) == "abc…")
    #expect(printable("abc", limit: 3) == "abc")
    #expect(printable("") == "")
  }
}
