/// Something about an object, beside which properties it has, that decides whether its cases have to be judged: 16 bytes.
///
/// Like the properties each trait is a bit, and an object whose bits settled all cases once is not judged again. Mostly all that
/// a condition asks for is there as bits.
struct Trait {
  enum Kind: UInt8 {
    /// A place further below is there.
    case presence
    /// A text may be one of some texts: certainly not, where the bit is missing.
    case text
    /// The same of the keys of an array's elements: ``ShapeNode/distinctKey``.
    case key
    /// The number at the place may be greater than the one at the other.
    case descending
  }

  /// One bit, ``spellingBit(_:_:)``, for each of the texts; all of them where it is presence.
  let spellings: UInt64
  /// The register of the place, of the text, of the array, or of the number.
  let register: UInt16
  let kind: Kind
  /// How many traits in a row ask about the same place, from this one on.
  fileprivate(set) var count: UInt8 = 1
  /// As the sections want it.
  private var reserved: UInt16 = 0
  /// The register of the other place, where there are two.
  let other: UInt16

  init(_ kind: Kind, register: UInt32, other: UInt32 = 0, spellings: UInt64 = .max) {
    self.spellings = spellings
    self.register = UInt16(register)
    self.kind = kind
    self.other = UInt16(other)
  }

  fileprivate func isAboutSamePlace(_ other: Trait) -> Bool {
    register == other.register && kind == other.kind && self.other == other.other
  }
}

/// The traits of one object, as its cases come to ask for them.
struct TraitList {
  private var traits: [Trait] = []
  /// How many properties the object has: the traits' bits come behind theirs.
  private let propertyCount: Int

  init(propertyCount: Int) { self.propertyCount = propertyCount }

  /// The bit of a trait; 0 where there is no room for another one.
  mutating func bit(of trait: Trait) -> UInt64 {
    var number = traits.firstIndex { $0.isAboutSamePlace(trait) && $0.spellings == trait.spellings }
    if number == nil, propertyCount + traits.count < PropertyEntry.countMax {
      number = traits.count
      traits.append(trait)
    }
    return number.map { 1 << UInt64(propertyCount + $0) } ?? 0
  }

  /// Takes over the traits of another list for the same object that some bits stand for. The bits that they have here, and those of
  /// properties; without those for which there is no room.
  mutating func adopt(_ bits: UInt64, of other: TraitList) -> UInt64 {
    var out = bits & (1 << UInt64(propertyCount) &- 1)
    for (number, trait) in other.traits.enumerated() where bits & 1 << UInt64(propertyCount + number) != 0 {
      out |= bit(of: trait)
    }
    return out
  }

  /// All of them, in the order of their bits. Traits in a row that ask about one place are told by the first of them.
  var grouped: [Trait] {
    var out = traits
    for number in out.indices.reversed() {
      guard number + 1 < out.count, out[number].isAboutSamePlace(out[number + 1]) else { continue }
      out[number].count += out[number + 1].count
    }
    return out
  }
}
