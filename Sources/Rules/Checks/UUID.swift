import CScan

/// `uuid: true`
enum UUIDCheck: Check {
  static let keyword = "uuid"
  static let opcode = Opcode.uuid
  static let subject = CheckSubject.text
  static let placeholders = ["actual"]
  static let summary = "The string is a UUID in its text form (RFC 9562): 8-4-4-4-12 hexadecimal digits."
  static let argumentSchema = #"{"const":"true"}"#

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    guard try scope.reader.boolean(argument) else { throw scope.reader.mistake(argument, "'true' was expected") }
  }

  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands) { sound.requireUUID() }

  @inline(__always)
  static func outcome(_ text: UnsafeBufferPointer<UInt8>) -> UInt8 {
    text.count == 36 && cscan_is_uuid(text.baseAddress!) != 0 ? 0 : 1
  }
}
