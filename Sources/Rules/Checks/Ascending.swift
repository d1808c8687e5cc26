import JSONText

/// `ascending: [/min, /max]`
enum AscendingCheck: Check {
  static let keyword = "ascending"
  static let opcode = Opcode.ascending
  static let subject = CheckSubject.object
  static let placeholders = ["first", "second"]
  static let summary = "Where both places have numbers, the first is at most the second."
  static let argumentSchema = #"{"type":"array","minItems":2,"maxItems":2,"items":{"type":"string","pattern":"^/.*$"}}"#

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    guard try scope.reader.list(argument, of: "the argument").count == 2 else {
      throw scope.reader.mistake(argument, "ascending compares two places: [/min, /max]")
    }
    try scope.emitPlaces(argument, least: 2)
    // Fractions where the shape has integers are another fault.
    let place = try scope.reader.list(argument, of: "the argument")[0]
    let target = try JSONPointer(scope.reader.text(place)).map { path throws(RuleFileError) in
      try scope.target(path, place)
    }
    scope.emit(target?.schema.type == .integer ? 1 : 0)
  }

  @inline(__always)
  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let places = PlaceList(operands: operands)
    let first = evaluator.place(places.register(0), node)
    let second = evaluator.place(places.register(1), node)
    guard first != 0, second != 0 else { return }
    let a = evaluator.nodes[Int(first)]
    let b = evaluator.nodes[Int(second)]
    guard a.kind == .number, b.kind == .number else { return }
    if let a = evaluator.integer(a), let b = evaluator.integer(b) {
      if a > b { evaluator.fail(1, node) }
    } else if operands[7] == 0, let a = Double(evaluator.document.text(a)), let b = Double(evaluator.document.text(b)),
      a > b
    {
      evaluator.fail(1, node)
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    let present = context.present(PlaceList(operands: operands), fault)
    return switch name {
    case "first": present.first.map { number($0.node, context) } ?? ""
    case "second": present.last.map { number($0.node, context) } ?? ""
    default: nil
    }
  }

  static func related(
    to fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [(node: UInt32, message: String)] {
    context.present(PlaceList(operands: operands), fault).map { ($0.node, "\($0.name) is \(number($0.node, context))") }
  }

  /// The number of a member whose name is given.
  private static func number(_ member: UInt32, _ context: FaultContext) -> String {
    context.quotable(context.document.text(context.document[member + 1]))
  }
}
