/// Tells of most texts that they have none of some words in them, by the letters that they lack. Case, `-` and `_` make no difference.
struct LetterFilter {
  /// The letters of words that may stand anywhere; none of these sets contains another one of them.
  private let anywhere: [UInt64]
  /// The letters of words that are all of a text.
  private let whole: [UInt64]

  /// A text may have `_` besides a word.
  private static let mark: UInt64 = bit(UInt8(ascii: "_")) << 32

  /// - Parameters:
  ///   - words: folded: small letters and digits.
  ///   - whole: words that only count as all of a text, folded as well.
  init(_ words: [[UInt8]], whole: [[UInt8]]) {
    let sets = Set(words.map { $0.withUnsafeBufferPointer(Self.letters) })
    anywhere = sets.filter { set in !sets.contains { $0 != set && $0 & ~set == 0 } }.sorted()
    self.whole = Set(whole.map { $0.withUnsafeBufferPointer(Self.letters) }).sorted()
  }

  /// False only where the text, folded, neither has one of the words nor is, but for so many slips, one of the whole ones.
  func mayHold(_ text: UnsafeBufferPointer<UInt8>, slips: Int = 0) -> Bool {
    let letters = Self.letters(text)
    // Characters beyond ASCII may be letters of another width.
    guard letters != Self.unknown else { return true }
    for set in anywhere where set & ~letters == 0 { return true }
    for set in whole where Letters.mayBeNear(set, letters & ~Self.mark, slips: slips) { return true }
    return false
  }

  private static let unknown = UInt64.max

  /// A bit for each kind of letter, and one for `_`; digits and `-` have none.
  @inline(__always)
  private static func letters(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var bits: UInt64 = 0
    var all: UInt8 = 0
    for byte in text {
      bits |= bit(byte)
      all |= byte
    }
    // Capital letters stand 32 places before the small ones.
    return all < 0x80 ? (bits | bits << 32) & 0xFFFF_FFFF_0000_0000 : unknown
  }

  @inline(__always)
  private static func bit(_ byte: UInt8) -> UInt64 { UInt64(byte &>> 6 & 1) &<< UInt64(byte & 63) }
}
