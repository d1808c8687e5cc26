/// `oneOf: [EdgeZone]`
enum OneOfCheck: Check {
  static let keyword = "oneOf"
  static let opcode = Opcode.oneOf
  static let subject = CheckSubject.text
  static let placeholders = ["actual", "values"]
  static let summary = "The string is one of these, without regard to ASCII letter case."
  static let argumentSchema = textsSchema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitTexts(argument)
  }

  @inline(__always)
  static func outcome(
    _ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>, _ program: Program.Tables
  ) -> UInt8 { contains(text, operands, program) ? 0 : 1 }

  @inline(__always)
  static func contains(
    _ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>, _ program: Program.Tables
  ) -> Bool {
    for index in 0..<Int(operands[0]) {
      if equalIgnoringCase(program.bytes(program.text(at: operands + 1 + index * 2)), text) { return true }
    }
    return false
  }

  static func values(
    of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [String: String] {
    let values = (0..<Int(operands[0])).map { context.tables.string(context.tables.text(at: operands + 1 + $0 * 2)) }
    return ["actual": context.text(fault), "values": listed(values, "or")]
  }
}

/// `noneOf: [UltraSSD_LRS]`
enum NoneOfCheck: Check {
  static let keyword = "noneOf"
  static let opcode = Opcode.noneOf
  static let subject = CheckSubject.text
  static let placeholders = OneOfCheck.placeholders
  static let summary = "The string is none of these, without regard to ASCII letter case."
  static let argumentSchema = textsSchema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitTexts(argument)
  }

  @inline(__always)
  static func outcome(
    _ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>, _ program: Program.Tables
  ) -> UInt8 { OneOfCheck.contains(text, operands, program) ? 1 : 0 }

  static func values(
    of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [String: String] { OneOfCheck.values(of: fault, operands, context) }
}
