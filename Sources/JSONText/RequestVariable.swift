/// A variable of a file of requests: `{{name}}`, `{{$randomInt 1 2}}`, `{{login.response.body.$.list[?(@.id==1)].name}}`.
///
/// Whatever sends the file fills it in, and nobody else can say what may stand between the braces. Whoever reads such a file
/// asks here, so that the same stretches are variables to all.
package enum RequestVariable {
  /// How long one may be, with its braces: a bound keeps the search for its end linear in the text.
  package static let byteCountMax = 256

  /// Behind the variable that begins at a place; nil where none does.
  ///
  /// - Parameters:
  ///   - limit: where the text ends that it has to be in; nil for all of the text.
  ///   - allowsQuotes: the text is the content of a string, which a quote does not end any more.
  package static func end(
    in text: UnsafeBufferPointer<UInt8>, at start: Int, before limit: Int? = nil, allowsQuotes: Bool = false
  ) -> Int? {
    let last = min(limit ?? text.count, start + byteCountMax)
    let first = start + 2
    guard first + 2 < last, text[start] == UInt8(ascii: "{"), text[start + 1] == UInt8(ascii: "{") else { return nil }
    var index = first
    while index + 1 < last {
      let next = text[index + 1]
      switch text[index] {
      case UInt8(ascii: "}") where next == UInt8(ascii: "}"): return index > first ? index + 2 : nil
      // They do not stand in one another: the first of these lacks its end.
      case UInt8(ascii: "{") where next == UInt8(ascii: "{"): return nil
      case UInt8(ascii: "\"") where !allowsQuotes: return nil
      case 0x00...0x1F, 0x7F: return nil
      case 0xC2 where next >= 0x80 && next <= 0x9F: return nil
      default: index += 1
      }
    }
    return nil
  }
}
