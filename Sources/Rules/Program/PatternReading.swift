/// What a PCRE2 pattern certainly matches, read from its spelling.
///
/// Only the kinds that rules are made of are known: characters of a class from beginning to end, what may not stand at
/// the ends, beginnings that are excluded, numbers with periods between them. Of all others it makes nothing, and PCRE2
/// is asked. ASCII only, but for negated classes.
struct PatternReading {
  /// The bytes that all of the text may have; nil where any may stand.
  private(set) var bytes: ByteSet?
  private(set) var takesHigh = true
  private(set) var notFirst = ByteSet()
  private(set) var notLast = ByteSet()
  /// In lower case.
  private(set) var notPrefixes: [String] = []
  /// How many numbers, with periods between them.
  private(set) var numbers: ClosedRange<Int>?

  private var rest: Substring

  /// Nil where the pattern is of another kind.
  init?(_ pattern: String) {
    // Of two alternatives one is enough.
    rest = Substring(pattern.hasPrefix("^.?$|") ? String(pattern.dropFirst(5)) : pattern)
    let isAnchored = take("^")
    while isAnchored, take("(?!") { guard exclusion() else { return nil } }
    let hasBody = body()
    while take("(?<!") {
      guard let set = characters(), take(")") else { return nil }
      notLast = notLast.union(set.bytes)
      if set.takesHigh { takesHigh = false }
    }
    let endsHere = take("$")
    // Between two ends without a body there is only the empty text.
    guard rest.isEmpty, hasBody || !isAnchored || !endsHere, !hasBody || isAnchored && endsHere,
      notLast == ByteSet() || endsHere
    else { return nil }
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }

  // MARK: Parts

  /// Behind `(?!`: characters, or words without letter case and literal text behind them.
  private mutating func exclusion() -> Bool {
    if take("(?i:") {
      guard let close = rest.firstIndex(of: ")") else { return false }
      let words = rest[..<close].split(separator: "|", omittingEmptySubsequences: false)
      guard words.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } }) else {
        return false
      }
      rest = rest[rest.index(after: close)...]
      let literal = String(rest.prefix { $0.isASCII && !"\\^$.[|()?*+{".contains($0) })
      // The character before a quantifier may be there or not.
      let behind = rest.dropFirst(literal.count).first
      guard behind.map({ !"?*+{|".contains($0) }) ?? true else { return false }
      notPrefixes += words.map { asciiLowercased($0 + literal) }
      // Without regard to case, PCRE2 takes U+017F for an s and the Kelvin sign for a k.
      if words.contains(where: { $0.contains { "sSkK".contains($0) } }) { takesHigh = false }
      return skipGroup()
    }
    guard let set = characters(), take(")") else { return false }
    notFirst = notFirst.union(set.bytes)
    if set.takesHigh { takesHigh = false }
    return true
  }

  /// Skips to behind the parenthesis that closes the group that is open.
  private mutating func skipGroup() -> Bool {
    var depth = 1
    while let character = rest.popFirst() {
      switch character {
      case "\\": rest = rest.dropFirst()
      case "[":
        var before: Character?
        // A bracket right behind the opening one, or behind a backslash, is a member.
        while let member = rest.popFirst() {
          if member == "\\" {
            rest = rest.dropFirst()
          } else if member == "]", before != nil {
            break
          }
          before = member
        }
      case "|" where depth == 1: return false
      case "(": depth += 1
      case ")":
        depth -= 1
        if depth == 0 { return true }
      default: break
      }
    }
    return false
  }

  /// A class with a quantifier, or numbers with periods. Whether there is one.
  private mutating func body() -> Bool {
    let start = rest
    guard rest.hasPrefix("["), let set = characters(), take("*+") || take("++") || take("*") || take("+") else {
      rest = start
      return false
    }
    if set.bytes == .digits, !set.takesHigh, rest.hasPrefix(#"\."#) || rest.hasPrefix(#"(?:\."#) {
      return dottedNumbers()
    }
    bytes = set.bytes
    if !set.takesHigh { takesHigh = false }
    return true
  }

  /// Behind the first `[0-9]+`.
  private mutating func dottedNumbers() -> Bool {
    let number = #"\.[0-9]+"#
    var least = 1
    while take(number) { least += 1 }
    if take("(?:\(number))*") {
      numbers = least...Int(UInt32.max)
    } else if take("(?:\(number)){") {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let count = Int(digits), count < 100, take("}") else { return false }
      numbers = least + count...least + count
    } else {
      numbers = least...least
    }
    return true
  }

  /// A class, an escaped character or a plain one.
  private mutating func characters() -> (bytes: ByteSet, takesHigh: Bool)? {
    guard let character = rest.popFirst(), character.isASCII else { return nil }
    switch character {
    case "[": return members()
    case "\\": return escape()
    case "^", "$", ".", "|", "(", ")", "?", "*", "+", "{": return nil
    default: return (ByteSet([character.asciiValue!]), false)
    }
  }

  /// What a backslash introduces. Unicode's letters and digits are as far as ASCII goes what they are there.
  private mutating func escape() -> (bytes: ByteSet, takesHigh: Bool)? {
    if take("p{L}") { return (.letters, false) }
    if take("p{Nd}") { return (.digits, false) }
    if take("x") {
      let digits = rest.prefix(2)
      guard digits.count == 2, let byte = UInt8(digits, radix: 16), byte < 0x80 else { return nil }
      rest = rest.dropFirst(2)
      return (ByteSet([byte]), false)
    }
    guard let character = rest.popFirst(), character.isASCII, !character.isLetter, !character.isNumber else {
      return nil
    }
    return (ByteSet([character.asciiValue!]), false)
  }

  private mutating func members() -> (bytes: ByteSet, takesHigh: Bool)? {
    let isNegated = take("^")
    var hasProperties = false
    var set = ByteSet()
    var isFirst = true
    while isFirst || !take("]") {
      isFirst = false
      guard let character = rest.popFirst(), character.isASCII, character != "[" else { return nil }
      var low = character.asciiValue!
      if character == "\\" {
        let before = rest
        guard let escaped = escape() else { return nil }
        guard before.hasPrefix("x") else {
          // A set, or one character; a range does not begin with it.
          guard !rest.hasPrefix("-") || rest.hasPrefix("-]") else { return nil }
          if before.hasPrefix("p") { hasProperties = true }
          set = set.union(escaped.bytes)
          continue
        }
        low = UInt8(before.dropFirst().prefix(2), radix: 16)!
      }
      guard rest.hasPrefix("-"), !rest.hasPrefix("-]") else {
        set.insert(low)
        continue
      }
      rest = rest.dropFirst()
      guard let end = rest.popFirst(), end.isASCII else { return nil }
      var high = end.asciiValue!
      if end == "\\" {
        guard take("x"), let byte = UInt8(rest.prefix(2), radix: 16), byte < 0x80 else { return nil }
        rest = rest.dropFirst(2)
        high = byte
      }
      guard low <= high else { return nil }
      for byte in low...high { set.insert(byte) }
    }
    // What a property has beyond ASCII is not known here.
    return isNegated ? (set.complement, !hasProperties) : (set, false)
  }
}
