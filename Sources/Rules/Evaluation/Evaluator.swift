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
  /// Tape indexes by register; 0 where the place is absent or null.
  let registers: UnsafeMutablePointer<UInt32>
  let patterns: PatternTable
  /// The index of each fact's value, or ``unknownFact``.
  let factValues: UnsafeMutablePointer<UInt8>
  /// Beside each property of the program the one that was met behind it last; beside a shape's last property the one
  /// that was met first.
  private let successors: UnsafeMutablePointer<UInt16>
  /// For each shape some sets of properties that let all its cases pass.
  private let settled: UnsafeMutablePointer<UInt64>
  /// Room for the keys of a few elements that are compared with each other.
  let keys: UnsafeMutablePointer<UInt32>
  /// Owned by the ``Checker``, and not counted here.
  unowned(unsafe) let decodedText: DecodedText

  // The body that is judged.
  private(set) var document: Document
  private(set) var nodes: UnsafePointer<TapeNode>
  private(set) var bytes: UnsafePointer<UInt8>
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
  /// Shortcuts may be taken: expressions of templates rule them out, and whoever tests them.
  private(set) var isQuick = false
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
  private var lastURI: (node: UInt32, uri: AbsoluteURI)?
  /// The date that was read last.
  private var lastDate: (node: UInt32, date: CalendarDate)?
  /// The value that was last found to be no placeholder.
  var lastPlain: UInt32 = 0
  private(set) var depth = 0

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
    self.decodedText = decodedText
    registers = .allocate(capacity: Int(program.header.registers))
    registers.initialize(repeating: 0, count: Int(program.header.registers))
    factValues = .allocate(capacity: max(1, Int(program.header.facts)))
    factValues.initialize(repeating: Self.unknownFact, count: max(1, Int(program.header.facts)))
    successors = .allocate(capacity: max(1, Int(program.header.names)))
    successors.initialize(repeating: 0, count: max(1, Int(program.header.names)))
    settled = .allocate(capacity: Int(program.header.shapes) * Self.settledCount)
    // No set: shapes with so many properties have none.
    settled.initialize(repeating: .max, count: Int(program.header.shapes) * Self.settledCount)
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
    successors.deallocate()
    settled.deallocate()
    keys.deallocate()
    resourceID.free()
    patterns.free()
    faults.free()
  }

  /// Takes a body; nothing of the last one is left.
  mutating func begin(
    _ document: Document, root: UInt32, entry: UnsafePointer<EntryPoint>, version: Int32, request: RequestLine?,
    facts: [UInt8], now: Int?, isTemplate: Bool, allowsVariables: Bool
  ) {
    self.document = document
    nodes = document.nodes
    bytes = document.bytes
    entryPoint = entry
    self.root = root
    self.version = version
    if self.request != nil || request != nil { self.request = request }
    self.now = now
    self.isTemplate = isTemplate
    self.allowsVariables = allowsVariables
    isQuick = !isTemplate && !isThorough
    registers.update(repeating: 0, count: Int(program.header.registers))
    for fact in facts.indices { factValues[fact] = facts[fact] }
    faults.removeAll()
    resourceID.forget()
    decodedText.forget()
    lastURI = nil
    lastDate = nil
    lastPlain = 0
    depth = 0
  }

  // MARK: The walk

  /// Judges a value, whatever it is.
  @inline(never)
  mutating func walk(_ index: UInt32, _ shapeIndex: UInt32) {
    let node = nodes[Int(index)]
    let shape = program.shapes + Int(shapeIndex)
    // A value of the wrong type is there nevertheless: checks of presence count it.
    if shape.pointee.register != 0 { registers[Int(shape.pointee.register)] = index }
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
      if shape.pointee.element != ShapeNode.none { walkArray(index, shape) }
    case .object where shape.pointee.flags.isDisjoint(with: .anything):
      guard shape.pointee.flags.contains(.map) else {
        walkObject(index, shapeIndex)
        return
      }
      walkMap(index, node, shape)
    default: break
    }
    if shape.pointee.cases.count > 0 { judge(shape.pointee.cases, index) }
  }

  /// Walks over the members of an object.
  ///
  /// The loop of all loops: what is usual is decided here, by ``ShapeNode/route``; everything else is called.
  @inline(never)
  private mutating func walkObject(_ index: UInt32, _ shapeIndex: UInt32) {
    guard enter() else { return }
    let shape = program.shapes + Int(shapeIndex)
    let table = shape.pointee.properties
    let entries = program.names + Int(table.start)
    // What followed which property when the shape was met last: members mostly come in the same order.
    let successors = successors + Int(table.start)
    var previous = Int(table.count) &- 1
    var expected = Int(successors[previous])
    var seen: UInt64 = 0
    var isRegular = isQuick
    let end = nodes + Int(nodes[Int(index)].next)
    var name = nodes + (Int(index) &+ 1)
    while name < end {
      let value = name + 1
      var property = expected
      if !isName(name, entries + expected) {
        property = look(up: name, in: table, shapeIndex)
        guard property >= 0 else {
          name = nodes + Int(value.pointee.next)
          continue
        }
        successors[previous] = UInt16(truncatingIfNeeded: property)
      }
      previous = property
      expected = Int(successors[property])
      let entry = entries + property
      // Required properties and those that cases speak of are among the first.
      let bit: UInt64 = property < 64 ? 1 &<< UInt64(truncatingIfNeeded: property) : 0
      if seen & bit != 0 {
        isRegular = false
        repeated(place(of: name), property, in: index, shapeIndex)
      }
      let member = program.shapes + Int(entry.pointee.shape)
      if value.pointee.kind.code == member.pointee.routeKind, entry.pointee.flags.isPlain, isQuick {
        seen |= bit
        if member.pointee.register != 0 { registers[Int(member.pointee.register)] = place(of: value) }
        if !isAccepted(value, member, entry.pointee.shape) { walk(place(of: value), entry.pointee.shape) }
      } else if walkUnusual(place(of: name), entry, property) {
        seen |= bit
      }
      name = nodes + Int(value.pointee.next)
    }
    depth &-= 1
    if shape.pointee.required & ~seen != 0 { missing(index, shapeIndex, seen) }
    guard shape.pointee.cases.count > 0 else { return }
    guard isRegular, table.count < 64 else {
      judge(shape.pointee.cases, index)
      return
    }
    // Whether all cases pass may hang on nothing else than on which properties there are.
    let memory = settled + (Int(shapeIndex) &* Self.settledCount &+ Self.settledSlot(seen))
    if memory.pointee != seen, judge(shape.pointee.cases, index, present: seen) { memory.pointee = seen }
  }

  /// How many sets of properties are remembered for each shape.
  private static let settledCount = 8

  @inline(__always)
  private static func settledSlot(_ properties: UInt64) -> Int {
    Int(truncatingIfNeeded: (properties &* 0x9E37_79B9_7F4A_7C15) &>> 61)
  }

  /// Whether a member has a property's name, as it is spelt there.
  @inline(__always)
  private func isName(_ name: UnsafePointer<TapeNode>, _ entry: UnsafePointer<NameEntry>) -> Bool {
    name.pointee.length == entry.pointee.name.length && name.pointee.flags.rawValue == 0
      && equal(
        program.strings + Int(entry.pointee.name.offset), bytes + Int(name.pointee.offset), Int(name.pointee.length))
  }

  /// The property that a member's name is taken for, or -1.
  @inline(never)
  private mutating func look(up name: UnsafePointer<TapeNode>, in table: NameTable, _ shapeIndex: UInt32) -> Int {
    if name.pointee.flags.isDisjoint(with: .indirect) {
      let property = program.index(of: bytes + Int(name.pointee.offset), count: Int(name.pointee.length), in: table)
      if property >= 0 { return property }
    }
    return unfamiliar(place(of: name), shapeIndex)
  }

  /// A value of another kind than usual, a remarkable property, or a member in a template. Whether the property counts
  /// as present.
  @inline(never)
  private mutating func walkUnusual(_ member: UInt32, _ entry: UnsafePointer<NameEntry>, _ property: Int) -> Bool {
    let value = member &+ 1
    if nodes[Int(value)].kind == .null { return null(member, entry.pointee, property) }
    if entry.pointee.flags.contains(.remarkable) { remark(member, entry.pointee) }
    // A template names its resource in the resource; these members have been judged.
    if !isTemplate || depth > 1 || !entry.pointee.flags.contains(.readOnly) { walk(value, entry.pointee.shape) }
    return true
  }

  @inline(__always)
  private func place(of node: UnsafePointer<TapeNode>) -> UInt32 { UInt32(truncatingIfNeeded: node - nodes) }

  /// Whether nothing is left to say of a value of the usual kind: it is accepted, or was judged.
  @inline(__always)
  private mutating func isAccepted(
    _ value: UnsafePointer<TapeNode>, _ shape: UnsafePointer<ShapeNode>, _ shapeIndex: UInt32
  ) -> Bool {
    switch shape.pointee.route {
    case .enumeration:
      guard value.pointee.flags.isDisjoint(with: .escaped) else { return false }
      let index = program.index(
        of: bytes + Int(value.pointee.offset), count: Int(value.pointee.length), in: shape.pointee.values)
      return index >= 0 && index < 64
        && shape.pointee.acceptedValues &>> UInt64(truncatingIfNeeded: index) & 1 != 0
    case .text:
      guard value.pointee.flags.isDisjoint(with: .indirect),
        accepts(bytes + Int(value.pointee.offset), Int(value.pointee.length), shape.pointee.acceptance)
      else {
        judgeString(place(of: value), value.pointee, shape)
        return true
      }
      return true
    case .integer: return isAccepted(value.pointee, shape)
    case .object:
      walkObject(place(of: value), shapeIndex)
      return true
    case .array:
      walkArray(place(of: value), shape)
      if shape.pointee.cases.count > 0 { judge(shape.pointee.cases, place(of: value)) }
      return true
    case .general: return false
    }
  }

  private mutating func walkMap(_ index: UInt32, _ node: TapeNode, _ shape: UnsafePointer<ShapeNode>) {
    guard enter() else { return }
    var member = index &+ 1
    while member < node.next {
      let value = member &+ 1
      clearRegisters(shape)
      if nodes[Int(value)].kind == .null {
        if nodes[Int(member)].flags.isDisjoint(with: .damaged) { nullMapValue(member, shape.pointee.element) }
      } else {
        walk(value, shape.pointee.element)
      }
      member = nodes[Int(value)].next
    }
    depth &-= 1
  }

  @inline(never)
  private mutating func walkArray(_ index: UInt32, _ shape: UnsafePointer<ShapeNode>) {
    guard enter() else { return }
    let element = program.shapes + Int(shape.pointee.element)
    let end = nodes + Int(nodes[Int(index)].next)
    var value = nodes + (Int(index) &+ 1)
    while value < end {
      clearRegisters(shape)
      if value.pointee.kind.code == element.pointee.routeKind, isQuick {
        if element.pointee.register != 0 { registers[Int(element.pointee.register)] = place(of: value) }
        if !isAccepted(value, element, shape.pointee.element) { walk(place(of: value), shape.pointee.element) }
      } else {
        walk(place(of: value), shape.pointee.element)
      }
      value = nodes + Int(value.pointee.next)
    }
    depth &-= 1
  }

  @inline(__always)
  private mutating func enter() -> Bool {
    guard depth < Self.depthMax else { return false }
    depth &+= 1
    return true
  }

  @inline(__always)
  private mutating func clearRegisters(_ shape: UnsafePointer<ShapeNode>) {
    var register = registers + Int(shape.pointee.clearedFrom)
    let end = register + Int(shape.pointee.clearedCount)
    // Not `update`: that is a call, and there are a few at most.
    while register < end {
      register.pointee = 0
      register += 1
    }
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
    if shape.pointee.cases.count > 0 { judge(shape.pointee.cases, index) }
    if shape.pointee.format == .resourceID { judgeSegments(index) }
  }

  @inline(__always)
  private mutating func mayBePlaceholder(
    _ raw: UnsafeBufferPointer<UInt8>, _ node: TapeNode, _ shape: UnsafePointer<ShapeNode>
  ) -> Bool {
    if node.flags.contains(.escaped), Placeholder.isPossibleEscaped(raw) { return true }
    if node.length <= 16, Int(node.offset) &+ 16 <= document.byteCount {
      let marks = cscan_placeholder_marks(bytes + Int(node.offset))
      return marks & (1 &<< node.length &- 1) != 0
    }
    // Of a secret only the whole can be one, but a part of it can be a variable.
    let isWhole = shape.pointee.flags.contains(.secret) && !allowsVariables
    return Placeholder.isPossible(isWhole ? UnsafeBufferPointer(rebasing: raw.prefix(1)) : raw)
  }

  /// Whether a number is an integer that every case lets pass.
  @inline(__always)
  private func isAccepted(_ node: TapeNode, _ shape: UnsafePointer<ShapeNode>) -> Bool {
    guard node.length <= 9, node.flags.contains(.integer) else { return false }
    let value = integer(node)!
    return value >= Int(shape.pointee.acceptedMin) && value <= Int(shape.pointee.acceptedMax)
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

  /// The value of an integer's spelling; nil beyond 18 digits.
  @inline(__always)
  func integer(_ node: TapeNode) -> Int? {
    guard node.flags.contains(.integer) else { return nil }
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

  /// Judges a run of cases on an object of which it is known which properties it has: a bit each, by their number in
  /// the shape. Whether the properties' presence alone let all of them pass.
  private mutating func judge(_ run: IndexRun, _ index: UInt32, present: UInt64) -> Bool {
    var position = Int(run.start)
    let end = position &+ Int(run.count)
    var isAllSettled = true
    while position < end {
      let entry = program.cases + Int(program.attached[position])
      if present & entry.pointee.needed != entry.pointee.needed || isSettled(entry, present) {
        position &+= 1
      } else {
        isAllSettled = false
        if isRuledOut(entry) { position &+= 1 } else { position = judgeNext(position, end, index) }
      }
    }
    return isAllSettled
  }

  /// Whether the condition asks for a text of another length than there is.
  @inline(__always)
  private func isRuledOut(_ entry: UnsafePointer<CaseEntry>) -> Bool {
    guard entry.pointee.discriminator != 0 else { return false }
    let node = nodes + Int(registers[Int(entry.pointee.discriminator)])
    return node.pointee.kind == .string && node.pointee.flags.isDisjoint(with: .indirect)
      && entry.pointee.lengths &>> UInt64(min(node.pointee.length, 63)) & 1 == 0
  }

  /// Whether a case passes by the presence of properties alone.
  @inline(__always)
  private func isSettled(_ entry: UnsafePointer<CaseEntry>, _ present: UInt64) -> Bool {
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
      case .base64: Base64Check.outcome(decodedText.scan(of: text, node: node), operands)
      case .cloudConfig: CloudConfigCheck.outcome(decodedText.bytes(of: text, node: node), isQuick: isQuick)
      default: 0
      }
    if outcome != 0 { fail(outcome, node, isName: entry.pointee.isOfName != 0) }
  }

  @inline(__always)
  private mutating func uri(_ text: UnsafeBufferPointer<UInt8>, _ node: UInt32) -> AbsoluteURI {
    if let lastURI, lastURI.node == node, detachedText == nil { return lastURI.uri }
    let uri = AbsoluteURI(text)
    if detachedText == nil { lastURI = (node, uri) }
    return uri
  }

  @inline(__always)
  private mutating func date(_ text: UnsafeBufferPointer<UInt8>, _ node: UInt32) -> CalendarDate {
    if let lastDate, lastDate.node == node, detachedText == nil { return lastDate.date }
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
