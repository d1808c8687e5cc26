import CScan
import JSONText

/// What is usual at a place, and which of those values have nothing to be said of: what the walk asks before anything
/// else, and for most members of most bodies all that it asks.
///
/// It stands in the place's ``ShapeNode``, and once more in the ``PropertyEntry`` of whichever property leads there.
struct UsualValue {
  /// The ``TapeNode/kindAndFlags`` of the values that ``route`` is for; `max`, which none has, where there is no usual
  /// value.
  var kindAndFlags = UInt16.max
  /// How such a value is looked at.
  var route = Route.general
  /// Of a property: how many bytes its name has; `max` where that is too many to be compared at once.
  var nameLength: UInt8 = 0
  /// The register that takes the place's tape index; 0 for none, which nobody reads: where a rule says 0, it means the
  /// place itself.
  var register: UInt16 = 0
  /// Of an enumeration: what ``valueHash(_:_:seed:)`` takes.
  var seed: UInt16 = 0
  /// The place's shape.
  var shape: UInt32 = 0
  /// Of a text its ``Acceptance``, of integers the least accepted (as `Int32`), of an enumeration its first slot.
  var first: UInt32 = 0
  /// Of integers the most accepted (as `Int32`), of an enumeration how many slots it has, less one.
  var second: UInt32 = 0

  /// The accepted integers; none where the least is greater than the most.
  var integers: (least: Int32, most: Int32) {
    @inline(__always) get { (Int32(bitPattern: first), Int32(bitPattern: second)) }
    set { (first, second) = (UInt32(bitPattern: newValue.least), UInt32(bitPattern: newValue.most)) }
  }
}

/// How a usual value is looked at.
enum Route: UInt8 {
  /// It is judged.
  case general
  /// Is it one of the documented values?
  case enumeration
  /// Is the text accepted?
  case text
  /// Is it in the accepted range?
  case integer
  /// Walk over the members of an object that has properties.
  case object
  /// Walk over the elements.
  case array
}

/// A text that is compared at once with whatever stands in a document: 32 bytes, and which of them count.
struct WideText {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  /// One bit for each byte that does not count.
  let rest: UInt32

  /// How many bytes are compared.
  static let byteCount = 32

  /// Of longer texts there is none: they equal nothing.
  init(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.byteCount else {
      // A control character, which stands in no name or string as it is.
      rest = 0
      return
    }
    rest = UInt32(truncatingIfNeeded: UInt64.max << UInt64(bytes.count))
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
  }

  /// Whether a text of the same length, behind whose beginning ``byteCount`` bytes can be read, is this one.
  @inline(__always)
  static func equals(_ wide: UnsafePointer<WideText>, _ text: UnsafePointer<UInt8>) -> Bool {
    let bytes = UnsafeRawPointer(wide).assumingMemoryBound(to: UInt8.self)
    return cscan_equal_of32(bytes, text, wide.pointee.rest) != 0
  }
}

/// A property as the walk meets it: 64 bytes, so that all that a usual member asks for stands together.
struct PropertyEntry {
  let name: WideText
  var usual: UsualValue
  /// The property's bit among the first 64; 0 for the others. Required properties and those that cases speak of are among
  /// the first.
  let bit: UInt64

  init(_ name: String, usual: UsualValue, index: Int) {
    self.name = WideText(name)
    self.usual = usual
    self.usual.nameLength = name.utf8.count <= WideText.byteCount ? UInt8(name.utf8.count) : .max
    bit = index < 64 ? 1 << UInt64(index) : 0
  }
}

/// A documented value of which nothing is to be said, where its hash leads.
struct ValueSlot {
  var text = WideText("")
  /// In bytes; `max` where the slot is empty.
  var length = UInt32.max

  /// The slots of some values. Each value has a slot of its own: of two that no seed tells apart only one is there, and the
  /// other is judged.
  static func slots(_ values: [String]) -> (slots: [ValueSlot], seed: UInt16) {
    let values = values.filter { $0.utf8.count <= WideText.byteCount }
    var bits = 0
    while 1 << bits < values.count * 3 { bits += 1 }
    var best: (count: Int, slots: [ValueSlot], seed: UInt16) = (-1, [], 0)
    for seed in UInt16(1)...400 {
      var slots = [ValueSlot](repeating: ValueSlot(), count: 1 << bits)
      var count = 0
      for value in values {
        let slot = withQuoted(value) { valueHash($0, $1, seed: seed) } & (slots.count - 1)
        if slots[slot].length == .max {
          slots[slot] = ValueSlot(text: WideText(value), length: UInt32(value.utf8.count))
          count += 1
        }
      }
      if count > best.count { best = (count, slots, seed) }
      if count == values.count { break }
    }
    return (best.slots, best.seed)
  }
}

/// A set of an object's properties that settles its cases, or all but those whose conditions ask for other texts than most.
struct SettledProperties {
  /// One bit each, by their number in the shape. Shapes with so many properties as are here at first have no such set.
  var properties = UInt64.max
  /// One bit, ``spellingBit(_:_:)``, for each text that the conditions of the other cases ask for.
  var spellings: UInt64 = 0
  /// The register of the text that all those conditions ask about; 0 where there are no other cases.
  var discriminator: UInt16 = 0
}

/// A hash of a text's ``lastWord(_:_:)`` and its length.
@inline(__always)
func valueHash(_ text: UnsafePointer<UInt8>, _ count: Int, seed: UInt16) -> Int {
  let word = lastWord(text, count) &+ UInt64(truncatingIfNeeded: count)
  let mix = word.multipliedFullWidth(by: UInt64(seed) &* 2 &+ 0x9E37_79B9_7F4A_7C15)
  return Int(truncatingIfNeeded: mix.high)
}

/// One of 64 bits for a text's ``lastWord(_:_:)`` and its length, without regard to ASCII letter case.
@inline(__always)
func spellingBit(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  // Other characters than letters lose a bit as well, which makes two texts look alike at worst.
  let folded = lastWord(text, count) | 0x2020_2020_2020_2020
  let mix = (folded &+ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
  return 1 &<< (mix &>> 58)
}

/// A text's last eight bytes as one number. Eight bytes before the text's end can be read; of those before
/// its beginning none counts.
@inline(__always)
private func lastWord(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  let missing = UInt64(truncatingIfNeeded: max(0, 64 &- count &* 8))
  return cscan_load8(text + (count &- 8)) >> missing
}

/// Calls with a text as it stands in a document: eight bytes before its end can be read.
func withQuoted<Result>(_ text: String, _ body: (UnsafePointer<UInt8>, Int) -> Result) -> Result {
  let bytes = [UInt8](repeating: UInt8(ascii: "\""), count: 8) + text.utf8
  return bytes.withUnsafeBufferPointer { body($0.baseAddress! + 8, text.utf8.count) }
}
