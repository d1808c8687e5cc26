/// `secretText: absent`
enum SecretTextCheck: Check {
  static let keyword = "secretText"
  static let opcode = Opcode.secretText
  static let subject = CheckSubject.text
  static let placeholders = ["kind", "line"]
  static let summary =
    "The base64 of the string decodes to a text without private keys, passwords, access keys, SAS tokens and connection strings."
  static let argumentSchema = #"{"const":"absent"}"#

  /// More than so many are not reported of one text.
  private static let findingCountMax = 20

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.take("absent", argument, of: keyword)
  }

  static func judge(_ text: UnsafeBufferPointer<UInt8>, _ node: UInt32, _ evaluator: inout Evaluator) {
    var scan = SecretScan(evaluator.decoded(text, node), isQuick: evaluator.isQuick)
    var count = 0
    while count < findingCountMax, let found = scan.next() {
      // The kind in the uppermost byte: a text of a mebibyte has fewer lines than the rest can count.
      evaluator.fail(1, node, detail: UInt32(found.kind.rawValue) << 24 | UInt32(found.line))
      count += 1
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "kind": SecretScan.Kind(rawValue: UInt8(fault.detail >> 24))?.description ?? ""
    case "line": String(fault.detail & 0xFF_FFFF)
    default: nil
    }
  }
}
