import Findings
import JSONText

/// Shapes and rules → program.
///
/// Selectors are resolved against the shapes here, so that the walk over a body meets a rule's cases where they apply and
/// nowhere else. Two rounds: the first finds out which places rules ask about, the second writes their registers.
struct Compiler {
  let shapes: [ShapeFile]
  let rules: [Rule]
  let facts: [Fact]
  private var mistakes: [RuleFileError] = []

  /// A body that can be checked, before it is written.
  private final class Entry {
    let name: String
    let shape: ShapeFile
    let tree: ShapeTree
    let isResponse: Bool
    var writtenVersion: Int32
    var parameters: [(name: String, segmentType: String, cases: [UInt32])] = []
    var requestCases: [UInt32] = []

    init(name: String, shape: ShapeFile, schema: Schema, isResponse: Bool) {
      self.name = name
      self.shape = shape
      self.isResponse = isResponse
      writtenVersion = shape.writtenVersion?.order ?? 0
      tree = ShapeTree(schema, shape.definitions)
    }
  }

  init(shapes: [ShapeFile], rules: [Rule], facts: [Fact]) {
    self.shapes = shapes
    // Structural rules have fixed numbers; the others follow in the order of their ids.
    self.rules =
      StructuralFault.allCases.compactMap { fault in rules.first { $0.id == fault.rawValue } }
      + rules.filter { StructuralFault(rawValue: $0.id) == nil }.sorted { $0.id < $1.id }
    self.facts = facts
  }

  mutating func compile() throws(RuleSetError) -> [UInt8] {
    for (index, shape) in shapes.enumerated()
    where shapes[..<index].contains(where: { $0.operationID == shape.operationID }) {
      mistakes.append(
        RuleFileError(
          file: shape.file, line: 1, column: 1, message: "the operation '\(shape.operationID)' has a shape already"))
    }
    let entries = self.entries()
    let dry = ProgramBuilder()
    attach(entries, dry)
    guard mistakes.isEmpty else { throw RuleSetError(mistakes) }
    for entry in entries { number(entry) }
    let builder = ProgramBuilder()
    for entry in entries { builder.registerCount = max(builder.registerCount, UInt32(registerCount(entry)) + 1) }
    for entry in entries { forgetCases(entry) }
    writeFacts(builder, entries)
    attach(entries, builder)
    for entry in entries { write(entry, entries, builder) }
    guard mistakes.isEmpty else { throw RuleSetError(mistakes) }
    return builder.finish()
  }

  // MARK: Entries

  /// Requests by operation id, responses by the name of their schema.
  private func entries() -> [Entry] {
    var out: [Entry] = []
    for shape in shapes {
      if let request = shape.request {
        out.append(Entry(name: shape.operationID, shape: shape, schema: request, isResponse: false))
      }
    }
    for shape in shapes {
      for response in shape.responses {
        guard let name = response.schema.reference else { continue }
        if let known = out.first(where: { $0.name == name }) {
          // Shared by services: as new as the newest of them.
          known.writtenVersion = max(known.writtenVersion, shape.writtenVersion?.order ?? 0)
          continue
        }
        out.append(Entry(name: name, shape: shape, schema: response.schema, isResponse: true))
      }
    }
    for entry in out { entry.parameters = parameters(of: entry.shape) }
    return out
  }

  /// The parameters of a path template, and those of all other shapes' templates: they stand in resource ids.
  private func parameters(of shape: ShapeFile) -> [(name: String, segmentType: String, cases: [UInt32])] {
    var out: [(name: String, segmentType: String, cases: [UInt32])] = []
    for template in [shape] + shapes where template.path.contains("{") {
      for (name, type) in Self.templateParameters(template.path) where !out.contains(where: { $0.name == name }) {
        out.append((name, type, []))
      }
    }
    if !shape.knownVersions.isEmpty { out.append(("api-version", "", [])) }
    return out
  }

  /// `{imageName}` and the segments that tell it in a resource id: `Microsoft.Compute/images`.
  static func templateParameters(_ path: String) -> [(name: String, segmentType: String)] {
    var out: [(name: String, segmentType: String)] = []
    let segments = path.split(separator: "/").map(String.init)
    var types: [String] = []
    var isBehindProviders = false
    for (index, segment) in segments.enumerated() {
      if segment.hasPrefix("{") {
        let type = isBehindProviders ? types.joined(separator: "/") : segments[max(0, index - 1)]
        out.append((String(segment.dropFirst().dropLast()), type))
      } else if segment == "providers" {
        isBehindProviders = true
      } else if isBehindProviders {
        types.append(segment)
      }
    }
    return out
  }

  private func forgetCases(_ entry: Entry) {
    entry.tree.visit { $0.cases = [] }
    for index in entry.parameters.indices { entry.parameters[index].cases = [] }
    entry.requestCases = []
  }

  // MARK: Registers and indexes

  private func number(_ entry: Entry) {
    var next: UInt16 = 1
    entry.tree.visit { tree in
      guard tree.needsRegister else { return }
      tree.register = next
      next += 1
    }
  }

  private func registerCount(_ entry: Entry) -> Int {
    var count = 0
    entry.tree.visit { if $0.needsRegister { count += 1 } }
    return count
  }

  // MARK: Cases

  /// Writes the cases of every rule and hangs them on the places they look at.
  private mutating func attach(_ entries: [Entry], _ builder: ProgramBuilder) {
    let structural = StructuralFault.allCases.map { fault in rules.first { $0.id == fault.rawValue } }
    for (fault, rule) in zip(StructuralFault.allCases, structural) {
      builder.rules.append(rule.map { self.entry(for: $0, builder) } ?? missingStructuralRule(fault, builder))
    }
    for rule in rules where !rule.isStructural {
      let index = UInt16(builder.rules.count)
      var entry = self.entry(for: rule, builder)
      let first = UInt32(builder.cases.count)
      var facts: UInt32 = 0
      for ruleCase in rule.cases {
        do {
          try attach(ruleCase, of: rule, index, entries, builder, &facts)
        } catch {
          mistakes.append(error)
        }
      }
      entry.facts = facts
      entry.cases = IndexRun(start: first, count: UInt32(builder.cases.count) - first)
      if facts != 0 {
        for position in Int(first)..<builder.cases.count { builder.cases[position].hasFacts = 1 }
      }
      builder.rules.append(entry)
    }
  }

  private func entry(for rule: Rule, _ builder: ProgramBuilder) -> RuleEntry {
    var entry = RuleEntry()
    entry.id = builder.text(rule.id)
    if let source = rule.sources.first {
      entry.quote = builder.text(source.quote)
      entry.url = builder.text(source.url)
    }
    entry.advice = builder.text(collapsed(rule.fix))
    entry.severity = rule.severity.code
    entry.isStructural = rule.isStructural ? 1 : 0
    return entry
  }

  /// A rule set without the file of a structural rule (a test's, say) still reports the fault.
  private func missingStructuralRule(_ fault: StructuralFault, _ builder: ProgramBuilder) -> RuleEntry {
    var entry = RuleEntry()
    entry.id = builder.text(fault.rawValue)
    entry.severity = Severity.error.code
    entry.isStructural = 1
    return entry
  }

  private mutating func attach(
    _ ruleCase: RuleCase, of rule: Rule, _ ruleIndex: UInt16, _ entries: [Entry], _ builder: ProgramBuilder,
    _ facts: inout UInt32
  ) throws(RuleFileError) {
    let reader = FileReader(file: rule.file)
    for name in rule.operations where !entries.contains(where: { $0.name == name }) {
      throw reader.mistake(
        ruleCase.place, reader.unknown("operation or response", name, of: nil, known: entries.map(\.name)))
    }
    let concerned = entries.filter { rule.operations.isEmpty || rule.operations.contains($0.name) }
    for selector in ruleCase.places {
      var failure: RuleFileError?
      var found = false
      for entry in concerned {
        do {
          try attach(ruleCase, rule, ruleIndex, selector, entry, builder, &facts)
          found = true
        } catch {
          failure = failure ?? error
        }
      }
      if !found, let failure { throw failure }
    }
  }

  private func attach(
    _ ruleCase: RuleCase, _ rule: Rule, _ ruleIndex: UInt16, _ selector: Selector, _ entry: Entry,
    _ builder: ProgramBuilder, _ facts: inout UInt32
  ) throws(RuleFileError) {
    let reader = FileReader(file: rule.file)
    switch selector.target {
    case .parameter(let name):
      guard let index = entry.parameters.firstIndex(where: { $0.name == name }) else {
        throw reader.mistake(
          selector.node,
          reader.unknown("parameter", name, of: entry.name, known: entry.parameters.map(\.name)))
      }
      guard ruleCase.check.subject == .text else {
        throw reader.mistake(
          ruleCase.argument,
          "a URI parameter is a string; \(ruleCase.check.keyword) looks at \(ruleCase.check.subject.description)")
      }
      entry.parameters[index].cases.append(
        try write(ruleCase, rule, ruleIndex, nil, entry, builder, &facts))
    case .place(let tokens):
      var place = entry.tree
      for token in tokens { place = try place.child(token, reader, selector.node) }
      let subject = try self.subject(ruleCase, place, reader, builder)
      guard ruleCase.isOfName || ruleCase.check.subject.fits(subject) else {
        throw reader.mistake(
          ruleCase.argument,
          "\(ruleCase.check.keyword) looks at \(ruleCase.check.subject.description); the shape has \(subject.schema.type?.rawValue ?? "any type") here"
        )
      }
      let index = try write(ruleCase, rule, ruleIndex, place, entry, builder, &facts)
      if ruleCase.check.subject == .request {
        entry.requestCases.append(index)
      } else {
        place.cases.append(index)
      }
    }
  }

  /// The place that a case's check judges.
  private func subject(
    _ ruleCase: RuleCase, _ place: ShapeTree, _ reader: FileReader, _ builder: ProgramBuilder
  ) throws(RuleFileError) -> ShapeTree {
    guard let node = ruleCase.subject else { return place }
    guard !ruleCase.isOfName else { throw reader.mistake(node, "a name has nothing below it") }
    guard let path = JSONPointer(try reader.text(node)), !path.isRoot else {
      throw reader.mistake(node, "'of' is a pointer to a place below `at`: /value")
    }
    return try CheckScope(reader: reader, place: place, builder: builder).target(path, node)
  }

  /// Writes one case for one place.
  private func write(
    _ ruleCase: RuleCase, _ rule: Rule, _ ruleIndex: UInt16, _ place: ShapeTree?, _ entry: Entry,
    _ builder: ProgramBuilder, _ facts: inout UInt32
  ) throws(RuleFileError) -> UInt32 {
    let scope = CheckScope(reader: FileReader(file: rule.file), place: place, builder: builder)
    var out = CaseEntry()
    out.rule = ruleIndex
    out.check = ruleCase.check.opcode
    out.severity = ruleCase.severity.code
    out.isOfName = ruleCase.isOfName ? 1 : 0
    if let condition = ruleCase.condition {
      out.condition = UInt32(builder.operands.count)
      try ConditionCompiler(scope: scope, facts: self.facts).compile(condition, &facts, depth: 0)
    }
    var checkScope = scope
    if let node = ruleCase.subject {
      guard let place else { throw scope.reader.mistake(node, "a URI parameter has nothing below it") }
      let subject = try self.subject(ruleCase, place, scope.reader, builder)
      out.subject = UInt16(builder.register(of: subject))
      checkScope = CheckScope(reader: scope.reader, place: subject, builder: builder)
    }
    out.operands = UInt32(builder.operands.count)
    try ruleCase.check.compile(ruleCase.argument, checkScope)
    out.messages = UInt32(builder.operands.count)
    for message in ruleCase.messages { builder.emit(message) }
    // A range that covers every known version is no restriction.
    let known = entry.shape.knownVersions
    if let oldest = known.first, rule.versions.lowerBound > oldest.order { out.versionMin = rule.versions.lowerBound }
    if let newest = known.last, rule.versions.upperBound < newest.order { out.versionMax = rule.versions.upperBound }
    builder.cases.append(out)
    return UInt32(builder.cases.count - 1)
  }

  // MARK: Writing

  private mutating func writeFacts(_ builder: ProgramBuilder, _ entries: [Entry]) {
    for fact in facts {
      var out = FactEntry()
      out.name = builder.text(fact.name)
      out.title = builder.text(fact.title)
      out.values = IndexRun(start: UInt32(builder.operands.count), count: UInt32(fact.values.count))
      for value in fact.values { builder.emit(value) }
      let start = UInt32(builder.operands.count)
      var count: UInt32 = 0
      for (operation, pointer) in fact.sources {
        guard case .scalar(let text) = pointer.content,
          let entry = entries.firstIndex(where: { $0.name == operation })
        else {
          let reader = FileReader(file: "facts.yaml")
          mistakes.append(
            reader.mistake(pointer, reader.unknown("operation", operation, of: nil, known: entries.map(\.name))))
          continue
        }
        do throws(RuleFileError) {
          let reader = FileReader(file: "facts.yaml")
          var place = entries[entry].tree
          for token in JSONPointer(text)?.tokens ?? [] { place = try place.child(token, reader, pointer) }
        } catch {
          mistakes.append(error)
        }
        builder.operands.append(UInt32(entry))
        builder.emit(text)
        count += 1
      }
      out.sources = IndexRun(start: start, count: count)
      builder.facts.append(out)
    }
  }

  private mutating func write(_ entry: Entry, _ entries: [Entry], _ builder: ProgramBuilder) {
    let base = UInt32(builder.shapes.count)
    var places: [ShapeTree] = []
    entry.tree.visit { tree in
      tree.index = base + UInt32(places.count)
      places.append(tree)
    }
    let accepting = AcceptanceCompiler(builder: builder, parameters: entry.parameters)
    for place in places { builder.shapes.append(shapeNode(place, entry, builder)) }
    for place in places {
      let isInMap = place.parent.map { !$0.schema.additional.isEmpty && $0.element === place } ?? false
      var node = builder.shapes[Int(place.index)]
      accepting.fill(&node, place, isInMap: isInMap)
      builder.shapes[Int(place.index)] = node
    }

    var out = EntryPoint()
    out.name = builder.text(entry.name)
    out.title = builder.text(entry.isResponse ? "the response \(entry.name)" : entry.shape.title)
    out.method = builder.text(entry.shape.method)
    out.path = builder.text(entry.shape.path)
    out.root = entry.tree.index
    out.isResponse = entry.isResponse ? 1 : 0
    out.isBodyRequired = entry.shape.isBodyRequired ? 1 : 0
    out.ignoresCase = entry.shape.path.contains("/providers/") ? 1 : 0
    out.versions = IndexRun(start: UInt32(builder.versions.count), count: UInt32(entry.shape.knownVersions.count))
    builder.versions += entry.shape.knownVersions.map(\.order)
    out.writtenVersion = entry.writtenVersion
    out.parameters = IndexRun(start: UInt32(builder.parameters.count), count: UInt32(entry.parameters.count))
    for parameter in entry.parameters {
      builder.parameters.append(
        ParameterEntry(
          name: builder.text(parameter.name), segmentType: builder.text(parameter.segmentType),
          cases: attachedRun(parameter.cases, builder)))
    }
    out.requestCases = attachedRun(entry.requestCases, builder)
    if !entry.isResponse {
      out.responses.start = UInt32(builder.operands.count)
      for response in entry.shape.responses {
        guard let name = response.schema.reference, let index = entries.firstIndex(where: { $0.name == name }) else {
          continue
        }
        builder.operands += [UInt32(response.status), UInt32(index)]
        out.responses.count += 1
      }
    }
    builder.entries.append(out)
  }

  private func attachedRun(_ cases: [UInt32], _ builder: ProgramBuilder) -> IndexRun {
    defer { builder.attached += cases }
    return IndexRun(start: UInt32(builder.attached.count), count: UInt32(cases.count))
  }

  private mutating func shapeNode(_ tree: ShapeTree, _ entry: Entry, _ builder: ProgramBuilder) -> ShapeNode {
    let schema = tree.schema
    var node = ShapeNode()
    node.kinds = Self.kinds(schema.type)
    if schema.type == nil { node.flags.insert(.anything) }
    if schema.type == .integer {
      node.flags.insert(.integer)
      if schema.format == .int32 { node.flags.insert(.int32) }
    }
    if tree.isSecret { node.flags.insert(.secret) }
    if schema.type == .object, tree.edges.isEmpty, schema.additional.isEmpty { node.flags.insert(.anything) }
    if !schema.additional.isEmpty { node.flags.insert(.map) }
    node.format = schema.format
    node.register = tree.needsRegister ? tree.register : 0
    node.element = tree.element?.index ?? ShapeNode.none
    if let element = tree.element { (node.clearedFrom, node.clearedCount) = Self.registers(below: element) }
    let entries = tree.edges.map { edge in
      var flags: NameEntry.Flags = []
      if edge.isReadOnly { flags.insert(.readOnly) }
      if edge.isDeprecated { flags.insert(.deprecated) }
      if edge.isRequired { flags.insert(.required) }
      if edge.tree.isSecret { flags.insert(.secret) }
      if OperationDetection.commonNames.contains(edge.name) { flags.insert(.common) }
      if edge.isDeprecated || edge.isReadOnly && !entry.isResponse { flags.insert(.remarkable) }
      return NameEntry(name: builder.text(edge.name), shape: edge.tree.index, flags: flags)
    }
    node.properties = builder.table(entries, tree.edges.map(\.name))
    let requiredCount = entry.isResponse ? 0 : tree.edges.count(where: \.isRequired)
    if requiredCount > 63 {
      mistakes.append(
        RuleFileError(
          file: entry.shape.file, line: schema.place.line, column: schema.place.column,
          message: "an object has at most 63 required properties; this one has \(requiredCount)"))
    }
    node.required = (1 << UInt64(min(requiredCount, 63))) - 1
    node.values = builder.table(schema.values.map { NameEntry(name: builder.text($0)) }, schema.values)
    var cases = tree.cases
    if schema.type == .array || node.flags.contains(.map),
      let position = cases.firstIndex(where: { distinctKey(of: $0, builder) != 0 })
    {
      cases.insert(cases.remove(at: position), at: 0)
      node.distinctKey = distinctKey(of: cases[0], builder)
    }
    node.cases = attachedRun(cases, builder)
    return node
  }

  /// The ``ShapeNode/distinctKey`` of an array, or a map, with a case, if that asks whether elements, or names, are different, and for
  /// nothing else.
  private func distinctKey(of index: UInt32, _ builder: ProgramBuilder) -> UInt16 {
    let entry = builder.cases[Int(index)]
    guard entry.isUnconditional else { return 0 }
    switch entry.check {
    case .uniqueBy: return UInt16(UniqueByCheck.key(CompiledOperands(builder: builder, start: Int(entry.operands))))
    case .distinctNames: return ShapeNode.elementItself
    default: return 0
    }
  }

  /// One bit for each node kind that a type takes.
  private static func kinds(_ type: Schema.ValueType?) -> UInt16 {
    func bit(_ kind: NodeKind) -> UInt16 { 1 << UInt16(kind.rawValue) }
    return switch type {
    case nil: .max
    case .object: bit(.object)
    case .array: bit(.array)
    case .string: bit(.string)
    case .integer, .number: bit(.number)
    case .boolean: bit(.true) | bit(.false)
    }
  }

  private static func registers(below tree: ShapeTree) -> (from: UInt16, count: UInt16) {
    var numbers: [UInt16] = []
    tree.visit { if $0.needsRegister { numbers.append($0.register) } }
    guard let first = numbers.min() else { return (0, 0) }
    return (first, UInt16(numbers.count))
  }
}

extension Severity {
  /// As programs store it.
  var code: UInt8 {
    switch self {
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }

  init(code: UInt8) {
    self =
      switch code {
      case 1: .info
      case 2: .warning
      default: .error
      }
  }
}
