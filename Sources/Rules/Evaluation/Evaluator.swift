import Findings
import JSONText

/// The walk over one body: shape and rules together, each node met once.
///
/// A struct of pointers with mutating methods. On the way of a clean body nothing is allocated and no reference is
/// counted; what a fault needs is kept in `@inline(never)` methods in Evaluator+Structure.swift.
struct Evaluator {
  let program: Program.Tables
  let document: Document
  let nodes: UnsafePointer<TapeNode>
  let bytes: UnsafePointer<UInt8>
  /// Tape indexes by register; 0 where the place is absent or null.
  let registers: UnsafeMutablePointer<UInt32>
  let patterns: PatternTable
  let entry: EntryPoint
  /// The body's own node: not 0 where the body stands inside of something else.
  let root: UInt32
  /// ``APIVersion/order`` of the request, or ``unknownVersion``.
  let version: Int32
  /// The index of each fact's value, or ``unknownFact``.
  let factValues: UnsafeMutablePointer<UInt8>
  /// Owned by the ``Checker``, and not counted here.
  unowned(unsafe) let decodedText: DecodedText
  /// Seconds since 1970, where the clock is given.
  let now: Int?
  /// The body is a resource of an ARM template.
  let isTemplate: Bool
  /// The request line, where there is one.
  let request: RequestLine?
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
  private(set) var depth = 0

  static let unknownVersion: Int32 = -1
  static let unknownFact: UInt8 = 255
  /// Recursive shapes go no deeper; the parser has reported deeper documents.
  static let depthMax = 512

  init(
    program: Program.Tables, document: Document, root: UInt32, entry: EntryPoint, version: Int32, request: RequestLine?,
    registers: UnsafeMutablePointer<UInt32>, patterns: PatternTable, factValues: UnsafeMutablePointer<UInt8>,
    decodedText: DecodedText, now: Int?, isTemplate: Bool,
    resourceID: ResourceID
  ) {
    self.program = program
    self.document = document
    self.root = root
    self.entry = entry
    self.version = version
    self.request = request
    self.registers = registers
    self.patterns = patterns
    self.factValues = factValues
    self.decodedText = decodedText
    self.now = now
    self.isTemplate = isTemplate
    self.resourceID = resourceID
    nodes = document.nodes
    bytes = document.bytes
    faults = FaultBuffer()
  }

  // MARK: The walk

  mutating func walk(_ index: UInt32, _ shapeIndex: UInt32) {
    let node = nodes[Int(index)]
    let shape = program.shapes + Int(shapeIndex)
    // A value of the wrong type is there nevertheless: checks of presence count it.
    if shape.pointee.register != 0 { registers[Int(shape.pointee.register)] = index }
    if shape.pointee.kinds & 1 << UInt16(node.kind.code) == 0 {
      mismatch(index, shapeIndex)
      return
    }
    switch node.kind {
    case .object:
      if shape.pointee.flags.contains(.anything) { break }
      if shape.pointee.flags.contains(.map) {
        walkMap(index, node, shape)
      } else {
        walkObject(index, node, shapeIndex, shape)
      }
    case .array:
      guard shape.pointee.element != ShapeNode.none else { break }
      walkArray(index, node, shape)
    case .string:
      string(index, node, shapeIndex, shape)
      return
    case .number:
      if shape.pointee.flags.contains(.integer), !isInteger(node, shape) {
        mismatch(index, shapeIndex)
        return
      }
    default: break
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
    var seen: UInt64 = 0
    var member = index &+ 1
    while member < node.next {
      let name = nodes[Int(member)]
      let value = member &+ 1
      var property = -1
      if name.flags.isDisjoint(with: .indirect) {
        property = program.index(of: bytes + Int(name.offset), count: Int(name.length), in: table)
      }
      if property < 0 {
        property = unfamiliar(member, shapeIndex)
      }
      if property >= 0 {
        let entry = entries + property
        if seen & 1 << UInt64(property & 63) != 0 { repeated(member, property, in: index, shapeIndex) }
        if nodes[Int(value)].kind == .null {
          if null(member, entry.pointee, property) { seen |= 1 << UInt64(property & 63) }
        } else {
          seen |= 1 << UInt64(property & 63)
          if entry.pointee.flags.contains(.remarkable) { remark(member, entry.pointee) }
          // A template names its resource in the resource; these members have been judged.
          if !isTemplate || depth > 1 || !entry.pointee.flags.contains(.readOnly) {
            walk(value, entry.pointee.shape)
          }
        }
      }
      member = nodes[Int(value)].next
    }
    depth &-= 1
    if shape.pointee.required & ~seen != 0 { missing(index, shapeIndex, seen) }
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
      walk(element, shape.pointee.element)
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
    let raw = UnsafeBufferPointer(start: bytes + Int(node.offset), count: Int(node.length))
    if isTemplate, isExpression(raw) { return }
    if shape.pointee.values.count > 0 {
      let isKnown =
        node.flags.isDisjoint(with: .escaped)
        && program.index(of: raw.baseAddress!, count: raw.count, in: shape.pointee.values) >= 0
      if !isKnown, !unfamiliarValue(index, shapeIndex) { return }
    } else if Placeholder.isPossible(raw) || node.flags.contains(.escaped) && Placeholder.isPossibleEscaped(raw),
      isPlaceholder(index, shape)
    {
      judgeDespitePlaceholder(shape.pointee.cases, index)
      return
    }
    if shape.pointee.cases.count > 0 { judge(shape.pointee.cases, index) }
    if shape.pointee.format == .resourceID { judgeSegments(index) }
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
    while position < end {
      let caseIndex = program.attached[position]
      let entry = program.cases + Int(caseIndex)
      if entry.pointee.hasFacts != 0 {
        position = judgeInWorlds(position, end, index)
        continue
      }
      position &+= 1
      // An unknown version is less than any other, so it is within the bounds of a case that has none.
      if version >= entry.pointee.versionMin, version <= entry.pointee.versionMax,
        version != Self.unknownVersion || entry.pointee.versionMax == .max
      {
        judge(caseIndex, entry, index)
      } else if version == Self.unknownVersion {
        judgeInAnyVersion(caseIndex, entry, index)
      }
    }
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
      case .date: DateCheck.outcome(text, operands, now)
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

/// Faults in the order in which they were met; memory only once there is one.
struct FaultBuffer {
  private(set) var faults: [RawFault] = []

  var count: Int { faults.count }

  mutating func append(_ fault: RawFault) { faults.append(fault) }

  /// A fault that stands in some worlds only is a warning at most, as ``FindingWriter`` has it.
  func count(into count: inout FindingCount) {
    for fault in faults {
      let severity = Severity(code: fault.severity)
      count.add(fault.isGuess ? min(severity, .warning) : severity)
    }
  }

  func suffix(from start: Int) -> [RawFault] { Array(faults[start...]) }

  mutating func replaceAll(from start: Int, with newFaults: [RawFault]) {
    faults.replaceSubrange(start..., with: newFaults)
  }

  mutating func update(from start: Int, _ change: (inout RawFault) -> Void) {
    for index in start..<faults.count { change(&faults[index]) }
  }

  /// The last fault is about a part of its value.
  mutating func setPart(start: UInt32, length: UInt32) {
    faults[faults.count - 1].partStart = start
    faults[faults.count - 1].partLength = length
  }

  mutating func removeAll() {
    if !faults.isEmpty { faults.removeAll(keepingCapacity: true) }
  }
}
