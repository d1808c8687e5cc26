import CScan

/// Where a string ends and what is in it, as one scan found it.
struct StringScan {
  enum Stop {
    /// At the closing quote.
    case quote
    /// At the end of the text.
    case end
    /// At a control character.
    case control
    /// At the backslash of an escape that is none.
    case escape
    /// At the backslash of a `\u` escape that is half of a surrogate pair.
    case surrogate
    /// At the first byte of something that is not UTF-8.
    case encoding
  }

  /// The byte that stopped the scan.
  var position: UnsafePointer<UInt8>
  var flags: TapeNode.Flags
  var stop: Stop

  /// Scans the content of a string from its first byte.
  @inline(never)
  static func scan(
    _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, quote: UInt8 = UInt8(ascii: "\"")
  ) -> StringScan {
    var position = start
    var flags: TapeNode.Flags = []
    while true {
      if quote == UInt8(ascii: "\"") { position = cscan_string_end(position, end) }
      guard position < end else { return StringScan(position: position, flags: flags, stop: .end) }
      let byte = position.pointee
      if byte == quote {
        return StringScan(position: position, flags: flags, stop: .quote)
      } else if byte == UInt8(ascii: "\\") {
        flags.insert(.escaped)
        let (length, stop) = escape(position, end: end)
        guard length > 0 else { return StringScan(position: position, flags: flags, stop: stop) }
        position += length
      } else if byte >= 0x80 {
        flags.insert(.nonASCII)
        let length = utf8Length(position, end: end)
        guard length > 0 else { return StringScan(position: position, flags: flags, stop: .encoding) }
        position += length
      } else if byte < 0x20 {
        return StringScan(position: position, flags: flags, stop: .control)
      } else {
        position += 1
      }
    }
  }

  /// The length in bytes of the escape at a backslash, surrogate pairs taken together; 0 and why where it is none.
  private static func escape(
    _ position: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> (length: Int, stop: Stop) {
    guard end - position >= 2 else { return (0, .escape) }
    switch position[1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return (2, .quote)
    case UInt8(ascii: "u"):
      let rest = UnsafeBufferPointer(start: position, count: end - position)
      guard let unit = hexadecimal4(rest, at: 2) else { return (0, .escape) }
      switch unit & 0xFC00 {
      case 0xD800:
        guard end - position >= 12, position[6] == UInt8(ascii: "\\"), position[7] == UInt8(ascii: "u"),
          let low = hexadecimal4(rest, at: 8), low & 0xFC00 == 0xDC00
        else { return (0, .surrogate) }
        return (12, .quote)
      case 0xDC00: return (0, .surrogate)
      default: return (6, .quote)
      }
    default:
      return (0, .escape)
    }
  }
}

/// The length of the UTF-8 sequence at a place (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF),
/// or 0 where there is none.
func utf8Length(_ position: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) -> Int {
  let available = end - position
  let first = position[0]
  switch first {
  case 0x00...0x7F: return 1
  case 0xC2...0xDF:
    return available >= 2 && position[1] & 0xC0 == 0x80 ? 2 : 0
  case 0xE0...0xEF:
    guard available >= 3, position[1] & 0xC0 == 0x80, position[2] & 0xC0 == 0x80 else { return 0 }
    if first == 0xE0 && position[1] < 0xA0 { return 0 }
    if first == 0xED && position[1] > 0x9F { return 0 }
    return 3
  case 0xF0...0xF4:
    guard available >= 4, position[1] & 0xC0 == 0x80, position[2] & 0xC0 == 0x80, position[3] & 0xC0 == 0x80
    else { return 0 }
    if first == 0xF0 && position[1] < 0x90 { return 0 }
    if first == 0xF4 && position[1] > 0x8F { return 0 }
    return 4
  default: return 0
  }
}

/// The end of the number (RFC 8259 section 6) that begins at a place, and whether it is an integer; nil where none
/// does. What follows the number is the caller's business.
@inline(__always)
func scanNumber(
  _ start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
) -> (end: UnsafePointer<UInt8>, isInteger: Bool)? {
  var position = start
  var isInteger = true
  if position < end, position.pointee == UInt8(ascii: "-") { position += 1 }
  guard position < end else { return nil }
  if position.pointee == UInt8(ascii: "0") {
    position += 1
  } else {
    let digits = position
    while position < end, position.pointee &- UInt8(ascii: "0") < 10 { position += 1 }
    if position == digits { return nil }
  }
  if position < end, position.pointee == UInt8(ascii: ".") {
    isInteger = false
    position += 1
    let digits = position
    while position < end, position.pointee &- UInt8(ascii: "0") < 10 { position += 1 }
    if position == digits { return nil }
  }
  if position < end, position.pointee | 0x20 == UInt8(ascii: "e") {
    isInteger = false
    position += 1
    if position < end, position.pointee == UInt8(ascii: "+") || position.pointee == UInt8(ascii: "-") {
      position += 1
    }
    let digits = position
    while position < end, position.pointee &- UInt8(ascii: "0") < 10 { position += 1 }
    if position == digits { return nil }
  }
  return (position, isInteger)
}
