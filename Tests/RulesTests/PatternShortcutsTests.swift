import Rules
import Testing

/// What is read off a pattern's spelling is what PCRE2 makes of it: texts over an alphabet that has all the borders, up to
/// four characters long and at random beyond, judged with shortcuts and without.
@Suite struct PatternShortcutsTests {
  @Test(arguments: [
    #"^[A-Za-z0-9._-]*+$"#, #"^[a-c]+$"#, #"^[^a.]*$"#, #"(?<!\.)$"#, #"(?<![_.-])$"#, #"^(?!_)"#, #"^(?![_.])"#,
    #"^.?$|(?<![_.-])$"#, #"^(?![_.-])[A-Za-z0-9_.-]*+(?<![.-])$"#, #"^(?!(?i:azure|ab))"#, #"^(?!(?i:a)b[.])"#,
    #"^(?!(?i:a)b?c)"#, #"^(?!(?i:a|b)\.)"#, #"^[0-9]+\.[0-9]+$"#, #"^[0-9]+(?:\.[0-9]+)*$"#,
    #"^[0-9]+(?:\.[0-9]+){2}$"#,
    #"^[0-9]+$"#, #"^[\p{L}\p{Nd}_.]*+$"#, #"^[\x00-\x40]*$"#, #"^[^\\/"'\[\]:|<>]*+$"#, #"^[]a]*$"#, #"^[a\]]*$"#,
    #"^[-a]*$"#,
    #"^[a-]*$"#, #"^[\w.]+$"#, #"^[^\W]+$"#, #"a"#, #"^a"#, #"a$"#, #"^[a]+"#, #"[a]+$"#, #"^$"#, #"^(?![abc])$"#,
    #"^(?<!a)$"#, #"^.?$|^$"#, #"^(?!(?i:a)[0-9]|b)"#, #"^(?!(?i:a)(?:b)|c)"#,
    #"^(?!(?i:a)[b]*|c)"#, #"^(?!(?i:a)\.b|c)"#, #"^(?!(?i:a)$|c)"#, #"^(?!(?i:a)[]|]|c)"#, #"^[^\p{L}]*$"#,
    #"^[^\p{Nd}]*$"#, #"^(?!(?i:ks))"#, #"^(?!(?i:s))"#, #"^[a-c]+[0-9]$"#,
    #"^[a]|b$"#,
    #"^(?!a|b)"#, #"^(?!ab)"#, #"^(?![^a])"#, #"^(?![^\x00-\x7f])[^.]*$"#, #"^[a-c]{2}$"#, #"^[a]+?$"#, #"^(?i)[a]+$"#,
    #"^[[:alpha:]]+$"#, #"^\d+$"#, #"(?<!ab)$"#, #"(?<!a)"#, #"^(?![a])(?![b])[a-z]+(?<!c)(?<![d])$"#, #"^[a-b-d]+$"#,
    #"^[+--]+$"#,
    #"^[\x41-\x43]+$"#, #"^[^é]+$"#, #"^[é]+$"#, #"^[a.]+\.[0-9]+$"#, #"^[0-9]+\.[0-9]+|a$"#, #"^[0-9]*(?:\.[0-9]+)*$"#,
  ])
  func agree(_ pattern: String) throws {
    let quoted = pattern.replacing("'", with: "''")
    let rule = Tables.rule(["at: /text", "check: {matches: '\(quoted)'}", "message: wrong"])
    let rules = try RuleSet(files: Tables.common + Tables.structural + [rule])
    let checkers = [Checker(rules), Checker(rules, isThorough: true)]
    let prepared = try checkers.map { try $0.prepare(Request(operation: "Things_Create")) }
    let letters = [
      "a", "b", "c", "d", "Z", "0", "9", ".", "-", "_", "+", ",", "[", "]", "^", "/", "é", "\u{FF21}", "\\u0061", "'",
      "~", "s", "k", "\u{17F}", "\u{212A}", "\u{663}", "|",
    ]
    func check(_ text: String) {
      let body = Array(#"{"text": "\#(text)"}"#.utf8)
      let findings = zip(checkers, prepared).map { checker, prepared in
        body.withUnsafeBufferPointer { checker.check($0, as: prepared).findings }
      }
      #expect(findings[0] == findings[1], "\(pattern) on '\(text)'")
    }
    check("")
    for first in letters {
      check(first)
      for second in letters {
        check(first + second)
        for third in letters { check(first + second + third) }
      }
    }
    var state: UInt32 = 2_463_534_242
    for _ in 0..<4000 {
      var text = ""
      for _ in 0..<Int(state >> 8 % 24) {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        // Mostly of one kind, so that many are accepted.
        text += state & 7 == 0 ? letters[Int(state >> 8) % letters.count] : ["a", "b", "0"][Int(state >> 8) % 3]
      }
      check(text)
      state ^= state << 13
      state ^= state >> 17
      state ^= state << 5
    }
  }
}
