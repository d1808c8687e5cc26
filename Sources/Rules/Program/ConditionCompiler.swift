import JSONText

/// `when:` → ``ConditionCode``.
struct ConditionCompiler {
  let scope: CheckScope
  let facts: [Fact]
  /// The conditions are asked of an array's elements: places are found by name, because registers hold one element's.
  var isInElement = false

  private static let keys = ["has", "nonEmpty", "equals", "oneOf", "fact", "some", "all", "any", "not"]
  private static let depthMax = 16

  /// Writes one condition and notes the facts it asks for.
  func compile(_ node: YAMLNode, _ asked: inout UInt32, depth: Int) throws(RuleFileError) {
    let reader = scope.reader
    guard depth < Self.depthMax else { throw reader.mistake(node, "conditions nest at most \(Self.depthMax) deep") }
    let members = try reader.members(node, keys: Self.keys, of: "a condition")
    guard members.count == 1, let (key, value) = members.first else {
      throw reader.mistake(node, "a condition has one word; join several with 'all' or 'any'")
    }
    switch key {
    case "has":
      emit(.has)
      try emitPlace(value)
    case "nonEmpty":
      emit(.nonEmpty)
      try emitPlace(value)
    case "equals":
      let own = try reader.members(value, keys: ["at", "value"], of: "equals")
      emit(.equals)
      let place = try reader.required("at", own, value, of: "equals")
      try emitPlace(place)
      scope.emit(try isText(place) ? 1 : 0)
      scope.emit(try reader.text(try reader.required("value", own, value, of: "equals")))
    case "oneOf":
      let own = try reader.members(value, keys: ["at", "values"], of: "oneOf")
      emit(.oneOf)
      try emitPlace(try reader.required("at", own, value, of: "oneOf"))
      try scope.emitTexts(try reader.required("values", own, value, of: "oneOf"))
    case "some":
      try some(value, &asked, depth: depth)
    case "fact":
      try fact(value, &asked)
    case "not":
      emit(.not)
      try compile(value, &asked, depth: depth + 1)
    default:
      let parts = try reader.list(value, of: "'\(key)'")
      guard !parts.isEmpty else { throw reader.mistake(value, "'\(key)' joins at least one condition") }
      emit(key == "all" ? .all : .any)
      scope.emit(UInt32(parts.count))
      let length = scope.builder.operands.count
      scope.emit(0)
      for part in parts { try compile(part, &asked, depth: depth + 1) }
      scope.builder.operands[length] = UInt32(scope.builder.operands.count - length - 1)
    }
  }

  /// Whether the shape has a string at a place: a value of another kind is then another fault, and equals nothing.
  private func isText(_ pointer: YAMLNode) throws(RuleFileError) -> Bool {
    guard let path = JSONPointer(try scope.reader.text(pointer)) else { return false }
    let type = try scope.target(path, pointer).schema.type
    return type == .string || type == nil
  }

  /// A register; in an array's elements the high bit and the path's text instead.
  private func emitPlace(_ pointer: YAMLNode) throws(RuleFileError) {
    guard isInElement else {
      scope.emit(try scope.register(pointer))
      return
    }
    let text = try scope.reader.text(pointer)
    guard let path = JSONPointer(text), path.tokens.count == 1 else {
      throw scope.reader.mistake(pointer, "in 'some', a pointer names a member of the element: /name")
    }
    _ = try scope.target(path, pointer)
    scope.emit(ConditionCode.byName)
    scope.emit(path.tokens[0])
  }

  private func some(_ node: YAMLNode, _ asked: inout UInt32, depth: Int) throws(RuleFileError) {
    let reader = scope.reader
    guard !isInElement else { throw reader.mistake(node, "'some' does not stand in 'some'") }
    let own = try reader.members(node, keys: ["in", "where"], of: "some")
    let array = try reader.required("in", own, node, of: "some")
    guard let path = JSONPointer(try reader.text(array)), let element = try scope.target(path, array).element else {
      throw reader.mistake(array, "'some' looks into an array that the shape describes")
    }
    emit(.some)
    scope.emit(try scope.register(array))
    // How long the nested condition is, for arrays without elements.
    let length = scope.builder.operands.count
    scope.emit(0)
    var nested = ConditionCompiler(
      scope: CheckScope(reader: reader, place: element, builder: scope.builder), facts: facts)
    nested.isInElement = true
    try nested.compile(try reader.required("where", own, node, of: "some"), &asked, depth: depth + 1)
    scope.builder.operands[length] = UInt32(scope.builder.operands.count - length - 1)
  }

  private func fact(_ node: YAMLNode, _ asked: inout UInt32) throws(RuleFileError) {
    let reader = scope.reader
    let pairs = try reader.pairs(node, of: "fact")
    guard pairs.count == 1 else { throw reader.mistake(node, "a fact condition names one fact: {os: Windows}") }
    let name = try reader.text(pairs[0].key)
    guard let index = facts.firstIndex(where: { $0.name == name }) else {
      throw reader.mistake(pairs[0].key, reader.unknown("fact", name, of: "facts.yaml", known: facts.map(\.name)))
    }
    let value = try reader.text(pairs[0].value)
    guard let valueIndex = facts[index].values.firstIndex(of: value) else {
      throw reader.mistake(
        pairs[0].value, reader.unknown("value", value, of: "the fact \(name)", known: facts[index].values))
    }
    asked |= 1 << UInt32(index)
    emit(.fact)
    scope.emit(UInt32(index))
    scope.emit(UInt32(valueIndex))
  }

  private func emit(_ code: ConditionCode) { scope.emit(code.rawValue) }
}
