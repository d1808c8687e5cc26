import Findings

/// Text in the making, as bytes in memory of its own: a finding has forty pieces, most of them of a few bytes, and appending those to
/// a `String` or an array costs more than making them.
struct TextBytes: ~Copyable {
  private var start: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int
  private let isColored: Bool

  /// - Parameter capacity: bytes that are expected; there may be more.
  init(isColored: Bool, capacity: Int) {
    self.isColored = isColored
    self.capacity = max(capacity, 64)
    start = .allocate(capacity: self.capacity)
  }

  deinit { start.deallocate() }

  /// The text so far; to be used before anything is added.
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  /// Room for so many bytes behind the text.
  @inline(__always)
  private mutating func room(_ wanted: Int) -> UnsafeMutablePointer<UInt8> {
    if capacity - count < wanted { grow(wanted) }
    return start + count
  }

  @inline(never)
  private mutating func grow(_ wanted: Int) {
    capacity = max(capacity * 2, count + wanted)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
  }

  @inline(__always)
  mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    guard let first = text.baseAddress else { return }
    room(text.count).update(from: first, count: text.count)
    count += text.count
  }

  mutating func add(text: String) {
    var text = text
    text.withUTF8 { add($0) }
  }

  /// Adds a text as ``printable(_:limit:)`` leaves it.
  mutating func add(printable text: String) {
    var text = text
    let isPlain = text.withUTF8 { bytes in
      let isPlain = Findings.isPlain(bytes)
      if isPlain { add(bytes) }
      return isPlain
    }
    if !isPlain { add(text: Findings.printable(text)) }
  }

  @inline(__always)
  mutating func add(_ text: StaticString) {
    add(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Adds a number in decimal digits.
  mutating func add(_ number: Int) {
    guard number >= 0 else {
      add(text: String(number))
      return
    }
    // As many as the largest number has.
    let end = room(20) + 20
    var digit = end
    var rest = number
    repeat {
      digit -= 1
      digit.pointee = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    let digits = end - digit
    (start + count).update(from: digit, count: digits)
    count += digits
  }

  mutating func add(_ character: Unicode.Scalar, count repeats: Int) {
    guard repeats > 0 else { return }
    room(repeats).update(repeating: UInt8(ascii: character), count: repeats)
    count += repeats
  }

  /// Begins a colour (SGR parameters), where there are colours; ``endColor()`` ends it.
  @inline(__always)
  mutating func beginColor(_ code: StaticString) {
    guard isColored else { return }
    add("\u{1B}[")
    add(code)
    add("m")
  }

  @inline(__always)
  mutating func endColor() { if isColored { add("\u{1B}[0m") } }
}
