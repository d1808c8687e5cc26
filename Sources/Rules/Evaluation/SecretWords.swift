import CScan

/// Words of small letters that make a name suspicious wherever they stand in it, looked for all at once.
struct SecretWords: @unchecked Sendable {
  // Unchecked: the memory is written once, and lives as long as the process: the words are constants.

  private struct Word {
    /// The first eight bytes, or as many as there are, and which those are.
    var beginning: UInt64 = 0
    var mask: UInt64 = 0
    var rest: [UInt8] = []
    var count = 0
    /// As ``Letters/occurring(_:)`` has them.
    var letters: UInt64 = 0
  }

  private let words: UnsafeMutablePointer<Word>
  private let wordCount: Int

  /// So many bytes have to be readable behind a name.
  static let slack = 8

  init(_ words: [String]) {
    wordCount = words.count
    self.words = .allocate(capacity: words.count)
    for (index, text) in words.enumerated() {
      var word = Word()
      for (offset, byte) in text.utf8.prefix(8).enumerated() {
        word.beginning |= UInt64(byte) << UInt64(offset * 8)
        word.mask |= 0xFF << UInt64(offset * 8)
      }
      word.rest = Array(text.utf8.dropFirst(8))
      word.count = text.utf8.count
      word.letters = Letters.occurring(text.utf8)
      (self.words + index).initialize(to: word)
    }
  }

  /// Whether a folded name has one of them.
  ///
  /// - Parameters:
  ///   - name: with ``slack`` readable bytes behind it.
  ///   - letters: those that occur in it.
  func occur(in name: UnsafeBufferPointer<UInt8>, letters: UInt64) -> Bool {
    // Most names lack some letter of every word.
    for index in 0..<wordCount where words[index].letters & ~letters == 0 {
      if occurs(words + index, in: name) { return true }
    }
    return false
  }

  private func occurs(_ word: UnsafePointer<Word>, in name: UnsafeBufferPointer<UInt8>) -> Bool {
    let (beginning, mask, count) = (word.pointee.beginning, word.pointee.mask, word.pointee.count)
    guard count <= name.count else { return false }
    for start in 0...name.count - count where cscan_load8(name.baseAddress! + start) & mask == beginning {
      if count <= 8 || name[start + 8..<start + count].elementsEqual(word.pointee.rest) { return true }
    }
    return false
  }
}
