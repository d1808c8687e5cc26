/// `absent: [/diskEncryptionSet]`, under a condition
enum AbsentCheck: Check {
  static let keyword = "absent"
  static let opcode = Opcode.absent
  static let presence = PresenceTest.absent
  static let subject = CheckSubject.object
  static let placeholders = ["present"]
  static let summary = "None of these places is present and not null; points at each that is."
  static let argumentSchema = pointersSchema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitPlaces(argument, least: 1)
  }

  @inline(__always)
  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let places = PlaceList(operands: operands)
    for index in 0..<places.count {
      let found = evaluator.place(places.register(index), node)
      // The member's name stands before its value.
      if found != 0 { evaluator.fail(1, found &- 1, detail: UInt32(index), isName: true) }
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "present": context.tables.string(PlaceList(operands: operands).name(Int(fault.detail)))
    default: nil
    }
  }
}
