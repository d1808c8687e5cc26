import JSONText

/// What a walk does off the beaten path: every method here is called only where something is wrong or unusual.
extension Evaluator {
  /// A value of a kind that the shape does not take.
  @inline(never)
  mutating func mismatch(_ index: UInt32, _ shape: UInt32) {
    let node = nodes[Int(index)]
    judgeNames(program.shapes[Int(shape)].cases, index)
    guard node.kind != .missing, node.flags.isDisjoint(with: .damaged) || node.kind == .object else { return }
    if isTemplate, node.kind == .string, isExpression(document.raw(node)) { return }
    report(.typeMismatch, .value, index, shape: shape)
  }

  /// A name that is not a property as it stands: escaped, in another letter case, or unknown. Returns the property it
  /// is taken for, or -1.
  @inline(never)
  mutating func unfamiliar(_ member: UInt32, _ shapeIndex: UInt32) -> Int {
    let node = nodes[Int(member)]
    guard node.flags.isDisjoint(with: .damaged) else { return -1 }
    let table = program.shapes[Int(shapeIndex)].properties
    let raw = document.raw(node)
    func look(_ name: UnsafeBufferPointer<UInt8>) -> (index: Int, isExact: Bool) {
      let exact = name.baseAddress.map { program.index(of: $0, count: name.count, in: table) } ?? -1
      if exact >= 0 || entry.ignoresCase == 0 { return (exact, true) }
      return (program.indexIgnoringCase(of: name, in: table), false)
    }
    let found =
      node.flags.contains(.escaped) ? unescaped(raw).withUnsafeBufferPointer(look) : look(raw)
    if found.index < 0 {
      if isTemplate, isOfTemplate(member, shapeIndex) { return -1 }
      report(.unknownProperty, .member, member, shape: shapeIndex)
    } else if !found.isExact {
      report(.letterCase, .member, member, detail: UInt32(found.index), shape: shapeIndex)
    }
    return found.index
  }

  /// A property that stands a second time in its object: what was noted of the first one no longer counts. Members with
  /// the same name are another matter; here are those that differ in letter case only.
  @inline(never)
  mutating func repeated(_ member: UInt32, _ property: Int, in object: UInt32, _ shapeIndex: UInt32) {
    let table = program.shapes[Int(shapeIndex)].properties
    let entry = program.names[Int(table.start) + property]
    forget(entry.shape)
    guard self.entry.ignoresCase != 0 else { return }
    let first = self.member(named: program.bytes(entry.name), of: object)
    guard first != 0, first - 1 < member, document.text(nodes[Int(first) - 1]) != document.text(nodes[Int(member)])
    else { return }
    report(.duplicateProperty, .member, member, detail: first - 1, shape: shapeIndex)
  }

  /// A string that is not a documented value as it stands. Whether it is one nevertheless, so that other checks make
  /// sense.
  @inline(never)
  mutating func unfamiliarValue(_ index: UInt32, _ shapeIndex: UInt32) -> Bool {
    let node = nodes[Int(index)]
    guard node.flags.isDisjoint(with: .damaged) else { return false }
    let values = program.shapes[Int(shapeIndex)].values
    let raw = document.raw(node)
    func look(_ value: UnsafeBufferPointer<UInt8>) -> (isExact: Bool, index: Int, placeholder: Placeholder.Found?) {
      if value.count > 0, program.index(of: value.baseAddress!, count: value.count, in: values) >= 0 {
        return (true, 0, nil)
      }
      let other = entry.ignoresCase != 0 ? program.indexIgnoringCase(of: value, in: values) : -1
      return (false, other, other < 0 ? placeholder(in: value, .structured) : nil)
    }
    let found = node.flags.contains(.escaped) ? unescaped(raw).withUnsafeBufferPointer(look) : look(raw)
    if found.isExact { return true }
    if found.index >= 0 {
      report(.letterCase, .value, index, detail: UInt32(found.index), shape: shapeIndex)
      return true
    }
    if let placeholder = found.placeholder {
      if !placeholder.isVariable { report(.unresolvedPlaceholder, .value, index, shape: shapeIndex) }
    } else {
      report(.unknownValue, .value, index, shape: shapeIndex)
    }
    return false
  }

  /// What a text has of template values.
  func placeholder(
    in text: UnsafeBufferPointer<UInt8>, _ strictness: Placeholder.Strictness
  ) -> Placeholder.Found? {
    Placeholder.find(text, strictness, allowsVariables: allowsVariables)
  }

  /// Whether a string is, or holds, a template value that was not filled in; reports it where nobody will.
  @inline(never)
  mutating func isPlaceholder(_ index: UInt32, _ shape: UnsafePointer<ShapeNode>) -> Bool {
    let node = nodes[Int(index)]
    guard node.flags.isDisjoint(with: .damaged) else { return false }
    let strictness = Placeholder.Strictness(shape.pointee)
    let raw = document.raw(node)
    let found =
      node.flags.contains(.escaped)
      ? unescaped(raw).withUnsafeBufferPointer { placeholder(in: $0, strictness) }
      : placeholder(in: raw, strictness)
    guard let found else { return false }
    guard !found.isVariable else { return true }
    report(
      .unresolvedPlaceholder, .value, index, detail: UInt32(found.range.lowerBound),
      shape: UInt32(shape - program.shapes))
    faults.setPart(start: UInt32(found.range.lowerBound), length: UInt32(found.range.count))
    return true
  }

  /// Whether a value that a case of another place looks at is a placeholder: its own place has reported it.
  mutating func isUnfilled(_ index: UInt32) -> Bool {
    let node = nodes[Int(index)]
    guard node.kind == .string else { return false }
    let raw = document.raw(node)
    if isTemplate, isExpression(raw) { return true }
    if node.flags.contains(.escaped) {
      return unescaped(raw).withUnsafeBufferPointer { placeholder(in: $0, .structured) != nil }
    }
    return Placeholder.isPossible(raw) && placeholder(in: raw, .structured) != nil
  }

  /// What can be said of a value that is not filled in yet: an id lacks its slash whatever its subscription will be.
  @inline(never)
  mutating func judgeDespitePlaceholder(_ run: IndexRun, _ index: UInt32) {
    for position in Int(run.start)..<Int(run.start + run.count) {
      caseIndex = program.attached[position]
      let entry = program.cases + Int(caseIndex)
      let operands = program.operands + Int(entry.pointee.operands)
      if entry.pointee.check == .resourceID, ResourceIDCheck.isOfLeadingSlash(operands) {
        judgeText(entry, index, operands)
      }
    }
    judgeNames(run, index)
  }

  /// The checks of a member's name: they hold whatever its value is.
  private mutating func judgeNames(_ run: IndexRun, _ index: UInt32) {
    for position in Int(run.start)..<Int(run.start + run.count) {
      let entry = program.cases + Int(program.attached[position])
      if entry.pointee.isOfName != 0 {
        judge(IndexRun(start: UInt32(position), count: 1), index)
      }
    }
  }

  /// Empties the registers of a place and of all below it.
  @inline(never)
  mutating func forget(_ shapeIndex: UInt32, depth: Int = 0) {
    guard depth < Self.depthMax else { return }
    let shape = program.shapes[Int(shapeIndex)]
    if shape.register != 0 { registers[Int(shape.register)] = 0 }
    guard !shape.flags.contains(.map) else { return }
    for position in 0..<Int(shape.properties.count) {
      let property = program.names[Int(shape.properties.start) + position].shape
      // A recursive shape has no registers of its own below itself.
      if property > shapeIndex { forget(property, depth: depth + 1) }
    }
  }

  /// Whether a place of an object is certainly not there: no value of the wrong type stands on the way to it, and no
  /// object on the way ended before it was closed.
  @inline(never)
  mutating func isCertainlyAbsent(_ pointer: String, from index: UInt32) -> Bool {
    var object = index
    for token in pointer.split(separator: "/") {
      let node = nodes[Int(object)]
      guard node.kind == .object else { return node.kind == .null }
      var name = String(token)
      let value = name.withUTF8 { member(named: $0, of: object) }
      if value == 0 { return !node.flags.contains(.unclosed) }
      object = value
    }
    return nodes[Int(object)].kind == .null
  }

  /// A request whose operation asks for a body, and that has none.
  mutating func judgeMissingBody() {
    report(.missingProperty, .value, 0, detail: .max, shape: entry.root)
  }

  /// Required properties that are not there.
  @inline(never)
  mutating func missing(_ index: UInt32, _ shapeIndex: UInt32, _ seen: UInt64) {
    if nodes[Int(index)].flags.contains(.unclosed) { return }
    let shape = program.shapes[Int(shapeIndex)]
    var lacking = shape.required & ~seen
    while lacking != 0 {
      let property = lacking.trailingZeroBitCount
      lacking &= lacking - 1
      report(.missingProperty, .value, index, detail: UInt32(property), shape: shapeIndex)
    }
  }

  /// A `null` where a property's value should be. Whether it counts as present.
  @inline(never)
  mutating func null(_ member: UInt32, _ property: NameEntry, _ propertyIndex: Int) -> Bool {
    if !property.flags.contains(.required) { nullValue(member) }
    return false
  }

  @inline(never)
  mutating func nullValue(_ member: UInt32) {
    if entry.isResponse == 0, nodes[Int(member) + 1].flags.isDisjoint(with: .damaged) {
      report(.nullProperty, .member, member)
    }
  }

  /// A `null` in a map: the checks of its name hold all the same.
  @inline(never)
  mutating func nullMapValue(_ member: UInt32, _ element: UInt32) {
    if element != ShapeNode.none { judgeNames(program.shapes[Int(element)].cases, member + 1) }
    nullValue(member)
  }

  /// A property about which there is something to say whatever its value: read-only in a request, deprecated.
  @inline(never)
  mutating func remark(_ member: UInt32, _ property: NameEntry) {
    // A template names its resource in the resource.
    if isTemplate, depth == 1 { return }
    if property.flags.contains(.readOnly), entry.isResponse == 0 { report(.readOnlyProperty, .member, member) }
    if property.flags.contains(.deprecated) { report(.deprecatedProperty, .member, member) }
  }

  mutating func report(
    _ structural: StructuralFault, _ target: RawFault.Target, _ node: UInt32, detail: UInt32 = 0,
    shape: UInt32 = ShapeNode.none
  ) {
    let rule = structural.ruleIndex
    // A version that was asked for and is newer than the shape may know what the shape does not; without one, the page holds.
    let isBeyondShape = version != Self.unknownVersion && version > entry.writtenVersion && entry.versions.count > 0
    faults.append(
      RawFault(
        rule: UInt16(rule), severity: program.rules[rule].severity, target: target, outcome: 1,
        isGuess: isBeyondShape && (structural == .unknownProperty || structural == .unknownValue), node: node,
        detail: detail, shape: shape))
  }

  // MARK: Parameters

  /// Judges the segments of a resource id as the URI parameters they are.
  mutating func segments(_ index: UInt32) {
    let node = nodes[Int(index)]
    guard node.flags.isDisjoint(with: .damaged) else { return }
    let raw = document.raw(node)
    if node.flags.contains(.escaped) {
      unescaped(raw).withUnsafeBufferPointer { segments(index, $0) }
    } else {
      segments(index, raw)
    }
  }

  private mutating func segments(_ index: UInt32, _ text: UnsafeBufferPointer<UInt8>) {
    resourceID.split(text, node: index)
    guard resourceID.problem == .none else { return }
    var segment = 1
    while segment < resourceID.count {
      if let parameter = parameterIndex(ofSegment: segment, text) {
        let run = program.parameters[Int(entry.parameters.start) + parameter].cases
        if run.count > 0 {
          let part = resourceID.segment(segment)
          self.part = (UInt32(part.lowerBound), UInt32(part.count))
          judgeText(UnsafeBufferPointer(rebasing: text[part]), run, index)
          self.part = nil
        }
      }
      segment += 2
    }
  }

  /// Which parameter a segment's value is: told by the type segments before it.
  private func parameterIndex(ofSegment segment: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int? {
    let type: Range<Int>
    switch segment {
    case 1, 3: type = resourceID.segment(segment - 1)
    case 5: return nil
    default:
      // Namespace and types, without the names between them, is not one stretch of text when types are nested.
      return nestedParameterIndex(ofSegment: segment, text)
    }
    let name = UnsafeBufferPointer(rebasing: text[type])
    for index in 0..<Int(entry.parameters.count) {
      let parameter = program.parameters[Int(entry.parameters.start) + index]
      if equalIgnoringCase(program.bytes(parameter.segmentType), name) { return index }
    }
    return nil
  }

  private func nestedParameterIndex(ofSegment segment: Int, _ text: UnsafeBufferPointer<UInt8>) -> Int? {
    // Namespace, types, and the slashes between them: most parameters are told apart by that alone.
    var length = resourceID.segment(5).count
    var type = 6
    while type < segment {
      length += resourceID.segment(type).count + 1
      type += 2
    }
    parameters: for index in 0..<Int(entry.parameters.count) {
      let wanted = program.bytes(program.parameters[Int(entry.parameters.start) + index].segmentType)
      guard wanted.count == length else { continue }
      var position = 0
      // The namespace is segment 5; types stand at 6, 8, …, each before its name.
      var place = 5
      while place < segment {
        let part = resourceID.segment(place)
        if place > 5 {
          guard position < wanted.count, wanted[position] == UInt8(ascii: "/") else { continue parameters }
          position += 1
        }
        guard position + part.count <= wanted.count else { continue parameters }
        for offset in 0..<part.count
        where lowercased(wanted[position + offset]) != lowercased(text[part.lowerBound + offset]) {
          continue parameters
        }
        position += part.count
        place += place == 5 ? 1 : 2
      }
      if position == wanted.count { return index }
    }
    return nil
  }

  /// Judges the request line: the request as a whole, then each of its parameters.
  mutating func judgeRequest() {
    guard let request else { return }
    if entry.requestCases.count > 0, request.hasURL || request.method != nil { judge(entry.requestCases, 0) }
    for index in 0..<Int(entry.parameters.count) {
      let parameter = program.parameters[Int(entry.parameters.start) + index]
      guard let value = request.value(of: program.string(parameter.name)) else { continue }
      var text = value
      text.withUTF8 { bytes in
        if let found = placeholder(in: bytes, .structured) {
          guard !found.isVariable else { return }
          self.parameter = UInt32(index)
          report(.unresolvedPlaceholder, .parameter, 0, detail: UInt32(index))
          self.parameter = nil
        } else if parameter.cases.count > 0 {
          self.parameter = UInt32(index)
          judgeText(bytes, parameter.cases, 0)
          self.parameter = nil
        }
      }
    }
  }

  /// Judges a run of cases on a text that is not a node of its own.
  mutating func judgeText(_ text: UnsafeBufferPointer<UInt8>, _ run: IndexRun, _ index: UInt32) {
    detachedText = text
    judge(run, index)
    detachedText = nil
  }
}
