/// `length: {min: 1, max: 80}`
enum LengthCheck: Check {
  static let keyword = "length"
  static let opcode = Opcode.length
  static let subject = CheckSubject.text
  static let outcomes = Limits.outcomes
  static let placeholders = ["actual", "min", "max"]
  static let summary = "The string has so many UTF-16 code units, as the services (.NET) count characters."
  static let argumentSchema = Limits.schema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.emitLimits(argument)
  }

  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands) { sound.limit(length: operands.limits) }

  @inline(__always)
  static func outcome(_ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>) -> UInt8 {
    Limits(operands).outcome(codeUnits(text))
  }

  static func codeUnits(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var units = 0
    for byte in text where byte & 0xC0 != 0x80 { units += byte >= 0xF0 ? 2 : 1 }
    return units
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    Limits(operands).text(for: name) { String(context.withBytes(of: fault, codeUnits)) }
  }
}
