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
  ///
  /// A column of the usual table at a time, as one bit for each of its differences (Hyyrö 2003): a letter costs a dozen
  /// operations and not a dozen for each letter of the other word.
  func distance(to other: Letters, atMost limit: Int) -> Int? {
    guard abs(other.count - count) <= limit else { return nil }
    guard Self.mayBeNear(occurring, other.occurring, slips: limit) else { return nil }
    guard count > 0 else { return other.count }
    let last: UInt64 = 1 << UInt64(count - 1)
    var distance = count
    // Where a row is one more or one less than the row above it, and where the diagonal costs nothing.
    var (more, less, diagonal): (UInt64, UInt64, UInt64) = (.max, 0, 0)
    var sameBefore: UInt64 = 0
    for letter in other.scalars {
      let same = places(of: letter)
      let swapped = ((~diagonal & same) << 1) & sameBefore
      diagonal = (((same & more) &+ more) ^ more) | same | less | swapped
      // The same of a column and the one before it.
      var acrossMore = less | ~(diagonal | more)
      let acrossLess = diagonal & more
      if acrossMore & last != 0 { distance += 1 }
      if acrossLess & last != 0 { distance -= 1 }
      acrossMore = acrossMore << 1 | 1
      more = acrossLess << 1 | ~(diagonal | acrossMore)
      less = acrossMore & diagonal
      sameBefore = same
    }
    return distance <= limit ? distance : nil
  }

  /// A bit for each place of a letter.
  private func places(of letter: UInt32) -> UInt64 {
    var places: UInt64 = 0
    for index in scalars.indices where scalars[index] == letter { places |= 1 &<< UInt64(index) }
    return places
  }
}
