import JSONText

/// Facts that nobody gave: the rule is judged in every world there could be.
extension Evaluator {
  /// More worlds than this are not tried: with so many unknown facts a finding would say nothing.
  static let worldCountMax = 32

  /// A case that holds from, or up to, some api-version, where the version is not known.
  @inline(never)
  mutating func judgeInAnyVersion(_ caseIndex: UInt32, _ entry: UnsafePointer<CaseEntry>, _ index: UInt32) {
    let before = faults.count
    judge(caseIndex, entry, index)
    guard entry.pointee.versionMin != .min || entry.pointee.versionMax != .max else { return }
    faults.update(from: before) { $0.isGuess = true }
  }

  /// Judges the cases of one rule, from `start` in the attached section, that ask for facts. Returns where the next
  /// rule's cases begin.
  @inline(never)
  mutating func judgeInWorlds(_ start: Int, _ end: Int, _ index: UInt32) -> Int {
    let rule = program.cases[Int(program.attached[start])].rule
    var next = start
    while next < end, program.cases[Int(program.attached[next])].rule == rule { next += 1 }
    let asked = program.rules[Int(rule)].facts
    var unknown: UInt32 = 0
    var worlds = 1
    for fact in 0..<Int(program.header.facts) where asked & 1 << UInt32(fact) != 0 {
      if factValues[fact] == Self.unknownFact { factValues[fact] = valueInBody(of: fact) }
      if factValues[fact] == Self.unknownFact {
        unknown |= 1 << UInt32(fact)
        worlds *= Int(program.facts[fact].values.count)
      }
    }
    // A name inside a resource id is that of something there already: nobody is asked about its facts.
    guard unknown != 0, part == nil else {
      judge(from: start, to: next, index)
      return next
    }
    worlds = min(worlds, Self.worldCountMax)
    let before = faults.count
    var found: [RawFault] = []
    for world in 0..<worlds {
      setFacts(unknown, world: world)
      judge(from: start, to: next, index)
      for fault in faults.suffix(from: before) { Self.note(fault, inWorld: UInt32(world), &found) }
      if faults.count > before { faults.replaceAll(from: before, with: []) }
    }
    for fact in 0..<Int(program.header.facts) where unknown & 1 << UInt32(fact) != 0 {
      factValues[fact] = Self.unknownFact
    }
    guard !found.isEmpty else { return next }
    let all: UInt32 = worlds == 32 ? .max : (1 << UInt32(worlds)) - 1
    for position in found.indices { found[position].isGuess = found[position].isGuess || found[position].worlds != all }
    faults.replaceAll(from: before, with: found)
    return next
  }

  /// Notes that a case fails in a world. What fails at one place in several worlds is one finding, even where the worlds
  /// have cases of their own: the words are the first's, the severity is the least, because nobody knows the world.
  private static func note(_ fault: RawFault, inWorld world: UInt32, _ found: inout [RawFault]) {
    let bit: UInt32 = 1 << world
    func isSamePlace(_ other: RawFault) -> Bool {
      other.node == fault.node && other.target == fault.target && other.partStart == fault.partStart
        && other.detail == fault.detail
    }
    func isSame(_ other: RawFault) -> Bool {
      isSamePlace(other) && other.caseIndex == fault.caseIndex && other.outcome == fault.outcome
    }
    if let same = found.firstIndex(where: isSame) {
      found[same].worlds |= bit
    } else if let other = found.firstIndex(where: { isSamePlace($0) && $0.worlds & bit == 0 }) {
      found[other].worlds |= bit
      found[other].severity = min(found[other].severity, fault.severity)
    } else {
      var fault = fault
      fault.worlds = bit
      found.append(fault)
    }
  }

  /// Judges the cases from one place of the attached section to another, in the world as it is.
  private mutating func judge(from start: Int, to end: Int, _ index: UInt32) {
    for position in start..<end {
      let caseIndex = program.attached[position]
      let entry = program.cases + Int(caseIndex)
      if version == Self.unknownVersion {
        judgeInAnyVersion(caseIndex, entry, index)
      } else if version >= entry.pointee.versionMin, version <= entry.pointee.versionMax {
        judge(caseIndex, entry, index)
      }
    }
  }

  /// World number n: n in the mixed radix of the unknown facts' value counts.
  private mutating func setFacts(_ unknown: UInt32, world: Int) {
    var rest = world
    for fact in 0..<Int(program.header.facts) where unknown & 1 << UInt32(fact) != 0 {
      let count = Int(program.facts[fact].values.count)
      factValues[fact] = UInt8(rest % count)
      rest /= count
    }
  }

  /// The index of the value that the body itself gives a fact, where its shape has a place for it.
  @inline(never)
  private func valueInBody(of fact: Int) -> UInt8 {
    let declared = program.facts[fact]
    for source in 0..<Int(declared.sources.count) {
      let operands = program.operands + Int(declared.sources.start) + source * 3
      guard program.entries[Int(operands[0])].root == entry.root,
        let pointer = JSONPointer(program.string(program.text(at: operands + 1))),
        let place = document.value(at: pointer, from: root), nodes[Int(place)].kind == .string
      else { continue }
      var text = document.text(nodes[Int(place)])
      for value in 0..<Int(declared.values.count) {
        let wanted = program.bytes(program.text(at: program.operands + Int(declared.values.start) + value * 2))
        if text.withUTF8({ equalIgnoringCase($0, wanted) }) { return UInt8(value) }
      }
    }
    return Self.unknownFact
  }
}

/// What a condition is in this world.
enum Truth {
  case `false`, `true`, unknown
}

/// Conditions: a prefix code in the operand section.
enum ConditionCode: UInt32 {
  /// register
  case has
  /// register
  case nonEmpty
  /// register, whether the shape has a string there, text
  case equals
  /// register, count, texts
  case oneOf
  /// fact, value
  case fact
  /// count, length of the conditions, conditions
  case all
  /// count, length of the conditions, conditions
  case any
  /// condition
  case not
  /// register of an array, length of the condition, condition on its elements
  case some

  /// In the place of a register: a member of the element that is looked at, by the name that follows as a text.
  static let byName: UInt32 = 1 << 31
}

extension Evaluator {
  /// Reads the condition at a place of the operand section, and moves behind it.
  mutating func condition(_ position: inout UInt32, _ index: UInt32) -> Truth {
    let code = ConditionCode(rawValue: take(&position))!
    switch code {
    case .has:
      let place = takePlace(&position, index)
      if isTemplate, mayBeNull(place) { return .unknown }
      return place != 0 ? .true : .false
    case .nonEmpty:
      let place = takePlace(&position, index)
      return place != 0 && nodes[Int(place)].next > place + 1 ? .true : .false
    case .equals:
      let place = takePlace(&position, index)
      let isText = take(&position) != 0
      let text = TextRange(offset: take(&position), length: take(&position))
      return equals(place, text, isText: isText)
    case .oneOf:
      let place = takePlace(&position, index)
      var result = Truth.false
      for _ in 0..<take(&position) {
        let text = TextRange(offset: take(&position), length: take(&position))
        switch equals(place, text, isText: true) {
        case .true: result = .true
        case .unknown: if result != .true { result = .unknown }
        case .false: break
        }
      }
      return result
    case .fact:
      let known = factValues[Int(take(&position))]
      let wanted = take(&position)
      if known == Self.unknownFact { return .unknown }
      return UInt32(known) == wanted ? .true : .false
    case .all:
      let count = take(&position)
      let end = take(&position) &+ position
      var result = Truth.true
      for _ in 0..<count {
        switch condition(&position, index) {
        case .false:
          position = end
          return .false
        case .unknown: result = .unknown
        case .true: break
        }
      }
      return result
    case .any:
      let count = take(&position)
      let end = take(&position) &+ position
      var result = Truth.false
      for _ in 0..<count {
        switch condition(&position, index) {
        case .true:
          position = end
          return .true
        case .unknown: result = .unknown
        case .false: break
        }
      }
      return result
    case .some:
      let array = place(take(&position), index)
      let length = take(&position)
      let start = position
      position += length
      return some(of: array, start)
    case .not:
      switch condition(&position, index) {
      case .true: return .false
      case .false: return .true
      case .unknown: return .unknown
      }
    }
  }

  @inline(__always)
  private mutating func take(_ position: inout UInt32) -> UInt32 {
    let operand = program.operands[Int(position)]
    position &+= 1
    return operand
  }

  /// The node of a place that a condition names: by its register, or in an array's element by its name.
  @inline(__always)
  private mutating func takePlace(_ position: inout UInt32, _ index: UInt32) -> UInt32 {
    let register = take(&position)
    guard register == ConditionCode.byName else { return place(register, index) }
    let name = TextRange(offset: take(&position), length: take(&position))
    let value = member(named: program.bytes(name), of: index)
    return value != 0 && nodes[Int(value)].kind == .null ? 0 : value
  }

  @inline(never)
  private mutating func some(of array: UInt32, _ condition: UInt32) -> Truth {
    guard array != 0, nodes[Int(array)].kind == .array else { return .false }
    var result = Truth.false
    var element = array + 1
    while element < nodes[Int(array)].next {
      var position = condition
      switch self.condition(&position, element) {
      case .true: return .true
      case .unknown: result = .unknown
      case .false: break
      }
      element = nodes[Int(element)].next
    }
    return result
  }

  /// The value of an object's first member of that name; 0 where there is none, or where the node is no object.
  mutating func member(named name: UnsafeBufferPointer<UInt8>, of object: UInt32) -> UInt32 {
    guard nodes[Int(object)].kind == .object else { return 0 }
    var member = object &+ 1
    while member < nodes[Int(object)].next {
      if isName(nodes[Int(member)], name) { return member &+ 1 }
      member = nodes[Int(member) + 1].next
    }
    return 0
  }

  @inline(__always)
  mutating func isName(_ node: TapeNode, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    if Int(node.length) == name.count, node.flags.isDisjoint(with: .escaped) {
      let spelling = bytes + Int(node.offset)
      if equal(spelling, name.baseAddress!, name.count) { return true }
      return entry.ignoresCase != 0 && equalIgnoringCase(UnsafeBufferPointer(start: spelling, count: name.count), name)
    }
    guard node.flags.contains(.escaped) else { return false }
    return document.text(of: node, equals: name)
      || entry.ignoresCase != 0
        && unescaped(document.raw(node)).withUnsafeBufferPointer { equalIgnoringCase($0, name) }
  }

  /// The node that a register holds; register 0 is the place that is judged.
  @inline(__always)
  func place(_ register: UInt32, _ index: UInt32) -> UInt32 {
    register == 0 ? index : registers[Int(register)]
  }

  private mutating func equals(_ index: UInt32, _ text: TextRange, isText: Bool) -> Truth {
    guard index != 0 else { return .false }
    let node = nodes[Int(index)]
    if node.flags.contains(.damaged) { return .unknown }
    switch node.kind {
    case .string:
      guard isText else { return .unknown }
      guard node.flags.isDisjoint(with: .escaped) else { return equalsEscaped(node, text) }
      if node.length == text.length, equalIgnoringCase(document.raw(node), program.bytes(text)) { return .true }
      // The next condition may ask about the same value.
      if index == lastPlain { return .false }
      return equalsUnequal(index, node)
    case .number, .true, .false:
      guard !isText else { return .unknown }
      return node.length == text.length
        && equal(bytes + Int(node.offset), program.bytes(text).baseAddress!, Int(node.length))
        ? .true : .false
    default: return .false
    }
  }

  @inline(never)
  private mutating func equalsEscaped(_ node: TapeNode, _ text: TextRange) -> Truth {
    let value = unescaped(document.raw(node))
    let wanted = program.bytes(text)
    return value.withUnsafeBufferPointer { equalIgnoringCase($0, wanted) ? .true : differs($0) }
  }

  @inline(never)
  private mutating func equalsUnequal(_ index: UInt32, _ node: TapeNode) -> Truth {
    let isPlain = !isTemplate && !hasPlaceholderMark(node)
    let truth = isPlain ? .false : differs(document.raw(node))
    if truth == .false { lastPlain = index }
    return truth
  }

  /// A value that is another text is certainly so where nothing will be filled in.
  private mutating func differs(_ value: UnsafeBufferPointer<UInt8>) -> Truth {
    if isTemplate, isExpression(value) { return .unknown }
    return Placeholder.isPossible(value) && placeholder(in: value, .structured) != nil ? .unknown : .false
  }
}
