/// `together: [/name, /type]`
enum TogetherCheck: Check {
  static let keyword = "together"
  static let opcode = Opcode.together
  static let presence = PresenceTest.together
  static let subject = CheckSubject.object
  static let placeholders = ["present", "missing"]
  static let summary = "All of these places are present and not null, or none is."
  static let argumentSchema = pointersSchema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitPlaces(argument, least: 2)
  }

  @inline(__always)
  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let places = PlaceList(operands: operands)
    let present = places.present(&evaluator, node)
    if present != 0, present != places.count, places.areCertainlyAbsent(&evaluator, node) { evaluator.fail(1, node) }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    let places = PlaceList(operands: operands)
    let present = context.present(places, fault).map(\.name)
    return switch name {
    case "present": listed(present)
    case "missing": listed(context.names(places).filter { !present.contains($0) })
    default: nil
    }
  }
}
