import Findings

/// What changed between two texts, as `diff -u` writes it and `patch` reads it.
///
/// What does not apply: hunks with a line that could do something to a terminal or a log (escape sequences in comments, commands
/// to CI), which is written with escapes like all other output, and those that change a line with a secret, which is written as
/// three stars. Lines with a secret that stay as they are do not come into a hunk.
/// Next to a secret a hunk may have no lines around its change: `patch` takes it, `git apply` wants `--unidiff-zero`.
package struct UnifiedDiff {
  /// Lines around a change that stay as they are.
  private static let contextCount = 3

  /// The diff, or an empty text where the texts are the same.
  ///
  /// - Parameters:
  ///   - name: the file's name; control characters in it are written as escapes.
  ///   - hidden: bytes of the old text that no output may show; changed lines that have any are left as three stars, others out.
  package static func text(_ name: String, from old: [UInt8], to new: [UInt8], hiding hidden: [Range<Int>]) -> String {
    let before = lines(old)
    let after = lines(new)
    let changes = changes(before.map { old[$0] }, after.map { new[$0] })
    guard !changes.isEmpty else { return "" }
    let isHidden = overlapping(before, hidden)
    let name = headerName(name)
    var out = "--- a/\(name)\n+++ b/\(name)\n"
    var index = 0
    while index < changes.count {
      var last = index
      while last + 1 < changes.count {
        let gap = changes[last].old.upperBound..<changes[last + 1].old.lowerBound
        guard gap.count <= 2 * contextCount, !isHidden[gap].contains(true) else { break }
        last += 1
      }
      out += hunk(Array(changes[index...last]), before, after, old, new, isHidden)
      index = last + 1
    }
    return out
  }

  private typealias Change = (old: Range<Int>, new: Range<Int>)

  private static func hunk(
    _ changes: [Change], _ before: [Range<Int>], _ after: [Range<Int>], _ old: [UInt8], _ new: [UInt8],
    _ isHidden: [Bool]
  ) -> String {
    let (oldStart, oldEnd) = ends(changes[0].old.lowerBound..<changes.last!.old.upperBound, isHidden)
    let newStart = changes[0].new.lowerBound - (changes[0].old.lowerBound - oldStart)
    let newEnd = changes.last!.new.upperBound + (oldEnd - changes.last!.old.upperBound)
    func span(_ start: Int, _ end: Int) -> String {
      end - start == 1 ? "\(start + 1)" : "\(end == start ? start : start + 1),\(end - start)"
    }
    var out = "@@ -\(span(oldStart, oldEnd)) +\(span(newStart, newEnd)) @@\n"
    var position = oldStart
    func write(_ mark: String, _ range: Range<Int>, _ text: [UInt8], hides: Bool) {
      let isWhole = text[range].last == 0x0A
      out += mark + (hides ? "***" : shown(text[range])) + (isWhole ? "\n" : "\n\\ No newline at end of file\n")
    }
    for change in changes {
      while position < change.old.lowerBound {
        write(" ", before[position], old, hides: false)
        position += 1
      }
      // A secret on a changed line hides both the old line and the new one.
      let hides = change.old.contains { isHidden[$0] }
      for line in change.old { write("-", before[line], old, hides: hides) }
      for line in change.new { write("+", after[line], new, hides: hides) }
      position = change.old.upperBound
    }
    while position < oldEnd {
      write(" ", before[position], old, hides: false)
      position += 1
    }
    return out
  }

  /// Where the lines begin and end that a hunk shows: those around its changes as far as none of them is hidden.
  private static func ends(_ changed: Range<Int>, _ isHidden: [Bool]) -> (start: Int, end: Int) {
    var start = changed.lowerBound
    while start > 0, changed.lowerBound - start < contextCount, !isHidden[start - 1] { start -= 1 }
    var end = changed.upperBound
    while end < isHidden.count, end - changed.upperBound < contextCount, !isHidden[end] { end += 1 }
    // With fewer lines behind the change than before it, a hunk is one for the end of the file.
    if end < isHidden.count { start = max(start, changed.lowerBound - (end - changed.upperBound)) }
    return (start, end)
  }

  /// A name as `patch -p1` and `git apply` find it: without what leads to where they run, and with a tab behind one that has a
  /// blank in it, at which it would end.
  private static func headerName(_ name: String) -> String {
    var path = name.utf8[...]
    while true {
      if path.first == UInt8(ascii: "/") {
        path.removeFirst()
      } else if path.starts(with: "./".utf8) {
        path.removeFirst(2)
      } else {
        break
      }
    }
    return String(Substring(path)) + (path.contains(UInt8(ascii: " ")) ? "\t" : "")
  }

  /// A line without its line feed. Tabs, a carriage return at its end and a byte order mark before the first are as harmless as
  /// they are common.
  private static func shown(_ line: ArraySlice<UInt8>) -> String {
    var content = line.last == 0x0A ? line.dropLast() : line
    let isCRLF = content.last == 0x0D && line.last == 0x0A
    if isCRLF { content = content.dropLast() }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let isMarked = content.startIndex == 0 && content.starts(with: mark)
    if isMarked { content = content.dropFirst(3) }
    let separator = content.prefix(hashCount(content))
    content = content.dropFirst(separator.count)
    let parts = content.split(separator: 0x09, omittingEmptySubsequences: false)
    return (isMarked ? "\u{FEFF}" : "") + String(decoding: separator, as: UTF8.self)
      + parts.map { printable(String(decoding: $0, as: UTF8.self)) }.joined(separator: "\t") + (isCRLF ? "\r" : "")
  }

  /// How many `#` a line begins with that separate the requests of a `.http` file, or underline a comment: no command has nothing
  /// or a blank behind them.
  private static func hashCount(_ content: ArraySlice<UInt8>) -> Int {
    let count = content.prefix { $0 == UInt8(ascii: "#") }.count
    guard count < content.count else { return count }
    let next = content[content.startIndex + count]
    return count >= 3 && (next == 0x20 || next == 0x09) ? count : 0
  }

  /// For each line whether any of the ranges has a byte of it.
  private static func overlapping(_ lines: [Range<Int>], _ ranges: [Range<Int>]) -> [Bool] {
    var out = [Bool](repeating: false, count: lines.count)
    var line = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      while line < lines.count, lines[line].upperBound <= range.lowerBound { line += 1 }
      // The next range may begin on the line that this one ends on.
      var last = line
      while last < lines.count, lines[last].lowerBound < range.upperBound {
        out[last] = true
        last += 1
      }
      line = max(line, last - 1)
    }
    return out
  }

  /// Lines with their line breaks.
  private static func lines(_ text: [UInt8]) -> [Range<Int>] {
    var out: [Range<Int>] = []
    var start = 0
    for (index, byte) in text.enumerated() where byte == 0x0A {
      out.append(start..<index + 1)
      start = index + 1
    }
    if start < text.count { out.append(start..<text.count) }
    return out
  }

  /// Runs of lines that differ. Fixes change few lines: the next place where both texts agree again is near.
  private static func changes(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Change] {
    var out: [Change] = []
    var a = 0
    var b = 0
    while a < old.count || b < new.count {
      if a < old.count, b < new.count, old[a] == new[b] {
        a += 1
        b += 1
        continue
      }
      let (skipOld, skipNew) = resynchronized(old[a...], new[b...])
      out.append((a..<a + skipOld, b..<b + skipNew))
      a += skipOld
      b += skipNew
    }
    return out
  }

  /// How many lines of both to pass over until they agree again.
  private static func resynchronized(
    _ old: ArraySlice<ArraySlice<UInt8>>, _ new: ArraySlice<ArraySlice<UInt8>>
  ) -> (Int, Int) {
    let reach = 200
    for distance in 1...reach {
      for skipOld in 0...distance {
        let skipNew = distance - skipOld
        guard skipOld <= old.count, skipNew <= new.count else { continue }
        let rest = old.dropFirst(skipOld)
        let others = new.dropFirst(skipNew)
        if rest.isEmpty && others.isEmpty { return (skipOld, skipNew) }
        // A line that says something, or two that agree, so that a lone bracket does not pass for an agreement.
        if let line = rest.first, line == others.first,
          line.filter({ $0 > 0x20 }).count > 4 || rest.dropFirst().first == others.dropFirst().first
        {
          return (skipOld, skipNew)
        }
      }
    }
    return (old.count, new.count)
  }
}
