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
  /// Of a property: its number in the shape, where that has no more than ``PropertyEntry/countMax``.
  var number: UInt8 = 0
  /// The register that takes the place's tape index; 0 for none, which nobody reads: where a rule says 0, it means the
  /// place itself.
  var register: UInt16 = 0
  /// Of an enumeration: how its slots are chosen.
  var hashing = ValueHashing()
  /// The place's shape.
  var shape: UInt32 = 0
  /// Of a text its ``Acceptance``, of integers the least accepted (as `Int32`), of an enumeration its first slot, of a reference its
  /// property, in the property section.
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
  /// Is the text accepted, by its length, its bytes and its ends alone?
  case plain
  /// Is the text an accepted resource id?
  case resourceID
  /// Is the text accepted?
  case text
  /// Each text is judged.
  case judged
  /// Is it in the accepted range?
  case integer
  /// Walk over the members of an object that has properties.
  case object
  /// The same, of one that has a resource id and mostly nothing else: `{"id": "…"}`.
  case reference
  /// Walk over the elements.
  case array
  /// Walk over the members of a map.
  case map

  /// It leads over the members of an object that has properties.
  @inline(__always)
  var isObject: Bool { self == .object || self == .reference }
}

/// A text that is compared at once with whatever stands in a document, closing quote included: 32 bytes, and which of them
/// count.
struct WideText {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  /// One bit for each byte that does not count.
  private let rest: UInt32

  /// How many bytes are compared.
  static let byteCount = 32

  /// There is none of texts that have no room with their quote, and of those that no string spells as they are.
  init?(_ text: String) {
    let bytes = Array(text.utf8) + [UInt8(ascii: "\"")]
    guard bytes.count <= Self.byteCount else { return nil }
    for byte in text.utf8 where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return nil }
    rest = UInt32(truncatingIfNeeded: UInt64.max << UInt64(bytes.count))
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
  }

  private init() { rest = 0 }

  /// Equals no text: thirty-two zeros, which all count, and no text has one.
  static let none = WideText()

  /// Whether the text of a string in a sound document is this one. Behind its beginning ``byteCount`` bytes can be read;
  /// this text itself stands at a multiple of 16.
  @inline(__always)
  static func equals(_ wide: UnsafePointer<WideText>, _ text: UnsafePointer<UInt8>) -> Bool {
    let bytes = UnsafeRawPointer(wide).assumingMemoryBound(to: UInt8.self)
    return cscan_equal_of32(bytes, text, wide.pointee.rest) != 0
  }
}

/// A property: all that a usual member asks for. The walk has it in its ``MetProperty``.
struct PropertyEntry {
  let name: WideText
  var usual: UsualValue

  init(_ name: String, usual: UsualValue, number: Int) {
    self.name = WideText(name) ?? .none
    self.usual = usual
    self.usual.number = UInt8(truncatingIfNeeded: number)
  }

  /// How many properties a shape may have for shortcuts to be taken there.
  static let countMax = 63
}

/// A documented value of which nothing is to be said, where its hash leads.
struct ValueSlot {
  private var text = WideText.none
  /// To a multiple of 16 bytes.
  private var reserved: (UInt32, UInt32, UInt32) = (0, 0, 0)

  /// The slots of some values. Each value has a slot of its own: of two that no seed tells apart only one is there, and the
  /// other is judged.
  static func slots(_ values: [String]) -> (slots: [ValueSlot], hashing: ValueHashing) {
    let values = values.compactMap { value in WideText(value).map { (quoted: Quoted(value), wide: $0) } }
    var bits = 0
    while 1 << bits < values.count * 3 { bits += 1 }
    let shortest = values.map(\.quoted.count).min() ?? 0
    var best: (count: Int, places: [Int], hashing: ValueHashing) = (-1, [], ValueHashing())
    for seed in UInt8(1)...(.max) where best.count < values.count {
      let hashing = ValueHashing(seed: seed, shortest: shortest)
      let places = values.map { value in
        value.quoted.withText { valueHash($0, $1, hashing) } & (1 << bits - 1)
      }
      let count = Set(places).count
      if count > best.count { best = (count, places, hashing) }
    }
    var slots = [ValueSlot](repeating: ValueSlot(), count: 1 << bits)
    for (value, place) in zip(values, best.places) { slots[place].text = value.wide }
    return (slots, best.hashing)
  }
}

/// How a documented value's slot is chosen: by its length and its last bytes, so many as the shortest of the values has, at most
/// eight, and at least one.
struct ValueHashing {
  fileprivate var seed: UInt8 = 0
  /// How many bits of eight bytes there are before those bytes.
  fileprivate var shift: UInt8 = 0

  fileprivate init(seed: UInt8, shortest: Int) {
    self.seed = seed
    shift = UInt8(64 - 8 * max(1, min(8, shortest)))
  }

  init() {}
}

/// A hash of a text. Eight bytes before its end can be read.
@inline(__always)
func valueHash(_ text: UnsafePointer<UInt8>, _ count: Int, _ hashing: ValueHashing) -> Int {
  // What stands before a text that is shorter than all values makes no difference: it is none of them.
  let word = cscan_load8(text + (count &- 8)) &>> UInt64(hashing.shift)
  let key = word &+ UInt64(truncatingIfNeeded: count)
  let mix = key.multipliedFullWidth(by: UInt64(hashing.seed) &* 2 &+ 0x9E37_79B9_7F4A_7C15)
  return Int(truncatingIfNeeded: mix.high)
}

/// One of 64 bits for a text's last eight bytes and its length, without regard to ASCII letter case. Eight bytes before the
/// text's end can be read; of those before its beginning none counts.
@inline(__always)
func spellingBit(_ text: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  let missing = UInt64(truncatingIfNeeded: max(0, 64 &- count &* 8))
  let word = cscan_load8(text + (count &- 8)) >> missing
  // Other characters than letters lose a bit as well, which makes two texts look alike at worst.
  let folded = word | 0x2020_2020_2020_2020
  let mix = (folded &+ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
  return 1 &<< (mix &>> 58)
}

/// The ``spellingBit(_:_:)`` of each of some texts.
func spellingBits(_ texts: [String]) -> UInt64 { texts.reduce(0) { $0 | Quoted($1).withText(spellingBit) } }

/// A text as it stands in a document: eight bytes before its end can be read.
struct Quoted {
  private let bytes: [UInt8]
  let count: Int

  init(_ text: String) {
    bytes = [UInt8](repeating: UInt8(ascii: "\""), count: 8) + text.utf8
    count = text.utf8.count
  }

  func withText<Result>(_ body: (UnsafePointer<UInt8>, Int) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { body($0.baseAddress! + 8, count) }
  }
}
