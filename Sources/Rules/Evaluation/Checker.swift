import Findings
public import JSONText

/// Checks bodies, one after the other, with memory that it keeps: a clean body of a size met before costs no allocation.
///
/// One checker belongs to one thread at a time; the ``RuleSet`` behind it is shared by all.
public final class Checker {
  private let rules: RuleSet
  private let limits: TextLimits
  private let reader = DocumentReader()
  private let tables: Program.Tables
  private let registers: UnsafeMutablePointer<UInt32>
  private let factValues: UnsafeMutablePointer<UInt8>
  private let idSegments: UnsafeMutablePointer<UInt32>
  private let patterns: PatternTable
  private let decodedText = DecodedText()

  public init(_ rules: RuleSet, limits: TextLimits = .standard) {
    self.rules = rules
    self.limits = limits
    tables = rules.program.tables
    registers = .allocate(capacity: Int(tables.header.registers))
    registers.initialize(repeating: 0, count: Int(tables.header.registers))
    factValues = .allocate(capacity: max(1, Int(tables.header.facts)))
    factValues.initialize(repeating: Evaluator.unknownFact, count: max(1, Int(tables.header.facts)))
    idSegments = .allocate(capacity: ResourceID.segmentCountMax * 2)
    idSegments.initialize(repeating: 0, count: ResourceID.segmentCountMax * 2)
    patterns = PatternTable(count: Int(tables.header.patterns))
  }

  deinit {
    registers.deallocate()
    factValues.deallocate()
    idSegments.deallocate()
    patterns.free()
  }

  /// A request whose names were looked up once, for many bodies.
  public struct Prepared: Sendable {
    let request: Request
    let entry: Int?
    let facts: [UInt8]
    let now: Int?
  }

  /// Looks up the operation and the facts of a request.
  ///
  /// - Throws: ``RequestError`` with what is not known, and the nearest that is.
  public func prepare(_ request: Request) throws(RequestError) -> Prepared {
    Prepared(request: request, entry: try entry(request), facts: try facts(request), now: try now(request))
  }

  private func now(_ request: Request) throws(RequestError) -> Int? {
    guard var text = request.now else { return nil }
    let date = text.withUTF8 { CalendarDate($0) }
    guard date.problem == .none else {
      throw RequestError(
        description: "'\(printable(text, limit: 80))' is no date for the clock; one is written 2026-11-21 or 2026-11-21T08:00:00Z")
    }
    return date.seconds
  }

  private func entry(_ request: Request) throws(RequestError) -> Int? {
    guard let name = request.operation else { return nil }
    let known = rules.operations.map(\.name)
    guard let index = known.firstIndex(of: name) else {
      let hint = nearestWord(to: name, in: known).map { "did you mean \($0)?" } ?? "there are: \(known.joined(separator: ", "))"
      throw RequestError(description: "there is no operation '\(printable(name, limit: 80))'; \(hint)")
    }
    return index
  }

  private func facts(_ request: Request) throws(RequestError) -> [UInt8] {
    var out = [UInt8](repeating: Evaluator.unknownFact, count: Int(tables.header.facts))
    for (name, value) in request.facts.sorted(by: { $0.key < $1.key }) {
      let names = out.indices.map { tables.string(tables.facts[$0].name) }
      guard let fact = names.firstIndex(of: name) else {
        let hint = nearestWord(to: name, in: names).map { "did you mean \($0)?" } ?? "there are: \(names.joined(separator: ", "))"
        throw RequestError(description: "there is no fact '\(printable(name, limit: 80))'; \(hint)")
      }
      let run = tables.facts[fact].values
      let values = (0..<Int(run.count)).map { tables.string(tables.text(at: tables.operands + Int(run.start) + $0 * 2)) }
      guard let index = values.firstIndex(where: { $0.lowercased() == value.lowercased() }) else {
        throw RequestError(
          description: "the fact \(name) is \(listed(values, "or")), not '\(printable(value, limit: 80))'")
      }
      out[fact] = UInt8(index)
    }
    return out
  }

  /// Judges one document.
  ///
  /// - Parameter bytes: the whole text; read during the call only.
  public func check(_ bytes: UnsafeBufferPointer<UInt8>, as prepared: Prepared) -> Report {
    let document = reader.read(bytes, limits: limits, allowsComments: prepared.request.allowsComments)
    let detection = OperationDetection(tables: tables, document: document)
    guard let target = detection.target(prepared) else {
      return Report(findings: textFindings(document, nil, []), judgement: nil, secrets: secretRanges(document, nil))
    }
    let entry = tables.entries[target.entry]
    let line = requestLine(prepared, target, entry)
    var evaluator = evaluator(document, target, entry, line, prepared)
    if line != nil { evaluator.judgeRequest() }
    if let root = target.root { evaluator.walk(root, entry.root) }
    let judgement = Judgement(operation: target.entry, reason: target.reason)
    guard evaluator.faults.count > 0 || hasTextFaults else {
      return Report(findings: [], judgement: judgement, secrets: [])
    }
    return report(document, evaluator, judgement)
  }

  private func evaluator(
    _ document: Document, _ target: OperationDetection.Target, _ entry: EntryPoint, _ line: RequestLine?,
    _ prepared: Prepared
  ) -> Evaluator {
    registers.update(repeating: 0, count: Int(tables.header.registers))
    decodedText.forget()
    for fact in prepared.facts.indices { factValues[fact] = prepared.facts[fact] }
    return Evaluator(
      program: tables, document: document, root: target.root ?? 0, entry: entry,
      version: version(prepared, line, entry), request: line, registers: registers, patterns: patterns,
      factValues: factValues, decodedText: decodedText, now: prepared.now, resourceID: ResourceID(storage: idSegments))
  }

  private func requestLine(
    _ prepared: Prepared, _ target: OperationDetection.Target, _ entry: EntryPoint
  ) -> RequestLine? {
    let method = target.method ?? prepared.request.method
    let url = target.url ?? prepared.request.url
    guard url != nil || prepared.request.apiVersion != nil else { return nil }
    return RequestLine(
      method: method, url: url ?? "", template: tables.string(entry.path), apiVersion: prepared.request.apiVersion)
  }

  /// The version to judge by: the one asked for; the shape's own where what was asked for is none.
  private func version(_ prepared: Prepared, _ line: RequestLine?, _ entry: EntryPoint) -> Int32 {
    guard let text = prepared.request.apiVersion ?? line?.value(of: "api-version") else {
      return Evaluator.unknownVersion
    }
    if let version = APIVersion(text) { return version.order }
    var placeholder = text
    if placeholder.withUTF8({ Placeholder.find($0, .structured) }) != nil { return Evaluator.unknownVersion }
    guard entry.versions.count > 0 else { return Evaluator.unknownVersion }
    return entry.writtenVersion
  }

  // MARK: Findings

  private var hasTextFaults: Bool {
    !reader.faults.isEmpty || reader.hasByteOrderMark || reader.isOversized || !reader.duplicateNames.isEmpty
  }

  @inline(never)
  private func report(_ document: Document, _ evaluator: Evaluator, _ judgement: Judgement) -> Report {
    let secrets = self.secrets(document)
    let context = FaultContext(
      tables: tables, document: document, pointers: PointerIndex(document), entry: evaluator.entry,
      request: evaluator.request, secrets: secrets, now: evaluator.now)
    let writer = FindingWriter(context: context, isSound: reader.faults.isEmpty, factValues: factValues)
    var findings = evaluator.faults.faults.map(writer.finding)
    findings = textFindings(document, evaluator.entry, findings)
    return Report(findings: findings, judgement: judgement, secrets: secrets.ranges)
  }

  private func secrets(_ document: Document) -> Secrets {
    var secrets = Secrets(names: rules.secretNames)
    secrets.find(in: document, isSound: reader.faults.isEmpty && !reader.isOversized)
    return secrets
  }

  private func secretRanges(_ document: Document, _ entry: EntryPoint?) -> [Range<Int>] {
    hasTextFaults ? secrets(document).ranges : []
  }

  /// Adds what there is to say of the text itself, and puts everything in order.
  private func textFindings(_ document: Document, _ entry: EntryPoint?, _ others: [Finding]) -> [Finding] {
    var findings = others
    guard hasTextFaults else { return findings.sorted(by: Finding.precedes) }
    let writer = TextFindingWriter(
      tables: tables, document: document, pointers: PointerIndex(document), limits: limits)
    if reader.hasByteOrderMark { findings.append(writer.byteOrderMark()) }
    if reader.isOversized { findings.append(writer.oversized()) }
    let mayBeEmpty = entry.map { $0.isBodyRequired == 0 && $0.isResponse == 0 } ?? false
    if !(mayBeEmpty && document.nodeCount == 0 && !reader.isOversized) {
      findings += reader.faults.map(writer.syntax)
    }
    findings += reader.duplicateNames.map(writer.duplicate)
    return findings.sorted(by: Finding.precedes)
  }
}
