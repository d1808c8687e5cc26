package import Findings
package import JSONText

/// Checks bodies, one after the other, with memory that it keeps: a clean body of a size met before costs no allocation.
///
/// One checker belongs to one thread at a time; the ``RuleSet`` behind it is shared by all.
package final class Checker {
  private let rules: RuleSet
  private let limits: TextLimits
  private let reader = DocumentReader()
  private let tables: Program.Tables
  private let decodedText = DecodedText()
  /// Behind a pointer, so that judging does not copy it.
  private let evaluator: UnsafeMutablePointer<Evaluator>
  private lazy var secretPlaces = Secrets(names: rules.secretNames, parents: rules.secretParents)
  private let texts: RuleTexts
  private let pointers = PointerIndex()
  private let findingCountMax: Int
  /// What the last body was judged as.
  @exclusivity(unchecked) private var lastEntry = 0
  /// What the next reports have.
  package var notedSecrets = NotedSecrets.all
  /// What was found in a document beyond what ``findingCountMax`` allows to write.
  @exclusivity(unchecked) private var unlisted = FindingCount()

  /// So many findings of a document are written; the rest are counted, and one finding says how many there are. A hostile
  /// document of 64 MiB has ten million faults, and their words would take ten gigabytes.
  package static let findingCountMax = 10_000

  /// - Parameters:
  ///   - findingCountMax: how many findings of a document are written.
  ///   - isThorough: every case is judged, also where a shortcut would tell the outcome: what the shortcuts are tested
  ///     against.
  package init(
    _ rules: RuleSet, limits: TextLimits = .standard, findingCountMax: Int = Checker.findingCountMax,
    isThorough: Bool = false
  ) {
    self.rules = rules
    self.limits = limits
    self.findingCountMax = findingCountMax
    tables = rules.program.tables
    texts = RuleTexts(tables)
    evaluator = .allocate(capacity: 1)
    evaluator.initialize(to: Evaluator(tables, decodedText: decodedText, isThorough: isThorough))
  }

  deinit {
    evaluator.pointee.free()
    evaluator.deinitialize(count: 1)
    evaluator.deallocate()
  }

  /// A request whose names were looked up once, for many bodies.
  package struct Prepared: Sendable {
    private(set) var request: Request
    let entry: Int?
    let facts: [UInt8]
    let now: Int?
    /// The entry to judge bodies by where nothing but the operation is known of the request; -1 where more is, or less.
    private(set) var bareEntry: Int32

    /// The same, of one request of a file that says method and URL of each: nothing has to be looked up again.
    package func with(method: String?, url: String, isResponse: Bool, allowsVariables: Bool = false) -> Prepared {
      var out = self
      out.request.method = method
      out.request.url = url
      out.request.isResponse = isResponse
      out.request.allowsVariables = allowsVariables
      out.bareEntry = -1
      return out
    }
  }

  /// What ``Report/secrets`` has: whoever shows little of a document need not know all of them.
  package enum NotedSecrets: Sendable {
    /// Those that may be in what is shown.
    case shown(ShownText)
    case all
  }

  /// Looks up the operation and the facts of a request.
  ///
  /// - Throws: ``RequestError`` with what is not known, and the nearest that is.
  package func prepare(_ request: Request) throws(RequestError) -> Prepared {
    let entry = try entry(request)
    return Prepared(
      request: request, entry: entry, facts: try facts(request), now: try now(request),
      bareEntry: entry.flatMap { isBare(request, $0) ? Int32($0) : nil } ?? -1)
  }

  private func isBare(_ request: Request, _ entry: Int) -> Bool {
    let root = tables.entries[entry].root
    return request.url == nil && request.method == nil && request.apiVersion == nil
      && !(request.isResponse && tables.entries[entry].isResponse == 0)
      // By its names a wrapping can be told from the body.
      && tables.shapes[Int(root)].usual.route.isObject && !OperationDetection.hasFrameName(tables, root)
  }

  private func now(_ request: Request) throws(RequestError) -> Int? {
    guard var text = request.now else { return nil }
    let date = text.withUTF8 { CalendarDate($0) }
    guard date.problem == .none else {
      throw RequestError(
        description:
          "'\(printable(text, limit: 80))' is no date for the clock; one is written 2026-11-21 or 2026-11-21T08:00:00Z")
    }
    return date.seconds
  }

  private func entry(_ request: Request) throws(RequestError) -> Int? {
    guard let name = request.operation else { return nil }
    let known = rules.operations.map(\.name)
    guard let index = known.firstIndex(of: name) else {
      let hint =
        nearestWord(to: name, in: known).map { "did you mean \($0)?" } ?? "there are: \(known.joined(separator: ", "))"
      throw RequestError(description: "there is no operation '\(printable(name, limit: 80))'; \(hint)")
    }
    return index
  }

  private func facts(_ request: Request) throws(RequestError) -> [UInt8] {
    var out = [UInt8](repeating: Evaluator.unknownFact, count: Int(tables.header.facts))
    for (name, value) in request.facts.sorted(by: { $0.key < $1.key }) {
      let names = out.indices.map { tables.string(tables.facts[$0].name) }
      guard let fact = names.firstIndex(of: name) else {
        let hint =
          nearestWord(to: name, in: names).map { "did you mean \($0)?" }
          ?? "there are: \(names.joined(separator: ", "))"
        throw RequestError(description: "there is no fact '\(printable(name, limit: 80))'; \(hint)")
      }
      let run = tables.facts[fact].values
      let values = (0..<Int(run.count)).map {
        tables.string(tables.text(at: tables.operands + Int(run.start) + $0 * 2))
      }
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
  package func check(_ bytes: UnsafeBufferPointer<UInt8>, as prepared: Prepared) -> Report {
    judge(read(bytes, as: prepared), as: prepared)
  }

  /// Judges the method and the URL of a request whose body is not known.
  ///
  /// - Parameter lacksBody: it is known that there is no body, which an operation may need. A finding that says so has no
  ///   place in any text.
  package func checkRequestLine(as prepared: Prepared, lacksBody: Bool) -> Report {
    defer {
      pointers.removeAll()
      unlisted = FindingCount()
    }
    // It is a document that lacks a body, as an envelope may: this one stands for the request.
    let text = lacksBody ? Self.documentWithoutBody : ""
    let document = read(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), as: prepared)
    guard case .one(var target) = targets(document, prepared) else {
      return Report(findings: [], judgement: nil, isRecognized: false, secrets: [])
    }
    target.root = nil
    evaluate(document, target, prepared)
    var report = Report(
      findings: [], judgement: Judgement(operation: target.entry, reason: target.reason, pointer: JSONPointer()),
      isRecognized: true, secrets: [])
    guard evaluator.pointee.faults.count > 0 else { return report }
    let all = findings(placement(target, prepared, document), secrets(document), room: findingCountMax)
    report.findings = inOrder(all.filter { lacksBody || $0.parameter != nil })
    return report
  }

  private static let documentWithoutBody: StaticString = "null"

  private func read(_ bytes: UnsafeBufferPointer<UInt8>, as prepared: Prepared) -> Document {
    reader.read(
      bytes, limits: limits, allowsComments: prepared.request.allowsComments,
      allowsVariables: prepared.request.allowsVariables)
  }

  private func judge(_ document: Document, as prepared: Prepared) -> Report {
    defer {
      if pointers.isFilled { pointers.removeAll() }
      if unlisted.total > 0 { unlisted = FindingCount() }
    }
    if evaluateBare(document, prepared) {
      let target = OperationDetection.Target(entry: Int(prepared.bareEntry), root: 0, reason: .asked)
      return report(document, target, prepared)
    }
    switch targets(document, prepared) {
    case .none:
      var report = Report(findings: [], judgement: nil, isRecognized: false, secrets: [])
      guard hasTextFaults else { return report }
      let secrets = self.secrets(document)
      report.findings = inOrder(
        textFindings(document, nil, room: findingCountMax).map { hiding($0, secrets, document) })
      report.findings = withSurplus(report.findings, document)
      report.secrets = noted(secrets, report.findings, document)
      return report
    case .one(let target): return check(document, target, prepared)
    case .several(let targets): return check(document, targets, prepared)
    }
  }

  private func targets(_ document: Document, _ prepared: Prepared) -> OperationDetection.Targets {
    let targets = OperationDetection(tables: tables, document: document, likelyEntry: lastEntry).targets(prepared)
    if case .one(let target) = targets { lastEntry = target.entry }
    return targets
  }

  /// How many findings of each severity a document has, without their words and places.
  ///
  /// All the judging of ``check(_:as:)`` is done, and none of the writing: for whoever only asks whether a body is sound.
  package func count(_ bytes: UnsafeBufferPointer<UInt8>, as prepared: Prepared) -> FindingCount {
    count(read(bytes, as: prepared), as: prepared)
  }

  /// How many findings a document has, and whether it was recognized.
  package func outcome(
    _ bytes: UnsafeBufferPointer<UInt8>, as prepared: Prepared
  ) -> (findings: Int, isRecognized: Bool) {
    let document = read(bytes, as: prepared)
    // What was asked for is recognized, whatever it is.
    if evaluateBare(document, prepared) { return (evaluator.pointee.faults.count, true) }
    let report = judge(document, as: prepared)
    return (report.findings.count, report.isRecognized)
  }

  /// Gives back the memory that only large documents need.
  package func trim() {
    guard reader.trim() else { return }
    evaluator.pointee.faults.removeAll()
    secretPlaces.forget()
  }

  /// ``count(_:as:)`` of a document that was read before: for measuring the two apart.
  ///
  /// - Parameter document: of a text of which there is nothing to say (``DocumentReader/isSound``).
  package func count(sound document: Document, as prepared: Prepared) -> FindingCount {
    precondition(reader.isSound, "this checker's own reader has met an unsound text")
    return count(document, as: prepared)
  }

  private func count(_ document: Document, as prepared: Prepared) -> FindingCount {
    if evaluateBare(document, prepared) { return evaluator.pointee.faults.count() }
    if !hasTextFaults,
      case .one(let target) = targets(document, prepared)
    {
      evaluate(document, target, prepared)
      return evaluator.pointee.faults.count()
    }
    // Anything unusual is counted by what is written of it.
    return FindingCount(judge(document, as: prepared).findings)
  }

  /// A document with one body: the usual case, which costs nothing beyond its walk where there is nothing to say.
  private func check(_ document: Document, _ target: OperationDetection.Target, _ prepared: Prepared) -> Report {
    evaluate(document, target, prepared)
    return report(document, target, prepared)
  }

  /// What there is to say of a document whose one body was evaluated.
  private func report(
    _ document: Document, _ target: OperationDetection.Target, _ prepared: Prepared
  ) -> Report {
    let root = target.root ?? 0
    let judgement = Judgement(
      operation: target.entry, reason: target.reason,
      pointer: root == 0 ? JSONPointer() : index(document).pointer(to: root))
    guard evaluator.pointee.faults.count > 0 || hasTextFaults else {
      return Report(findings: [], judgement: judgement, isRecognized: true, secrets: [])
    }
    let secrets = self.secrets(document)
    let body = placement(target, prepared, document)
    var findings = findings(body, secrets, room: findingCountMax)
    if hasTextFaults {
      let room = findingCountMax - findings.count
      findings += textFindings(document, evaluator.pointee.entry, room: room).map { placed($0, body) }
      findings = findings.map { hiding($0, secrets, document) }
    }
    findings = withSurplus(inOrder(settled(findings)), document) { placed($0, body) }
    return Report(
      findings: findings, judgement: judgement, isRecognized: true, secrets: noted(secrets, findings, document))
  }

  /// One fault, one finding: a null that is missed elsewhere is not called superfluous as well.
  private func settled(_ findings: [Finding]) -> [Finding] {
    guard evaluator.pointee.faults.faults.contains(where: { $0.rule == Self.nullProperty }) else { return findings }
    let missed = Set(
      findings.compactMap { finding in
        finding.rule != StructuralFault.nullProperty.rawValue && finding.severity == .error
          ? finding.property.flatMap { property in
            finding.pointer.map { $0.appending(property) }
          } : nil
      })
    return findings.filter {
      $0.rule != StructuralFault.nullProperty.rawValue || !missed.contains($0.pointer ?? JSONPointer())
    }
  }

  private static let nullProperty = UInt16(StructuralFault.nullProperty.ruleIndex)

  /// A template or an example: body after body.
  private func check(_ document: Document, _ targets: [OperationDetection.Target], _ prepared: Prepared) -> Report {
    var report = Report(findings: [], judgement: nil, isRecognized: true, secrets: [])
    let secrets = self.secrets(document)
    let pointers = index(document)
    for target in targets {
      evaluate(document, target, prepared)
      let judgement = Judgement(
        operation: target.entry, reason: target.reason, pointer: pointers.pointer(to: target.root ?? 0))
      if report.judgement == nil { report.judgement = judgement } else { report.furtherJudgements.append(judgement) }
      let room = findingCountMax - report.findings.count
      report.findings += findings(placement(target, prepared, document), secrets, room: room)
    }
    report.findings += textFindings(
      document, targets.first.map { tables.entries[$0.entry] }, room: findingCountMax - report.findings.count)
    report.findings = inOrder(report.findings.map { hiding($0, secrets, document) })
    report.findings = withSurplus(report.findings, document)
    report.secrets = noted(secrets, report.findings, document)
    return report
  }

  /// There is nothing to say of the text itself, and no recursive shape leads too deep.
  @inline(__always)
  private var isSound: Bool { reader.isSound && limits.depthMax <= Evaluator.depthMax }

  /// Judges a sound document as the body that was asked for, where nothing else is known of the request. False where it may be
  /// a wrapping of that body: then it was judged in vain.
  @inline(__always)
  private func evaluateBare(_ document: Document, _ prepared: Prepared) -> Bool {
    guard reader.isSound, prepared.bareEntry >= 0 else { return false }
    let entry = tables.entries + Int(prepared.bareEntry)
    evaluator.pointee.begin(
      document, isSound: isSound, root: 0, entry: entry, version: Evaluator.unknownVersion, request: nil,
      facts: prepared.facts, now: prepared.now, isTemplate: false, allowsVariables: false)
    evaluator.pointee.walk(0, entry.pointee.root)
    // A wrapping has names that the body has not.
    return evaluator.pointee.isRegular || !OperationDetection.mayHaveFrame(document)
  }

  private func evaluate(_ document: Document, _ target: OperationDetection.Target, _ prepared: Prepared) {
    let entry = tables.entries + target.entry
    let line = requestLine(prepared, target, entry.pointee)
    evaluator.pointee.begin(
      document, isSound: isSound, root: target.root ?? 0, entry: entry,
      version: version(prepared, target, line, entry.pointee),
      request: line, facts: prepared.facts, now: prepared.now, isTemplate: target.isTemplate,
      allowsVariables: prepared.request.allowsVariables)
    if line != nil { evaluator.pointee.judgeRequest() }
    if !target.parameters.isEmpty { evaluator.pointee.judge(parameters: target.parameters) }
    if target.isTemplate { evaluator.pointee.judgeTemplateName() }
    if let root = target.root {
      evaluator.pointee.walk(root, entry.pointee.root)
    } else if entry.pointee.isBodyRequired != 0, entry.pointee.isResponse == 0, document.nodeCount > 0 {
      evaluator.pointee.judgeMissingBody()
    }
  }

  private func requestLine(
    _ prepared: Prepared, _ target: OperationDetection.Target, _ entry: EntryPoint
  ) -> RequestLine? {
    let method = target.method ?? prepared.request.method
    let url = target.url ?? prepared.request.url
    guard url != nil || method != nil || prepared.request.apiVersion != nil else { return nil }
    return RequestLine(
      method: method, url: url ?? "", template: tables.bytes(entry.path), apiVersion: prepared.request.apiVersion,
      allowsVariables: prepared.request.allowsVariables)
  }

  /// The version to judge by: the one asked for; the shape's own where what was asked for is none.
  private func version(
    _ prepared: Prepared, _ target: OperationDetection.Target, _ line: RequestLine?, _ entry: EntryPoint
  ) -> Int32 {
    guard let text = versionText(prepared, target, line) else { return Evaluator.unknownVersion }
    if let version = APIVersion(text) { return version.order }
    var placeholder = text
    let allowsVariables = prepared.request.allowsVariables
    let found = placeholder.withUTF8 { Placeholder.find($0, .structured, allowsVariables: allowsVariables) }
    if found != nil { return Evaluator.unknownVersion }
    guard entry.versions.count > 0 else { return Evaluator.unknownVersion }
    return entry.writtenVersion
  }

  private func versionText(
    _ prepared: Prepared, _ target: OperationDetection.Target, _ line: RequestLine?
  ) -> String? {
    prepared.request.apiVersion ?? target.apiVersion ?? line?.value(of: "api-version")
  }

  // MARK: Findings

  private var hasTextFaults: Bool {
    !reader.isSound
  }

  /// Adds the finding that says that there are more, where there are.
  private func withSurplus(
    _ findings: [Finding], _ document: Document, _ placed: (Finding) -> Finding = { $0 }
  ) -> [Finding] {
    guard unlisted.total > 0 else { return findings }
    return inOrder([placed(textWriter(document).tooMany(listed: findings.count, unlisted: unlisted))] + findings)
  }

  /// The finding that says of a file of several bodies that there are more.
  ///
  /// - Parameter unlisted: those that are not among the `listed` ones.
  package func tooManyFindings(listed: Int, unlisted: FindingCount) -> Finding {
    let nothing = reader.read(UnsafeBufferPointer(start: nil, count: 0), limits: limits)
    defer { pointers.removeAll() }
    return textWriter(nothing).tooMany(listed: listed, unlisted: unlisted)
  }

  private func textWriter(_ document: Document) -> TextFindingWriter {
    TextFindingWriter(tables: tables, document: document, pointers: index(document), limits: limits, texts: texts)
  }

  /// - Parameter room: how many to write at most; what is beyond that is ``unlisted``.
  @inline(never)
  private func findings(_ body: Placement, _ secrets: Secrets, room: Int) -> [Finding] {
    guard evaluator.pointee.faults.count > 0 else { return [] }
    let document = body.document
    let context = FaultContext(
      tables: tables, document: document, pointers: index(document), entry: evaluator.pointee.entry,
      request: evaluator.pointee.request, secrets: secrets, now: evaluator.pointee.now, texts: texts,
      decodedText: decodedText)
    let writer = FindingWriter(
      context: context, isSound: !reader.hasFaults, factValues: evaluator.pointee.factValues)
    unlisted.add(evaluator.pointee.faults.count(from: room))
    // Findings are large to move, and faults are not.
    evaluator.pointee.faults.sort(upTo: room) { writer.start(of: $0) }
    var findings: [Finding] = []
    findings.reserveCapacity(min(room, evaluator.pointee.faults.count) + 1)
    var undecided: Set<[UInt32]> = []
    for fault in evaluator.pointee.faults.faults.prefix(room) {
      // A rule with several patterns says once that it could not judge a value.
      if fault.outcome == PatternTable.gaveUpOutcome, fault.caseIndex != RawFault.none,
        !undecided.insert([UInt32(fault.rule), fault.node]).inserted
      {
        continue
      }
      writer.add(fault, to: &findings)
      place(&findings[findings.count - 1], body)
    }
    return findings
  }

  /// What findings say of the body that they are in.
  private struct Placement {
    let document: Document
    let operation: String
    let apiVersion: String?
    /// Where the body is; nil where it is the document.
    let root: JSONPointer?
    /// Where the request line is, if it stands in the document.
    let urlNode: UInt32?
    let methodNode: UInt32?
  }

  private func placement(
    _ target: OperationDetection.Target, _ prepared: Prepared, _ document: Document
  ) -> Placement {
    let version = versionText(prepared, target, evaluator.pointee.request)
    return Placement(
      document: document, operation: texts.entryName(target.entry),
      apiVersion: version == RequestLine.hiddenVersion ? nil : version.map { printable($0, limit: 40) },
      root: target.root.flatMap { $0 == 0 ? nil : index(document).pointer(to: $0) }, urlNode: target.urlNode,
      methodNode: target.methodNode)
  }

  /// Says of which body a finding is.
  private func place(_ finding: inout Finding, _ body: borrowing Placement) {
    finding.operation = body.operation
    if body.apiVersion != nil { finding.apiVersion = body.apiVersion }
    if let parameter = finding.parameter,
      let node = parameter == "method" ? body.methodNode : body.urlNode
    {
      // The request line stands in the document.
      finding.pointer = index(body.document).pointer(to: node)
      finding.range = part(of: body.document[node], parameter, evaluator.pointee.request, body.document)
      return
    }
    if let root = body.root, let pointer = finding.pointer { finding.bodyPointer = pointer.relative(to: root) }
  }

  private func placed(_ finding: Finding, _ body: Placement) -> Finding {
    var finding = finding
    place(&finding, body)
    return finding
  }

  /// The bytes of a URL that hold a parameter's value, where it stands there as it is; else all of the URL.
  private func part(of node: TapeNode, _ parameter: String, _ request: RequestLine?, _ document: Document) -> Range<Int>
  {
    guard let value = request?.value(of: parameter), !value.isEmpty, node.flags.isDisjoint(with: .escaped) else {
      return node.tokenRange
    }
    let url = Array(document.raw(node))
    let wanted = Array(value.utf8)
    // A value between the separators of its part of the URL, and no mere piece of one.
    let separators = Array(parameter == "api-version" ? "=&#".utf8 : "/?#".utf8)
    var start = 0
    while start + wanted.count <= url.count {
      let end = start + wanted.count
      let isWhole =
        start > 0 && separators.contains(url[start - 1]) && (end == url.count || separators.contains(url[end]))
      if isWhole, url[start..<end].elementsEqual(wanted) {
        return Int(node.offset) + start..<Int(node.offset) + end
      }
      start += 1
    }
    return node.tokenRange
  }

  /// Where every node of the document stands: found out once, for the first finding that asks.
  private func index(_ document: Document) -> PointerIndex {
    if !pointers.isFilled {
      pointers.fill(document, isHidden: reader.hasFaults ? hidesName(secrets(document), document) : nil)
    }
    return pointers
  }

  /// In a damaged text what stands behind the name of a secret may be a piece of it, and be taken for a name: of those only the
  /// ones are shown that are documented.
  private func hidesName(_ secrets: Secrets, _ document: Document) -> (UInt32) -> Bool {
    { [texts] name in
      secrets.touches(document[name].tokenRange) && !texts.isDocumented(document.raw(document[name]))
    }
  }

  private func secrets(_ document: Document) -> Secrets {
    secretPlaces.begin(
      document, isSound: !reader.hasFaults && !reader.isOversized, hasComments: reader.hasComments)
    return secretPlaces
  }

  /// Bytes that whoever shows the findings has to hide.
  private func noted(_ secrets: Secrets, _ findings: [Finding], _ document: Document) -> [Range<Int>] {
    guard !findings.isEmpty else { return [] }
    guard case .shown(let text) = notedSecrets else { return secrets.ranges }
    if text.contains(.fixes), findings.contains(where: { $0.fix != nil }) { return secrets.ranges }
    guard text.contains(.lines) else { return [] }
    var places: [Range<Int>] = []
    places.reserveCapacity(findings.count)
    // By index: a finding is much to copy.
    for index in findings.indices {
      if let range = findings[index].range { places.append(range) }
      for related in findings[index].related { places.append(related.range) }
    }
    return secrets.ranges(shownAround: places, index(document))
  }

  /// What there is to say of the text itself.
  ///
  /// - Parameter room: how many to write of those that there may be any number of: members with the same name.
  private func textFindings(_ document: Document, _ entry: EntryPoint?, room: Int) -> [Finding] {
    guard hasTextFaults else { return [] }
    var findings: [Finding] = []
    let writer = textWriter(document)
    if reader.hasByteOrderMark { findings.append(writer.byteOrderMark()) }
    if reader.isOversized { findings.append(writer.oversized()) }
    let mayBeEmpty = entry.map { $0.isBodyRequired == 0 && $0.isResponse == 0 } ?? false
    if !(mayBeEmpty && document.nodeCount == 0 && !reader.isOversized && isBlank(document)) {
      findings += reader.faults.map(writer.syntax)
    }
    let duplicates = reader.duplicateNames
    findings += duplicates.prefix(room).map(writer.duplicate)
    if duplicates.count > room {
      unlisted.add(writer.duplicate(duplicates[0]).severity, times: duplicates.count - room)
    }
    return findings
  }

  private func isBlank(_ document: Document) -> Bool {
    UnsafeBufferPointer(start: document.bytes, count: document.byteCount).allSatisfy {
      [0x20, 0x09, 0x0A, 0x0D].contains($0)
    }
  }

  /// Member names inside of a secret value are part of the secret: the finding points at the value as a whole.
  private func hiding(_ finding: Finding, _ secrets: Secrets, _ document: Document) -> Finding {
    guard secrets.hasContainers, let range = finding.range, let node = secrets.container(of: range),
      let pointer = finding.pointer
    else { return finding }
    let secret = index(document).pointer(to: node)
    guard let inner = pointer.relative(to: secret), !inner.isRoot else { return finding }
    var out = finding
    out.message = "there is a fault inside of the secret \(placeName(secret))"
    out.pointer = secret
    out.bodyPointer = finding.bodyPointer.map { JSONPointer(Array($0.tokens.dropLast(inner.tokens.count))) }
    out.property = nil
    out.related = []
    out.fix = nil
    return out
  }

  private func inOrder(_ findings: [Finding]) -> [Finding] {
    // By index throughout: findings are large to move and to copy.
    func start(_ index: Int) -> Int { findings[index].range?.lowerBound ?? -1 }
    func precedes(_ one: Int, _ other: Int) -> Bool {
      start(one) != start(other) ? start(one) < start(other) : Finding.precedes(findings[one], findings[other])
    }
    // As faults were sorted, they nearly always are in order.
    if findings.indices.dropFirst().allSatisfy({ !precedes($0, $0 - 1) }) { return findings }
    return findings.indices.sorted(by: precedes).map { findings[$0] }
  }
}
