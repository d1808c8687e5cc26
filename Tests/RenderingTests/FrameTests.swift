import Bodylint
import Rendering
import Testing

/// The frame below a finding: the line, and the mark right below what it marks.
@Suite struct FrameTests {
  struct Frame: Sendable, CustomTestStringConvertible {
    let name: String
    /// The document.
    let text: String
    /// What is marked.
    let part: String
    let place: String
    let line: String
    let mark: String
    var testDescription: String { name }
  }

  static let frames: [Frame] = [
    Frame(
      name: "a line among others", text: "{\n  \"text\": \"abc\"\n}\n", part: "\"abc\"", place: "2:11",
      line: " 2 |   \"text\": \"abc\"",
      mark: "   |           ^^^^^"),
    Frame(
      name: "tabs are two columns wide", text: "{\n\t\"on\":\ttrue,\t\"text\":\t\"a\tb\"\n}\n", part: "\"a\tb\"",
      place: "2:22",
      line: " 2 |   \"on\":  true,  \"text\":  \"a  b\"",
      mark: "   |                          ^^^^^^"),
    Frame(
      name: "wide characters", text: "{\"tags\": {\"名前\": \"画像😀\"}, \"text\": \"画\"}\n", part: "\"画\"",
      place: "1:34",
      line: " 1 | {\"tags\": {\"名前\": \"画像😀\"}, \"text\": \"画\"}",
      mark: "   |                                      ^^^^"),
    Frame(
      name: "full-width and Hangul", text: "{\"tags\": {\"한국\": \"ｗｉｄｅ ﾊﾝ\"}, \"text\": \"x\"}\n", part: "\"x\"",
      place: "1:37",
      line: " 1 | {\"tags\": {\"한국\": \"ｗｉｄｅ ﾊﾝ\"}, \"text\": \"x\"}",
      mark: "   |                                           ^^^"),
    Frame(
      name: "combining characters", text: "{\"tags\": {\"e\u{301}o\u{308}\u{308}\": \"\"}, \"text\": \"e\u{301}\"}\n",
      part: "\"e\u{301}\"", place: "1:33",
      line: " 1 | {\"tags\": {\"e\u{301}o\u{308}\u{308}\": \"\"}, \"text\": \"e\u{301}\"}",
      mark: "   |                              ^^^"),
    Frame(
      name: "CR LF", text: "{\r\n  \"text\": \"abc\"\r\n}\r\n", part: "\"abc\"", place: "2:11",
      line: " 2 |   \"text\": \"abc\"",
      mark: "   |           ^^^^^"),
    Frame(
      name: "CR alone", text: "{\r  \"text\": \"abc\"\r}\r", part: "\"abc\"", place: "2:11",
      line: " 2 |   \"text\": \"abc\"",
      mark: "   |           ^^^^^"),
    Frame(
      name: "no line break at the end", text: "{\"text\": \"abc\"}", part: "\"abc\"", place: "1:10",
      line: " 1 | {\"text\": \"abc\"}",
      mark: "   |          ^^^^^"),
    Frame(
      name: "a byte order mark", text: "\u{FEFF}{\"text\": \"abc\"}\n", part: "\"abc\"", place: "1:10",
      line: " 1 | {\"text\": \"abc\"}",
      mark: "   |          ^^^^^"),
    Frame(
      name: "cut on the right", text: "{\"text\": \"abc\", \"other\": \"" + o(200) + "\"}\n",
      part: "\"abc\"", place: "1:10",
      line: " 1 | {\"text\": \"abc\", \"other\": \"" + o(84) + "…",
      mark: "   |          ^^^^^"),
    Frame(
      name: "cut on the left", text: "{\"other\": \"" + o(200) + "\", \"text\": \"abc\"}\n",
      part: "\"abc\"", place: "1:223",
      line: " 1 | …" + o(94) + "\", \"text\": \"abc\"…",
      mark: "   | " + blank(106) + "^^^^^"),
    Frame(
      name: "cut on both sides",
      text: "{\"other\": \"" + o(200) + "\", \"text\": \"abc\", \"more\": \"" + o(500) + "\"}\n",
      part: "\"abc\"", place: "1:223",
      line: " 1 | …" + o(94) + "\", \"text\": \"abc\"…",
      mark: "   | " + blank(106) + "^^^^^"),
    Frame(
      name: "a mark longer than the window", text: "{\"other\": \"" + o(200) + "\", \"text\": \"" + o(300) + "\"}\n",
      part: "\"" + o(300) + "\"", place: "1:223",
      line: " 1 | …" + o(39) + "\", \"text\": \"" + o(59) + "…",
      mark: "   | " + blank(51) + String(repeating: "^", count: 60)),
    Frame(
      name: "characters that are not there to be seen",
      text: "{\"tags\": {\"\u{7F}\": \"\u{2028}\u{202E}\u{85}\"}, \"text\": \"\u{200B}\"}\n",
      part: "\"\u{200B}\"", place: "1:32",
      line: " 1 | {\"tags\": {\"\\u{7F}\": \"\\u{2028}\\u{202E}\\u{85}\"}, \"text\": \"\\u{200B}\"}",
      mark: "   |                                                        ^^^^^^^^^^"),
    Frame(
      name: "several lines: the first is shown", text: "{\"text\": \"ab\ncd\"}\n", part: "\"ab\ncd\"", place: "1:10",
      line: " 1 | {\"text\": \"ab",
      mark: "   |          ^^^"),
    Frame(
      name: "the start of an empty line", text: "\n\n{\"text\": 1}\n", part: "\n{", place: "2:1",
      line: " 2 | ",
      mark: "   | ^"),
  ]

  private static func o(_ count: Int) -> String { String(repeating: "o", count: count) }
  private static func blank(_ count: Int) -> String { String(repeating: " ", count: count) }

  @Test(arguments: frames)
  func marksWhatIsMeant(_ frame: Frame) {
    let out = lines(rendered(frame.text, [finding(on: frame.part, in: frame.text)]))
    #expect(
      out == [
        "error[test-rule]: m", "  --> image.json:\(frame.place)  /text", "   |", frame.line, frame.mark, "",
      ])
  }

  @Test func gutterGrowsWithTheNumberOfTheLine() {
    let text = String(repeating: "\n", count: 999) + "{\"text\": 1}"
    #expect(
      lines(rendered(text, [finding(on: "1", in: text)])) == [
        "error[test-rule]: m",
        "    --> image.json:1000:10  /text",
        "     |",
        "1000 | {\"text\": 1}",
        "     |          ^",
        "",
      ])
  }

  @Test func placesAtTheEndOfATextAreShown() {
    for text in ["", "{", "{\n", "{\r\n", "\u{FEFF}"] {
      let end = text.utf8.count
      let out = lines(
        rendered(text, [Finding(rule: "r", severity: .error, message: "m", pointer: JSONPointer(), range: end..<end)]))
      #expect(out.count == 6, "\(text.debugDescription)")
      #expect(out.contains { $0.hasSuffix("^") }, "\(text.debugDescription)")
    }
  }

  @Test func relatedPlacesStandInTheOrderOfTheText() {
    let text = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3,\n  \"d\": 4,\n  \"e\": 5\n}\n"
    let related = [
      RelatedPlace(message: "later", pointer: JSONPointer(["e"]), range: place(of: "5", in: text)),
      RelatedPlace(message: "first", pointer: JSONPointer(["a"]), range: place(of: "1", in: text)),
      RelatedPlace(message: "its name", pointer: JSONPointer(["b"]), range: place(of: "\"b\"", in: text)),
    ]
    #expect(
      lines(rendered(text, [finding(on: "2", in: text, pointer: JSONPointer(["b"]), related: related)])) == [
        "error[test-rule]: m",
        "  --> image.json:3:8  /b",
        "   |",
        " 2 |   \"a\": 1,",
        "   |        - first",
        " 3 |   \"b\": 2,",
        "   |   --- its name",
        "   |        ^",
        "  ...",
        " 6 |   \"e\": 5",
        "   |        - later",
        "",
      ])
  }

  /// Two places far apart on one line: each is marked in the part of the line that shows it.
  @Test func placesFarApartOnALineHaveAPartOfItEach() {
    let gap = Self.o(300)
    for name in ["a", "é"] {
      let text = "{\"\(name)\": 1, \"gap\": \"\(gap)\", \"b\": 2}"
      let related = [RelatedPlace(message: "first", pointer: JSONPointer([name]), range: place(of: "1", in: text))]
      let out = lines(rendered(text, [finding(on: "2", in: text, pointer: JSONPointer(["b"]), related: related)]))
      #expect(
        Array(out.dropFirst(3)) == [
          " 1 | {\"\(name)\": 1, \"gap\": \"" + Self.o(93) + "…",
          "   | " + Self.blank(6) + "- first",
          " 1 | …" + Self.o(101) + "\", \"b\": 2…",
          "   | " + Self.blank(110) + "^",
          "",
        ])
    }
  }

  /// Two places that one part of a long line shows have that line once.
  @Test func placesNearTheStartOfALongLineShareIt() {
    let text = "{\"a\": 1, \"b\": 2, \"gap\": \"\(Self.o(300))\"}"
    let related = [RelatedPlace(message: "first", pointer: JSONPointer(["a"]), range: place(of: "1", in: text))]
    let out = lines(rendered(text, [finding(on: "2", in: text, pointer: JSONPointer(["b"]), related: related)]))
    #expect(
      Array(out.dropFirst(3)) == [
        " 1 | {\"a\": 1, \"b\": 2, \"gap\": \"" + Self.o(85) + "…",
        "   | " + Self.blank(6) + "- first",
        "   | " + Self.blank(14) + "^",
        "",
      ])
  }

  @Test func aSentenceIsQuotedOnceADocument() {
    let text = "{\"a\": 1, \"b\": 2}"
    let source = Source(quote: "So it is.", url: "https://example.com/doc")
    let findings = [
      finding(on: "1", in: text, source: source, advice: "Mend it."),
      finding(on: "2", in: text, severity: .warning, source: source, advice: "Mend it."),
      finding(on: "2", in: text, rule: "other-rule", severity: .info),
    ]
    let renderer = TextRenderer(color: false, showsSummary: false)
    let once = rendered(text, findings, with: renderer)
    #expect(lines(once).filter { $0.hasSuffix("documented: “So it is.”") }.count == 1)
    #expect(lines(once).filter { $0.hasSuffix("see: https://example.com/doc") }.count == 1)
    #expect(lines(once).filter { $0.hasSuffix("fix: Mend it.") }.count == 1)
    #expect(once.contains("\nwarning[test-rule]: m\n"))
    #expect(once.contains("\ninfo[other-rule]: m\n"))
    // The next document says it again: it may be read alone.
    #expect(rendered(text, findings, with: renderer) == once)
  }

  @Test func findingsOnTheRequestLineHaveNoFrame() {
    let finding = Finding(
      rule: "test-rule", severity: .error, message: "m", pointer: nil, range: nil, parameter: "imageName")
    #expect(
      lines(rendered("{}", [finding])) == ["error[test-rule]: m", "  --> image.json  request line: {imageName}", ""])
  }

  @Test func theRootHasAName() {
    let text = "[]"
    let out = rendered(text, [finding(on: "[", in: text, pointer: JSONPointer())])
    #expect(lines(out)[1] == "  --> image.json:1:1  (root)")
  }

  // MARK: Secrets

  @Test func secretsAreMasked() {
    let text = "{\"secret\": \"CANARY-hunter2\", \"text\": \"x\"}\n"
    let secret = place(of: "\"CANARY-hunter2\"", in: text)
    #expect(
      lines(rendered(text, [finding(on: "\"x\"", in: text)], secrets: [secret])) == [
        "error[test-rule]: m",
        "  --> image.json:1:38  /text",
        "   |",
        " 1 | {\"secret\": *****, \"text\": \"x\"}",
        "   |                           ^^^",
        "",
      ])
  }

  /// Wherever a mark begins or ends, on the secret, in it or across it.
  @Test func noMarkUncoversASecret() {
    let text = "{\"secret\": \"CANARY\", \"text\": \"x\"}\n"
    let secret = place(of: "\"CANARY\"", in: text)
    for start in 0..<text.utf8.count {
      for end in [start, start + 1, min(start + 12, text.utf8.count)] {
        let finding = Finding(
          rule: "r", severity: .error, message: "m", pointer: JSONPointer(["secret"]), range: start..<end)
        for renderer in [TextRenderer(color: false), TextRenderer(color: true)] {
          let out = rendered(text, [finding], secrets: [secret], with: renderer)
          for piece in ["CA", "AN", "NA", "AR", "RY"] { #expect(!out.contains(piece), "\(start)..<\(end)") }
        }
      }
    }
  }

  /// Secrets that reach over lines, and to the end of a text whose quotes are not closed.
  @Test func secretsOfSeveralLinesAreMasked() {
    let text = "{\"secret\": \"CANARY\nCANARY\nCANARY"
    let secret = place(of: "\"CANARY\nCANARY\nCANARY", in: text)
    for offset in 0...text.utf8.count {
      let finding = Finding(rule: "r", severity: .error, message: "m", pointer: JSONPointer(), range: offset..<offset)
      #expect(!rendered(text, [finding], secrets: [secret]).contains("CANARY"))
    }
  }

  @Test func adjoiningSecretsAreMaskedEach() {
    let text = "{\"a\":\"one\",\"b\":\"two\"}"
    let secrets = [place(of: "\"one\"", in: text), place(of: "\"two\"", in: text)]
    let out = lines(rendered(text, [finding(on: "{", in: text)], secrets: secrets))
    #expect(out[3] == " 1 | {\"a\":*****,\"b\":*****}")
  }

  // MARK: Bytes that are no text

  @Test func anyBytesCanBeShown() {
    var state: UInt64 = 42
    for _ in 0..<200 {
      var bytes: [UInt8] = []
      for _ in 0..<60 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: state >> 33))
      }
      let start = Int(state >> 40) % bytes.count
      let finding = Finding(
        rule: "r", severity: .error, message: "m", pointer: JSONPointer(), range: start..<min(start + 5, bytes.count))
      for renderer in [TextRenderer(color: false) as any Renderer, CompactRenderer(), JSONRenderer()] {
        #expect(harmful(rendered(bytes: bytes, [finding], with: renderer)) == [])
      }
    }
  }
}
