/// `range: {min: 1, max: 1023}`
enum RangeCheck: Check {
  static let keyword = "range"
  static let opcode = Opcode.range
  static let subject = CheckSubject.number
  static let outcomes = Limits.outcomes
  static let placeholders = ["actual", "min", "max"]
  static let summary = "The number lies within these limits, which count as within; either may be left out."
  static let argumentSchema = Limits.schema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitLimits(argument)
  }

  @inline(__always)
  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let number = evaluator.nodes[Int(node)]
    guard number.kind == .number else { return }
    let limits = Limits(operands)
    let outcome: UInt8
    if let value = evaluator.integer(number) {
      outcome = limits.outcome(value)
    } else {
      outcome = inexact(evaluator.document.text(number), limits)
    }
    if outcome != 0 { evaluator.fail(outcome, node) }
  }

  /// Fractions, exponents and integers beyond 18 digits: compared as doubles, which is exact enough for limits that
  /// are integers of far fewer digits.
  @inline(never)
  private static func inexact(_ spelling: String, _ limits: Limits) -> UInt8 {
    guard let value = Double(spelling) else { return 0 }
    if let min = limits.min, value < Double(min) { return 1 }
    if let max = limits.max, value > Double(max) { return 2 }
    return 0
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    Limits(operands).text(for: name) { context.text(fault) }
  }
}
