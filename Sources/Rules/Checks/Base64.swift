/// `base64: alphabet`, `base64: unbroken`, `base64: {max: 65535}`
enum Base64Check: Check {
  static let keyword = "base64"
  static let opcode = Opcode.base64
  static let subject = CheckSubject.text
  static let placeholders = ["problem", "actual", "max"]
  static let summary =
    "The string is base64 (RFC 4648, section 4), has no white space inside, or decodes to at most so many bytes."
  static let argumentSchema =
    #"{"oneOf":[{"enum":["alphabet","unbroken"]},{"type":"object","additionalProperties":false,"required":["max"],"properties":{"max":{"type":"integer"}}}]}"#

  private enum Aspect: UInt32 { case alphabet, unbroken, size }

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    if case .mapping = argument.content {
      let members = try scope.reader.members(argument, keys: ["max"], of: "base64")
      scope.emit(Aspect.size.rawValue)
      let max = try scope.reader.integer(try scope.reader.required("max", members, argument, of: "base64"))
      scope.emit(UInt32(clamping: max))
      return
    }
    switch try scope.reader.text(argument) {
    case "alphabet": scope.emit(Aspect.alphabet.rawValue)
    case "unbroken": scope.emit(Aspect.unbroken.rawValue)
    case let other:
      throw scope.reader.mistake(
        argument, scope.reader.unknown("aspect", other, of: "base64", known: ["alphabet", "unbroken", "{max: …}"]))
    }
  }

  static func outcome(_ scan: Base64Text, _ operands: UnsafePointer<UInt32>) -> UInt8 {
    switch Aspect(rawValue: operands[0])! {
    case .alphabet: return scan.problem == .none ? 0 : 1
    case .unbroken: return scan.isBroken && scan.problem == .none ? 1 : 0
    case .size: return scan.problem == .none && scan.decodedCount > Int(operands[1]) ? 1 : 0
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "problem":
      context.withBytes(of: fault) { problem(context.decodedText.scan(of: $0, node: fault.node), $0) }
    case "actual":
      context.withBytes(of: fault) { String(context.decodedText.scan(of: $0, node: fault.node).decodedCount) }
    case "max": Aspect(rawValue: operands[0]) == .size ? String(operands[1]) : ""
    default: nil
    }
  }

  /// Says where and of what kind the fault is; never which characters stand there.
  private static func problem(_ scan: Base64Text, _ text: UnsafeBufferPointer<UInt8>) -> String {
    switch scan.problem {
    case .none: "it has white space inside"
    case .alphabet:
      isPlainText(text)
        ? "it is plain text that was not encoded"
        : "the character at position \(scan.offset + 1) is outside of the alphabet"
    case .urlSafe: "it is of the URL-safe alphabet, with - and _ where + and / are expected"
    case .paddingInside: "characters follow its padding"
    case .padding: "its padding is not right: = fills the last group up to four characters"
    case .length: "one character is left over at its end; it may have been cut off"
    }
  }

  /// `#cloud-config`, `#!/bin/sh`: what people forget to encode.
  private static func isPlainText(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.first == UInt8(ascii: "#") || text.contains(0x0A) && text.contains(UInt8(ascii: ":"))
  }
}
