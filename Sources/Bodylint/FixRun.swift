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
    /// Fixes that were tried and left alone, as the text would have had a finding more, or none less.
    package var refusedCount = 0
    /// Fixes that were left alone because finding the ones that do no harm had taken too long by then.
    package var untriedCount = 0
    /// Good guesses that were taken back, as the text would still have been no JSON.
    package var unreadableCount = 0
    /// What is found in the text with the fixes in it.
    package var remaining: [Finding] = []
  }

  /// A fix can make room for another: a letter case that is right makes a property known, and its null removable.
  private static let roundCountMax = 10
  /// So few fixes are tried one by one: of two that do not go together the first is made.
  private static let oneByOneCountMax = 64

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
    var budget = Budget()
    // Safe fixes first, and apart: no guess that does harm may keep one of them from being made.
    let safe = try mend(Progress(text: Array(original), findings: findings), allowsUnsafe: false, &budget)
    guard allowsUnsafe, safe.findings.contains(where: { $0.fix?.isSafe == false }) else { return safe.result }
    let all = try mend(safe, allowsUnsafe: true, &budget)
    // What could not be read before, and cannot be read after, is not written: a half mended text is a worse one.
    let guessCount = all.outcome.fixedCount - safe.outcome.fixedCount
    guard guessCount > 0, all.findings.contains(where: Self.isSyntax) else { return all.result }
    var result = safe.result
    result.refusedCount = all.outcome.refusedCount
    result.untriedCount = all.outcome.untriedCount
    result.unreadableCount = guessCount
    return result
  }

  private static func isSyntax(_ finding: Finding) -> Bool {
    finding.rule == "malformed-json" || finding.rule == "malformed-encoding"
  }

  /// A text on its way.
  private struct Progress {
    var text: [UInt8]
    /// What is found in it.
    var findings: [Finding]
    var outcome = Outcome()

    /// What was done, and what is left.
    var result: Outcome {
      var result = outcome
      result.remaining = findings
      return result
    }

    mutating func take(_ text: [UInt8], _ findings: [Finding], fixedCount: Int) {
      self.text = text
      self.findings = findings
      outcome.bytes = text
      outcome.fixedCount += fixedCount
    }
  }

  private func mend(_ start: Progress, allowsUnsafe: Bool, _ budget: inout Budget) throws -> Progress {
    var progress = start
    progress.outcome.refusedCount = 0
    progress.outcome.untriedCount = 0
    for _ in 0..<Self.roundCountMax {
      let fixes = compatible(progress.findings, allowsUnsafe)
      guard !fixes.isEmpty else { break }
      let all = Self.apply(fixes, to: progress.text)
      let after = try all.withUnsafeBufferPointer(check)
      if after.count < progress.findings.count, !Tally(after).exceeds(Tally(progress.findings)) {
        progress.take(all, after, fixedCount: fixes.count)
        progress.outcome.refusedCount = 0
        continue
      }
      // Some fix does harm: find the ones that do none.
      let (sound, untriedCount) = try harmless(fixes, progress, &budget)
      let refusedCount = fixes.count - sound.count - untriedCount
      // What a round before has refused stays refused where this one mends nothing: there may be no time left to ask again.
      let staysRefused = sound.isEmpty && progress.outcome.refusedCount > 0
      if !staysRefused {
        progress.outcome.refusedCount = refusedCount
        progress.outcome.untriedCount = untriedCount
      }
      guard !sound.isEmpty else { break }
      let text = Self.apply(sound, to: progress.text)
      progress.take(text, try text.withUnsafeBufferPointer(check), fixedCount: sound.count)
      // What was refused may do no harm any more; but where not all could be tried, there is no time to ask again.
      guard untriedCount == 0 else { break }
    }
    return progress
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
  /// halves, of which the largest come first, as they mend most.
  ///
  /// - Returns: also how many could not be tried.
  private func harmless(
    _ fixes: [Fix], _ start: Progress, _ budget: inout Budget
  ) throws -> (sound: [Fix], untriedCount: Int) {
    let before = Tally(start.findings)
    let cost = Budget.cost(start.text, start.findings)
    // The groups that wait, and those that had their turn before them.
    var groups: [Range<Int>] =
      fixes.count <= min(Self.oneByOneCountMax, budget.checksLeft(cost))
      ? fixes.indices.map { $0..<($0 + 1) } : Self.halves(fixes.indices)
    var next = 0
    var isSound = [Bool](repeating: false, count: fixes.count)
    var count = start.findings.count
    while next < groups.count, budget.checksLeft(cost) > 0 {
      budget.spend(cost)
      let group = groups[next]
      next += 1
      let tried = fixes.indices.filter { isSound[$0] || group.contains($0) }.map { fixes[$0] }
      let after = try Self.apply(tried, to: start.text).withUnsafeBufferPointer(check)
      // A fix that leaves as many findings as there were mends nothing.
      if after.count < count, !Tally(after).exceeds(before) {
        count = after.count
        for index in group { isSound[index] = true }
      } else if group.count > 1 {
        groups += Self.halves(group)
      }
    }
    let sound = fixes.indices.filter { isSound[$0] }.map { fixes[$0] }
    return (sound, groups[next...].reduce(0) { $0 + $1.count })
  }

  private static func halves(_ group: Range<Int>) -> [Range<Int>] {
    let middle = group.lowerBound + group.count / 2
    return [group.lowerBound..<middle, middle..<group.upperBound]
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

  /// What may be spent on finding the fixes that do no harm, each check of the whole text.
  private struct Budget {
    /// So many checks are made of the largest text, too.
    private static let checkCountMin = 16
    private static let checkCountMax = 10_000
    /// What they read in all.
    private static let checkedByteCountMax = 256 << 20
    /// A finding takes as long as so many bytes.
    private static let bytesOfAFinding = 256

    private var checkCount = 0
    private var checkedByteCount = 0

    /// What a check of a text takes, in bytes.
    static func cost(_ text: [UInt8], _ findings: [Finding]) -> Int {
      max(1, text.count + findings.count * bytesOfAFinding)
    }

    /// How many more checks may be made that cost as much each.
    func checksLeft(_ cost: Int) -> Int {
      let affordable = min(Self.checkCountMax - checkCount, (Self.checkedByteCountMax - checkedByteCount) / cost)
      return max(Self.checkCountMin - checkCount, affordable)
    }

    mutating func spend(_ cost: Int) {
      checkCount += 1
      checkedByteCount += cost
    }
  }
}
