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
  /// For each letter of the alphabet where in ``words`` those are that begin with it.
  private let starts: UnsafeMutablePointer<Range<Int>>

  /// So many bytes have to be readable behind a name.
  static let slack = 8

  init(_ words: [String]) {
    let sorted = words.sorted()
    wordCount = sorted.count
    self.words = .allocate(capacity: sorted.count)
    for (index, text) in sorted.enumerated() {
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
    starts = .allocate(capacity: 26)
    for (offset, letter) in "abcdefghijklmnopqrstuvwxyz".enumerated() {
      let first = sorted.firstIndex { $0.first == letter } ?? 0
      (starts + offset).initialize(to: first..<first + sorted.count { $0.first == letter })
    }
  }

  /// Whether a folded name has one of them.
  ///
  /// - Parameters:
  ///   - name: with ``slack`` readable bytes behind it.
  ///   - letters: those that occur in it.
  func occur(in name: UnsafeBufferPointer<UInt8>, letters: UInt64) -> Bool {
    // Most names lack some letter of every word.
    var index = 0
    while index < wordCount, words[index].letters & ~letters != 0 { index += 1 }
    guard index < wordCount else { return false }
    for start in name.indices {
      let letter = Int(name[start]) - Int(UInt8(ascii: "a"))
      guard 0..<26 ~= letter, !starts[letter].isEmpty else { continue }
      let here = cscan_load8(name.baseAddress! + start)
      for index in starts[letter] where here & words[index].mask == words[index].beginning {
        let count = words[index].count
        guard count <= name.count - start else { continue }
        if count <= 8 || name[start + 8..<start + count].elementsEqual(words[index].rest) { return true }
      }
    }
    return false
  }
}
