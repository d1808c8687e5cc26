import CScan

/// `characterClasses: {min: 3}`
enum CharacterClassesCheck: Check {
  static let keyword = "characterClasses"
  static let opcode = Opcode.characterClasses
  static let subject = CheckSubject.text
  static let placeholders = ["actual", "min", "present", "missing"]
  static let summary =
    "The string has characters of so many classes: lower-case letters, upper-case letters, digits, special characters."
  static let argumentSchema =
    #"{"type":"object","additionalProperties":false,"required":["min"],"properties":{"min":{"type":"integer","minimum":1,"maximum":4}}}"#

  private static let names = ["a lower-case letter", "an upper-case letter", "a digit", "a special character"]

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    let members = try scope.reader.members(argument, keys: ["min"], of: "characterClasses")
    let node = try scope.reader.required("min", members, argument, of: "characterClasses")
    let min = try scope.reader.integer(node)
    guard 1...names.count ~= min else { throw scope.reader.mistake(node, "there are \(names.count) classes") }
    scope.emit(UInt32(min))
  }

  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands) {
    sound.require(classes: Int(operands[0]))
  }

  static func outcome(_ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>) -> UInt8 {
    outcome(text, least: Int(operands[0]))
  }

  static func outcome(_ text: UnsafeBufferPointer<UInt8>, least: Int) -> UInt8 {
    classes(in: text).nonzeroBitCount >= least ? 0 : 1
  }

  /// One bit for each class that occurs.
  private static func classes(in text: UnsafeBufferPointer<UInt8>) -> UInt8 {
    guard let start = text.baseAddress else { return 0 }
    // The documented expression is [\W_]: whatever is no letter, digit or underscore, and the underscore.
    let found = cscan_character_classes(start, text.count)
    return found & 16 == 0 ? found : found & 15 | classesBeyondASCII(in: text)
  }

  /// As .NET's regular expressions see other scripts: letters and digits count as such, marks as parts of words.
  @inline(never)
  private static func classesBeyondASCII(in text: UnsafeBufferPointer<UInt8>) -> UInt8 {
    var found: UInt8 = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      switch scalar.properties.generalCategory {
      case .lowercaseLetter: found |= 1
      case .uppercaseLetter: found |= 2
      case .decimalNumber: found |= 4
      case .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark: break
      default: found |= 8
      }
    }
    return found
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    let found = context.withBytes(of: fault, classes)
    func words(_ isPresent: Bool) -> [String] {
      names.indices.filter { (found & 1 << UInt8($0) != 0) == isPresent }.map { names[$0] }
    }
    return switch name {
    case "actual": String(words(true).count)
    case "min": String(operands[0])
    case "present": listed(words(true))
    case "missing": listed(words(false))
    default: nil
    }
  }
}
