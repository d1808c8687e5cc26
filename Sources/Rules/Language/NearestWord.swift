/// The word that was probably meant: the nearest by optimal string alignment distance (insertions, deletions,
/// substitutions, and swaps of neighbours), case folded; nil where none is near enough.
///
/// Near enough is one slip in three letters, at most three slips. Of equally near words the first listed wins, so
/// that the answer does not hang on a hash seed.
package func nearestWord(to word: String, in words: some Sequence<String>) -> String? {
  let letters = Array(word.lowercased().unicodeScalars.prefix(64))
  let slipsMax = min(3, max(1, letters.count / 3))
  var best: (word: String, distance: Int)?
  for candidate in words {
    let other = Array(candidate.lowercased().unicodeScalars.prefix(64))
    guard abs(other.count - letters.count) <= slipsMax else { continue }
    let distance = alignmentDistance(letters, other)
    if distance <= slipsMax, distance < best?.distance ?? Int.max { best = (candidate, distance) }
  }
  return best?.word
}

private func alignmentDistance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
  var before: [Int] = []
  var previous = Array(0...other.count)
  for row in one.indices {
    var current = [row + 1]
    for column in other.indices {
      var cost = min(
        previous[column + 1] + 1, current[column] + 1, previous[column] + (one[row] == other[column] ? 0 : 1))
      if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
        cost = min(cost, before[column - 1] + 1)
      }
      current.append(cost)
    }
    before = previous
    previous = current
  }
  return previous[other.count]
}
