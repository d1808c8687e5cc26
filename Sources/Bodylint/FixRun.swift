import Findings
import JSONText
import Rules

/// Mends a file's text by the fixes of its findings, and checks the result before anybody writes it.
package struct FixRun {
  /// What was done to a text.
  package struct Outcome {
    /// The text with the fixes in it; nil where there was nothing to do.
    package var bytes: [UInt8]?
    /// Fixes that were made.
    package var fixedCount = 0
    /// Fixes that were left alone because the text would have had a finding more.
    package var refusedCount = 0
  }

  /// A fix can make room for another: a letter case that is right makes a property known, and its null removable.
  private static let roundCountMax = 10
  /// Where all fixes together do harm, so many checks, each of the whole text, go to finding the ones that do none.
  private static let checkCounts = 16...64
  /// What these checks read in all, in bytes, beyond the least number of them.
  private static let checkedCountMax = 256 << 20

  private let allowsUnsafe: Bool
  private let check: (UnsafeBufferPointer<UInt8>) throws -> [Finding]

  /// - Parameters:
  ///   - allowsUnsafe: good guesses are made as well.
  ///   - check: judges a text as the file was judged: the findings that may be mended, and that count.
  package init(
    allowsUnsafe: Bool, check: @escaping (UnsafeBufferPointer<UInt8>) throws -> [Finding]
  ) {
    self.allowsUnsafe = allowsUnsafe
    self.check = check
  }

  /// Mends a text, again and again until nothing is left to do.
  ///
  /// - Parameter findings: what was found in it.
  package func mend(_ original: UnsafeBufferPointer<UInt8>, _ findings: [Finding]) throws -> Outcome {
    let (outcome, rest) = try mend(original, findings, allowsUnsafe: allowsUnsafe)
    // What could not be read before, and cannot be read after, is not written: a half mended text is a worse one.
    guard allowsUnsafe, outcome.bytes != nil, rest.contains(where: Self.isSyntax) else { return outcome }
    var safe = try mend(original, findings, allowsUnsafe: false).outcome
    safe.refusedCount += outcome.fixedCount - safe.fixedCount
    return safe
  }

  private static func isSyntax(_ finding: Finding) -> Bool {
    finding.rule == "malformed-json" || finding.rule == "malformed-encoding"
  }

  private func mend(
    _ original: UnsafeBufferPointer<UInt8>, _ findings: [Finding], allowsUnsafe: Bool
  ) throws -> (outcome: Outcome, rest: [Finding]) {
    var outcome = Outcome()
    var findings = findings
    var text = Array(original)
    for _ in 0..<Self.roundCountMax {
      let fixes = compatible(findings, allowsUnsafe)
      guard !fixes.isEmpty else { break }
      let before = Tally(findings)
      let all = Self.apply(fixes, to: text)
      let after = try all.withUnsafeBufferPointer(check)
      if after.count < findings.count, !Tally(after).exceeds(before) {
        outcome.fixedCount += fixes.count
        (text, findings) = (all, after)
        continue
      }
      // Some fix does harm: find the ones that do none.
      let sound = try harmless(fixes, text, before, findings.count)
      outcome.refusedCount += fixes.count - sound.count
      guard !sound.isEmpty else { break }
      text = Self.apply(sound, to: text)
      findings = try text.withUnsafeBufferPointer(check)
      outcome.fixedCount += sound.count
      // What was refused would be refused again.
      break
    }
    if outcome.fixedCount > 0 { outcome.bytes = text }
    return (outcome, findings)
  }

  /// The fixes that can be made at once: of those that overlap, the first.
  private func compatible(_ findings: [Finding], _ allowsUnsafe: Bool) -> [Fix] {
    var out: [Fix] = []
    var end = 0
    let fixes = findings.compactMap(\.fix).filter { $0.isSafe || allowsUnsafe }
    for fix in fixes.sorted(by: { $0.edits[0].range.lowerBound < $1.edits[0].range.lowerBound }) {
      let range = fix.edits[0].range.lowerBound..<fix.edits.last!.range.upperBound
      guard range.lowerBound >= end, out.last != fix else { continue }
      // Two insertions at one place have no order.
      if let last = out.last?.edits.last, last.range.isEmpty, last.range.lowerBound == range.lowerBound { continue }
      out.append(fix)
      end = range.upperBound
    }
    return out
  }

  /// The fixes that do no harm, of those that together do: tried one by one where they are few, else in ever smaller
  /// halves. What could not be tried is none of them.
  private func harmless(_ fixes: [Fix], _ text: [UInt8], _ before: Tally, _ count: Int) throws -> [Fix] {
    let affordable = Self.checkedCountMax / max(1, text.count)
    var checksLeft = max(Self.checkCounts.lowerBound, min(Self.checkCounts.upperBound, affordable))
    // The groups that wait, the first of them last, so that fixes are made in their order.
    var groups: [ArraySlice<Fix>] =
      fixes.count <= checksLeft ? fixes.indices.reversed().map { fixes[$0...$0] } : Self.halves(fixes[...])
    var sound: [Fix] = []
    var count = count
    while checksLeft > 0, let group = groups.popLast() {
      checksLeft -= 1
      let tried = Self.apply(sound + group, to: text)
      let after = try tried.withUnsafeBufferPointer(check)
      // A fix that leaves as many findings as there were mends nothing.
      if after.count < count, !Tally(after).exceeds(before) {
        count = after.count
        sound += group
      } else if group.count > 1 {
        groups += Self.halves(group)
      }
    }
    return sound
  }

  /// Both halves, the first of them last.
  private static func halves(_ fixes: ArraySlice<Fix>) -> [ArraySlice<Fix>] {
    let middle = fixes.startIndex + fixes.count / 2
    return [fixes[middle...], fixes[..<middle]]
  }

  private static func apply(_ fixes: [Fix], to text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var position = 0
    for edit in fixes.flatMap(\.edits) {
      out += text[position..<edit.range.lowerBound]
      out += Array(edit.text.utf8)
      position = edit.range.upperBound
    }
    return out + text[position...]
  }

  /// How many findings of which rule.
  private struct Tally {
    private var counts: [String: Int] = [:]

    init(_ findings: [Finding]) {
      for finding in findings {
        counts[finding.rule, default: 0] += 1
      }
    }

    /// There are more findings of some rule than there were.
    func exceeds(_ other: Tally) -> Bool { counts.contains { $0.value > other.counts[$0.key, default: 0] } }
  }
}
