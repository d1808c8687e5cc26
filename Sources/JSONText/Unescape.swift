/// Decodes the escapes of a JSON string's content (RFC 8259 section 7).
///
/// The parser has vouched for the escapes of a sound document. In a damaged one an unknown escape stands for the
/// character behind the backslash, and a lone surrogate becomes U+FFFD.
package func unescaped(_ content: UnsafeBufferPointer<UInt8>) -> [UInt8] {
  var out: [UInt8] = []
  out.reserveCapacity(content.count)
  var index = 0
  while index < content.count {
    let byte = content[index]
    guard byte == UInt8(ascii: "\\"), index + 1 < content.count else {
      out.append(byte)
      index += 1
      continue
    }
    let escape = content[index + 1]
    index += 2
    switch escape {
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "u"):
      guard let unit = hexadecimal4(content, at: index) else {
        out.append(escape)
        continue
      }
      index += 4
      var scalar = UInt32(unit)
      if unit & 0xFC00 == 0xD800, index + 1 < content.count, content[index] == UInt8(ascii: "\\"),
        content[index + 1] == UInt8(ascii: "u"), let low = hexadecimal4(content, at: index + 2),
        low & 0xFC00 == 0xDC00
      {
        scalar = 0x10000 + ((scalar & 0x3FF) << 10) + UInt32(low & 0x3FF)
        index += 6
      }
      out.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
    default: out.append(escape)
    }
  }
  return out
}

/// Four hexadecimal digits at a place, or nil.
func hexadecimal4(_ content: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16? {
  guard index + 4 <= content.count else { return nil }
  var value: UInt16 = 0
  for offset in 0..<4 {
    guard let digit = hexadecimalDigit(content[index + offset]) else { return nil }
    value = value << 4 | UInt16(digit)
  }
  return value
}

@inline(__always)
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
  default: nil
  }
}
