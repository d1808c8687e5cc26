import CScan
import Findings
import JSONText

/// The walk over one body: shape and rules together, each node met once.
///
/// A struct of pointers with mutating methods, and not copyable: it is large enough for a copy to cost more than a
/// check. On the way of a clean body nothing is allocated and no reference is
/// counted; what a fault needs is kept in `@inline(never)` methods in Evaluator+Structure.swift.
struct Evaluator: ~Copyable {
  let program: Program.Tables
  /// Tape indexes by register; 0 where the place is absent or null. Register 0 takes those of places that need none.
  let registers: UnsafeMutablePointer<UInt32>
  let patterns: PatternTable
  /// The index of each fact's value, or ``unknownFact``.
  let factValues: UnsafeMutablePointer<UInt8>
  /// The program's properties, which know here what followed them last.
  private let properties: UnsafeMutablePointer<MetProperty>
  /// For each shape some sets of properties and traits with which no case is left to judge; `max`, which is none, at first.
  private let settled: UnsafeMutablePointer<UInt64>
  /// By the register of an array that was walked over: one bit, ``spellingBit(_:_:)``, for each key of its elements that is a text.
  /// Small numbers have none, as no condition takes them for a text.
  private let keySpellings: UnsafeMutablePointer<UInt64>
  /// Room for the keys of a few elements that are compared with each other.
  let keys: UnsafeMutablePointer<UInt32>
  /// Owned by the ``Checker``, and not counted here.
  private let decodedText: Unmanaged<DecodedText>

  // The body that is judged.
  private(set) var document: Document
  private(set) var nodes: UnsafePointer<TapeNode>
  private(set) var bytes: UnsafePointer<UInt8>
  /// Behind the beginning of texts before this offset ``WideText/byteCount`` bytes can be read.
  private var nameLimit: UInt32 = 0
  /// The same of texts that begin eight bytes after an offset before this one.
  private var valueLimit: UInt32 = 0
  private var entryPoint: UnsafePointer<EntryPoint>
  /// The body's own node: not 0 where the body stands inside of something else.
  private(set) var root: UInt32 = 0
  /// ``APIVersion/order`` of the request, or ``unknownVersion``.
  private(set) var version = Self.unknownVersion
  /// Seconds since 1970, where the clock is given.
  private(set) var now: Int?
  /// The body is a resource of an ARM template.
  private(set) var isTemplate = false
  /// The request stands in a file that variables are filled into: ``RequestVariable``.
  private(set) var allowsVariables = false
  /// Shortcuts may be taken: faults of the text and expressions of templates rule them out, and whoever tests them.
  private(set) var isQuick = false
  /// Set in ``TapeNode/kindAndFlags`` before it is compared: a bit that no usual value has, where no value is usual.
  private var unusualBits: UInt16 = 0
  private let isThorough: Bool
  /// The request line, where there is one.
  private(set) var request: RequestLine?

  var faults: FaultBuffer
  /// The case being judged.
  var caseIndex = RawFault.none
  /// Which part of the node's text is the subject of a string check: a segment of a resource id.
  var part: (start: UInt32, length: UInt32)?
  /// The subject of a string check that is no node of its own: a segment of a resource id, a URI parameter.
  var detachedText: UnsafeBufferPointer<UInt8>?
  /// The parameter whose value is the subject, in the request line.
  var parameter: UInt32?
  /// The resource id that was split last: three rules and its segments ask about it one after the other.
  var resourceID: ResourceID
  /// The URI that was read last: several rules ask about the same one in a row.
  private var lastURI: (node: UInt32, uri: AbsoluteURI?) = (.max, nil)
  /// The date that was read last.
  private var lastDate: (node: UInt32, date: CalendarDate?) = (.max, nil)
  /// The ``spelling(of:)`` that was asked for last.
  private var lastSpelling: (node: UInt32, bits: UInt64) = (0, .max)
  /// The value that was last found to be no placeholder.
  var lastPlain: UInt32 = 0
  private(set) var depth = 0
  /// How many objects were walked over thoroughly.
  private var irregularCount = 0
  /// Certainly all names in the body that are looked up, and not those of maps, stand there as they are documented.
  var isRegular: Bool { irregularCount == 0 }

  var entry: EntryPoint {
    @inline(__always) get { entryPoint.pointee }
  }

  static let unknownVersion: Int32 = -1
  static let unknownFact: UInt8 = 255
  /// Recursive shapes go no deeper; the parser has reported deeper documents.
  static let depthMax = 512

  static let keyCountMax = 16

  /// Memory for bodies of a program; ``free()`` gives it back.
  ///
  /// - Parameter isThorough: every case is judged, also where a shortcut would tell the outcome.
  init(_ program: Program.Tables, decodedText: DecodedText, isThorough: Bool) {
    self.isThorough = isThorough
    self.program = program
    self.decodedText = Unmanaged.passUnretained(decodedText)
    registers = .allocate(capacity: Int(program.header.registers))
    registers.initialize(repeating: 0, count: Int(program.header.registers))
    factValues = .allocate(capacity: max(1, Int(program.header.facts)))
    factValues.initialize(repeating: Self.unknownFact, count: max(1, Int(program.header.facts)))
    properties = MetProperty.all(of: program)
    settled = .allocate(capacity: Int(program.header.shapes) * Self.settledCount)
    settled.initialize(repeating: .max, count: Int(program.header.shapes) * Self.settledCount)
    keySpellings = .allocate(capacity: Int(program.header.registers))
    keySpellings.initialize(repeating: .max, count: Int(program.header.registers))
    keys = .allocate(capacity: Self.keyCountMax)
    keys.initialize(repeating: 0, count: Self.keyCountMax)
    resourceID = ResourceID()
    patterns = PatternTable(count: Int(program.header.patterns))
    faults = FaultBuffer()
    nodes = UnsafePointer(bitPattern: MemoryLayout<TapeNode>.alignment)!
    bytes = program.strings
    document = Document(bytes: bytes, byteCount: 0, nodes: nodes, nodeCount: 0)
    entryPoint = program.entries
  }

  func free() {
    registers.deallocate()
    factValues.deallocate()
    properties.deallocate()
    settled.deallocate()
    keySpellings.deallocate()
    keys.deallocate()
    resourceID.free()
    patterns.free()
    faults.free()
  }

  /// Takes a body; nothing of the last one is left.
  ///
  /// - Parameter isSound: there is nothing to say of the text itself, and it nests no deeper than ``depthMax``.
  mutating func begin(
    _ document: Document, isSound: Bool, root: UInt32, entry: UnsafePointer<EntryPoint>, version: Int32,
    request: RequestLine?, facts: [UInt8], now: Int?, isTemplate: Bool, allowsVariables: Bool
  ) {
    self.document = document
    nodes = document.nodes
    bytes = document.bytes
    let readable = document.byteCount &- WideText.byteCount
    nameLimit = UInt32(truncatingIfNeeded: max(0, readable &+ 1))
    valueLimit = UInt32(truncatingIfNeeded: max(0, readable &- 7))
    entryPoint = entry
    self.root = root
    self.version = version
    if self.request != nil || request != nil { self.request = request }
    self.now = now
    self.isTemplate = isTemplate
    self.allowsVariables = allowsVariables
    // Shortcuts look at blocks of so many bytes.
    isQuick = isSound && !isTemplate && !isThorough && document.byteCount >= WideText.byteCount
    unusualBits = isQuick ? 0 : 0x8000
    registers.update(repeating: 0, count: Int(program.header.registers))
    for fact in facts.indices { factValues[fact] = facts[fact] }
    faults.removeAll()
    resourceID.forget()
    decodedText._withUnsafeGuaranteedRef { $0.forget() }
    lastURI.node = .max
    lastDate.node = .max
    lastPlain = 0
    lastSpelling = (0, .max)
    depth = 0
    irregularCount = 0
  }

  // MARK: The walk

  /// Judges a value, whatever it is.
  @inline(never)
  mutating func walk(_ index: UInt32, _ shapeIndex: UInt32) {
    let node = nodes[Int(index)]
    let shape = program.shapes + Int(shapeIndex)
    // A value of the wrong type is there nevertheless: checks of presence count it.
    registers[Int(shape.pointee.register)] = index
    if shape.pointee.kinds &>> UInt16(node.kind.code) & 1 == 0 {
      mismatch(index, shapeIndex)
      return
    }
    switch node.kind {
    case .string:
      string(index, node, shapeIndex, shape)
      return
    case .number:
      if shape.pointee.flags.contains(.integer), !isInteger(node, shape) {
        mismatch(index, shapeIndex)
        return
      }
    case .array:
      walkArray(nodes + Int(index), shapeIndex)
      return
    case .object where shape.pointee.flags.isDisjoint(with: .anything):
      guard shape.pointee.flags.contains(.map) else {
        if isQuick, shape.pointee.usual.route.isObject {
          walkObject(nodes + Int(index), shapeIndex)
        } else {
          walkThoroughly(nodes + Int(index), shapeIndex, from: nodes + Int(index &+ 1), 0)
        }
        return
      }
      walkMap(nodes + Int(index), shapeIndex)
      return
    default: break
    }
    if shape.pointee.cases.count > 0 { judge(shape.pointee.cases, index) }
  }

  /// Walks over the members of an object where shortcuts may be taken.
  ///
  /// The loop of all loops: what is usual is decided here, by ``UsualValue``; everything else is called.
  @inline(never)
  private mutating func walkObject(_ object: UnsafePointer<TapeNode>, _ shapeIndex: UInt32) {
    // Members mostly come in the order in which they came last.
    var previous = lastProperty(of: program.shapes + Int(shapeIndex))
    var seen: UInt64 = 0
    let end = nodes + Int(object.pointee.next)
    var name = object + 1
    while name < end {
      let value = name + 1
      let successor = MetProperty.successor(previous, name)
      var property = successor.pointee
      if !isName(name, property) {
        guard let other = look(up: name, shapeIndex) else {
          walkThoroughly(object, shapeIndex, from: name, seen)
          return
        }
        property = other
        successor.pointee = property
      }
      previous = property
      // In a sound document no other member has the same name.
      let usual = Self.usual(property)
      if value.pointee.kindAndFlags == usual.pointee.kindAndFlags {
        seen |= property.pointee.bit
        registers[Int(usual.pointee.register)] = index(of: value)
        acceptOrJudge(value, usual)
      } else if walkUnusual(index(of: name), Int(usual.pointee.number), shapeIndex) {
        seen |= property.pointee.bit
      }
      name = nodes + Int(value.pointee.next)
    }
    let shape = program.shapes + Int(shapeIndex)
    if shape.pointee.required & ~seen != 0 { missing(index(of: object), shapeIndex, seen) }
    guard shape.pointee.cases.count > 0 else { return }
    if seen & shape.pointee.beside != 0 { seen |= traits(shape) }
    let asked = seen & shape.pointee.asked
    let memory = settled + (Int(shapeIndex) &* Self.settledCount &+ Self.settledSlot(asked))
    if memory.pointee != asked { judge(shape, index(of: object), present: seen, memory) }
  }

  /// Walks over the members of any object, in any document, from one on: those before it are behind, and were these properties,
  /// of the first 64 a bit each.
  @inline(never)
  private mutating func walkThoroughly(
    _ object: UnsafePointer<TapeNode>, _ shapeIndex: UInt32, from name: UnsafePointer<TapeNode>, _ properties: UInt64
  ) {
    irregularCount &+= 1
    guard enter() else { return }
    let object = index(of: object)
    var seen = properties
    var member = index(of: name)
    while member < nodes[Int(object)].next {
      let property = look(up: member, shapeIndex)
      if property >= 0 {
        // Required properties come first, and are no more than 63.
        let bit: UInt64 = property < 64 ? 1 << UInt64(property) : 0
        if seen & bit != 0 { repeated(member, property, in: object, shapeIndex) }
        if walkUnusual(member, property, shapeIndex) { seen |= bit }
      }
      member = nodes[Int(member &+ 1)].next
    }
    depth &-= 1
    let shape = program.shapes + Int(shapeIndex)
    if shape.pointee.required & ~seen != 0 { missing(object, shapeIndex, seen) }
    judge(shape.pointee.cases, object)
  }

  /// Where the chain of a shape's properties begins: behind its last one comes the first that was met.
  @inline(__always)
  private func lastProperty(of shape: UnsafePointer<ShapeNode>) -> UnsafeMutablePointer<MetProperty> {
    properties + (Int(shape.pointee.firstProperty) &+ Int(shape.pointee.properties.count) &- 1)
  }

  /// A node's number on the tape.
  @inline(__always)
  private func index(of node: UnsafePointer<TapeNode>) -> UInt32 {
    let distance = UInt(bitPattern: node) &- UInt(bitPattern: nodes)
    return UInt32(truncatingIfNeeded: distance / UInt(MemoryLayout<TapeNode>.stride))
  }

  /// The traits that an object has.
  @inline(never)
  private mutating func traits(_ shape: UnsafePointer<ShapeNode>) -> UInt64 {
    let first = program.traits + Int(shape.pointee.firstTrait)
    var bits: UInt64 = 0
    var number = 0
    while number < Int(shape.pointee.traitCount) {
      let trait = first + number
      let next = number &+ Int(trait.pointee.count)
      let place = registers[Int(trait.pointee.register)]
      let found =
        switch trait.pointee.kind {
        case .presence: UInt64.max
        case .text: spelling(of: place)
        case .key: keySpellings[Int(trait.pointee.register)]
        case .descending: isAscending(place, registers[Int(trait.pointee.other)]) ? 0 : UInt64.max
        }
      // Without a branch on what is found: nobody could guess it.
      let there = place != 0 ? found : 0
      for number in number..<next { bits |= (there & first[number].spellings != 0 ? 1 : 0) &<< UInt64(number) }
      number = next
    }
    return bits &<< UInt64(shape.pointee.properties.count)
  }

  /// Whether two places certainly do not have numbers of which the first is greater than the second.
  @inline(__always)
  private func isAscending(_ first: UInt32, _ second: UInt32) -> Bool {
    guard first != 0, second != 0 else { return true }
    let (low, high) = (nodes + Int(first), nodes + Int(second))
    let usual = TapeNode.kindAndFlags(.number, .integer)
    guard low.pointee.kindAndFlags == usual, high.pointee.kindAndFlags == usual,
      let least = shortInteger(low.pointee), let most = shortInteger(high.pointee)
    else { return false }
    return least >= 0 && most >= least
  }

  /// How many sets are remembered for each shape.
  private static let settledCount = 8

  @inline(__always)
  private static func settledSlot(_ set: UInt64) -> Int {
    Int(truncatingIfNeeded: (set &* 0x9E37_79B9_7F4A_7C15) &>> 61)
  }

  /// Whether a member of a sound document has a property's name, as it is spelt there.
  @inline(__always)
  private func isName(_ name: UnsafePointer<TapeNode>, _ property: UnsafePointer<MetProperty>) -> Bool {
    name.pointee.offset < nameLimit
      && WideText.equals(
        UnsafeRawPointer(property).assumingMemoryBound(to: WideText.self), bytes + Int(name.pointee.offset))
  }

  @inline(__always)
  private static func usual(_ property: UnsafePointer<MetProperty>) -> UnsafePointer<UsualValue> {
    (UnsafeRawPointer(property) + MemoryLayout<PropertyEntry>.offset(of: \.usual)!)
      .assumingMemoryBound(to: UsualValue.self)
  }

  @inline(__always)
  private static func usual(_ shape: UnsafePointer<ShapeNode>) -> UnsafePointer<UsualValue> {
    (UnsafeRawPointer(shape) + MemoryLayout<ShapeNode>.offset(of: \.usual)!)
      .assumingMemoryBound(to: UsualValue.self)
  }

  /// The property that has a member's name, or nil.
  @inline(never)
  private mutating func look(
    up name: UnsafePointer<TapeNode>, _ shapeIndex: UInt32
  ) -> UnsafeMutablePointer<MetProperty>? {
    let shape = program.shapes + Int(shapeIndex)
    let first = properties + Int(shape.pointee.firstProperty)
    let text = bytes + Int(name.pointee.offset)
    let count = Int(name.pointee.length)
    if name.pointee.offset < nameLimit {
      // Mostly it stands where its hash leads.
      let number = program.firstIndex(ofWide: text, count: count, in: shape.pointee.properties)
      if number >= 0, isName(name, first + number) { return first + number }
    }
    guard name.pointee.flags.isDisjoint(with: .indirect) else { return nil }
    let number = program.index(of: text, count: count, in: shape.pointee.properties)
    return number < 0 ? nil : first + number
  }

  /// The number of the property that a member's name is taken for, or -1.
  @inline(__always)
  private mutating func look(up member: UInt32, _ shapeIndex: UInt32) -> Int {
    let name = nodes + Int(member)
    if name.pointee.flags.isDisjoint(with: .indirect) {
      let property = program.index(
        of: bytes + Int(name.pointee.offset), count: Int(name.pointee.length),
        in: program.shapes[Int(shapeIndex)].properties)
      if property >= 0 { return property }
    }
    return unfamiliar(member, shapeIndex)
  }

  /// A value of another kind than usual, a remarkable property, or a member in a template. Whether the property counts
  /// as present.
  @inline(never)
  private mutating func walkUnusual(_ member: UInt32, _ property: Int, _ shapeIndex: UInt32) -> Bool {
    let entry = program.names + (Int(program.shapes[Int(shapeIndex)].properties.start) &+ property)
    let value = member &+ 1
    if nodes[Int(value)].kind == .null { return null(member, entry.pointee, property) }
    if entry.pointee.flags.contains(.remarkable) { remark(member, entry.pointee) }
    // A template names its resource in the resource; these members have been judged.
    if !isTemplate || depth > 1 || !entry.pointee.flags.contains(.readOnly) { walk(value, entry.pointee.shape) }
    return true
  }

  /// Asks what there is to ask of a value of the usual kind.
  @inline(__always)
  private mutating func acceptOrJudge(_ value: UnsafePointer<TapeNode>, _ usual: UnsafePointer<UsualValue>) {
    switch usual.pointee.route {
    case .enumeration:
      // Eight bytes before the end, thirty-two behind the beginning.
      let isDocumented =
        value.pointee.offset &- 8 < valueLimit
        ? isDocumented(bytes + Int(value.pointee.offset), value.pointee.length, usual)
        : isDocumented(nearEnds: value, usual)
      if !isDocumented { judge(undocumented: value, usual.pointee.shape) }
    case .plain:
      if !isPlain(bytes + Int(value.pointee.offset), Int(value.pointee.length), acceptance(usual)) {
        judge(unaccepted: value, usual.pointee.shape)
      }
    case .resourceID:
      if !acceptsResourceID(bytes + Int(value.pointee.offset), Int(value.pointee.length), acceptance(usual)) {
        judge(unaccepted: value, usual.pointee.shape)
      }
    case .text: acceptOrJudge(text: value, usual)
    case .judged: judge(unaccepted: value, usual.pointee.shape)
    case .integer: if !isAccepted(integer: value, usual) { walk(value, usual.pointee.shape) }
    case .object: walkObject(value, usual.pointee.shape)
    case .reference: if !acceptsReference(value, usual) { walkObject(value, usual.pointee.shape) }
    case .array: walkArray(value, usual.pointee.shape)
    case .map: walkMap(value, usual.pointee.shape)
    case .general: walk(value, usual.pointee.shape)
    }
  }

  // What follows is not inlined: it would take registers from the loop over members.

  @inline(never)
  private mutating func walk(_ value: UnsafePointer<TapeNode>, _ shapeIndex: UInt32) {
    walk(index(of: value), shapeIndex)
  }

  @inline(never)
  private mutating func judge(unaccepted value: UnsafePointer<TapeNode>, _ shapeIndex: UInt32) {
    judgeString(index(of: value), value.pointee, program.shapes + Int(shapeIndex))
  }

  /// Judges a string of which more is to be said than that it is a documented value.
  @inline(never)
  private mutating func judge(undocumented value: UnsafePointer<TapeNode>, _ shapeIndex: UInt32) {
    let shape = program.shapes + Int(shapeIndex)
    if shape.pointee.values.count > 0 {
      string(index(of: value), value.pointee, shapeIndex, shape)
    } else {
      judgeString(index(of: value), value.pointee, shape)
    }
  }

  /// Whether a text is a documented value that every case lets pass.
  @inline(__always)
  private func isDocumented(
    _ text: UnsafePointer<UInt8>, _ length: UInt32, _ usual: UnsafePointer<UsualValue>
  ) -> Bool {
    let hash = valueHash(text, Int(length), usual.pointee.hashing)
    let slot = program.valueSlots + (Int(usual.pointee.first) &+ hash & Int(usual.pointee.second))
    return WideText.equals(UnsafeRawPointer(slot).assumingMemoryBound(to: WideText.self), text)
  }

  /// The same of a text near the beginning or the end of the document.
  @inline(never)
  private mutating func isDocumented(
    nearEnds value: UnsafePointer<TapeNode>, _ usual: UnsafePointer<UsualValue>
  ) -> Bool {
    let length = value.pointee.length
    guard length < WideText.byteCount else { return false }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8 + WideText.byteCount) { room in
      room.initialize(repeating: UInt8(ascii: "\""))
      let text = room.baseAddress! + 8
      // The closing quote, too.
      text.update(from: bytes + Int(value.pointee.offset), count: Int(length) + 1)
      return isDocumented(text, length, usual)
    }
  }

  @inline(__always)
  private func acceptance(_ usual: UnsafePointer<UsualValue>) -> UnsafePointer<Acceptance> {
    program.acceptances + Int(usual.pointee.first)
  }

  @inline(never)
  private mutating func acceptOrJudge(text value: UnsafePointer<TapeNode>, _ usual: UnsafePointer<UsualValue>) {
    if !accepts(bytes + Int(value.pointee.offset), Int(value.pointee.length), usual.pointee.first) {
      judge(unaccepted: value, usual.pointee.shape)
    }
  }

  @inline(never)
  private mutating func walkMap(_ map: UnsafePointer<TapeNode>, _ shapeIndex: UInt32) {
    let shape = program.shapes + Int(shapeIndex)
    let areDistinct = walkMembers(map, shape)
    judgeContainer(map, shape, areDistinct)
  }

  /// Judges the cases of a map or an array that was walked over.
  ///
  /// - Parameter areDistinct: its names, or elements, are certainly different where they have to be.
  @inline(__always)
  private mutating func judgeContainer(
    _ container: UnsafePointer<TapeNode>, _ shape: UnsafePointer<ShapeNode>, _ areDistinct: Bool
  ) {
    var cases = shape.pointee.cases
    if areDistinct, shape.pointee.distinctKey != 0 {
      // The first case asks for what is known by now.
      cases.start &+= 1
      cases.count &-= 1
    }
    if cases.count > 0 { judge(cases, index(of: container)) }
  }

  /// Whether names are certainly different, letter case aside, where they have to be.
  @inline(__always)
  private mutating func walkMembers(_ map: UnsafePointer<TapeNode>, _ shape: UnsafePointer<ShapeNode>) -> Bool {
    guard enter() else { return false }
    let element = program.shapes + Int(shape.pointee.element)
    let end = map.pointee.next
    var keys = MetKeys()
    var member = index(of: map) &+ 1
    while member < end {
      let value = member &+ 1
      clearRegisters(shape)
      if shape.pointee.distinctKey != 0, !keys.isFirst(spelling: spelling(ofText: member)) { keys.areDistinct = false }
      if isAccepted(inMap: nodes + Int(value), member, element) {
        registers[Int(element.pointee.register)] = value
      } else if nodes[Int(value)].kind == .null {
        if nodes[Int(member)].flags.isDisjoint(with: .damaged) { nullMapValue(member, shape.pointee.element) }
      } else {
        walk(value, shape.pointee.element)
      }
      member = nodes[Int(value)].next
    }
    depth &-= 1
    return isQuick && keys.areDistinct
  }

  /// Whether a text and its name are accepted.
  @inline(__always)
  private mutating func isAccepted(
    inMap value: UnsafePointer<TapeNode>, _ member: UInt32, _ shape: UnsafePointer<ShapeNode>
  ) -> Bool {
    value.pointee.kindAndFlags | unusualBits == shape.pointee.usual.kindAndFlags
      && shape.pointee.acceptance != Acceptance.none
      && (shape.pointee.nameAcceptance == Acceptance.any || acceptsName(member, shape.pointee.nameAcceptance))
      && accepts(bytes + Int(value.pointee.offset), Int(value.pointee.length), shape.pointee.acceptance)
  }

  @inline(never)
  private mutating func walkArray(_ array: UnsafePointer<TapeNode>, _ shapeIndex: UInt32) {
    let shape = program.shapes + Int(shapeIndex)
    let areDistinct = shape.pointee.element != ShapeNode.none && walkElements(array, shape)
    judgeContainer(array, shape, areDistinct)
  }

  /// Whether elements are certainly different where they have to be.
  @inline(__always)
  private mutating func walkElements(_ array: UnsafePointer<TapeNode>, _ shape: UnsafePointer<ShapeNode>) -> Bool {
    guard enter() else { return false }
    let element = program.shapes + Int(shape.pointee.element)
    let end = nodes + Int(array.pointee.next)
    let irregularBefore = irregularCount
    var keys = MetKeys()
    var value = array + 1
    while value < end {
      clearRegisters(shape)
      if value.pointee.kindAndFlags | unusualBits == element.pointee.usual.kindAndFlags {
        registers[Int(element.pointee.usual.register)] = index(of: value)
        acceptOrJudge(value, Self.usual(element))
      } else {
        walk(index(of: value), shape.pointee.element)
      }
      let key = shape.pointee.distinctKey
      if key != 0 { meet(key == ShapeNode.elementItself ? index(of: value) : registers[Int(key)], &keys) }
      value = nodes + Int(value.pointee.next)
    }
    depth &-= 1
    // An object that has a property twice, in two letter cases, has two keys.
    let isRegular = isQuick && irregularCount == irregularBefore
    keySpellings[Int(shape.pointee.register)] = isRegular ? keys.spellings : .max
    return isRegular && keys.areDistinct
  }

  /// Takes down a key. What looks like one before, or is unusual, is left to the check itself.
  @inline(__always)
  private mutating func meet(_ key: UInt32, _ keys: inout MetKeys) {
    guard key != 0 else { return }
    let node = nodes + Int(key)
    if node.pointee.kindAndFlags == TapeNode.kindAndFlags(.number, .integer) {
      let isFirst = keys.isFirst(number: shortInteger(node.pointee).map(Int.init) ?? -1)
      if isFirst != true { keys.areDistinct = false }
    } else if !keys.isFirst(spelling: spelling(of: key)) {
      keys.areDistinct = false
    }
  }

  @inline(__always)
  private mutating func enter() -> Bool {
    guard depth < Self.depthMax else { return false }
    depth &+= 1
    return true
  }

  @inline(__always)
  private mutating func clearRegisters(_ shape: UnsafePointer<ShapeNode>) {
    guard shape.pointee.clearedCount > 0 else { return }
    (registers + Int(shape.pointee.clearedFrom)).update(repeating: 0, count: Int(shape.pointee.clearedCount))
  }

  // MARK: Scalars

  private mutating func string(
    _ index: UInt32, _ node: TapeNode, _ shapeIndex: UInt32, _ shape: UnsafePointer<ShapeNode>
  ) {
    let text = bytes + Int(node.offset)
    if isTemplate, isExpression(UnsafeBufferPointer(start: text, count: Int(node.length))) { return }
    if shape.pointee.values.count > 0 {
      let value =
        node.flags.isDisjoint(with: .escaped)
        ? program.index(of: text, count: Int(node.length), in: shape.pointee.values) : -1
      if value < 0, !unfamiliarValue(index, shapeIndex) { return }
    } else if isQuick, shape.pointee.acceptance != Acceptance.none, node.flags.isDisjoint(with: .indirect),
      shape.pointee.nameAcceptance == Acceptance.any || acceptsName(index &- 1, shape.pointee.nameAcceptance),
      accepts(text, Int(node.length), shape.pointee.acceptance)
    {
      return
    }
    judgeString(index, node, shape)
  }

  /// A string that is not accepted at once.
  @inline(never)
  private mutating func judgeString(_ index: UInt32, _ node: TapeNode, _ shape: UnsafePointer<ShapeNode>) {
    let raw = UnsafeBufferPointer(start: bytes + Int(node.offset), count: Int(node.length))
    if shape.pointee.values.count == 0, mayBePlaceholder(raw, node, shape),
      isPlaceholder(index, shape)
    {
      judgeDespitePlaceholder(shape.pointee.cases, index)
      return
    }
    var position = Int(shape.pointee.cases.start)
    let end = position &+ Int(shape.pointee.cases.count)
    let isDirect = node.flags.isDisjoint(with: .indirect)
    while position < end {
      let caseIndex = program.attached[position]
      let entry = program.cases + Int(caseIndex)
      self.caseIndex = caseIndex
      switch isDirect ? entry.pointee.textTest : .none {
      case .none:
        position = judgeNext(position, end, index)
        continue
      case .noneOf where isQuick && spelling(of: index) & entry.pointee.mask == 0: break
      case .oneOf where isQuick && spelling(of: index) & entry.pointee.mask == 0: fail(1, index)
      default: judge(text: raw, entry, index, program.operands + Int(entry.pointee.operands))
      }
      position &+= 1
    }
    if shape.pointee.format == .resourceID { judgeSegments(index) }
  }

  @inline(__always)
  private mutating func mayBePlaceholder(
    _ raw: UnsafeBufferPointer<UInt8>, _ node: TapeNode, _ shape: UnsafePointer<ShapeNode>
  ) -> Bool {
    if node.flags.contains(.escaped), Placeholder.isPossibleEscaped(raw) { return true }
    if node.length <= WideText.byteCount { return hasPlaceholderMark(node) }
    // Of a secret only the whole can be one, but a part of it can be a variable.
    let isWhole = shape.pointee.flags.contains(.secret) && !allowsVariables
    return Placeholder.isPossible(isWhole ? UnsafeBufferPointer(rebasing: raw.prefix(1)) : raw)
  }

  /// Whether a text as it stands has a byte that could open a placeholder.
  @inline(__always)
  func hasPlaceholderMark(_ node: TapeNode) -> Bool {
    let text = bytes + Int(node.offset)
    guard node.length <= WideText.byteCount, node.offset < nameLimit else {
      return Placeholder.isPossible(UnsafeBufferPointer(start: text, count: Int(node.length)))
    }
    let marks = UInt64(cscan_placeholder_marks(text) | cscan_placeholder_marks(text + 16) &<< 16)
    return marks & (1 &<< UInt64(node.length) &- 1) != 0
  }

  /// Whether an object is nothing but an accepted resource id.
  @inline(never)
  private mutating func acceptsReference(
    _ object: UnsafePointer<TapeNode>, _ usual: UnsafePointer<UsualValue>
  ) -> Bool {
    let name = object + 1
    let value = object + 2
    let property = properties + Int(usual.pointee.first)
    guard nodes + Int(object.pointee.next) == object + 3, isName(name, property) else { return false }
    let id = Self.usual(property)
    guard value.pointee.kindAndFlags == id.pointee.kindAndFlags,
      isResourceID(bytes + Int(value.pointee.offset), Int(value.pointee.length), acceptance(id))
    else { return false }
    registers[Int(id.pointee.register)] = index(of: value)
    return true
  }

  /// Whether an integer is one that every case lets pass.
  @inline(__always)
  private func isAccepted(integer node: UnsafePointer<TapeNode>, _ usual: UnsafePointer<UsualValue>) -> Bool {
    guard let value = shortInteger(node.pointee) else { return false }
    return value >= max(0, usual.pointee.integers.least) && value <= usual.pointee.integers.most
  }

  /// Whether a number is one that the shape's integer takes. `16.0` and `1e2` are not: the service's reader takes only
  /// digits for its integers.
  @inline(__always)
  private func isInteger(_ node: TapeNode, _ shape: UnsafePointer<ShapeNode>) -> Bool {
    guard node.flags.contains(.integer) else { return false }
    guard shape.pointee.flags.contains(.int32) else { return true }
    if node.length <= 9 { return true }
    guard let value = integer(node) else { return false }
    return value >= Int(Int32.min) && value <= Int(Int32.max)
  }

  /// The value of up to four digits; negative where there is something else than digits, nil where there is more.
  @inline(__always)
  private func shortInteger(_ node: TapeNode) -> Int32? {
    guard node.length <= 4, node.offset >= 4 else { return nil }
    return cscan_digits4(bytes + (Int(node.offset) &+ Int(node.length)), node.length)
  }

  /// The value of an integer's spelling; nil beyond 18 digits.
  @inline(__always)
  func integer(_ node: TapeNode) -> Int? {
    guard node.flags.contains(.integer) else { return nil }
    if let value = shortInteger(node), value >= 0 { return Int(value) }
    var position = bytes + Int(node.offset)
    let end = position + Int(node.length)
    let isNegative = position.pointee == UInt8(ascii: "-")
    if isNegative { position += 1 }
    guard end - position <= 18 else { return nil }
    var value = 0
    while position < end {
      value = value &* 10 &+ Int(position.pointee &- UInt8(ascii: "0"))
      position += 1
    }
    return isNegative ? -value : value
  }

  // MARK: Cases

  /// Judges a run of cases on one node.
  mutating func judge(_ run: IndexRun, _ index: UInt32) {
    var position = Int(run.start)
    let end = position &+ Int(run.count)
    while position < end { position = judgeNext(position, end, index) }
  }

  /// Judges the cases of an object of which it is known which properties and traits it has, a bit each. Remembers a set with which
  /// no case is left to judge.
  @inline(never)
  private mutating func judge(
    _ shape: UnsafePointer<ShapeNode>, _ index: UInt32, present: UInt64, _ memory: UnsafeMutablePointer<UInt64>
  ) {
    var position = Int(shape.pointee.cases.start)
    let end = position &+ Int(shape.pointee.cases.count)
    var hasJudged = false
    while position < end {
      if isSettled(program.cases + Int(program.attached[position]), present) {
        position &+= 1
      } else {
        hasJudged = true
        position = judgeNext(position, end, index)
      }
    }
    if !hasJudged { memory.pointee = present & shape.pointee.asked }
  }

  /// The ``spellingBit(_:_:)`` of a value; all of them where it is not a text that is compared as it stands.
  @inline(__always)
  mutating func spelling(of index: UInt32) -> UInt64 {
    // Mostly several cases in a row ask about one text.
    if lastSpelling.node == index { return lastSpelling.bits }
    let bits = nodes[Int(index)].kind == .string ? spelling(ofText: index) : .max
    lastSpelling = (index, bits)
    return bits
  }

  /// The same of a string or a name.
  @inline(__always)
  private func spelling(ofText index: UInt32) -> UInt64 {
    let node = nodes + Int(index)
    guard node.pointee.flags.isDisjoint(with: .indirect), node.pointee.offset >= 8 else { return .max }
    return spellingBit(bytes + Int(node.pointee.offset), Int(node.pointee.length))
  }

  /// Whether a case passes because of the properties and traits that are there, or its condition does not hold.
  @inline(__always)
  private func isSettled(_ entry: UnsafePointer<CaseEntry>, _ present: UInt64) -> Bool {
    if ~present & entry.pointee.needed != 0 || present & entry.pointee.unwanted != 0 { return true }
    let mask = entry.pointee.mask
    let found = present & mask
    return switch entry.pointee.presence {
    case .none: false
    case .exactlyOne: found != 0 && found & (found &- 1) == 0
    case .atMostOne: found & (found &- 1) == 0
    case .together: found == 0 || found == mask
    case .absent: found == 0
    case .required: found == mask
    }
  }

  /// Judges the case at a position of the attached section, and with it those of the same rule that ask for facts.
  /// Returns the position of the next.
  @inline(__always)
  private mutating func judgeNext(_ position: Int, _ end: Int, _ index: UInt32) -> Int {
    let caseIndex = program.attached[position]
    let entry = program.cases + Int(caseIndex)
    if entry.pointee.hasFacts != 0 { return judgeInWorlds(position, end, index) }
    // An unknown version is less than any other, so it is within the bounds of a case that has none.
    if version >= entry.pointee.versionMin, version <= entry.pointee.versionMax,
      version != Self.unknownVersion || entry.pointee.versionMax == .max
    {
      judge(caseIndex, entry, index)
    } else if version == Self.unknownVersion {
      judgeInAnyVersion(caseIndex, entry, index)
    }
    return position &+ 1
  }

  @inline(__always)
  mutating func judge(_ caseIndex: UInt32, _ entry: UnsafePointer<CaseEntry>, _ index: UInt32) {
    if entry.pointee.condition != CaseEntry.none {
      var position = entry.pointee.condition
      guard condition(&position, index) == .true else { return }
    }
    self.caseIndex = caseIndex
    let operands = program.operands + Int(entry.pointee.operands)
    var index = index
    if entry.pointee.subject != 0 {
      index = registers[Int(entry.pointee.subject)]
      if index == 0 || isUnfilled(index) { return }
    }
    switch entry.pointee.check {
    case .exactlyOne: ExactlyOneCheck.judge(index, operands, &self)
    case .atMostOne: AtMostOneCheck.judge(index, operands, &self)
    case .required: RequiredCheck.judge(index, operands, &self)
    case .together: TogetherCheck.judge(index, operands, &self)
    case .absent: AbsentCheck.judge(index, operands, &self)
    case .ascending: AscendingCheck.judge(index, operands, &self)
    case .never: fail(1, index)
    case .range: RangeCheck.judge(index, operands, &self)
    case .count: CountCheck.judge(index, operands, &self)
    case .uniqueBy: UniqueByCheck.judge(index, operands, &self)
    case .distinctNames: DistinctNamesCheck.judge(index, operands, &self)
    case .requestLine: RequestLineCheck.judge(operands, &self)
    default: judgeText(entry, index, operands)
    }
  }

  /// The checks on text: of a string value, of a member's name, of a part of a resource id, of a URI parameter.
  mutating func judgeText(
    _ entry: UnsafePointer<CaseEntry>, _ index: UInt32, _ operands: UnsafePointer<UInt32>
  ) {
    if let text = detachedText {
      judge(text: text, entry, index, operands)
      return
    }
    let subject = entry.pointee.isOfName != 0 ? index &- 1 : index
    let node = nodes[Int(subject)]
    guard node.kind == .string || node.kind == .name, node.flags.isDisjoint(with: .damaged) else { return }
    let raw = UnsafeBufferPointer(start: bytes + Int(node.offset), count: Int(node.length))
    if node.flags.isDisjoint(with: .escaped) {
      judge(text: raw, entry, subject, operands)
    } else {
      let text = unescaped(raw)
      text.withUnsafeBufferPointer { judge(text: $0, entry, subject, operands) }
    }
  }

  @inline(__always)
  mutating func judge(
    text: UnsafeBufferPointer<UInt8>, _ entry: UnsafePointer<CaseEntry>, _ node: UInt32,
    _ operands: UnsafePointer<UInt32>
  ) {
    if entry.pointee.check == .secretText {
      SecretTextCheck.judge(text, node, &self)
      return
    }
    let outcome: UInt8 =
      switch entry.pointee.check {
      case .length: LengthCheck.outcome(text, operands)
      case .matches: MatchesCheck.outcome(text, operands, &self)
      case .oneOf: OneOfCheck.outcome(text, operands, program)
      case .noneOf: NoneOfCheck.outcome(text, operands, program)
      case .uuid: UUIDCheck.outcome(text)
      case .apiVersion: APIVersionCheck.outcome(text, operands, &self)
      case .resourceID: ResourceIDCheck.outcome(text, node, operands, &self)
      case .uri: URICheck.outcome(uri(text, node), text, operands, program)
      case .characterClasses: CharacterClassesCheck.outcome(text, operands)
      case .date: DateCheck.outcome(date(text, node), operands, now)
      case .base64: Base64Check.outcome(scanBase64(text, node), operands)
      case .cloudConfig: CloudConfigCheck.outcome(decoded(text, node), isQuick: isQuick)
      default: 0
      }
    if outcome != 0 { fail(outcome, node, isName: entry.pointee.isOfName != 0) }
  }

  /// ``DecodedText/bytes(of:node:)``
  @inline(__always)
  mutating func decoded(_ base64: UnsafeBufferPointer<UInt8>, _ node: UInt32) -> UnsafeBufferPointer<UInt8> {
    decodedText._withUnsafeGuaranteedRef { $0.bytes(of: base64, node: node) }
  }

  @inline(__always)
  private mutating func scanBase64(_ text: UnsafeBufferPointer<UInt8>, _ node: UInt32) -> Base64Text {
    decodedText._withUnsafeGuaranteedRef { $0.scan(of: text, node: node) }
  }

  @inline(__always)
  private mutating func uri(_ text: UnsafeBufferPointer<UInt8>, _ node: UInt32) -> AbsoluteURI {
    if lastURI.node == node, detachedText == nil, let uri = lastURI.uri { return uri }
    let uri = AbsoluteURI(text)
    if detachedText == nil { lastURI = (node, uri) }
    return uri
  }

  @inline(__always)
  private mutating func date(_ text: UnsafeBufferPointer<UInt8>, _ node: UInt32) -> CalendarDate {
    if lastDate.node == node, detachedText == nil, let date = lastDate.date { return date }
    let date = CalendarDate(text)
    if detachedText == nil { lastDate = (node, date) }
    return date
  }

  /// A case failed at a node.
  @inline(never)
  mutating func fail(_ outcome: UInt8, _ node: UInt32, detail: UInt32 = 0, isName: Bool = false) {
    let entry = program.cases[Int(caseIndex)]
    var fault = RawFault(
      rule: entry.rule, severity: entry.severity, target: isName ? .member : .value, outcome: outcome,
      caseIndex: caseIndex, node: node, detail: detail)
    if let parameter {
      fault.target = .parameter
      fault.node = 0
      fault.partStart = parameter
    } else if let part {
      fault.target = .part
      fault.partStart = part.start
      fault.partLength = part.length
    } else if entry.check == .requestLine {
      fault.target = .requestLine
    }
    faults.append(fault)
  }

  // MARK: Resource ids

  /// The segments of a resource id are URI parameters of other operations, and judged by the same rules.
  @inline(__always)
  private mutating func judgeSegments(_ index: UInt32) {
    guard entry.parameters.count > 0 else { return }
    segments(index)
  }
}
