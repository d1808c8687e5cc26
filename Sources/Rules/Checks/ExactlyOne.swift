/// `exactlyOne: [/blobUri, /managedDisk, /snapshot]`
enum ExactlyOneCheck: Check {
  static let keyword = "exactlyOne"
  static let opcode = Opcode.exactlyOne
  static let presence = PresenceTest.exactlyOne
  static let subject = CheckSubject.object
  static let outcomes = ["none", "several"]
  static let placeholders = ["count", "present", "choices"]
  static let summary = "Exactly one of these places is present and not null."
  static let argumentSchema = pointersSchema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitPlaces(argument, least: 2)
  }

  @inline(__always)
  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let places = PlaceList(operands: operands)
    let present = places.present(&evaluator, node)
    if present > 1 {
      let uncertain = places.uncertain(&evaluator, node)
      if present - uncertain > 1 { evaluator.fail(2, node) }
    }
    if present == 0, places.areCertainlyAbsent(&evaluator, node) { evaluator.fail(1, node) }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    let places = PlaceList(operands: operands)
    return switch name {
    case "count": String(context.present(places, fault).count)
    case "present": listed(context.present(places, fault).map(\.name))
    case "choices": listed(context.names(places), "or")
    default: nil
    }
  }

  static func related(
    to fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [(node: UInt32, message: String)] {
    context.present(PlaceList(operands: operands), fault).map { ($0.node, "\($0.name) is here") }
  }
}

/// `atMostOne: [/blobUri, /managedDisk, /snapshot]`
enum AtMostOneCheck: Check {
  static let keyword = "atMostOne"
  static let opcode = Opcode.atMostOne
  static let presence = PresenceTest.atMostOne
  static let subject = CheckSubject.object
  static let placeholders = ExactlyOneCheck.placeholders
  static let summary = "None or one of these places is present and not null."
  static let argumentSchema = pointersSchema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitPlaces(argument, least: 2)
  }

  @inline(__always)
  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let places = PlaceList(operands: operands)
    let present = places.present(&evaluator, node)
    if present > 1, present - places.uncertain(&evaluator, node) > 1 { evaluator.fail(1, node) }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    ExactlyOneCheck.text(for: name, of: fault, operands, context)
  }

  static func related(
    to fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [(node: UInt32, message: String)] { ExactlyOneCheck.related(to: fault, operands, context) }
}
