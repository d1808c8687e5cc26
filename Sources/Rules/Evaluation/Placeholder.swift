import CScan
import JSONText

/// Template values that were never filled in: `{name}`, `<name>`, `${NAME}`, `{{name}}`, `@@NAME@@`, `__NAME__`, `%NAME%`.
enum Placeholder {
  /// How much of a value may be something else.
  enum Strictness {
    /// The whole value is one placeholder: for text that may say anything, and for secrets.
    case whole
    /// Free text: the styles that no prose has (`${…}`, `{{…}}`, `@@…@@`) count anywhere.
    case text
    /// Ids and URIs: braces and angle brackets count anywhere too, the other styles as a whole segment.
    case structured
  }

  /// Whether a string as it stands, with escapes, has one that could decode to such a byte: `\u007b`.
  static func isPossibleEscaped(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index + 3 < text.count {
      if text[index] == UInt8(ascii: "\\") {
        if text[index + 1] == UInt8(ascii: "u"), text[index + 2] == UInt8(ascii: "0"),
          text[index + 3] == UInt8(ascii: "0")
        {
          return true
        }
        index += 1
      }
      index += 1
    }
    return false
  }

  /// Whether the text has a byte that could open one: the quick question that nearly every value answers with no.
  @inline(__always)
  static func isPossible(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard var position = text.baseAddress else { return false }
    let end = position + text.count
    while end - position >= 16 {
      if cscan_placeholder_marks(position) != 0 { return true }
      position += 16
    }
    while position < end {
      switch position.pointee {
      case UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "$"), UInt8(ascii: "@"), UInt8(ascii: "%"),
        UInt8(ascii: "_"):
        return true
      default: position += 1
      }
    }
    return false
  }

  /// What stands in a value.
  struct Found {
    let range: Range<Int>
    /// Whatever sends the request fills it in: the value is not known yet, but nobody forgot it.
    let isVariable: Bool
  }

  /// The first placeholder, or nil.
  ///
  /// - Parameter allowsVariables: the text is of a file of requests: ``RequestVariable``s are filled in there, wherever they
  ///   stand in a value. One is found only where nothing else is.
  static func find(
    _ text: UnsafeBufferPointer<UInt8>, _ strictness: Strictness, allowsVariables: Bool
  ) -> Found? {
    if let range = forgotten(text, strictness, allowsVariables) { return Found(range: range, isVariable: false) }
    guard allowsVariables, let range = variable(text) else { return nil }
    return Found(range: range, isVariable: true)
  }

  private static func variable(_ text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    for start in text.indices {
      if let end = RequestVariable.end(in: text, at: start, allowsQuotes: true) { return start..<end }
    }
    return nil
  }

  /// The first that nobody will fill in.
  private static func forgotten(
    _ text: UnsafeBufferPointer<UInt8>, _ strictness: Strictness, _ allowsVariables: Bool
  ) -> Range<Int>? {
    var next = 0
    while next < text.count {
      let start = next
      if allowsVariables, let end = RequestVariable.end(in: text, at: start, allowsQuotes: true) {
        next = end
        continue
      }
      next += 1
      guard let (end, style) = placeholder(in: text, at: start) else { continue }
      let isWhole = start == 0 && end == text.count
      let counts =
        switch (strictness, style) {
        case (_, _) where isWhole: true
        case (.whole, _): false
        case (.text, .distinct), (.structured, .distinct), (.structured, .bracketed): true
        case (.structured, .plain): isSegment(start..<end, of: text)
        default: false
        }
      if counts { return start..<end }
      if strictness == .whole { return nil }
    }
    return nil
  }

  private static func isSegment(_ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>) -> Bool {
    (range.lowerBound == 0 || text[range.lowerBound - 1] == UInt8(ascii: "/"))
      && (range.upperBound == text.count || text[range.upperBound] == UInt8(ascii: "/"))
  }

  private enum Style {
    /// No prose has it.
    case distinct
    /// Prose may have it, ids and URIs hardly.
    case bracketed
    /// Counts only as a whole value, or a whole segment of an id.
    case plain
  }

  private static func placeholder(
    in text: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> (end: Int, style: Style)? {
    func has(_ prefix: StaticString) -> Bool {
      let count = prefix.utf8CodeUnitCount
      guard start + count <= text.count else { return false }
      return (0..<count).allSatisfy { text[start + $0] == prefix.utf8Start[$0] }
    }
    func closing(_ close: StaticString, after opening: Int, _ isName: (UInt8) -> Bool) -> Int? {
      let count = close.utf8CodeUnitCount
      var index = start + opening
      let first = index
      // Names of placeholders are short; a bound keeps the search linear in the text.
      let limit = min(text.count, first + 100)
      while index < limit {
        if index > first, index + count <= text.count,
          (0..<count).allSatisfy({ text[index + $0] == close.utf8Start[$0] })
        {
          return index + count
        }
        guard isName(text[index]) else { return nil }
        index += 1
      }
      return nil
    }
    switch text[start] {
    case UInt8(ascii: "{"):
      if has("{{"), let end = closing("}}", after: 2, isLooseName) { return (end, .distinct) }
      if let end = closing("}", after: 1, isName) {
        // Windows writes GUIDs in braces: that is a value, in the wrong form.
        let content = UnsafeBufferPointer(rebasing: text[start + 1..<end - 1])
        return UUIDCheck.outcome(content) == 0 ? nil : (end, .bracketed)
      }
    case UInt8(ascii: "$"):
      if has("${"), let end = closing("}", after: 2, isLooseName) { return (end, .distinct) }
    case UInt8(ascii: "<"):
      if let end = closing(">", after: 1, isLooseName) { return (end, .bracketed) }
    case UInt8(ascii: "@"):
      if has("@@"), let end = closing("@@", after: 2, isName) { return (end, .distinct) }
    case UInt8(ascii: "_"):
      if has("__"), let end = closing("__", after: 2, isUpperName) { return (end, .plain) }
    case UInt8(ascii: "%"):
      if let end = closing("%", after: 1, isName) { return (end, .plain) }
    default: break
    }
    return nil
  }

  private static func isName(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte &- UInt8(ascii: "0") < 10
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  private static func isUpperName(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") || byte &- UInt8(ascii: "0") < 10
      || byte == UInt8(ascii: "_")
  }

  private static func isLooseName(_ byte: UInt8) -> Bool {
    isName(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: ":") || byte >= 0x80
  }
}
