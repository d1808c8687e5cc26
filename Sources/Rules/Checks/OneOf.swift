/// `oneOf: [EdgeZone]`
enum OneOfCheck: Check {
  static let keyword = "oneOf"
  static let opcode = Opcode.oneOf
  static let subject = CheckSubject.text
  static let placeholders = ["actual", "values"]
  static let summary = "The string is one of these, without regard to ASCII letter case unless it says exact."
  static let argumentSchema = valuesSchema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try emitValues(argument, scope)
  }

  /// A list of values, or a map of `values` and `letterCase`: whether letter case counts, then the values.
  static func emitValues(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    guard case .mapping = argument.content else {
      scope.emit(0)
      try scope.emitTexts(argument)
      return
    }
    let members = try scope.reader.members(argument, keys: ["values", "letterCase"], of: keyword)
    let letterCase = try scope.reader.required("letterCase", members, argument, of: keyword)
    guard try scope.reader.text(letterCase) == "exact" else {
      throw scope.reader.mistake(letterCase, "letterCase is exact, or left out")
    }
    scope.emit(1)
    try scope.emitTexts(try scope.reader.required("values", members, argument, of: keyword))
  }

  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands) { sound.require(oneOf: operands.texts(1)) }

  @inline(__always)
  static func outcome(
    _ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>, _ program: Program.Tables
  ) -> UInt8 { contains(text, operands, program) ? 0 : 1 }

  @inline(__always)
  static func contains(
    _ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>, _ program: Program.Tables
  ) -> Bool {
    let isExact = operands[0] != 0
    return (0..<Int(operands[1])).contains { index in
      let value = program.bytes(program.text(at: operands + 2 + index * 2))
      guard isExact, !text.isEmpty else { return equalIgnoringCase(value, text) }
      return value.count == text.count && equal(value.baseAddress!, text.baseAddress!, text.count)
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "actual": context.text(fault)
    case "values":
      listed((0..<Int(operands[1])).map { context.tables.string(context.tables.text(at: operands + 2 + $0 * 2)) }, "or")
    default: nil
    }
  }
}

/// `noneOf: [UltraSSD_LRS]`
enum NoneOfCheck: Check {
  static let keyword = "noneOf"
  static let opcode = Opcode.noneOf
  static let subject = CheckSubject.text
  static let placeholders = OneOfCheck.placeholders
  static let summary = "The string is none of these, without regard to ASCII letter case unless it says exact."
  static let argumentSchema = valuesSchema

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try OneOfCheck.emitValues(argument, scope)
  }

  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands) { sound.exclude(operands.texts(1)) }

  @inline(__always)
  static func outcome(
    _ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>, _ program: Program.Tables
  ) -> UInt8 { OneOfCheck.contains(text, operands, program) ? 1 : 0 }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    OneOfCheck.text(for: name, of: fault, operands, context)
  }
}
