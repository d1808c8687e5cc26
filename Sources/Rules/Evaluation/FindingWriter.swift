import Findings
import JSONText

/// Raw faults → findings: messages, pointers, places, fixes. Everything here is off the path of a clean body.
struct FindingWriter {
  let context: FaultContext
  /// The document is sound JSON: only then are edits offered that have to know its commas.
  let isSound: Bool
  /// The facts that were not known, by index, for naming worlds.
  let factValues: UnsafePointer<UInt8>

  private var tables: Program.Tables { context.tables }
  private var document: Document { context.document }

  /// Adds the finding of a fault.
  func add(_ fault: RawFault, to findings: inout [Finding]) {
    findings.append(Finding(context.texts.rule(Int(fault.rule)), severity: Severity(code: fault.severity)))
    // In its place: a finding is much to copy.
    write(fault, &findings[findings.count - 1])
  }

  private func write(_ fault: RawFault, _ finding: inout Finding) {
    let rule = tables.rules[Int(fault.rule)]
    place(fault, &finding)
    guard finding.pointer == nil || !context.pointers.hides(fault.node) else {
      finding.message = Self.hiddenMessage
      return
    }
    if fault.caseIndex == RawFault.none {
      StructuralWording(context: context, isSound: isSound).word(fault, &finding)
    } else {
      word(fault, rule, &finding)
    }
    if fault.isGuess, fault.caseIndex != RawFault.none { guess(fault, rule, &finding) }
  }

  /// What is said where a word about the place would repeat what may be a piece of a secret.
  static let hiddenMessage = "there is a fault behind the damaged text of a secret"

  // MARK: Places

  private func place(_ fault: RawFault, _ finding: inout Finding) {
    switch fault.target {
    case .requestLine: finding.parameter = RequestLineCheck.part(fault.outcome)
    case .parameter:
      let index = fault.caseIndex == RawFault.none ? fault.detail : fault.partStart
      let parameter = tables.parameters[Int(context.entry.parameters.start + index)]
      finding.parameter = tables.string(parameter.name)
    case .member, .value, .part:
      finding.pointer = context.pointer(to: fault.node)
      finding.range = range(fault)
    }
  }

  /// Where a fault's finding will begin in the document; -1 where it is of the request line.
  func start(of fault: RawFault) -> Int {
    switch fault.target {
    case .requestLine, .parameter: -1
    case .member, .value, .part: range(fault).lowerBound
    }
  }

  private func range(_ fault: RawFault) -> Range<Int> {
    let node = document[fault.node]
    if fault.partLength > 0, node.kind == .string, !node.flags.contains(.escaped) {
      let start = Int(node.offset) + Int(fault.partStart)
      return start..<start + Int(fault.partLength)
    }
    return range(ofValue: node)
  }

  private func range(ofValue node: TapeNode) -> Range<Int> {
    guard node.kind == .object || node.kind == .array else { return node.tokenRange }
    // The opening bracket: a frame, or an annotation in a review, shows where the object is and not all of it.
    return Int(node.offset)..<Int(node.offset) + 1
  }

  // MARK: Wording

  private func word(_ fault: RawFault, _ rule: RuleEntry, _ finding: inout Finding) {
    let entry = tables.cases[Int(fault.caseIndex)]
    let operands = tables.operands + Int(entry.operands)
    guard fault.outcome != PatternTable.gaveUpOutcome else {
      // As severe as the rule: a value that is too long or too tangled to be judged does not pass for a sound one.
      finding.message = "the pattern of \(finding.rule) gave up on this value: it was not judged"
      return
    }
    guard let check = check(for: entry.check) else { return }
    let wording = check.outcomes.isEmpty ? 0 : Int(fault.outcome) - 1
    let template = tables.bytes(tables.text(at: tables.operands + Int(entry.messages) + wording * 2))
    finding.message = MessageTemplate.filled(template) { name in
      text(for: name, finding) ?? check.text(for: name, of: fault, operands, context)
    }
    if entry.check == .required { finding.property = RequiredCheck.missing(fault, operands, context) }
    let related = check.related(to: fault, operands, context)
    if !related.isEmpty { finding.related = related.map(relatedPlace) }
    if let fix = check.fix(of: fault, operands, context), let node = stringNode(fault) {
      let start = Int(node.offset)
      finding.fix = Fix(
        description: fix.description, isSafe: fix.isSafe,
        edits: [Edit(range: start + fix.range.lowerBound..<start + fix.range.upperBound, text: fix.text)])
    }
  }

  /// What stands for the placeholders that every message may have.
  private func text(for name: PlaceholderName, _ finding: Finding) -> String? {
    switch name {
    case "at": finding.pointer?.description ?? ""
    case "property": finding.parameter ?? finding.pointer.map(placeName) ?? "the body"
    default: nil
    }
  }

  private func relatedPlace(_ node: UInt32, _ message: String) -> RelatedPlace {
    RelatedPlace(message: message, pointer: context.pointer(to: node), range: range(ofValue: document[node]))
  }

  private func stringNode(_ fault: RawFault) -> TapeNode? {
    guard fault.target == .value, document[fault.node].kind == .string else { return nil }
    return document[fault.node]
  }

  // MARK: Worlds

  /// A finding that stands in some worlds only: a warning that names them and how to settle it.
  private func guess(_ fault: RawFault, _ rule: RuleEntry, _ finding: inout Finding) {
    finding.severity = min(finding.severity, .warning)
    if fault.worlds != 0 {
      let worlds = worldNames(rule)
      let failing = worlds.indices.filter { fault.worlds & 1 << UInt32($0) != 0 }.map { worlds[$0] }
      let accepting = worlds.indices.filter { fault.worlds & 1 << UInt32($0) == 0 }.map { worlds[$0] }
      finding.worlds = failing.map { $0.map { "\($0.fact)=\($0.value)" }.joined(separator: ",") }
      let facts = Set(worlds.flatMap { $0.map(\.fact) }).sorted()
      let accepted = accepting.map { world in
        world.count == 1 ? world[0].value : world.map { "\($0.fact)=\($0.value)" }.joined(separator: " ")
      }
      let hints = facts.map { "--fact \($0)=…" }
      finding.message += "; accepted on \(listed(accepted)); say which with \(listed(hints))"
    } else {
      let entry = tables.cases[Int(fault.caseIndex)]
      let from = entry.versionMin == .min ? nil : APIVersion(order: entry.versionMin)
      let to = entry.versionMax == .max ? nil : APIVersion(order: entry.versionMax)
      let range =
        switch (from, to) {
        case (let from?, let to?): "from api-version \(from) to \(to)"
        case (let from?, nil): "from api-version \(from) on"
        case (nil, let to?): "up to api-version \(to)"
        case (nil, nil): ""
        }
      finding.worlds = ["api-version=\(from?.description ?? "")..\(to?.description ?? "")"]
      finding.message += " (\(range); say which with --api-version)"
    }
  }

  /// The worlds of a rule's unknown facts, in the order in which ``Evaluator`` counts them.
  private func worldNames(_ rule: RuleEntry) -> [[(fact: String, value: String)]] {
    let unknown = (0..<Int(tables.header.facts)).filter {
      rule.facts & 1 << UInt32($0) != 0 && factValues[$0] == Evaluator.unknownFact
    }
    let count = unknown.reduce(1) { $0 * Int(tables.facts[$1].values.count) }
    return (0..<min(count, Evaluator.worldCountMax)).map { world in
      var rest = world
      return unknown.map { fact in
        let values = tables.facts[fact].values
        let value = rest % Int(values.count)
        rest /= Int(values.count)
        return (
          tables.string(tables.facts[fact].name),
          tables.string(tables.text(at: tables.operands + Int(values.start) + value * 2))
        )
      }
    }
  }
}

/// What people call a place: its last token; an element of an array by its position as well.
func placeName(_ pointer: JSONPointer) -> String {
  guard let last = pointer.last else { return "the body" }
  if Int(last) != nil, let array = pointer.parent.last {
    return "\(printable(array, limit: FaultContext.quoteLengthMax))[\(last)]"
  }
  return printable(last, limit: FaultContext.quoteLengthMax)
}
