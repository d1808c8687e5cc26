// Writing JSON into bytes.

/// A JSON string. Control characters, line separators and what changes the direction of text are escaped, and a `#` behind
/// another: Azure Pipelines takes `##[…]` and `##vso[…]` in a log for commands.
package func quoted(_ text: String) -> String {
  var out: [UInt8] = []
  out.append(quoted: text)
  return String(decoding: out, as: UTF8.self)
}

extension [UInt8] {
  /// Adds `,"name":"value"`; nothing where there is no value.
  mutating func append(member name: StaticString, _ value: String?) {
    guard let value else { return }
    append(member: name)
    append(quoted: value)
  }

  /// Adds `,"name":1`.
  mutating func append(member name: StaticString, _ value: Int) {
    append(member: name)
    append(decimal: value)
  }

  private mutating func append(member name: StaticString) {
    self += ",\""
    append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    self += "\":"
  }

  mutating func append(decimal number: Int) { self += String(number).utf8 }

  /// Adds an array.
  mutating func append<Item>(list: [Item], _ add: (Item, inout [UInt8]) -> Void) {
    self += "["
    for (index, item) in list.enumerated() {
      if index > 0 { self += "," }
      add(item, &self)
    }
    self += "]"
  }

  /// Adds a JSON string, as ``quoted(_:)`` makes it.
  mutating func append(quoted text: String) {
    var text = text
    text.withUTF8 { append(quoted: $0) }
  }

  private mutating func append(quoted text: UnsafeBufferPointer<UInt8>) {
    append(UInt8(ascii: "\""))
    // What stands for itself is added in runs.
    var start = 0
    var index = 0
    while index < text.count {
      let (length, own) = escape(text, index)
      // A `#` behind another that stands for itself.
      let isSecondHash =
        text[index] == UInt8(ascii: "#") && index > start && text[index - 1] == UInt8(ascii: "#")
      if let escape = isSecondHash ? "\\u0023" : own {
        append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
        self += escape
        start = index + length
      }
      index += length
    }
    append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    append(UInt8(ascii: "\""))
  }
}

/// How many bytes the next character has, and what is written for it where it does not stand for itself.
private func escape(_ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> (length: Int, escape: String?) {
  let byte = text[index]
  switch byte {
  case UInt8(ascii: "\""): return (1, "\\\"")
  case UInt8(ascii: "\\"): return (1, "\\\\")
  case UInt8(ascii: "\n"): return (1, "\\n")
  case UInt8(ascii: "\r"): return (1, "\\r")
  case UInt8(ascii: "\t"): return (1, "\\t")
  case 0x20..<0x7F: return (1, nil)
  default:
    // The text of a String is sound UTF-8.
    let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    let character = String(decoding: text[index..<index + length], as: UTF8.self)
    return (length, character.unicodeScalars.first.flatMap(escape))
  }
}

private func escape(_ scalar: Unicode.Scalar) -> String? {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
    return UTF16.encode(scalar)!.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  default: return nil
  }
}
