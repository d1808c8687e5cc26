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
  /// Room for the keys of a few elements that are compared with each other.
  let keys: UnsafeMutablePointer<UInt32>
  /// Owned by the ``Checker``, and not counted here.
  unowned(unsafe) let decodedText: DecodedText

  // The body that is judged.
  private(set) var document: Document
  private(set) var nodes: UnsafePointer<TapeNode>
  private(set) var bytes: UnsafePointer<UInt8>
  private(set) var entry: EntryPoint
  /// The body's own node: not 0 where the body stands inside of something else.
  private(set) var root: UInt32 = 0
  /// ``APIVersion/order`` of the request, or ``unknownVersion``.
  private(set) var version = Self.unknownVersion
  /// Seconds since 1970, where the clock is given.
  private(set) var now: Int?
  /// The body is a resource of an ARM template.
  private(set) var isTemplate = false
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

  static let unknownVersion: Int32 = -1
  static let unknownFact: UInt8 = 255
  /// Recursive shapes go no deeper; the parser has reported deeper documents.
  static let depthMax = 512

  static let keyCountMax = 16

  /// Memory for bodies of a program; ``free()`` gives it back.
  init(_ program: Program.Tables, decodedText: DecodedText) {
    self.program = program
    self.decodedText = decodedText
    registers = .allocate(capacity: Int(program.header.registers))
    registers.initialize(repeating: 0, count: Int(program.header.registers))
    factValues = .allocate(capacity: max(1, Int(program.header.facts)))
    factValues.initialize(repeating: Self.unknownFact, count: max(1, Int(program.header.facts)))
    successors = .allocate(capacity: max(1, Int(program.header.names)))
    successors.initialize(repeating: 0, count: max(1, Int(program.header.names)))
    keys = .allocate(capacity: Self.keyCountMax)
    keys.initialize(repeating: 0, count: Self.keyCountMax)
    resourceID = ResourceID()
    patterns = PatternTable(count: Int(program.header.patterns))
    faults = FaultBuffer()
    nodes = UnsafePointer(bitPattern: MemoryLayout<TapeNode>.alignment)!
    bytes = program.strings
    document = Document(bytes: bytes, byteCount: 0, nodes: nodes, nodeCount: 0)
    entry = EntryPoint()
  }

  func free() {
    registers.deallocate()
    factValues.deallocate()
    successors.deallocate()
    keys.deallocate()
    resourceID.free()
    patterns.free()
    faults.free()
  }

  /// Takes a body; nothing of the last one is left.
  mutating func begin(
    _ document: Document, root: UInt32, entry: UnsafePointer<EntryPoint>, version: Int32, request: RequestLine?,
    facts: [UInt8], now: Int?, isTemplate: Bool
  ) {
    self.document = document
    nodes = document.nodes
    bytes = document.bytes
    self.entry = entry.pointee
    self.root = root
    self.version = version
    if self.request != nil || request != nil { self.request = request }
    self.now = now
    self.isTemplate = isTemplate
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

  @inline(never)
  mutating func walk(_ index: UInt32, _ shapeIndex: UInt32) { visit(index, shapeIndex) }

  /// Judges a value: scalars here, where the caller's loop is, containers by a call.
  @inline(__always)
  private mutating func visit(_ index: UInt32, _ shapeIndex: UInt32) {
    let node = nodes[Int(index)]
    let shape = program.shapes + Int(shapeIndex)
    // A value of the wrong type is there nevertheless: checks of presence count it.
    if shape.pointee.register != 0 { registers[Int(shape.pointee.register)] = index }
    if shape.pointee.kinds &>> UInt16(node.kind.code) & 1 == 0 {
      mismatch(index, shapeIndex)
      return
    }
    switch node.kind {
    case .string: string(index, node, shapeIndex, shape)
    case .number: number(index, node, shapeIndex, shape)
    case .object, .array: walkContainer(index, shapeIndex)
    default: if shape.pointee.cases.count > 0 { judge(shape.pointee.cases, index) }
    }
  }

  @inline(never)
  private mutating func walkContainer(_ index: UInt32, _ shapeIndex: UInt32) {
    let node = nodes[Int(index)]
    let shape = program.shapes + Int(shapeIndex)
    if node.kind == .array {
      if shape.pointee.element != ShapeNode.none { walkArray(index, node, shape) }
    } else if !shape.pointee.flags.contains(.anything) {
      guard shape.pointee.flags.contains(.map) else {
        walkObject(index, node, shapeIndex, shape)
        return
      }
      walkMap(index, node, shape)
    }
    if shape.pointee.cases.count > 0 { judge(shape.pointee.cases, index) }
  }

  @inline(__always)
  private mutating func walkObject(
    _ index: UInt32, _ node: TapeNode, _ shapeIndex: UInt32, _ shape: UnsafePointer<ShapeNode>
  ) {
    guard enter() else { return }
    let table = shape.pointee.properties
    let entries = program.names + Int(table.start)
    // What followed which property when the shape was met last: members mostly come in the same order.
    let successors = successors + Int(table.start)
    var expected = table.count > 0 ? Int(successors[Int(table.count) &- 1]) : 0
    var previous = Int(table.count) &- 1
    var seen: UInt64 = 0
    var isRegular = !isTemplate
    var member = index &+ 1
    while member < node.next {
      let name = nodes[Int(member)]
      let value = member &+ 1
      var property = -1
      if name.flags.isDisjoint(with: .indirect), table.count > 0 {
        let spelling = bytes + Int(name.offset)
        let guess = entries[expected].name
        if guess.length == name.length, equal(program.strings + Int(guess.offset), spelling, Int(name.length)) {
          property = expected
        } else {
          property = program.index(of: spelling, count: Int(name.length), in: table)
          if property >= 0 { successors[previous] = UInt16(truncatingIfNeeded: property) }
        }
      }
      if property < 0 {
        property = unfamiliar(member, shapeIndex)
      }
      if property >= 0 {
        previous = property
        expected = Int(successors[property])
        let entry = entries + property
        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: property)
        if seen & bit != 0 {
          isRegular = false
          repeated(member, property, in: index, shapeIndex)
        }
        if nodes[Int(value)].kind == .null {
          if null(member, entry.pointee, property) { seen |= bit }
        } else {
          seen |= bit
          if entry.pointee.flags.contains(.remarkable) { remark(member, entry.pointee) }
          // A template names its resource in the resource; these members have been judged.
          if !isTemplate || depth > 1 || !entry.pointee.flags.contains(.readOnly) {
            visit(value, entry.pointee.shape)
          }
        }
      }
      member = nodes[Int(value)].next
    }
    depth &-= 1
    if shape.pointee.required & ~seen != 0 { missing(index, shapeIndex, seen) }
    guard shape.pointee.cases.count > 0 else { return }
    if isRegular { judge(shape.pointee.cases, index, present: seen) } else { judge(shape.pointee.cases, index) }
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

  @inline(__always)
  private mutating func walkArray(_ index: UInt32, _ node: TapeNode, _ shape: UnsafePointer<ShapeNode>) {
    guard enter() else { return }
    var element = index &+ 1
    while element < node.next {
      clearRegisters(shape)
      visit(element, shape.pointee.element)
      element = nodes[Int(element)].next
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
    let count = Int(shape.pointee.clearedCount)
    guard count > 0 else { return }
    (registers + Int(shape.pointee.clearedFrom)).update(repeating: 0, count: count)
  }

  // MARK: Scalars

  @inline(__always)
  private mutating func string(
    _ index: UInt32, _ node: TapeNode, _ shapeIndex: UInt32, _ shape: UnsafePointer<ShapeNode>
  ) {
    let text = bytes + Int(node.offset)
    if isTemplate, isExpression(UnsafeBufferPointer(start: text, count: Int(node.length))) { return }
    if shape.pointee.values.count > 0 {
      let value =
        node.flags.isDisjoint(with: .escaped)
        ? program.index(of: text, count: Int(node.length), in: shape.pointee.values) : -1
      if value >= 0 {
        if value < 64, shape.pointee.acceptedValues &>> UInt64(truncatingIfNeeded: value) & 1 != 0 { return }
      } else if !unfamiliarValue(index, shapeIndex) {
        return
      }
    } else if shape.pointee.acceptance != Acceptance.none, node.flags.isDisjoint(with: .indirect),
      accepts(text, Int(node.length), shape.pointee.acceptance),
      shape.pointee.nameAcceptance == Acceptance.any || acceptsName(index &- 1, shape.pointee.nameAcceptance)
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
    // Of a secret only the whole can be one.
    return Placeholder.isPossible(
      shape.pointee.flags.contains(.secret) ? UnsafeBufferPointer(rebasing: raw.prefix(1)) : raw)
  }

  @inline(__always)
  private mutating func number(
    _ index: UInt32, _ node: TapeNode, _ shapeIndex: UInt32, _ shape: UnsafePointer<ShapeNode>
  ) {
    if shape.pointee.flags.contains(.integer) {
      if isAccepted(node, shape) { return }
      if !isInteger(node, shape) {
        mismatch(index, shapeIndex)
        return
      }
    }
    if shape.pointee.cases.count > 0 { judge(shape.pointee.cases, index) }
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
  /// the shape.
  @inline(__always)
  private mutating func judge(_ run: IndexRun, _ index: UInt32, present: UInt64) {
    var position = Int(run.start)
    let end = position &+ Int(run.count)
    while position < end {
      let entry = program.cases + Int(program.attached[position])
      if present & entry.pointee.needed != entry.pointee.needed || isSettled(entry, present) {
        position &+= 1
      } else {
        position = judgeNext(position, end, index)
      }
    }
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
      case .cloudConfig: CloudConfigCheck.outcome(decodedText.bytes(of: text, node: node))
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
