package import JSONText

/// A pattern for JSON pointers: a pointer in which `*` stands for one token and `**` for any number of them.
///
/// What matches a value matches everything in it.
package struct PointerGlob: Sendable, Hashable {
  private enum Token: Sendable, Hashable {
    case literal(String)
    case one
    case anyNumber
  }

  /// A pattern has at most so many tokens.
  static let tokenCountMax = 256

  /// The pattern as it was written.
  package let text: String
  private let tokens: [Token]

  /// Reads `/properties/**/diskSizeGB`.
  package init(_ text: String) throws(GlobError) {
    self.text = text
    guard let pointer = JSONPointer(text) else {
      throw GlobError("'\(text)' is no JSON Pointer: it begins with '/', and '~' is written '~0'")
    }
    guard pointer.tokens.count <= Self.tokenCountMax else {
      throw GlobError("the pointer has over \(Self.tokenCountMax) tokens")
    }
    tokens = pointer.tokens.map { $0 == "*" ? .one : $0 == "**" ? .anyNumber : .literal($0) }
  }

  /// Whether a value is meant, or one that it stands in.
  package func matches(_ pointer: JSONPointer) -> Bool {
    // Where the pattern can be at one token of the pointer.
    var places = [Bool](repeating: false, count: tokens.count + 1)
    places[0] = true
    skipAnyNumbers(&places)
    for token in pointer.tokens {
      if places[tokens.count] { return true }
      var following = [Bool](repeating: false, count: tokens.count + 1)
      for index in tokens.indices where places[index] {
        switch tokens[index] {
        case .literal(let wanted): if wanted == token { following[index + 1] = true }
        case .one: following[index + 1] = true
        case .anyNumber: following[index] = true
        }
      }
      skipAnyNumbers(&following)
      places = following
    }
    return places[tokens.count]
  }

  private func skipAnyNumbers(_ places: inout [Bool]) {
    for index in tokens.indices where places[index] && tokens[index] == .anyNumber { places[index + 1] = true }
  }
}
