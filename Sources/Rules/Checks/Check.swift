import JSONText

/// A word of the vocabulary: what must hold, how it is written in a rule file, what its findings can say.
///
/// Each conforming type is one file in this folder, and stands in ``vocabulary``. How it is judged is a static function
/// that ``Evaluator/judge(_:_:_:)`` calls by ``Opcode``: no dynamic dispatch on the walk.
protocol Check: SendableMetatype {
  /// The key in a rule file.
  static var keyword: String { get }
  static var opcode: Opcode { get }
  /// What it can be asked of.
  static var subject: CheckSubject { get }
  /// The names of its outcomes where a rule may word them one by one; a single outcome needs no name.
  static var outcomes: [String] { get }
  /// What a message may name in braces, beside `property` and `at`.
  static var placeholders: [String] { get }
  /// One line for the manual and the editor.
  static var summary: String { get }
  /// The JSON Schema of its argument.
  static var argumentSchema: String { get }

  /// Reads the argument and writes the operands.
  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError)

  /// Says in quick terms which texts certainly pass, see ``Soundness``. Without it each text is judged.
  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands)

  /// How the check of an object hangs on its properties' presence alone.
  static var presence: PresenceTest { get }

  /// What one of the ``placeholders`` stands for in a fault; nil for other names. Asked only for those that a message has, and once
  /// for each time that it has them. Without it there is `actual`.
  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String?

  /// Other places that belong to the fault.
  static func related(
    to fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [(node: UInt32, message: String)]

  /// An edit that mends it.
  static func fix(
    of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> CheckFix?
}

/// An edit of a string's content, which the finding's place is.
struct CheckFix {
  let description: String
  var isSafe = true
  /// Bytes of the content, counted from its start, as it stands in the text.
  let range: Range<Int>
  let text: String
}

extension Check {
  static var outcomes: [String] { [] }
  static var presence: PresenceTest { .none }
  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands) { sound.giveUp() }
  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "actual": context.text(fault)
    default: nil
    }
  }
  static func related(
    to fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [(node: UInt32, message: String)] { [] }
  static func fix(
    of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> CheckFix? { nil }
}

/// Every word there is, in the order of the manual.
let vocabulary: [any Check.Type] = [
  ExactlyOneCheck.self, AtMostOneCheck.self, RequiredCheck.self, TogetherCheck.self, AbsentCheck.self,
  RangeCheck.self, LengthCheck.self, CountCheck.self, MatchesCheck.self, OneOfCheck.self, NoneOfCheck.self,
  UUIDCheck.self, APIVersionCheck.self, ResourceIDCheck.self, URICheck.self, UniqueByCheck.self,
  DistinctNamesCheck.self, AscendingCheck.self, CharacterClassesCheck.self, DateCheck.self, Base64Check.self,
  SecretTextCheck.self, CloudConfigCheck.self, NeverCheck.self, RequestLineCheck.self,
]

func check(for opcode: Opcode) -> (any Check.Type)? {
  let index = Int(opcode.rawValue)
  return index < byOpcode.count ? byOpcode[index] : nil
}

private let byOpcode: [(any Check.Type)?] = {
  var out: [(any Check.Type)?] = []
  for check in vocabulary {
    let index = Int(check.opcode.rawValue)
    while out.count <= index { out.append(nil) }
    out[index] = check
  }
  return out
}()

/// What a check can be asked of.
enum CheckSubject: String {
  case object, array, container, number, text, any, request

  /// As mistakes in rule files name it.
  var description: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .container: "an array or a map"
    case .number: "a number"
    case .text: "a string"
    case .any: "any value"
    case .request: "the request line"
    }
  }

  /// Whether a place of a shape can hold it.
  func fits(_ place: ShapeTree) -> Bool {
    switch self {
    case .object: place.schema.type == .object
    case .array: place.schema.type == .array
    case .container: place.schema.type == .array || place.schema.type == .object
    case .number: place.schema.type == .integer || place.schema.type == .number
    case .text: place.schema.type == .string
    case .any: true
    case .request: place.parent == nil
    }
  }
}

/// Where a check is compiled: the place in a shape that its pointers start from, and the program that takes its operands.
struct CheckScope {
  let reader: FileReader
  /// The place that `at` named; nil for URI parameters, which have no place in the body.
  let place: ShapeTree?
  let builder: ProgramBuilder

  func emit(_ operand: UInt32) { builder.operands.append(operand) }
  func emit(_ text: String) { builder.emit(text) }

  /// The argument of a check that takes one word: there is nothing to choose.
  func take(_ word: String, _ argument: YAMLNode, of keyword: String) throws(RuleFileError) {
    guard try reader.text(argument) == word else { throw reader.mistake(argument, "\(keyword) takes \(word)") }
  }

  /// A pointer relative to the place, as the register that will hold what it leads to.
  func register(_ pointer: YAMLNode) throws(RuleFileError) -> UInt32 {
    let text = try reader.text(pointer)
    guard let path = JSONPointer(text) else {
      throw reader.mistake(pointer, "'\(text)' is no JSON Pointer: it is empty or begins with '/'")
    }
    let target = try self.target(path, pointer)
    return target === place ? 0 : builder.register(of: target)
  }

  /// The place that a pointer relative to this one leads to.
  func target(_ path: JSONPointer, _ pointer: YAMLNode) throws(RuleFileError) -> ShapeTree {
    guard let place else {
      throw reader.mistake(pointer, "a URI parameter has nothing below it; this check takes no pointers there")
    }
    var target = place
    for token in path.tokens {
      guard token != "*" else {
        throw reader.mistake(pointer, "a pointer below `at` names one place; '*' names many")
      }
      target = try target.child(token, reader, pointer)
    }
    return target
  }

  /// A list of pointers: how many, then for each its register and its name (without the leading slash).
  func emitPlaces(_ argument: YAMLNode, least: Int) throws(RuleFileError) {
    let pointers = try reader.list(argument, of: "the argument")
    guard pointers.count >= least else {
      throw reader.mistake(argument, "at least \(least) pointers were expected")
    }
    emit(UInt32(pointers.count))
    var named: Set<String> = []
    for pointer in pointers {
      let text = try reader.text(pointer)
      guard named.insert(text).inserted else { throw reader.mistake(pointer, "'\(text)' stands twice in this list") }
      emit(try register(pointer))
      emit(String(text.drop { $0 == "/" }))
    }
  }

  /// `{min: 1, max: 80}`: flags for which are there, then both.
  func emitLimits(_ argument: YAMLNode) throws(RuleFileError) {
    let members = try reader.members(argument, keys: ["min", "max"], of: "limits")
    guard !members.isEmpty else { throw reader.mistake(argument, "'min', 'max' or both were expected") }
    let min = try members["min"].map { node throws(RuleFileError) in try reader.integer(node) }
    let max = try members["max"].map { node throws(RuleFileError) in try reader.integer(node) }
    if let min, let max, min > max { throw reader.mistake(argument, "min is greater than max") }
    emit((min == nil ? 0 : 1) | (max == nil ? 0 : 2))
    for limit in [min ?? 0, max ?? 0] {
      let bits = UInt64(bitPattern: Int64(limit))
      emit(UInt32(truncatingIfNeeded: bits))
      emit(UInt32(truncatingIfNeeded: bits >> 32))
    }
  }

  /// A list of texts: how many, then each.
  func emitTexts(_ argument: YAMLNode) throws(RuleFileError) {
    let texts = try reader.texts(argument)
    guard !texts.isEmpty else { throw reader.mistake(argument, "at least one value was expected") }
    emit(UInt32(texts.count))
    for text in texts { emit(text) }
  }
}

/// Operands of checks that list places.
struct PlaceList {
  let operands: UnsafePointer<UInt32>

  var count: Int { Int(operands[0]) }
  func register(_ index: Int) -> UInt32 { operands[1 + index * 3] }
  func name(_ index: Int) -> TextRange {
    TextRange(offset: operands[2 + index * 3], length: operands[3 + index * 3])
  }

  /// How many of the places are present and not null.
  @inline(__always)
  func present(_ evaluator: inout Evaluator, _ node: UInt32) -> Int {
    var found = 0
    for index in 0..<count where evaluator.place(register(index), node) != 0 { found += 1 }
    return found
  }

  /// How many of the places are expressions of a template that may come out as null.
  @inline(never)
  func uncertain(_ evaluator: inout Evaluator, _ node: UInt32) -> Int {
    guard evaluator.isTemplate else { return 0 }
    var found = 0
    for index in 0..<count where evaluator.mayBeNull(evaluator.place(register(index), node)) { found += 1 }
    return found
  }

  /// Whether each place that is not present is certainly so, see ``Evaluator/isCertainlyAbsent(_:from:)``.
  @inline(never)
  func areCertainlyAbsent(_ evaluator: inout Evaluator, _ node: UInt32) -> Bool {
    for index in 0..<count where evaluator.place(register(index), node) == 0 {
      if !isCertainlyAbsent(index, &evaluator, node) { return false }
    }
    return true
  }

  @inline(never)
  func isCertainlyAbsent(_ index: Int, _ evaluator: inout Evaluator, _ node: UInt32) -> Bool {
    evaluator.isCertainlyAbsent(evaluator.program.string(name(index)), from: node)
  }
}

/// Operands `{min, max}`.
struct Limits {
  let min: Int?
  let max: Int?

  @inline(__always)
  init(_ operands: UnsafePointer<UInt32>) {
    func number(_ index: Int) -> Int {
      Int(Int64(bitPattern: UInt64(operands[index]) | UInt64(operands[index + 1]) << 32))
    }
    min = operands[0] & 1 != 0 ? number(1) : nil
    max = operands[0] & 2 != 0 ? number(3) : nil
  }

  /// 0 within, 1 too small, 2 too large.
  @inline(__always)
  func outcome(_ value: Int) -> UInt8 {
    if let min, value < min { return 1 }
    if let max, value > max { return 2 }
    return 0
  }

  /// What messages may name: the limits, and what was found.
  func text(for name: PlaceholderName, actual: () -> String) -> String? {
    switch name {
    case "actual": actual()
    case "min": min.map(String.init) ?? ""
    case "max": max.map(String.init) ?? ""
    default: nil
    }
  }

  static let schema =
    #"{"type":"object","additionalProperties":false,"minProperties":1,"properties":{"min":{"type":"integer"},"max":{"type":"integer"}}}"#
  static let outcomes = ["small", "large"]
}

let pointersSchema = #"{"type":"array","minItems":1,"items":{"type":"string","pattern":"^(/.*)?$"}}"#
let valuesSchema =
  #"{"oneOf":[\#(textsSchema),{"type":"object","additionalProperties":false,"required":["values","letterCase"],"properties":{"values":\#(textsSchema),"letterCase":{"const":"exact"}}}]}"#
let textsSchema = #"{"type":"array","minItems":1,"items":{"type":"string"}}"#

/// `a`, `a and b`, `a, b and c`.
func listed(_ words: [String], _ conjunction: String = "and") -> String {
  guard words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) " + words.last!
}
