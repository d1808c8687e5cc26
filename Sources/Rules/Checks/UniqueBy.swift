import JSONText

/// `uniqueBy: /lun`
enum UniqueByCheck: Check {
  static let keyword = "uniqueBy"
  static let opcode = Opcode.uniqueBy
  static let subject = CheckSubject.array
  static let placeholders = ["value", "other"]
  static let summary = "No two elements have the same value at this place; points at the later, relates the first."
  static let argumentSchema = #"{"type":"string","pattern":"^/[^/*]+$"}"#

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    let text = try scope.reader.text(argument)
    guard let pointer = JSONPointer(text), pointer.tokens.count == 1 else {
      throw scope.reader.mistake(argument, "uniqueBy names a property of the elements: /lun")
    }
    guard let element = scope.place?.element else {
      throw scope.reader.mistake(argument, "the elements of this array are not described by the shape")
    }
    _ = try element.child(pointer.tokens[0], scope.reader, argument)
    scope.emit(pointer.tokens[0])
  }

  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let array = evaluator.nodes[Int(node)]
    let name = evaluator.program.bytes(evaluator.program.text(at: operands))
    // Small whole numbers, such as luns, fit in the bits of a word. The first value that is none, or that is there
    // already, is left to the general way.
    var seen: UInt64 = 0
    var element = node &+ 1
    while element < array.next {
      let key = value(of: element, name, evaluator)
      if key != 0 {
        guard let number = evaluator.integer(evaluator.nodes[Int(key)]), number >= 0, number < 64,
          seen & 1 << UInt64(number) == 0
        else {
          compareAll(node, name, &evaluator)
          return
        }
        seen |= 1 << UInt64(number)
      }
      element = evaluator.nodes[Int(element)].next
    }
  }

  /// The value of an element's key, or 0 where there is none to compare.
  @inline(__always)
  private static func value(
    of element: UInt32, _ name: UnsafeBufferPointer<UInt8>, _ evaluator: borrowing Evaluator
  ) -> UInt32 {
    let object = evaluator.nodes[Int(element)]
    guard object.kind == .object else { return 0 }
    var member = element &+ 1
    while member < object.next {
      let node = evaluator.nodes[Int(member)]
      if matches(node, name, evaluator) {
        let value = evaluator.nodes[Int(member) + 1]
        let isComparable = value.kind == .number || value.kind == .string
        return isComparable && value.flags.isDisjoint(with: .damaged) ? member &+ 1 : 0
      }
      member = evaluator.nodes[Int(member) + 1].next
    }
    return 0
  }

  @inline(__always)
  private static func matches(
    _ node: TapeNode, _ name: UnsafeBufferPointer<UInt8>, _ evaluator: borrowing Evaluator
  ) -> Bool {
    if node.flags.contains(.escaped) { return evaluator.document.text(of: node, equals: name) }
    guard Int(node.length) == name.count else { return false }
    let spelling = evaluator.bytes + Int(node.offset)
    if equal(spelling, name.baseAddress!, name.count) { return true }
    return evaluator.entry.ignoresCase != 0
      && equalIgnoringCase(UnsafeBufferPointer(start: spelling, count: name.count), name)
  }

  /// By hash, so that a hundred thousand elements cost no more than that.
  @inline(never)
  private static func compareAll(
    _ node: UInt32, _ name: UnsafeBufferPointer<UInt8>, _ evaluator: inout Evaluator
  ) {
    let array = evaluator.nodes[Int(node)]
    var firsts: [String: UInt32] = [:]
    var element = node + 1
    while element < array.next {
      let key = value(of: element, name, evaluator)
      if key != 0 {
        let keyNode = evaluator.nodes[Int(key)]
        let text = (keyNode.kind == .string ? "s" : "n") + evaluator.document.text(keyNode)
        if let first = firsts[text] {
          evaluator.fail(1, key, detail: first)
        } else {
          firsts[text] = key
        }
      }
      element = evaluator.nodes[Int(element)].next
    }
  }

  static func values(
    of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [String: String] {
    ["value": context.text(fault), "other": context.pointer(to: fault.detail).description]
  }

  static func related(
    to fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [(node: UInt32, message: String)] { [(fault.detail, "first used here")] }
}
