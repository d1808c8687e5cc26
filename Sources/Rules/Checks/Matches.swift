/// `matches: '^[A-Za-z0-9]+$'`
enum MatchesCheck: Check {
  static let keyword = "matches"
  static let opcode = Opcode.matches
  static let subject = CheckSubject.text
  static let placeholders = ["actual"]
  static let summary = "The string matches this PCRE2 pattern, somewhere: ^ and $ tie it to start and end."
  static let argumentSchema = #"{"type":"string","minLength":1}"#

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    let pattern = try scope.reader.text(argument)
    if let mistake = PatternTable.mistake(in: pattern) {
      throw scope.reader.mistake(argument, "this is no PCRE2 pattern: \(mistake)")
    }
    scope.emit(scope.builder.patternIndex(pattern))
    scope.emit(pattern)
  }

  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands) {
    sound.require(pattern: operands.text(1))
  }

  @inline(__always)
  static func outcome(
    _ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator
  ) -> UInt8 {
    let pattern = TextRange(offset: operands[1], length: operands[2])
    switch evaluator.patterns.match(Int(operands[0]), evaluator.program.bytes(pattern), text) {
    case .match: return 0
    case .noMatch: return 1
    case .gaveUp: return PatternTable.gaveUpOutcome
    }
  }
}
