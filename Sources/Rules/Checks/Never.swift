/// `never: true`, under a condition that is the fault itself
enum NeverCheck: Check {
  static let keyword = "never"
  static let opcode = Opcode.never
  static let subject = CheckSubject.any
  static let placeholders: [String] = []
  static let summary = "Never holds: the condition is the fault."
  static let argumentSchema = #"{"const":true}"#

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.take("true", argument, of: keyword)
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    nil
  }
}
