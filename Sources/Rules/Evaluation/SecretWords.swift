/// Words of small letters that make a name suspicious wherever they stand in it, looked for all at once.
struct SecretWords {
  /// In the order of their first bytes.
  private let words: [[UInt8]]
  /// Where in ``words`` those that begin with a byte are.
  private let starts: [Range<UInt8>]
  /// One bit for each letter that a word begins with.
  private let initials: UInt32

  init(_ words: [String]) {
    let sorted = words.map { Array($0.utf8) }.sorted { $0[0] < $1[0] }
    self.words = sorted
    initials = sorted.reduce(0) { $0 | 1 << UInt32($1[0] - UInt8(ascii: "a")) }
    starts = (0...UInt8.max).map { byte in
      let first = sorted.firstIndex { $0[0] == byte } ?? 0
      return UInt8(first)..<UInt8(first + sorted.count { $0[0] == byte })
    }
  }

  /// Whether a folded name has one of them.
  func occur(in name: UnsafeBufferPointer<UInt8>) -> Bool {
    for start in name.indices where initials &>> UInt32(name[start] &- UInt8(ascii: "a")) & 1 != 0 {
      for index in starts[Int(name[start])] {
        let count = words[Int(index)].count
        guard count <= name.count - start else { continue }
        if words[Int(index)].withUnsafeBufferPointer({ equal(name.baseAddress! + start, $0.baseAddress!, count) }) {
          return true
        }
      }
    }
    return false
  }
}
