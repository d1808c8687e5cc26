/// A JSON Pointer (RFC 6901): the way from the root of a document to one value in it.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  /// The reference tokens, unescaped: member names and array indexes as text.
  public var tokens: [String]

  public init(_ tokens: [String] = []) { self.tokens = tokens }

  /// Reads the string form: empty, or tokens each led by `/`, with `~0` for `~` and `~1` for `/`.
  ///
  /// Returns nil where the text is no pointer: it neither is empty nor begins with `/`, or has a `~` that is not
  /// followed by 0 or 1.
  public init?(_ text: some StringProtocol) {
    tokens = []
    if text.isEmpty { return }
    guard text.utf8.first == UInt8(ascii: "/") else { return nil }
    for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      var token: [UInt8] = []
      var escaping = false
      for byte in part.utf8 {
        if escaping {
          switch byte {
          case UInt8(ascii: "0"): token.append(UInt8(ascii: "~"))
          case UInt8(ascii: "1"): token.append(UInt8(ascii: "/"))
          default: return nil
          }
          escaping = false
        } else if byte == UInt8(ascii: "~") {
          escaping = true
        } else {
          token.append(byte)
        }
      }
      guard !escaping else { return nil }
      tokens.append(String(decoding: token, as: UTF8.self))
    }
  }

  /// The string form.
  public var description: String {
    var out = ""
    for token in tokens {
      out += "/"
      guard token.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
        out += token
        continue
      }
      for scalar in token.unicodeScalars {
        switch scalar {
        case "~": out += "~0"
        case "/": out += "~1"
        default: out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }

  /// This pointer with one more token.
  public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }
}
