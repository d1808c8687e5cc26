import JSONText

/// `uniqueBy: /lun`
enum UniqueByCheck: Check {
  static let keyword = "uniqueBy"
  static let opcode = Opcode.uniqueBy
  static let subject = CheckSubject.array
  static let placeholders = ["value", "other"]
  static let summary = "No two elements have the same value at this place; points at the later, relates the first."
  static let argumentSchema = #"{"type":"string","pattern":"^(/[^/*]+)?$"}"#

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    let text = try scope.reader.text(argument)
    // By its name the key is looked up, and by its place it is known while elements are walked over: `*` and an empty name would
    // be two places.
    guard let pointer = JSONPointer(text), pointer.tokens.count <= 1, pointer.last != "*", pointer.last != "" else {
      throw scope.reader.mistake(
        argument, "uniqueBy names a property of the elements, /lun, or with '' the elements themselves")
    }
    guard let element = scope.place?.element else {
      throw scope.reader.mistake(argument, "the elements of this array are not described by the shape")
    }
    scope.emit(pointer.tokens.first ?? "")
    if let name = pointer.tokens.first {
      scope.emit(scope.builder.register(of: try element.child(name, scope.reader, argument)))
    } else {
      scope.emit(UInt32(ShapeNode.elementItself))
    }
  }

  /// The register of the property that has to be different, or ``ShapeNode/elementItself``.
  static func key(_ operands: CompiledOperands) -> UInt32 { operands[2] }

  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let array = evaluator.nodes[Int(node)]
    let name = evaluator.program.bytes(evaluator.program.text(at: operands))
    guard evaluator.isQuick else {
      compareAll(node, name, &evaluator)
      return
    }
    // Small whole numbers, such as luns, fit in the bits of a word. Of other values each is compared with those before
    // it, unless their spellings tell them apart. What looks repeated is left to the general way, and so are long arrays.
    var keys = MetKeys()
    var count = 0
    var element = node &+ 1
    while element < array.next {
      let key = value(of: element, name, &evaluator)
      if key != 0 {
        if let isFirst = evaluator.integer(evaluator.nodes[Int(key)]).flatMap({ keys.isFirst(number: $0) }) {
          if !isFirst {
            compareAll(node, name, &evaluator)
            return
          }
        } else {
          let isFirst = keys.isFirst(spelling: evaluator.spelling(of: key))
          if count == Evaluator.keyCountMax || !isFirst && isRepeated(key, among: count, &evaluator) {
            compareAll(node, name, &evaluator)
            return
          }
          evaluator.keys[count] = key
          count &+= 1
        }
      }
      element = evaluator.nodes[Int(element)].next
    }
  }

  /// Whether one of the first keys has this value. Strings with escapes are left to the general way.
  @inline(__always)
  private static func isRepeated(_ key: UInt32, among count: Int, _ evaluator: inout Evaluator) -> Bool {
    let node = evaluator.nodes[Int(key)]
    if node.flags.contains(.escaped) { return true }
    for index in 0..<count {
      let other = evaluator.nodes[Int(evaluator.keys[index])]
      if other.length == node.length, other.kind == node.kind,
        equalIgnoringCase(evaluator.document.raw(other), evaluator.document.raw(node))
      {
        return true
      }
    }
    return false
  }

  /// The value of an element's key, or 0 where there is none to compare.
  @inline(__always)
  private static func value(
    of element: UInt32, _ name: UnsafeBufferPointer<UInt8>, _ evaluator: inout Evaluator
  ) -> UInt32 {
    var key = element
    if !name.isEmpty {
      // Often the first member.
      let object = evaluator.nodes + Int(element)
      let member = object + 1
      let isFirst =
        object.pointee.kind == .object && object.pointee.next > element &+ 1
        && member.pointee.kindAndFlags == TapeNode.kindAndFlags(.name) && Int(member.pointee.length) == name.count
        && equal(evaluator.bytes + Int(member.pointee.offset), name.baseAddress!, name.count)
      key = isFirst ? element &+ 2 : evaluator.member(named: name, of: element)
    }
    guard key != 0 else { return 0 }
    let value = evaluator.nodes[Int(key)]
    if value.kindAndFlags == TapeNode.kindAndFlags(.number, .integer) { return key }
    if evaluator.isTemplate, value.kind == .string, evaluator.isExpression(evaluator.document.raw(value)) { return 0 }
    let isComparable = value.kind == .number || value.kind == .string
    return isComparable && value.flags.isDisjoint(with: .damaged) ? key : 0
  }

  /// A value, told from others by its bytes: to Swift's strings é is the same however it is written.
  private struct Key: Hashable {
    let text: String

    static func == (one: Key, other: Key) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

    func hash(into hasher: inout Hasher) {
      var text = text
      text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  /// By hash, so that a hundred thousand elements cost no more than that.
  @inline(never)
  private static func compareAll(
    _ node: UInt32, _ name: UnsafeBufferPointer<UInt8>, _ evaluator: inout Evaluator
  ) {
    let array = evaluator.nodes[Int(node)]
    var firsts: [Key: UInt32] = [:]
    var element = node + 1
    while element < array.next {
      let key = value(of: element, name, &evaluator)
      if key != 0 {
        let keyNode = evaluator.nodes[Int(key)]
        // `-0` is `0`.
        let number = evaluator.integer(keyNode).map(String.init)
        var text = number ?? (keyNode.kind == .string ? "s" : "n") + evaluator.document.text(keyNode)
        if evaluator.entry.ignoresCase != 0 { text = asciiLowercased(text) }
        if let first = firsts[Key(text: text)] {
          evaluator.fail(1, key, detail: first)
        } else {
          firsts[Key(text: text)] = key
        }
      }
      element = evaluator.nodes[Int(element)].next
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "value": context.text(fault)
    case "other": context.pointer(to: fault.detail).description
    default: nil
    }
  }

  static func related(
    to fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [(node: UInt32, message: String)] { [(fault.detail, "first used here")] }
}

/// What tells elements apart, as far as a few bits can.
struct MetKeys {
  /// Small whole numbers, such as luns.
  private var numbers: UInt64 = 0
  /// Texts, by their ``spellingBit(_:_:)``.
  private(set) var spellings: UInt64 = 0
  /// Whoever takes keys down may note here that two of them could be the same.
  var areDistinct = true

  /// Whether a number was not met before; nil where it is none that is small.
  @inline(__always)
  mutating func isFirst(number: Int) -> Bool? {
    guard 0..<64 ~= number else { return nil }
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: number)
    defer { numbers |= bit }
    return numbers & bit == 0
  }

  /// Whether a text certainly was not met before.
  @inline(__always)
  mutating func isFirst(spelling: UInt64) -> Bool {
    defer { spellings |= spelling }
    return spelling != .max && spellings & spelling == 0
  }
}
