/// `required: [/hyperVGeneration]`, under a condition: what is always required stands in the shape.
enum RequiredCheck: Check {
  static let keyword = "required"
  static let opcode = Opcode.required
  static let presence = PresenceTest.required
  static let subject = CheckSubject.object
  static let placeholders = ["missing"]
  static let summary = "All of these places are present and not null; a finding for each that is not."
  static let argumentSchema = pointersSchema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitPlaces(argument, least: 1)
  }

  @inline(__always)
  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let places = PlaceList(operands: operands)
    for index in 0..<places.count
    where evaluator.place(places.register(index), node) == 0 && places.isCertainlyAbsent(index, &evaluator, node) {
      evaluator.fail(1, node, detail: UInt32(index))
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "missing": missing(fault, operands, context)
    default: nil
    }
  }

  /// The name of the place that is missing.
  static func missing(
    _ fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String { context.tables.string(PlaceList(operands: operands).name(Int(fault.detail))) }
}
