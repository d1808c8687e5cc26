import CScan

/// What was found of words of 4 to 16 bytes: the same ones come again and again. A new word takes the place of an old one.
final class ShortWords {
  private struct Word {
    var first: UInt64 = 0
    var last: UInt64 = 0
    var count = 0
    var isSecret = false
  }

  private let words: UnsafeMutablePointer<Word>
  private static let count = 256

  init() {
    words = .allocate(capacity: Self.count)
    words.initialize(repeating: Word(), count: Self.count)
  }

  deinit { words.deallocate() }

  /// What is known of a word, or what `judge` says; shorter and longer words are always judged.
  @inline(__always)
  func verdict(on word: UnsafeBufferPointer<UInt8>, _ judge: () -> Bool) -> Bool {
    guard 4...16 ~= word.count, let start = word.baseAddress else { return judge() }
    // Words of that length are all of their key.
    let (first, last) = Self.key(start, word.count)
    let slot = words + Int(truncatingIfNeeded: ((first ^ last &* 31) &* 0x9E37_79B9_7F4A_7C15) &>> 56)
    if slot.pointee.first == first, slot.pointee.last == last, slot.pointee.count == word.count {
      return slot.pointee.isSecret
    }
    let isSecret = judge()
    slot.pointee = Word(first: first, last: last, count: word.count, isSecret: isSecret)
    return isSecret
  }

  /// The first and the last eight bytes, or of a shorter word four.
  @inline(__always)
  private static func key(_ word: UnsafePointer<UInt8>, _ count: Int) -> (UInt64, UInt64) {
    count >= 8
      ? (cscan_load8(word), cscan_load8(word + (count - 8)))
      : (UInt64(cscan_load4(word)), UInt64(cscan_load4(word + (count - 4))))
  }
}
