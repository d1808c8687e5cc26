/// Collects the sections of a program and writes them as one block.
final class ProgramBuilder {
  var shapes: [ShapeNode] = []
  var names: [NameEntry] = []
  private var properties: [PropertyEntry] = []
  private var valueSlots: [ValueSlot] = []
  var buckets: [UInt16] = []
  var rules: [RuleEntry] = []
  var cases: [CaseEntry] = []
  var attached: [UInt32] = []
  var operands: [UInt32] = []
  var entries: [EntryPoint] = []
  var parameters: [ParameterEntry] = []
  var versions: [Int32] = []
  var facts: [FactEntry] = []
  var acceptances: [Acceptance] = []
  var traits: [Trait] = []
  var registerCount: UInt32 = 1
  private var strings: [UInt8] = []
  private var texts: [String: TextRange] = [:]
  private var patterns: [String: UInt32] = [:]

  /// A text, stored once however often it is said.
  func text(_ text: String) -> TextRange {
    if let known = texts[text] { return known }
    let range = TextRange(offset: UInt32(strings.count), length: UInt32(text.utf8.count))
    strings += Array(text.utf8)
    texts[text] = range
    return range
  }

  /// A text as two operands.
  func emit(_ text: String) {
    let range = self.text(text)
    operands += [range.offset, range.length]
  }

  /// What ``text(_:)`` stored.
  func string(_ range: TextRange) -> String {
    String(decoding: strings[Int(range.offset)..<Int(range.offset + range.length)], as: UTF8.self)
  }

  /// The number of a pattern: every evaluator compiles it once, when it is first asked for.
  func patternIndex(_ pattern: String) -> UInt32 {
    if let known = patterns[pattern] { return known }
    let index = UInt32(patterns.count)
    patterns[pattern] = index
    return index
  }

  /// The register of a place. On the first of the compiler's two rounds it is only asked for; numbers are given
  /// between the rounds, so that the registers below one place stand together.
  func register(of tree: ShapeTree) -> UInt32 {
    tree.needsRegister = true
    return UInt32(tree.register)
  }

  /// A table of names for look-up by hash: the seed with the fewest collisions of a few hundred.
  func table(_ entries: [NameEntry], _ spellings: [String]) -> NameTable {
    guard !entries.isEmpty else { return NameTable() }
    var bits = 1
    while 1 << bits < entries.count * 4, bits < 16 { bits += 1 }
    var table = NameTable(
      start: UInt32(names.count), count: UInt16(entries.count), mask: UInt16(1 << bits - 1),
      buckets: UInt32(buckets.count))
    names += entries
    var best: (collisions: Int, seed: UInt32, slots: [UInt16])?
    for seed in UInt32(1)...400 {
      var slots = [UInt16](repeating: 0, count: 1 << bits)
      var collisions = 0
      for (index, spelling) in spellings.enumerated() {
        let bytes = Array(spelling.utf8)
        var slot = bytes.withUnsafeBufferPointer {
          $0.baseAddress.map { nameHash($0, bytes.count, seed: seed) } ?? 0
        }
        slot &= slots.count - 1
        while slots[slot] != 0 {
          collisions += 1
          slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = UInt16(index + 1)
      }
      if collisions < best?.collisions ?? .max { best = (collisions, seed, slots) }
      if collisions == 0 { break }
    }
    table.seed = best!.seed
    buckets += best!.slots
    return table
  }

  /// The slots of an enumeration's values that need no judging, into its usual value.
  func fill(_ usual: inout UsualValue, with values: [String]) {
    let (slots, hashing) = ValueSlot.slots(values)
    usual.first = UInt32(valueSlots.count)
    usual.second = UInt32(slots.count - 1)
    usual.hashing = hashing
    valueSlots += slots
  }

  /// How a text is looked at that an acceptance speaks of.
  func route(of acceptance: UInt32) -> Route {
    switch acceptances[Int(acceptance)].form {
    case .plain where acceptances[Int(acceptance)].hasMore == 0: .plain
    case .resourceID: .resourceID
    default: .text
    }
  }

  /// The properties of all shapes, once it is known what is usual there.
  private func writeProperties() {
    var count: UInt32 = 0
    for index in shapes.indices {
      shapes[index].firstProperty = count
      if shapes[index].usual.route == .reference { shapes[index].usual.first = count }
      count += UInt32(shapes[index].properties.count)
    }
    for index in shapes.indices where shapes[index].properties.count > 0 {
      let table = shapes[index].properties
      for property in 0..<Int(table.count) {
        let entry = names[Int(table.start) + property]
        var usual = shapes[Int(entry.shape)].usual
        // There is something to say whatever its value.
        if !entry.flags.isPlain { usual.kindAndFlags = .max }
        properties.append(PropertyEntry(string(entry.name), usual: usual, number: property))
      }
    }
  }

  /// Objects that are nothing but a resource id, once it is known what is usual there.
  private func markReferences() {
    for index in shapes.indices where shapes[index].usual.route == .object && shapes[index].properties.count == 1 {
      let shape = shapes[index]
      let name = names[Int(shape.properties.start)]
      let cases = attached[Int(shape.cases.start)..<Int(shape.cases.start + shape.cases.count)].map {
        self.cases[Int($0)]
      }
      guard name.flags.isPlain, shapes[Int(name.shape)].usual.route == .resourceID,
        cases.allSatisfy({ $0.presence == .required && $0.mask == 1 })
      else { continue }
      shapes[index].usual.route = .reference
    }
  }

  /// The properties and traits that cases ask for, once it is known which those are.
  private func markAskedProperties() {
    for index in shapes.indices where shapes[index].properties.count > 0 {
      let run = shapes[index].cases
      let ofProperties: UInt64 = 1 << UInt64(shapes[index].properties.count) &- 1
      for position in run.start..<run.start + run.count {
        let entry = cases[Int(attached[Int(position)])]
        // Of a list of texts the mask says something else.
        guard entry.textTest == .none else { continue }
        let asked = entry.needed | entry.unwanted | entry.mask
        shapes[index].asked |= asked
        if asked & ~ofProperties != 0 { shapes[index].beside |= deciding(entry, among: ofProperties) }
      }
    }
  }

  /// Of a case that asks for traits the properties without any of which it passes whatever the traits are; all, where there are none.
  private func deciding(_ entry: CaseEntry, among properties: UInt64) -> UInt64 {
    if entry.presence == .absent, entry.mask & ~properties == 0 { return entry.mask }
    return entry.needed & properties != 0 ? entry.needed & properties : .max
  }

  /// Which cases ask a text about itself and nothing else.
  private func markCasesOfText() {
    for index in cases.indices {
      let entry = cases[index]
      guard entry.isUnconditional, entry.isOfName == 0, check(for: entry.check)?.subject == .text else { continue }
      switch entry.check {
      case .oneOf: cases[index].textTest = .oneOf
      case .noneOf: cases[index].textTest = .noneOf
      default:
        cases[index].textTest = .judged
        continue
      }
      cases[index].mask = spellingBits(CompiledOperands(builder: self, start: Int(entry.operands)).texts(1))
    }
  }

  func finish() -> [UInt8] {
    markReferences()
    writeProperties()
    markCasesOfText()
    markAskedProperties()
    var header = ProgramHeader()
    header.shapes = UInt32(shapes.count)
    header.names = UInt32(names.count)
    header.properties = UInt32(properties.count)
    header.valueSlots = UInt32(valueSlots.count)
    header.buckets = UInt32(buckets.count)
    header.rules = UInt32(rules.count)
    header.cases = UInt32(cases.count)
    header.attached = UInt32(attached.count)
    header.operands = UInt32(operands.count)
    header.entries = UInt32(entries.count)
    header.parameters = UInt32(parameters.count)
    header.versions = UInt32(versions.count)
    header.facts = UInt32(facts.count)
    header.acceptances = UInt32(acceptances.count)
    header.traits = UInt32(traits.count)
    header.strings = UInt32(strings.count)
    header.registers = registerCount
    header.patterns = UInt32(patterns.count)
    var block = [UInt8](repeating: 0, count: MemoryLayout<ProgramHeader>.stride)
    func append<Element>(_ section: [Element]) {
      while block.count % ProgramHeader.sectionAlignment != 0 { block.append(0) }
      section.withUnsafeBytes { block += $0 }
    }
    append(shapes)
    append(names)
    append(properties)
    append(valueSlots)
    append(buckets)
    append(rules)
    append(cases)
    append(attached)
    append(operands)
    append(entries)
    append(parameters)
    append(versions)
    append(facts)
    append(acceptances)
    append(traits)
    append(strings)
    header.byteCount = UInt32(block.count)
    withUnsafeBytes(of: header) { bytes in
      for (index, byte) in bytes.enumerated() { block[index] = byte }
    }
    return block
  }
}
