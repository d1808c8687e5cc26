/// Shapes and rules, compiled: flat tables of plain numbers that an ``Evaluator`` walks.
///
/// One block of bytes holds it all, so that the bundled program is used where the binary was mapped, without being
/// read, and every thread shares it without counting references. What the walk needs (``ShapeNode``,
/// ``CaseEntry``) is apart from what only findings need (messages, sources), which is touched for findings only.
package struct Program: Sendable {
  let storage: ProgramStorage
  let tables: Tables

  /// The sections of a program's block. Pointers only: copying them counts no references, so whoever holds them sees
  /// to it that the ``Program`` lives.
  struct Tables: @unchecked Sendable {
    // Unchecked: the block is never written after the program was made.
    let header: ProgramHeader
    let shapes: UnsafePointer<ShapeNode>
    let names: UnsafePointer<NameEntry>
    let properties: UnsafePointer<PropertyEntry>
    let valueSlots: UnsafePointer<ValueSlot>
    let buckets: UnsafePointer<UInt16>
    let rules: UnsafePointer<RuleEntry>
    let cases: UnsafePointer<CaseEntry>
    /// Indexes of cases: each shape node, and each parameter of an entry, has a run of them.
    let attached: UnsafePointer<UInt32>
    let operands: UnsafePointer<UInt32>
    let entries: UnsafePointer<EntryPoint>
    let parameters: UnsafePointer<ParameterEntry>
    let versions: UnsafePointer<Int32>
    let facts: UnsafePointer<FactEntry>
    let acceptances: UnsafePointer<Acceptance>
    let traits: UnsafePointer<Trait>
    let strings: UnsafePointer<UInt8>
  }

  /// Takes a block that outlives the program: the bundled one.
  package init?(borrowing bytes: UnsafeRawBufferPointer) {
    self.init(ProgramStorage(borrowing: bytes))
  }

  /// Takes a block of its own.
  package init?(copying bytes: [UInt8]) {
    self.init(ProgramStorage(copying: bytes))
  }

  private init?(_ storage: ProgramStorage) {
    let bytes = storage.bytes
    guard bytes.count >= MemoryLayout<ProgramHeader>.size else { return nil }
    let header = bytes.load(as: ProgramHeader.self)
    guard header.magic == ProgramHeader.magicNumber, header.byteCount <= bytes.count else { return nil }
    var offset = MemoryLayout<ProgramHeader>.stride
    func section<Element>(_ count: UInt32, of type: Element.Type) -> UnsafePointer<Element> {
      let alignment = ProgramHeader.sectionAlignment
      offset = (offset + alignment - 1) / alignment * alignment
      defer { offset += Int(count) * MemoryLayout<Element>.stride }
      return (bytes.baseAddress! + offset).assumingMemoryBound(to: Element.self)
    }
    self.storage = storage
    tables = Tables(
      header: header,
      shapes: section(header.shapes, of: ShapeNode.self),
      names: section(header.names, of: NameEntry.self),
      properties: section(header.properties, of: PropertyEntry.self),
      valueSlots: section(header.valueSlots, of: ValueSlot.self),
      buckets: section(header.buckets, of: UInt16.self),
      rules: section(header.rules, of: RuleEntry.self),
      cases: section(header.cases, of: CaseEntry.self),
      attached: section(header.attached, of: UInt32.self),
      operands: section(header.operands, of: UInt32.self),
      entries: section(header.entries, of: EntryPoint.self),
      parameters: section(header.parameters, of: ParameterEntry.self),
      versions: section(header.versions, of: Int32.self),
      facts: section(header.facts, of: FactEntry.self),
      acceptances: section(header.acceptances, of: Acceptance.self),
      traits: section(header.traits, of: Trait.self),
      strings: section(header.strings, of: UInt8.self))
  }
}

extension Program {
  /// Which elements of sections have space between or behind their fields. There are none: what is in such space is whatever
  /// was in memory, and the bundled file would be another one each time.
  package var paddedElements: [String] {
    var found: [String] = []
    func look<Element>(_ section: UnsafePointer<Element>, _ count: UInt32) {
      if count > 0, Self.fieldSize(section.pointee) != MemoryLayout<Element>.stride { found.append("\(Element.self)") }
    }
    look(tables.shapes, tables.header.shapes)
    look(tables.names, tables.header.names)
    look(tables.properties, tables.header.properties)
    look(tables.valueSlots, tables.header.valueSlots)
    look(tables.rules, tables.header.rules)
    look(tables.cases, tables.header.cases)
    look(tables.entries, tables.header.entries)
    look(tables.parameters, tables.header.parameters)
    look(tables.facts, tables.header.facts)
    look(tables.acceptances, tables.header.acceptances)
    look(tables.traits, tables.header.traits)
    return found
  }

  private static func fieldSize<Field>(_ field: Field) -> Int {
    let mirror = Mirror(reflecting: field)
    guard mirror.displayStyle == .struct || mirror.displayStyle == .tuple, !mirror.children.isEmpty else {
      return MemoryLayout<Field>.size
    }
    return mirror.children.reduce(0) { $0 + fieldSize($1.value) }
  }
}

extension Program.Tables {
  /// The bytes of a text in the string section.
  @inline(__always)
  func bytes(_ text: TextRange) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: strings + Int(text.offset), count: Int(text.length))
  }

  func string(_ text: TextRange) -> String { String(decoding: bytes(text), as: UTF8.self) }

  /// A text range that stands in the operand section.
  @inline(__always)
  func text(at operands: UnsafePointer<UInt32>) -> TextRange {
    TextRange(offset: operands[0], length: operands[1])
  }
}

/// The memory of a program.
final class ProgramStorage: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  private let owned: UnsafeMutableRawBufferPointer?

  init(borrowing bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    owned = nil
  }

  init(copying source: [UInt8]) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: source.count, alignment: ProgramHeader.sectionAlignment)
    buffer.copyBytes(from: source)
    owned = buffer
    bytes = UnsafeRawBufferPointer(buffer)
  }

  deinit { owned?.deallocate() }
}

/// The head of a program's block: how many elements each section has, in the order of the sections.
struct ProgramHeader {
  /// Changes with the layout and the vocabulary, so that a stale bundled file is refused instead of misread.
  static var magicNumber: UInt32 {
    let layout =
      MemoryLayout<ShapeNode>.size + MemoryLayout<NameEntry>.size * 3 + MemoryLayout<RuleEntry>.size * 5
      + MemoryLayout<CaseEntry>.size * 7 + MemoryLayout<EntryPoint>.size * 11 + MemoryLayout<Acceptance>.size * 13
      + MemoryLayout<PropertyEntry>.size * 17 + MemoryLayout<ValueSlot>.size * 19 + MemoryLayout<Trait>.size * 23
    return 0xB00F_0000 + UInt32(layout) << 16 ^ UInt32(Opcode.requestLine.rawValue) << 8 ^ ConditionCode.some.rawValue
  }

  /// Where sections begin, and the block itself in memory: at a multiple of so many bytes.
  static let sectionAlignment = 16

  var magic = Self.magicNumber
  var byteCount: UInt32 = 0
  var shapes: UInt32 = 0
  var names: UInt32 = 0
  var properties: UInt32 = 0
  var valueSlots: UInt32 = 0
  var buckets: UInt32 = 0
  var rules: UInt32 = 0
  var cases: UInt32 = 0
  var attached: UInt32 = 0
  var operands: UInt32 = 0
  var entries: UInt32 = 0
  var parameters: UInt32 = 0
  var versions: UInt32 = 0
  var facts: UInt32 = 0
  var acceptances: UInt32 = 0
  var traits: UInt32 = 0
  var strings: UInt32 = 0
  /// How many registers an evaluation needs.
  var registers: UInt32 = 0
  /// How many patterns there are to compile.
  var patterns: UInt32 = 0
}

/// A text in the string section.
struct TextRange {
  var offset: UInt32 = 0
  var length: UInt32 = 0
}

/// Some consecutive elements of a section.
struct IndexRun {
  var start: UInt32 = 0
  var count: UInt32 = 0
}

/// A set of names that is looked up by hash: the properties of an object, or the values of an enumeration.
struct NameTable {
  /// In the name section.
  var start: UInt32 = 0
  var count: UInt16 = 0
  /// The table has one bucket more than this, which is a power of two.
  var mask: UInt16 = 0
  /// In the bucket section.
  var buckets: UInt32 = 0
  var seed: UInt32 = 0
}

/// A property, or a value of an enumeration.
struct NameEntry {
  var name = TextRange()
  /// The shape of the property's value.
  var shape: UInt32 = 0
  var flags = Flags()

  struct Flags: OptionSet {
    let rawValue: UInt32
    @inline(__always)
    func contains(_ flag: Flags) -> Bool { rawValue & flag.rawValue == flag.rawValue }
    static let readOnly = Flags(rawValue: 1)
    static let deprecated = Flags(rawValue: 2)
    static let required = Flags(rawValue: 4)
    static let secret = Flags(rawValue: 8)
    /// What a look-up on the way of a clean body has to stop at: read-only in a request, or deprecated.
    static let remarkable = Flags(rawValue: 16)
    /// A name that all the world uses: a body is not known by it alone.
    static let common = Flags(rawValue: 32)
    /// There is nothing to say of the property itself.
    @inline(__always)
    var isPlain: Bool { rawValue & Self.remarkable.rawValue == 0 }
  }
}

/// What may stand at one place of a body.
struct ShapeNode {
  /// One bit a ``NodeKind`` that may stand here.
  var kinds: UInt16 = 0
  var flags = Flags()
  /// The register that takes the place's tape index; 0 for none.
  var register: UInt16 = 0
  /// The registers below an array's element or a map's value: forgotten before each.
  var clearedFrom: UInt16 = 0
  var clearedCount: UInt16 = 0
  var format = ValueFormat.none
  /// As the sections want it.
  var reserved: UInt8 = 0
  /// The shape of elements, or of a map's values; ``none`` where there is none.
  var element = Self.none
  /// Properties by name.
  var properties = NameTable()
  /// The documented values of a string.
  var values = NameTable()
  /// One bit for each of the first properties that is required.
  var required: UInt64 = 0
  /// One bit for each property, and behind them for each trait, that decides by itself about a case of this place.
  var asked: UInt64 = 0
  /// The traits are looked at where an object has one of these properties; without, they make no difference.
  var beside: UInt64 = 0
  /// Cases to judge at this place, once everything below it was walked.
  var cases = IndexRun()
  var usual = UsualValue()
  /// The texts that every case lets pass, in the acceptance section; ``Acceptance/none`` where each is judged.
  var acceptance = Acceptance.none
  /// In a map's values: the names that every case lets pass.
  var nameAcceptance = Acceptance.none
  /// In the property section: as many as ``properties`` has, in the same order.
  var firstProperty: UInt32 = 0
  /// The register of what has to be different in each element, where the first of the ``cases`` asks for that and for nothing
  /// else, or ``elementItself``, which in a map are the names; 0 where none does.
  var distinctKey: UInt16 = 0
  /// In the trait section: what cases ask for beside which properties there are.
  var traitCount: UInt16 = 0
  var firstTrait: UInt32 = 0

  static let none = UInt32.max
  static let elementItself = UInt16.max

  struct Flags: OptionSet {
    let rawValue: UInt16
    @inline(__always)
    func contains(_ flag: Flags) -> Bool { rawValue & flag.rawValue == flag.rawValue }
    static let integer = Flags(rawValue: 1)
    static let int32 = Flags(rawValue: 2)
    /// Any name is a property: `additionalProperties`.
    static let map = Flags(rawValue: 4)
    static let secret = Flags(rawValue: 8)
    /// Says nothing at all about its value: a schema without words.
    static let anything = Flags(rawValue: 16)
  }
}

/// The formats that the engine looks at.
enum ValueFormat: UInt8, CaseIterable {
  case none, int32, int64, resourceID, uri, date, dateTime, uuid, base64

  /// As shape files spell it.
  init?(spelling: String) {
    switch spelling {
    case "int32": self = .int32
    case "int64": self = .int64
    case "resource-id": self = .resourceID
    case "uri": self = .uri
    case "date": self = .date
    case "date-time": self = .dateTime
    case "uuid": self = .uuid
    case "base64": self = .base64
    default: return nil
    }
  }

  static let spellings = ["int32", "int64", "resource-id", "uri", "date", "date-time", "uuid", "base64"]
}

/// What all cases of a rule share, and what its findings say.
struct RuleEntry {
  var id = TextRange()
  var quote = TextRange()
  var url = TextRange()
  var advice = TextRange()
  /// One bit for each fact that a case asks for.
  var facts: UInt32 = 0
  var severity: UInt8 = 0
  var isStructural: UInt8 = 0
  var reserved: UInt16 = 0
  /// In the case section: all cases of the rule.
  var cases = IndexRun()
}

/// One check at one kind of place.
struct CaseEntry {
  /// The api-versions it speaks of, as ``APIVersion/order``; inclusive.
  var versionMin = Int32.min
  var versionMax = Int32.max
  var rule: UInt16 = 0
  var check = Opcode.none
  var severity: UInt8 = 0
  /// Where the check's operands begin.
  var operands: UInt32 = 0
  /// Where the condition begins; ``none`` where there is none.
  var condition = Self.none
  /// Where the messages begin in the operand section: a text range for each outcome.
  var messages: UInt32 = 0
  /// The check looks at the member's name, not at its value.
  var isOfName: UInt8 = 0
  var hasFacts: UInt8 = 0
  /// The register of the place that the check judges; 0 for the case's own place.
  var subject: UInt16 = 0
  var presence = PresenceTest.none
  var textTest = TextTest.none
  /// As the sections want it.
  var reserved: UInt16 = 0
  /// Of an object's properties and traits those without which the condition does not hold, or the check passes whatever else there
  /// is: one bit each, by their number in the shape, traits behind properties.
  var needed: UInt64 = 0
  /// In the same way those with which the condition does not hold.
  var unwanted: UInt64 = 0
  /// The properties, and traits, that ``presence`` speaks of; of a list of texts one bit, ``spellingBit(_:_:)``, for each of them.
  var mask: UInt64 = 0

  static let none = UInt32.max

  /// The check looks at the case's own value whatever the version, the facts and the rest of the body.
  var isUnconditional: Bool {
    condition == Self.none && hasFacts == 0 && subject == 0 && versionMin == .min && versionMax == .max
  }
}

/// Whether a check is one on text, and looks at the case's own value whatever the version, the facts and the rest of the body.
enum TextTest: UInt8 {
  /// It is not.
  case none
  /// It is judged.
  case judged
  /// Lists of texts: most others are none of them by their spelling.
  case oneOf, noneOf
}

/// How many of an object's properties have to be there for a case to pass: what the walk knows without looking again.
enum PresenceTest: UInt8 {
  case none, exactlyOne, atMostOne, together, absent, required
}

/// A body that can be checked: an operation's request, or a response by the name of its schema.
struct EntryPoint {
  /// `Images_CreateOrUpdate`, or `Image`.
  var name = TextRange()
  var title = TextRange()
  var method = TextRange()
  /// The path template; empty in responses.
  var path = TextRange()
  var root: UInt32 = 0
  var isResponse: UInt8 = 0
  var isBodyRequired: UInt8 = 0
  var reserved: UInt16 = 0
  /// Known api-versions, ascending, in the version section; empty for services without.
  var versions = IndexRun()
  var writtenVersion: Int32 = 0
  /// In the parameter section.
  var parameters = IndexRun()
  /// The names of the entry points of its responses, in the operand section as pairs of status (0: default) and entry.
  var responses = IndexRun()
  /// Cases on the request as a whole.
  var requestCases = IndexRun()
  /// Names and documented values compare without regard to ASCII letter case, as in Azure Resource Manager.
  var ignoresCase: UInt8 = 0
  var reserved2: UInt8 = 0
  var reserved3: UInt16 = 0
}

/// A URI parameter, and the cases that judge it wherever it stands.
struct ParameterEntry {
  var name = TextRange()
  /// The segments before it in a resource id that tell it: `subscriptions`, `resourceGroups`, or namespace and types
  /// (`Microsoft.Compute/images`); empty where it is no part of an id.
  var segmentType = TextRange()
  var cases = IndexRun()
}

/// A fact and its values.
struct FactEntry {
  var name = TextRange()
  var title = TextRange()
  /// Text ranges in the operand section.
  var values = IndexRun()
  /// Pairs of entry and register in the operand section: where a body itself says it.
  var sources = IndexRun()
}
