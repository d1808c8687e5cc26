import JSONText

/// `count: {max: 50}`
enum CountCheck: Check {
  static let keyword = "count"
  static let opcode = Opcode.count
  static let subject = CheckSubject.container
  static let outcomes = Limits.outcomes
  static let placeholders = ["actual", "min", "max"]
  static let summary = "The array has so many elements, the map so many members."
  static let argumentSchema = Limits.schema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitLimits(argument)
  }

  @inline(__always)
  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let outcome = Limits(operands).outcome(count(node, evaluator.nodes))
    if outcome != 0 { evaluator.fail(outcome, node) }
  }

  @inline(__always)
  private static func count(_ container: UInt32, _ nodes: UnsafePointer<TapeNode>) -> Int {
    let isObject = nodes[Int(container)].kind == .object
    let end = nodes[Int(container)].next
    var count = 0
    var index = container &+ 1
    while index < end {
      count &+= 1
      index = nodes[Int(isObject ? index &+ 1 : index)].next
    }
    return count
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    Limits(operands).text(for: name) { String(count(fault.node, context.document.nodes)) }
  }
}
