import Configuration
import Findings
import JSONText
import Testing

@Suite struct InlineSuppressionsTests {
  /// The rule is found at the first byte that is no blank of each line in `found`, counted from 1.
  struct Case: Sendable, CustomTestStringConvertible {
    let title: String
    let text: String
    var found: [Int] = []
    var rule = "duplicate-lun"
    /// Lines at which it is still reported.
    var kept: [Int] = []
    var notes: [String] = []
    var testDescription: String { title }
  }

  static let cases = [
    Case(title: "next line", text: "[\n// bodylint-disable-next-line duplicate-lun\n1,\n1]", found: [3, 4], kept: [4]),
    Case(title: "same line", text: "[\n1, // bodylint-disable-line duplicate-lun\n1]", found: [2, 3], kept: [3]),
    Case(title: "block comment", text: "[\n/* bodylint-disable-next-line duplicate-lun */\n1]", found: [3]),
    Case(title: "block on the same line", text: "[\n/*bodylint-disable-line duplicate-lun*/ 1]", found: [2]),
    Case(
      title: "block over lines", text: "[\n/*\n bodylint-disable-next-line duplicate-lun\n -- why\n*/\n1]", found: [6]),
    Case(
      title: "block before a value is about the line behind it",
      text: "[\n/* bodylint-disable-next-line duplicate-lun */ 1,\n1]", found: [2, 3], kept: [2]),
    Case(
      title: "comments and blank lines between",
      text: "[\n// bodylint-disable-next-line duplicate-lun\n// bodylint-disable-next-line weak-password\n\n1]",
      found: [5],
      notes: ["3:31: there is no 'weak-password' to suppress here"]),
    Case(
      title: "several rules",
      text: "[\n// bodylint-disable-next-line weak-password,duplicate-lun , missing-property\n1]",
      found: [3],
      notes: [
        "2:31: there is no 'weak-password' to suppress here", "2:61: there is no 'missing-property' to suppress here",
      ]),
    Case(
      title: "a reason is no rule", text: "[\n// bodylint-disable-next-line duplicate-lun -- weak-password, really\n1]",
      found: [3]),
    Case(title: "CR LF", text: "[\r\n// bodylint-disable-next-line duplicate-lun\r\n1]", found: [3]),
    Case(title: "CR", text: "[\r// bodylint-disable-next-line duplicate-lun\r1]", found: [3]),
    Case(
      title: "in a string", text: "[\"// bodylint-disable-line duplicate-lun\",\n\"/* bodylint-disable-line zzz */\"]",
      found: [1], kept: [1]),
    Case(
      title: "behind an escaped quote", text: "[\"\\\" // bodylint-disable-line duplicate-lun\"]", found: [1], kept: [1]
    ),
    Case(title: "behind a string", text: "[\"\\\\\" // bodylint-disable-line duplicate-lun\n]", found: [1]),
    Case(title: "behind an unclosed string", text: "[\"a\n1 // bodylint-disable-line duplicate-lun\n]", found: [2]),
    Case(title: "an unclosed comment", text: "[1 /* bodylint-disable-line duplicate-lun", found: [1]),
    Case(
      title: "text before the word", text: "[1 // see bodylint-disable-line duplicate-lun\n]", found: [1], kept: [1]),
    Case(
      title: "an unknown rule", text: "[1 // bodylint-disable-line duplicat-lun\n]", found: [1], kept: [1],
      notes: ["1:29: there is no rule 'duplicat-lun'; did you mean 'duplicate-lun'?"]),
    Case(
      title: "a rule like no other", text: "[1 // bodylint-disable-line zzz\n]",
      notes: ["1:29: there is no rule 'zzz'; 'bodylint rules' lists them"]),
    Case(
      title: "no rule", text: "[1 // bodylint-disable-line\n]", found: [1], kept: [1],
      notes: ["1:7: this comment names no rule: 'bodylint-disable-line RULE'"]),
    Case(
      title: "what could be a secret is not repeated", text: "[1 // bodylint-disable-line pa$$word\n]",
      notes: ["1:29: this is no id of a rule; a reason stands behind ' -- '"]),
    Case(
      title: "a misspelt word", text: "[1 // bodylint-disable-lin duplicate-lun\n]", found: [1], kept: [1],
      notes: ["1:7: there is no comment 'bodylint-disable-lin'; did you mean 'bodylint-disable-line'?"]),
    Case(
      title: "a word of other linters", text: "// bodylint-enable\n[]",
      notes: [
        "1:4: there is no comment 'bodylint-enable'; there are: bodylint-disable-next-line, bodylint-disable-line"
      ]),
    Case(
      title: "nothing follows", text: "[]\n// bodylint-disable-next-line duplicate-lun\n",
      notes: ["2:3: nothing follows this 'bodylint-disable-next-line'"]),
    Case(
      title: "unused", text: "[\n// bodylint-disable-next-line duplicate-lun\n1]", found: [3], rule: "weak-password",
      kept: [3], notes: ["2:31: there is no 'duplicate-lun' to suppress here"]),
    Case(
      title: "twice",
      text: "[\n// bodylint-disable-next-line duplicate-lun\n1 // bodylint-disable-line duplicate-lun\n]",
      found: [3], notes: ["3:28: there is no 'duplicate-lun' to suppress here"]),
    Case(
      title: "columns as editors count", text: "[\"\u{1F600}\" // bodylint-disable-line zzz\n]",
      notes: ["1:32: there is no rule 'zzz'; 'bodylint rules' lists them"]),
  ]

  @Test(arguments: cases)
  func comments(_ test: Case) {
    let (kept, notes) = withBytes(test.text) { bytes in
      let lines = LineMap(bytes)
      let findings = test.found.map { line in
        var start = lines.starts[line - 1]
        while bytes[start] == 0x20 { start += 1 }
        return finding(test.rule, range: start..<start + 1)
      }
      let outcome = InlineSuppressions(bytes, lines: lines, knownRules: vocabulary.rules)
        .apply(findings, lines: lines, bytes: bytes, file: "a.jsonc")
      #expect(outcome.kept.count + outcome.suppressed.count == findings.count)
      return (
        outcome.kept.map { lines.line(at: $0.range?.lowerBound ?? 0) + 1 }, outcome.notes.map(\.description)
      )
    }
    #expect(kept == test.kept)
    #expect(notes == test.notes.map { "a.jsonc:" + $0 })
  }

  @Test func reason() {
    let reason = withBytes("[1 // bodylint-disable-line duplicate-lun --  it is\ta test \n]") { bytes in
      let lines = LineMap(bytes)
      return InlineSuppressions(bytes, lines: lines, knownRules: vocabulary.rules)
        .apply([finding("duplicate-lun", range: 1..<2)], lines: lines, bytes: bytes, file: "a").suppressed.first?.reason
    }
    #expect(reason == "it is a test")
  }

  @Test func requestLineIsKept() {
    let kept = withBytes("[1] // bodylint-disable-line duplicate-lun") { bytes in
      let lines = LineMap(bytes)
      return InlineSuppressions(bytes, lines: lines, knownRules: vocabulary.rules)
        .apply([finding("duplicate-lun", nil)], lines: lines, bytes: bytes, file: "a").kept.count
    }
    #expect(kept == 1)
  }
}
