/// Text in the making, as bytes: appending to a `String` costs a hundred instructions a piece, and a finding has forty.
struct TextBytes {
  var bytes: [UInt8] = []
  private let isColored: Bool

  init(isColored: Bool) { self.isColored = isColored }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func add(_ number: Int) {
    guard number >= 0 else {
      add(String(number))
      return
    }
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  mutating func add(_ character: Unicode.Scalar, count: Int) {
    if count > 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: character), count: count)) }
  }

  /// Begins a colour (SGR parameters), where there are colours; ``endColor()`` ends it.
  mutating func beginColor(_ code: StaticString) {
    guard isColored else { return }
    add("\u{1B}[")
    add(code)
    add("m")
  }

  mutating func endColor() { if isColored { add("\u{1B}[0m") } }
}
