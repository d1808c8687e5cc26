/// A JSON Pointer (RFC 6901): the way from the root of a document to one value in it.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  /// The string form: empty for the root, otherwise tokens each led by `/`, with `~0` for `~` and `~1` for `/`.
  public private(set) var description: String

  /// The pointer of these reference tokens, unescaped.
  public init(_ tokens: [String] = []) {
    description = ""
    for token in tokens { append(token) }
  }

  /// Reads the string form: empty, or tokens each led by `/`, with `~0` for `~` and `~1` for `/`.
  ///
  /// Returns nil where the text is no pointer: it neither is empty nor begins with `/`, or has a `~` that is not
  /// followed by 0 or 1.
  public init?(_ text: some StringProtocol) {
    guard text.isEmpty || text.utf8.first == UInt8(ascii: "/") else { return nil }
    var isEscaping = false
    for byte in text.utf8 {
      guard !isEscaping || byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else { return nil }
      isEscaping = byte == UInt8(ascii: "~")
    }
    guard !isEscaping else { return nil }
    description = String(text)
  }

  /// - Parameter text: a pointer's string form.
  init(checked text: String) { description = text }

  /// The reference tokens, unescaped: member names and array indexes as text.
  public var tokens: [String] {
    get {
      var text = description
      return text.withUTF8 { bytes in
        bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst().map {
          Self.token(UnsafeBufferPointer(rebasing: $0))
        }
      }
    }
    set { self = JSONPointer(newValue) }
  }

  /// This pointer with one more token.
  public func appending(_ token: String) -> JSONPointer {
    var out = self
    out.append(token)
    return out
  }

  /// Whether this is the pointer to the whole document.
  package var isRoot: Bool { description.isEmpty }

  /// The last of the ``tokens``; nil for the root.
  package var last: String? {
    var text = description
    return text.withUTF8 { bytes in
      guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return nil }
      return Self.token(UnsafeBufferPointer(rebasing: bytes[(slash + 1)...]))
    }
  }

  /// The pointer to what the place is in; the root is in itself.
  package var parent: JSONPointer {
    guard let slash = description.utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return JSONPointer(checked: String(description[..<slash]))
  }

  /// The way from another place to this one; nil where this one is not in it.
  package func relative(to base: JSONPointer) -> JSONPointer? {
    guard description.utf8.starts(with: base.description.utf8) else { return nil }
    let rest = description.utf8.dropFirst(base.description.utf8.count)
    guard rest.isEmpty || rest.first == UInt8(ascii: "/") else { return nil }
    return JSONPointer(checked: String(Substring(rest)))
  }

  private static func token(_ text: UnsafeBufferPointer<UInt8>) -> String {
    guard text.contains(UInt8(ascii: "~")) else { return String(decoding: text, as: UTF8.self) }
    var out: [UInt8] = []
    var isEscaping = false
    for byte in text {
      if isEscaping {
        out.append(byte == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
      } else if byte != UInt8(ascii: "~") {
        out.append(byte)
      }
      isEscaping = !isEscaping && byte == UInt8(ascii: "~")
    }
    return String(decoding: out, as: UTF8.self)
  }

  private mutating func append(_ token: String) {
    description += "/"
    guard token.utf8.contains(where: Self.isEscaped) else {
      description += token
      return
    }
    for scalar in token.unicodeScalars {
      switch scalar {
      case "~": description += "~0"
      case "/": description += "~1"
      default: description.unicodeScalars.append(scalar)
      }
    }
  }

  static func isEscaped(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "~") || byte == UInt8(ascii: "/") }
}
