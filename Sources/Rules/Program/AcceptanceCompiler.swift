import JSONText

/// Derives from the cases of a place what the walk may accept there without judging, once the cases are written.
struct AcceptanceCompiler {
  let builder: ProgramBuilder
  /// URI parameters, by the segments of a resource id that tell them.
  private let parameters: [String: Soundness]

  init(builder: ProgramBuilder, parameters: [(name: String, segmentType: String, cases: [UInt32])]) {
    self.builder = builder
    var sounds: [String: Soundness] = [:]
    for parameter in parameters where !parameter.segmentType.isEmpty {
      var sound = sounds[parameter.segmentType] ?? Soundness()
      for index in parameter.cases { Self.narrow(&sound, index, builder) }
      sounds[parameter.segmentType] = sound
    }
    self.parameters = sounds
  }

  /// Fills in what a shape's node accepts, and what its cases need.
  ///
  /// - Parameter isInMap: the place is that of a map's values.
  func fill(_ node: inout ShapeNode, _ tree: ShapeTree, isInMap: Bool) {
    var values: [String]?
    switch tree.schema.type {
    case .string where tree.schema.values.isEmpty: values = fillText(&node, tree, isInMap: isInMap)
    case .string: values = acceptedValues(tree)
    case .object: fillPresence(&node, tree)
    default: break
    }
    fillUsual(&node.usual, node, tree, values)
  }

  /// - Parameter values: of a string, where only certain ones can be accepted, those that are.
  private func fillUsual(_ usual: inout UsualValue, _ node: ShapeNode, _ tree: ShapeTree, _ values: [String]?) {
    usual.register = node.register
    usual.shape = tree.index
    func set(_ route: Route, _ kind: NodeKind, _ flags: TapeNode.Flags = []) {
      usual.route = route
      usual.kindAndFlags = TapeNode.kindAndFlags(kind, flags)
    }
    switch tree.schema.type {
    case .string where values != nil:
      set(.enumeration, .string)
      builder.fill(&usual, with: values!)
    // In a map the name has to be accepted as well.
    case .string where node.acceptance != Acceptance.none && node.nameAcceptance != Acceptance.none:
      set(builder.route(of: node.acceptance), .string)
      usual.first = node.acceptance
    case .string where tree.schema.values.isEmpty: set(.judged, .string)
    case .integer:
      set(.integer, .number, .integer)
      usual.integers = acceptedIntegers(tree)
    case .object
    where 1...PropertyEntry.countMax ~= Int(node.properties.count) && !node.flags.contains(.map):
      set(.object, .object)
    case .object where node.flags.contains(.map): set(.map, .object)
    case .array where node.element != ShapeNode.none: set(.array, .array)
    default: break
    }
  }

  // MARK: Strings

  private static func narrow(_ sound: inout Soundness, _ index: UInt32, _ builder: ProgramBuilder) {
    let entry = builder.cases[Int(index)]
    guard entry.subject == 0, let check = check(for: entry.check) else {
      sound.giveUp()
      return
    }
    // Whatever the condition, the version and the world: a check that passes reports nothing.
    check.narrow(&sound, CompiledOperands(builder: builder, start: Int(entry.operands)))
  }

  /// Returns the accepted values where only certain ones can be.
  private func fillText(_ node: inout ShapeNode, _ tree: ShapeTree, isInMap: Bool) -> [String]? {
    var sound = Soundness()
    var name = Soundness()
    var hasNameCases = false
    for index in tree.cases {
      if builder.cases[Int(index)].isOfName != 0 {
        hasNameCases = true
        Self.narrow(&name, index, builder)
      } else {
        Self.narrow(&sound, index, builder)
      }
    }
    sound.excludePlaceholders(Placeholder.Strictness(node))
    if node.format == .resourceID { sound.requireResourceID() }
    guard !hasNameCases || isInMap else { return nil }
    node.nameAcceptance = hasNameCases ? name.write(builder) : Acceptance.any
    guard node.nameAcceptance != Acceptance.none else { return nil }
    node.acceptance = sound.write(builder, parameters: parameters)
    return sound.listed
  }

  /// The documented values that every case lets pass.
  private func acceptedValues(_ tree: ShapeTree) -> [String] {
    tree.schema.values.filter { value in
      tree.cases.allSatisfy { index in
        let entry = builder.cases[Int(index)]
        guard entry.isOfName == 0, entry.subject == 0 else { return false }
        let operands = CompiledOperands(builder: builder, start: Int(entry.operands))
        let isListed = { operands.texts(1).contains { asciiLowercased($0) == asciiLowercased(value) } }
        return switch entry.check {
        case .noneOf: !isListed()
        case .oneOf: operands[0] == 0 && isListed()
        default: false
        }
      }
    }
  }

  // MARK: Numbers

  private func acceptedIntegers(_ tree: ShapeTree) -> (least: Int32, most: Int32) {
    var least = Int(Int32.min)
    var most = Int(Int32.max)
    for index in tree.cases {
      let entry = builder.cases[Int(index)]
      guard entry.check == .range, entry.isOfName == 0, entry.subject == 0 else { return (1, 0) }
      let limits = CompiledOperands(builder: builder, start: Int(entry.operands)).limits
      least = max(least, limits.min ?? least)
      most = min(most, limits.max ?? most)
    }
    return least <= most ? (Int32(least), Int32(most)) : (1, 0)
  }

  // MARK: Objects

  private func fillPresence(_ node: inout ShapeNode, _ tree: ShapeTree) {
    guard tree.edges.count <= PropertyEntry.countMax else { return }
    var traits = TraitList(propertyCount: tree.edges.count)
    for index in tree.cases {
      // By itself at first: not all that a condition asks for decides about it, and what does not takes no room.
      var own = TraitList(propertyCount: tree.edges.count)
      let bits = presence(ofCase: Int(index), tree, &own)
      let mask = traits.adopt(bits.mask, of: own)
      builder.cases[Int(index)].needed = traits.adopt(bits.needed, of: own)
      builder.cases[Int(index)].unwanted = traits.adopt(bits.unwanted, of: own)
      guard bits.test != .none, mask.nonzeroBitCount == bits.mask.nonzeroBitCount else { continue }
      builder.cases[Int(index)].mask = mask
      builder.cases[Int(index)].presence = bits.test
    }
    let grouped = traits.grouped
    node.firstTrait = UInt32(builder.traits.count)
    node.traitCount = UInt16(grouped.count)
    builder.traits += grouped
  }

  /// What decides about a case of an object: ``CaseEntry/needed``, ``CaseEntry/unwanted``, ``CaseEntry/mask`` and
  /// ``CaseEntry/presence``.
  private func presence(
    ofCase index: Int, _ tree: ShapeTree, _ traits: inout TraitList
  ) -> (needed: UInt64, unwanted: UInt64, mask: UInt64, test: PresenceTest) {
    let entry = builder.cases[index]
    var needed: UInt64 = 0
    var unwanted: UInt64 = 0
    guard entry.isOfName == 0 else { return (0, 0, 0, .none) }
    if entry.condition != CaseEntry.none {
      var position = Int(entry.condition)
      (needed, unwanted) = presence(&position, tree, &traits)
    }
    guard entry.subject == 0 else { return (needed, unwanted, 0, .none) }
    let places = CompiledOperands(builder: builder, start: Int(entry.operands))
    if entry.check == .ascending { needed |= bit(ofDescending: places[1], places[4], tree, &traits) }
    guard let test = check(for: entry.check)?.presence, test != .none else { return (needed, unwanted, 0, .none) }
    let bits = (0..<Int(places[0])).map { bit(ofRegister: places[1 + $0 * 3], tree, &traits) }
    // The object itself, or more than there is room for.
    guard bits.allSatisfy({ $0 != 0 }) else { return (needed, unwanted, 0, .none) }
    return (needed, unwanted, bits.reduce(0, |), test)
  }

  /// The bit of the place whose value a register takes: a property, or the trait that a place further below is there. 0 for the
  /// object itself, and where there is no room.
  private func bit(ofRegister register: UInt32, _ tree: ShapeTree, _ traits: inout TraitList) -> UInt64 {
    guard register != 0 else { return 0 }
    let bit = bit(ofProperty: register, tree)
    return bit != 0 ? bit : traits.bit(of: Trait(.presence, register: register))
  }

  /// The bit of the property whose value a register takes; 0 for places that are not right below.
  private func bit(ofProperty register: UInt32, _ tree: ShapeTree) -> UInt64 {
    property(ofRegister: register, tree).map { 1 << UInt64($0) } ?? 0
  }

  /// The bit of the trait that the first of two numbers may be greater than the second, and those of both properties.
  private func bit(ofDescending first: UInt32, _ second: UInt32, _ tree: ShapeTree, _ traits: inout TraitList) -> UInt64
  {
    guard first != 0, second != 0 else { return 0 }
    return traits.bit(of: Trait(.descending, register: first, other: second))
      | bit(ofProperty: first, tree) | bit(ofProperty: second, tree)
  }

  private func property(ofRegister register: UInt32, _ tree: ShapeTree) -> Int? {
    tree.edges.firstIndex {
      $0.tree.needsRegister && UInt32($0.tree.register) == register && $0.tree.parent === tree
    }
  }

  /// The bit of the trait that a text, or a key, may be one of some, and that of the property.
  private func bits(
    _ kind: Trait.Kind, ofRegister register: UInt32, in texts: [String], _ tree: ShapeTree, _ traits: inout TraitList
  ) -> UInt64 {
    guard register != 0 else { return 0 }
    return traits.bit(of: Trait(kind, register: register, spellings: spellingBits(texts)))
      | bit(ofProperty: register, tree)
  }

  /// The bit of the trait that an array has an element for which the condition at a place of the operands may hold: 0 unless it
  /// compares the array's key, or is several that all have to hold and of which the first does.
  private func bits(ofElements condition: Int, in register: UInt32, _ tree: ShapeTree, _ traits: inout TraitList)
    -> UInt64
  {
    guard let array = property(ofRegister: register, tree).map({ tree.edges[$0].tree }),
      let key = array.element?.edges.first(where: {
        $0.tree.needsRegister && $0.tree.register == builder.shapes[Int(array.index)].distinctKey
      })
    else { return 0 }
    var operands = CompiledOperands(builder: builder, start: condition)
    if ConditionCode(rawValue: operands[0]) == .all {
      operands = CompiledOperands(builder: builder, start: condition + 3)
    }
    guard operands[1] == ConditionCode.byName, operands.text(2) == key.name else { return 0 }
    switch ConditionCode(rawValue: operands[0]) {
    case .equals where operands[4] != 0: return bits(.key, ofRegister: register, in: [operands.text(5)], tree, &traits)
    case .oneOf: return bits(.key, ofRegister: register, in: operands.texts(4), tree, &traits)
    default: return 0
    }
  }

  /// The properties and traits without which the condition at a place of the operands does not hold, and those with which it does
  /// not. Moves behind it.
  private func presence(
    _ position: inout Int, _ tree: ShapeTree, _ traits: inout TraitList
  ) -> (needed: UInt64, unwanted: UInt64) {
    func take() -> UInt32 {
      defer { position += 1 }
      return builder.operands[position]
    }
    /// In an array's element places are found by name; that says nothing about this object.
    func place() -> UInt32 {
      let register = take()
      guard register == ConditionCode.byName else { return register }
      position += 2
      return 0
    }
    switch ConditionCode(rawValue: take())! {
    case .has, .nonEmpty: return (bit(ofRegister: place(), tree, &traits), 0)
    case .equals:
      let register = place()
      let operands = CompiledOperands(builder: builder, start: position)
      position += 3
      return operands[0] != 0
        ? (bits(.text, ofRegister: register, in: [operands.text(1)], tree, &traits), 0)
        : (bit(ofRegister: register, tree, &traits), 0)
    case .oneOf:
      let register = place()
      let texts = CompiledOperands(builder: builder, start: position).texts(0)
      position += 1 + texts.count * 2
      return (bits(.text, ofRegister: register, in: texts, tree, &traits), 0)
    case .fact:
      position += 2
      return (0, 0)
    case .all:
      let count = take()
      _ = take()
      return (0..<count).reduce((0, 0)) { bits, _ in
        let (needed, unwanted) = presence(&position, tree, &traits)
        return (bits.0 | needed, bits.1 | unwanted)
      }
    case .any:
      let count = take()
      _ = take()
      return (0..<count).reduce(count > 0 ? (.max, .max) : (0, 0)) { bits, _ in
        let (needed, unwanted) = presence(&position, tree, &traits)
        return (bits.0 & needed, bits.1 & unwanted)
      }
    case .not:
      let isPresence = ConditionCode(rawValue: builder.operands[position]) == .has
      let (needed, _) = presence(&position, tree, &traits)
      return (0, isPresence ? needed : 0)
    case .some:
      let array = place()
      let length = Int(take())
      defer { position += length }
      return (bit(ofRegister: array, tree, &traits) | bits(ofElements: position, in: array, tree, &traits), 0)
    }
  }
}

extension Placeholder.Strictness {
  /// How a place takes placeholders.
  init(_ shape: ShapeNode) {
    if shape.flags.contains(.secret) {
      self = .whole
    } else {
      switch shape.format {
      case .resourceID, .uri, .uuid: self = .structured
      default: self = .text
      }
    }
  }
}
