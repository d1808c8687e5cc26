import Findings
import JSONText

/// The words and fixes of structural faults.
struct StructuralWording {
  let context: FaultContext
  let isSound: Bool

  private var tables: Program.Tables { context.tables }
  private var document: Document { context.document }

  func word(_ fault: RawFault, _ finding: inout Finding) {
    let name = finding.pointer.map(placeName) ?? finding.parameter ?? ""
    switch StructuralFault.allCases[Int(fault.rule)] {
    case .typeMismatch: finding.message = typeMismatch(fault, name)
    case .missingProperty: missingProperty(fault, name, &finding)
    case .unknownProperty:
      unknownProperty(fault, &finding)
      soften(fault, &finding)
    case .unknownValue:
      unknownValue(fault, name, &finding)
      soften(fault, &finding)
    case .letterCase: letterCase(fault, name, &finding)
    case .nullProperty:
      finding.property = finding.pointer?.last
      finding.message = "\(name) is null; an optional property without a value is left out"
      finding.fix = removal(of: fault.node, name)
    case .readOnlyProperty:
      finding.property = finding.pointer?.last
      finding.message = "\(name) is read-only: only the service sets it"
      finding.fix = removal(of: fault.node, name)
    case .deprecatedProperty:
      finding.property = finding.pointer?.last
      finding.message = "\(name) is deprecated"
    case .duplicateProperty: duplicateProperty(fault, name, &finding)
    case .unresolvedPlaceholder: unresolvedPlaceholder(fault, name, &finding)
    case .malformedJSON, .malformedEncoding, .byteOrderMark, .oversizedDocument, .tooManyFindings: break
    }
  }

  // MARK: Types

  private func typeMismatch(_ fault: RawFault, _ name: String) -> String {
    let shape = tables.shapes[Int(fault.shape)]
    let node = document[fault.node]
    let expected = expectation(shape)
    guard node.kind == .number, shape.flags.contains(.integer) else {
      let hint =
        node.kind == .string && (shape.flags.contains(.integer) || expected == "a boolean")
          && !context.secrets.hides(fault.node, context.pointers) && looksLike(expected, document.text(node))
        ? "; write it without quotes" : ""
      return "\(name) is \(kindName(node.kind)); \(expected) is expected\(hint)"
    }
    let spelling = context.text(fault)
    if !node.flags.contains(.integer) {
      return "\(name) is \(spelling); a whole number is expected, without fraction and exponent"
    }
    return "\(name) is \(spelling); a 32-bit integer is expected, from -2147483648 to 2147483647"
  }

  private func expectation(_ shape: ShapeNode) -> String {
    func takes(_ kind: NodeKind) -> Bool { shape.kinds & 1 << UInt16(kind.rawValue) != 0 }
    if shape.flags.contains(.integer) { return "an integer" }
    if takes(.object) { return "an object" }
    if takes(.array) { return "an array" }
    if takes(.string) { return "a string" }
    if takes(.number) { return "a number" }
    return "a boolean"
  }

  private func kindName(_ kind: NodeKind) -> String {
    switch kind {
    case .missing, .name: "nothing"
    case .null: "null"
    case .true, .false: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  private func looksLike(_ expected: String, _ text: String) -> Bool {
    expected == "a boolean" ? text == "true" || text == "false" : Int(text) != nil
  }

  // MARK: Properties

  private func missingProperty(_ fault: RawFault, _ name: String, _ finding: inout Finding) {
    guard fault.detail != .max else {
      finding.message = "the request has no body; \(context.entryName) takes one"
      return
    }
    let table = tables.shapes[Int(fault.shape)].properties
    let property = tables.string(tables.names[Int(table.start + fault.detail)].name)
    finding.property = property
    finding.message = "\(name) lacks \(property), which is required"
  }

  private func unknownProperty(_ fault: RawFault, _ finding: inout Finding) {
    let node = document[fault.node]
    let spelling = document.text(node)
    let own = context.quotable(spelling)
    // Where the pointer leads to an ancestor, as it would be too long, the name is the document's all the same.
    let isWhole = finding.pointer?.last == spelling
    finding.property = isWhole ? spelling : own
    let object = placeName(isWhole ? finding.pointer?.parent ?? JSONPointer() : finding.pointer ?? JSONPointer())
    finding.message = "could not find member '\(own)' on \(object)"
    let table = tables.shapes[Int(fault.shape)].properties
    let known = context.texts.words(table)
    let properties = context.texts.properties(below: context.entry.root)
    if let nearest = known.list.onlyNearest(to: spelling) {
      finding.message += "; did you mean \(nearest)?"
      finding.fix = replacement(of: node, by: nearest, isSafe: false, "rename it to \(nearest)")
    } else if let home = properties.homes(of: spelling).first {
      finding.message +=
        "; \(printable(spelling, limit: FaultContext.quoteLengthMax)) belongs in \(home.isEmpty ? "the body itself" : home)"
    } else if let nearest = properties.words.nearest(to: spelling), let home = properties.homes(of: nearest).first {
      finding.message += "; did you mean \(nearest), which belongs in \(home.isEmpty ? "the body itself" : home)?"
    } else if 1...8 ~= known.list.words.count {
      finding.message += "; it has \(known.members)"
    }
  }

  /// A body of a newer api-version than the shape was written from may have what the shape has not heard of.
  private func soften(_ fault: RawFault, _ finding: inout Finding) {
    guard fault.isGuess else { return }
    finding.severity = min(finding.severity, .warning)
    finding.message += " (as of api-version \(APIVersion(order: context.entry.writtenVersion)))"
  }

  private func duplicateProperty(_ fault: RawFault, _ name: String, _ finding: inout Finding) {
    finding.property = finding.pointer?.last
    let first = document[fault.detail]
    let isSameSpelling = document.text(first) == document.text(document[fault.node])
    finding.message =
      isSameSpelling
      ? "\(name) stands twice in this object; readers disagree about which one counts"
      : "\(name) stands in this object as \(context.quotable(document.text(first))) too; the service ignores letter case"
    finding.related = [
      RelatedPlace(
        message: "the first one is here", pointer: context.pointer(to: fault.detail), range: first.tokenRange)
    ]
  }

  // MARK: Values

  private func unknownValue(_ fault: RawFault, _ name: String, _ finding: inout Finding) {
    let node = document[fault.node]
    let known = context.texts.words(tables.shapes[Int(fault.shape)].values)
    let text = context.text(fault)
    // With room for all that follows: a text that grows is copied each time.
    finding.message.reserveCapacity(name.utf8.count + 2 * text.utf8.count + known.choices.utf8.count + 48)
    finding.message += "\(name) is \"\(text)\"; it takes "
    finding.message += known.choices
    if context.entry.isResponse != 0 { finding.severity = min(finding.severity, .warning) }
    guard !context.secrets.hides(fault.node, context.pointers) else { return }
    if let nearest = known.list.onlyNearest(to: document.text(node)) {
      finding.message += "; did you mean \(nearest)?"
      finding.fix = replacement(of: node, by: nearest, isSafe: false, "replace it by \(nearest)")
    }
  }

  private func letterCase(_ fault: RawFault, _ name: String, _ finding: inout Finding) {
    let shape = tables.shapes[Int(fault.shape)]
    let node = document[fault.node]
    let table = fault.target == .member ? shape.properties : shape.values
    let documented = tables.string(tables.names[Int(table.start + fault.detail)].name)
    if fault.target == .member {
      finding.property = finding.pointer?.last
      finding.message = "\(name) is documented as \(documented)"
    } else {
      finding.message = "\(name) is \"\(context.text(fault))\"; it is documented as \(documented)"
    }
    if fault.target == .member, hasSibling(fault.node, documented) { return }
    finding.fix = replacement(of: node, by: documented, isSafe: true, "write \(documented)")
  }

  /// Whether the member's object has one of that name already.
  private func hasSibling(_ member: UInt32, _ name: String) -> Bool {
    let object = context.pointers.parent(of: member)
    var other = object + 1
    while other < document[object].next {
      if other != member, document.text(document[other]) == name { return true }
      other = document[other + 1].next
    }
    return false
  }

  private func unresolvedPlaceholder(_ fault: RawFault, _ name: String, _ finding: inout Finding) {
    if fault.target == .parameter {
      finding.message = "\(name) is a placeholder in the request line; it was never filled in"
      return
    }
    let node = document[fault.node]
    if fault.partLength > 0, !context.secrets.hides(fault.node, context.pointers) {
      let text = Array(document.text(node).utf8)
      let start = Int(fault.partStart)
      let placeholder = String(decoding: text[start..<start + Int(fault.partLength)], as: UTF8.self)
      finding.message = "\(name) holds \(context.quotable(placeholder)), a placeholder that was never filled in"
    } else {
      finding.message = "\(name) is a placeholder that was never filled in"
    }
  }

  // MARK: Fixes

  /// Other content for a string or name, its quotes kept.
  private func replacement(of node: TapeNode, by text: String, isSafe: Bool, _ description: String) -> Fix? {
    guard isSound else { return nil }
    let start = Int(node.offset)
    return Fix(
      description: description, isSafe: isSafe,
      edits: [Edit(range: start..<start + Int(node.length), text: text)])
  }

  /// Takes a member out, with one of the commas around it.
  private func removal(of member: UInt32, _ name: String) -> Fix? {
    guard isSound else { return nil }
    let start = document[member].tokenRange.lowerBound
    let end = document[member + 1].tokenRange.upperBound
    let bytes = document.bytes
    var after = end
    while after < document.byteCount, bytes[after] <= 0x20 { after += 1 }
    var range = start..<end
    if after < document.byteCount, bytes[after] == UInt8(ascii: ",") {
      after += 1
      while after < document.byteCount, bytes[after] <= 0x20 { after += 1 }
      range = start..<after
    } else {
      var before = start
      while before > 0, bytes[before - 1] <= 0x20 { before -= 1 }
      if before > 0, bytes[before - 1] == UInt8(ascii: ",") { range = (before - 1)..<end }
    }
    return Fix(description: "remove \(name)", isSafe: true, edits: [Edit(range: range, text: "")])
  }
}
