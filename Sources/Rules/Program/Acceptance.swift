/// What is certainly sound at a place: a condition that is quick to ask and enough for every case there to pass.
///
/// It is never needed: a text that is not accepted is judged case by case, and most of those are sound as well. So it may
/// be narrow, and must not be wrong. ``Soundness`` derives it from the cases when rules are compiled; tests hold it to the
/// cases themselves.
struct Acceptance {
  enum Form: UInt8 {
    /// Bytes of a set, with some freedom at the ends.
    case plain
    /// Numbers with periods between them: a version.
    case dotted
    case uuid
    /// `/subscriptions/{uuid}/resourceGroups/{group}` ``literal`` `{name}`, spelt like that.
    case resourceID
    /// `https://` with a host and a path of plain segments, which ends in ``literal``.
    case uri
  }

  /// The bytes of the text; of a URI those of its path's segments. In the first place, with what follows up to
  /// ``takesHigh``: together they are CScan's `cscan_plain`.
  var bytes = ByteSet.ascii
  /// The first byte. Of a URI: the bytes of the host.
  var first = ByteSet.ascii
  /// The last byte.
  var last = ByteSet.ascii
  /// In bytes; at least 1.
  var lengthMin: UInt32 = 1
  /// In bytes.
  var lengthMax: UInt32 = .max
  /// ``first`` or ``last`` says something.
  var hasEnds: UInt8 = 0
  /// Bytes beyond ASCII are accepted too.
  var takesHigh: UInt8 = 1
  var form = Form.plain
  /// ``classesMin`` or ``excluded`` says something.
  var hasMore: UInt8 = 0
  /// At least so many of the classes that ``CharacterClassesCheck`` knows.
  var classesMin: UInt32 = 0
  /// Beginnings that are not accepted, whatever their letter case: text ranges, in lower case, in the operand section.
  var excluded = IndexRun()
  /// One bit, ``initialsBit(_:)``, for each of them.
  var excludedInitials: UInt64 = 0
  var literal = TextRange()
  /// The least and the most numbers of a version; the most segments of a URI's path.
  var countMin: UInt32 = 0
  var countMax: UInt32 = .max
  /// Of a resource id: what is accepted as the name of the group, and of the resource; in the acceptance section.
  var group: UInt32 = 0
  var name: UInt32 = 0

  /// In the place of a number: nothing is certain.
  static let none = UInt32.max
  /// In the place of a number: every name is accepted.
  static let any = UInt32.max - 1
}

/// One of 64 bits for a text's first two bytes, without regard to ASCII letter case.
@inline(__always)
func initialsBit(_ initials: UInt16) -> UInt64 {
  // Other characters than letters lose a bit as well, which makes two texts look alike at worst.
  1 &<< (UInt64(initials | 0x2020) &* 0x9E37_79B9_7F4A_7C15 &>> 58)
}

/// A set of ASCII bytes, as `cscan_span` looks sixteen up at once: bit h of byte l speaks of the byte 0xhl.
struct ByteSet: Equatable {
  private var low: UInt64
  private var high: UInt64

  private init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  init() { self.init(low: 0, high: 0) }

  init(_ characters: some Sequence<UInt8>) {
    self.init()
    for byte in characters { insert(byte) }
  }

  static let ascii = ByteSet(low: .max, high: .max)
  static let digits = ByteSet("0123456789".utf8)
  static let letters = ByteSet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  mutating func insert(_ byte: UInt8) {
    guard byte < 0x80 else { return }
    let bit = UInt64(1) << (UInt64(byte & 7) * 8 + UInt64(byte >> 4))
    if byte & 8 == 0 { low |= bit } else { high |= bit }
  }

  /// Bytes beyond ASCII are in no set.
  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    guard byte < 0x80 else { return false }
    let half = byte & 8 == 0 ? low : high
    return half >> (UInt64(byte & 7) &* 8 &+ UInt64(byte >> 4)) & 1 != 0
  }

  func union(_ other: ByteSet) -> ByteSet { ByteSet(low: low | other.low, high: high | other.high) }
  func intersection(_ other: ByteSet) -> ByteSet { ByteSet(low: low & other.low, high: high & other.high) }
  func subtracting(_ other: ByteSet) -> ByteSet { ByteSet(low: low & ~other.low, high: high & ~other.high) }
  var complement: ByteSet { ByteSet(low: ~low, high: ~high) }
  func isSuperset(of other: ByteSet) -> Bool { other.subtracting(self) == ByteSet() }
}
