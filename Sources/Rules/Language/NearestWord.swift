/// The word that was probably meant: the nearest by optimal string alignment distance (insertions, deletions,
/// substitutions, and swaps of neighbours), case folded; nil where none is near enough.
///
/// Near enough is one slip in three letters, at most three slips. Of equally near words the first listed wins, so
/// that the answer does not hang on a hash seed.
package func nearestWord(to word: String, in words: some Sequence<String>) -> String? {
  WordList(words).nearest(to: word)
}

/// Words that are asked for the nearest one again and again.
struct WordList {
  let words: [String]
  private let letters: [Letters]

  init(_ words: some Sequence<String>) {
    self.words = Array(words)
    letters = self.words.map(Letters.init)
  }

  /// See ``nearestWord(to:in:)``.
  func nearest(to word: String) -> String? { nearestIndex(Letters(word)).map { words[$0.index] } }

  /// The nearest word, where no other is as near: a guess that somebody may act on.
  func onlyNearest(to word: String) -> String? {
    let asked = Letters(word)
    guard let (index, distance) = nearestIndex(asked) else { return nil }
    let isAlone = words.indices.allSatisfy {
      words[$0] == words[index] || asked.distance(to: letters[$0], atMost: distance) == nil
    }
    return isAlone ? words[index] : nil
  }

  private func nearestIndex(_ asked: Letters) -> (index: Int, distance: Int)? {
    let slipsMax = Letters.slipsMax(asked.count)
    var best: (index: Int, distance: Int)?
    for index in words.indices {
      // As many slips as the best one has are no improvement.
      let limit = best.map { $0.distance - 1 } ?? slipsMax
      guard limit >= 0 else { break }
      if let distance = asked.distance(to: letters[index], atMost: limit) { best = (index, distance) }
    }
    return best
  }
}

/// The first letters of a word, folded: as many as words have that are worth comparing.
struct Letters {
  static let countMax = 64

  private let scalars: [UInt32]
  /// One bit for each letter that occurs, letters that are 64 apart sharing one: words with few bits in common are far
  /// from one another.
  private let occurring: UInt64

  var count: Int { scalars.count }

  /// One slip in three letters, at most three.
  static func slipsMax(_ count: Int) -> Int { min(3, max(1, count / 3)) }

  /// The letters that occur in a folded ASCII word: one bit each.
  static func occurring(_ word: some Sequence<UInt8>) -> UInt64 {
    word.reduce(0) { $0 | 1 &<< UInt64($1 & 63) }
  }

  /// Whether words of these letters could be so many slips apart: a slip changes at most two kinds of letters.
  static func mayBeNear(_ one: UInt64, _ other: UInt64, slips: Int) -> Bool {
    (one ^ other).nonzeroBitCount <= 2 * slips
  }

  init(_ word: String) {
    var scalars: [UInt32] = []
    scalars.reserveCapacity(Self.countMax)
    if word.utf8.allSatisfy({ $0 < 0x80 }) {
      for byte in word.utf8.prefix(Self.countMax) { scalars.append(UInt32(lowercased(byte))) }
    } else {
      for scalar in word.lowercased().unicodeScalars.prefix(Self.countMax) { scalars.append(scalar.value) }
    }
    self.scalars = scalars
    occurring = scalars.reduce(0) { $0 | 1 << UInt64($1 & 63) }
  }

  /// Optimal string alignment; nil where more slips are needed than the limit.
  func distance(to other: Letters, atMost limit: Int) -> Int? {
    guard abs(other.count - count) <= limit else { return nil }
    guard Self.mayBeNear(occurring, other.occurring, slips: limit) else { return nil }
    let width = other.count + 1
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: 3 * width) { rows -> Int? in
      rows.initialize(repeating: 0)
      var (before, previous, current) = (0, width, 2 * width)
      for column in 0..<width { rows[previous + column] = column }
      for row in 0..<count {
        rows[current] = row + 1
        var least = row + 1
        for column in 0..<other.count {
          let substitution = rows[previous + column] + (scalars[row] == other.scalars[column] ? 0 : 1)
          var cost = min(rows[previous + column + 1] + 1, rows[current + column] + 1, substitution)
          if row > 0, column > 0, scalars[row] == other.scalars[column - 1], scalars[row - 1] == other.scalars[column] {
            cost = min(cost, rows[before + column - 1] + 1)
          }
          rows[current + column + 1] = cost
          least = min(least, cost)
        }
        guard least <= limit + 1 else { return nil }
        (before, previous, current) = (previous, current, before)
      }
      let distance = rows[previous + width - 1]
      return distance <= limit ? distance : nil
    }
  }
}
