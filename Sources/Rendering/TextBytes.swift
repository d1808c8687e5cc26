/// Text in the making, as bytes: appending to a `String` costs a hundred instructions a piece, and a finding has forty.
struct TextBytes {
  private(set) var bytes: [UInt8] = []
  private let isColored: Bool

  init(isColored: Bool, capacity: Int) {
    self.isColored = isColored
    bytes.reserveCapacity(capacity)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

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
    for _ in 0..<max(0, count) { bytes.append(UInt8(ascii: character)) }
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
