/// What was found of words of up to 16 bytes: the same ones come again and again. A new word takes the place of an old one.
final class ShortWords<Verdict: BitwiseCopyable> {
  private struct Word {
    var first: UInt64
    var last: UInt64
    var count: Int
    var verdict: Verdict
  }

  private let words: UnsafeMutablePointer<Word>
  /// As many as the eight bits of a slot's number can tell.
  private static var count: Int { 256 }

  /// - Parameter verdict: for the slots that no word has taken yet; never given out.
  init(empty verdict: Verdict) {
    words = .allocate(capacity: Self.count)
    words.initialize(repeating: Word(first: 0, last: 0, count: 0, verdict: verdict), count: Self.count)
  }

  deinit { words.deallocate() }

  /// What is known of a word, or what `judge` says; longer words are always judged.
  @inline(__always)
  func verdict(on word: UnsafeBufferPointer<UInt8>, _ judge: () -> Verdict) -> Verdict {
    guard 1...16 ~= word.count, let start = word.baseAddress else { return judge() }
    // Words of that length are all of their key.
    let (first, last) = endWords(start, word.count)
    let slot = words + Int(truncatingIfNeeded: ((first ^ last &* 31) &* 0x9E37_79B9_7F4A_7C15) &>> 56)
    if slot.pointee.first == first, slot.pointee.last == last, slot.pointee.count == word.count {
      return slot.pointee.verdict
    }
    let verdict = judge()
    slot.pointee = Word(first: first, last: last, count: word.count, verdict: verdict)
    return verdict
  }
}
