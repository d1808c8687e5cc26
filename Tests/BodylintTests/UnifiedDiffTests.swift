import Bodylint
import Testing

@Suite struct UnifiedDiffTests {
  private static func diff(
    _ old: [String], _ new: [String], hiding hidden: [Int] = [], name: String = "a.json"
  ) -> String {
    func text(_ lines: [String]) -> [UInt8] { lines.flatMap { Array(($0 + "\n").utf8) } }
    var ranges: [Range<Int>] = []
    var start = 0
    for (index, line) in old.enumerated() {
      let end = start + line.utf8.count
      if hidden.contains(index) { ranges.append(start..<end) }
      start = end + 1
    }
    return UnifiedDiff.text(name, from: text(old), to: text(new), hiding: ranges)
  }

  /// The lines below the header.
  private static func hunks(_ old: [String], _ new: [String], hiding hidden: [Int] = []) -> [String] {
    let lines = diff(old, new, hiding: hidden).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.dropFirst(2).dropLast().map { String($0) }
  }

  // MARK: Names

  @Test(arguments: [
    ("a.json", "a.json"), ("sub/a.json", "sub/a.json"), ("./sub/a.json", "sub/a.json"), ("././/a.json", "a.json"),
    ("/tmp/a.json", "tmp/a.json"), ("//tmp/a.json", "tmp/a.json"), ("../a.json", "../a.json"),
    (".hidden/a.json", ".hidden/a.json"), ("a b.json", "a b.json\t"), ("./a b/c.json", "a b/c.json\t"),
    ("<stdin>", "<stdin>"),
  ])
  func namesAreFound(_ name: String, _ shown: String) {
    #expect(Self.diff(["x"], ["y"], name: name) == "--- a/\(shown)\n+++ b/\(shown)\n@@ -1 +1 @@\n-x\n+y\n")
  }

  // MARK: Lines that no output may show

  @Test func linesAroundAChangeEndWhereOneIsHidden() {
    let old = (1...12).map { "line \($0)" }
    var new = old
    new[5] = "other"
    let whole = [
      "@@ -3,7 +3,7 @@", " line 3", " line 4", " line 5", "-line 6", "+other", " line 7", " line 8", " line 9",
    ]
    #expect(Self.hunks(old, new) == whole)
    // Before the change: what is behind it stays.
    #expect(
      Self.hunks(old, new, hiding: [3])
        == ["@@ -5,5 +5,5 @@", " line 5", "-line 6", "+other", " line 7", " line 8", " line 9"])
    // Behind it: no more lines stand before it, as a hunk that has more there is one for the end of a file.
    #expect(Self.hunks(old, new, hiding: [7]) == ["@@ -5,3 +5,3 @@", " line 5", "-line 6", "+other", " line 7"])
    #expect(Self.hunks(old, new, hiding: [6]) == ["@@ -6 +6 @@", "-line 6", "+other"])
    #expect(Self.hunks(old, new, hiding: [4, 6]) == ["@@ -6 +6 @@", "-line 6", "+other"])
    // A changed line shows that it is.
    #expect(Self.hunks(old, new, hiding: [5]).filter { $0.contains("***") } == ["-***", "+***"])
  }

  @Test func changesOnBothSidesOfAHiddenLineAreHunksOfTheirOwn() {
    let old = (1...8).map { "line \($0)" }
    var new = old
    new[4] = "other"
    new.remove(at: 1)
    #expect(Self.hunks(old, new).filter { $0.hasPrefix("@@") } == ["@@ -1,8 +1,7 @@"])
    #expect(
      Self.hunks(old, new, hiding: [3]) == [
        "@@ -1,3 +1,2 @@", " line 1", "-line 2", " line 3",
        "@@ -5,4 +4,4 @@", "-line 5", "+other", " line 6", " line 7", " line 8",
      ])
    // One that is taken out between two hidden lines stands behind the line before it.
    new = old
    new.remove(at: 2)
    #expect(Self.hunks(old, new, hiding: [1, 3]) == ["@@ -3 +2,0 @@", "-line 3"])
  }

  // MARK: Lines that could be commands

  @Test(arguments: [
    "###", "#", "##", "##########", "### Make an image", "###\tweb", "#### x", "### a # b",
  ])
  func separatorsStayAsTheyAre(_ line: String) {
    #expect(Self.hunks(["x", line], ["y", line]) == ["@@ -1,2 +1,2 @@", "-x", "+y", " " + line])
  }

  @Test(arguments: [
    ("##[error]x", "#\\u{23}[error]x"), ("###[error]x", "#\\u{23}#[error]x"), ("## x", "#\\u{23} x"),
    ("##vso[task.complete]", "#\\u{23}vso[task.complete]"), (" ###", " #\\u{23}#"),
    ("### ##[error]x", "### #\\u{23}[error]x"), ("###\u{1B}[2J", "#\\u{23}#\\u{1B}[2J"),
    ("### \u{1B}[2J", "### \\u{1B}[2J"),
  ])
  func commandsAreEscaped(_ line: String, _ shown: String) {
    #expect(Self.hunks(["x", line], ["y", line]) == ["@@ -1,2 +1,2 @@", "-x", "+y", " " + shown])
  }
}
