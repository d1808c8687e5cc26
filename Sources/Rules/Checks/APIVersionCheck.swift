/// `apiVersion: {known: true}`
enum APIVersionCheck: Check {
  static let keyword = "apiVersion"
  static let opcode = Opcode.apiVersion
  static let subject = CheckSubject.text
  static let placeholders = ["actual", "newest"]
  static let summary =
    "The string is an api-version, YYYY-MM-DD or YYYY-MM-DD-preview; with `known`, one the shape lists."
  static let argumentSchema =
    #"{"type":"object","additionalProperties":false,"properties":{"known":{"type":"boolean"}}}"#

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    let members = try scope.reader.members(argument, keys: ["known"], of: "apiVersion")
    let known = try members["known"].map { node throws(RuleFileError) in try scope.reader.boolean(node) } ?? false
    scope.emit(known ? 1 : 0)
  }

  /// With `known`, a text that is no api-version at all is the other case's business.
  static func outcome(
    _ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator
  ) -> UInt8 {
    let version = APIVersion(String(decoding: text, as: UTF8.self))
    guard operands[0] != 0 else { return version == nil ? 1 : 0 }
    guard let version else { return 0 }
    let known = evaluator.entry.versions
    for index in 0..<Int(known.count) where evaluator.program.versions[Int(known.start) + index] == version.order {
      return 0
    }
    return 1
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "actual": context.text(fault)
    case "newest": newest(context)
    default: nil
    }
  }

  /// The newest version that is known.
  private static func newest(_ context: FaultContext) -> String {
    let known = context.entry.versions
    guard known.count > 0 else { return "" }
    return APIVersion(order: context.tables.versions[Int(known.start + known.count) - 1]).description
  }
}
