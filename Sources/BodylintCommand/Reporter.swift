import Bodylint
import Configuration
import Findings
import Rendering
import Rules

/// Writes what came of files, in their order, in every format that was asked for.
struct Reporter {
  private let options: CheckOptions
  private var outputs: [(renderer: any Renderer, stream: StandardStream)] = []
  /// The files that are written to, each with the place of its format in ``outputs``; those that no longer are, are left out.
  private var outputFiles: [Int: String] = [:]
  private let operationNames: [String]
  private var summary = Summary()
  private var baseline: Baseline?
  private var byRule: [String: (severity: Severity, count: Int)] = [:]
  private var suppressedCount = 0
  private var knownCount = 0
  private var fixedCount = 0
  private var fixedFiles = 0
  private var hasDiff = false
  /// Findings that the fixes of `--diff` leave, and how many of those could be mended by guesses that were not asked for.
  private var remaining = (count: 0, guessCount: 0)
  /// Something could not be done: the exit status is 2, whatever else was found.
  private var isInTrouble = false
  /// Unrecognized files that a folder has: named at the end.
  private var unrecognized: [String] = []
  private var saidNotes: Set<String> = []
  private var progressLine = ProgressLine()
  private var records = (found: 0, unrecognized: 0, findings: 0)

  init(_ options: CheckOptions, _ rules: RuleSet) throws {
    self.options = options
    operationNames = rules.operations.filter { $0.isResponse == options.isResponse }.map(\.name)
    if let path = options.baseline {
      do {
        baseline = options.updatesBaseline && !FileKind(path).exists ? Baseline(path: path) : try Baseline.read(path)
      } catch {
        throw Trouble("\(error)")
      }
    }
    for (format, file) in options.destinations {
      let stream: StandardStream
      if let file {
        if let lost = Self.input(lostBy: file, options) {
          throw Trouble("\(printable(file)): --output would overwrite \(lost)")
        }
        if FileReplacement.isYAML(file) {
          throw Trouble("\(printable(file)): is the name of a configuration or of rules; a report is no YAML")
        }
        if outputFiles.values.contains(where: { FileReplacement.isSameTarget($0, file) }) {
          throw Trouble("\(printable(file)): --output names it twice; each format is written to a file of its own")
        }
        switch StandardStream.file(file) {
        case .success(let opened): stream = opened
        case .failure(let error): throw Trouble("\(printable(file)): cannot be written: \(error)")
        }
        outputFiles[outputs.count] = file
      } else {
        stream = .output
      }
      outputs.append((try Self.renderer(format, options, stream, rules), stream))
    }
  }

  /// What this run reads that a report would take the place of, in words; nil where there is nothing.
  private static func input(lostBy file: String, _ options: CheckOptions) -> String? {
    if let path = options.paths.first(where: { FileReplacement.isSame($0, file) }) {
      return "\(printable(path)), which is to be checked"
    }
    if options.paths.contains("-"), FileReplacement.isStandardInput(file) {
      return "standard input, which is to be checked"
    }
    if let path = options.baseline, FileReplacement.isSameTarget(path, file) { return "the baseline" }
    if let path = options.configuration, FileReplacement.isSame(path, file) { return "the configuration" }
    return nil
  }

  private static func renderer(
    _ format: Check.Format, _ options: CheckOptions, _ stream: StandardStream, _ rules: RuleSet
  ) throws -> any Renderer {
    func descriptions() throws -> [RuleDescription] {
      let all: [Rule]
      do throws(RuleSetError) {
        all = try rules.rules()
      } catch {
        throw Trouble(error)
      }
      return all.map { rule in
        RuleDescription(
          id: rule.id, title: rule.title, severity: rule.severity, why: rule.why, fix: rule.fix,
          quote: rule.sources.first?.quote, url: rule.sources.first?.url)
      }
    }
    switch format {
    case .text:
      let isColored =
        switch options.color {
        case .always: true
        case .never: false
        case .auto: stream.isTerminal && !Environment.has("NO_COLOR")
        }
      return TextRenderer(color: isColored, showsSummary: false)
    case .compact: return CompactRenderer()
    case .json: return JSONRenderer()
    case .ndjson: return NDJSONRenderer()
    case .sarif: return SARIFRenderer(rules: try descriptions(), version: Linter.version)
    case .junit: return JUnitRenderer(failOn: options.failOn.severity)
    case .github: return GitHubRenderer()
    case .gitlab: return GitLabRenderer()
    case .checkstyle: return CheckstyleRenderer()
    case .html: return HTMLRenderer(rules: try descriptions(), version: Linter.version)
    }
  }

  /// What renders documents before it is their turn; nil where they have to wait for it: for a baseline, for what was written before.
  var earlyRendering: EarlyRendering? {
    guard baseline == nil, !options.showsDiff, !options.hasStatistics, outputs.allSatisfy({ $0.renderer.isIndependent })
    else { return nil }
    return EarlyRendering(renderers: outputs.map(\.renderer))
  }

  /// The secrets that have to be known for what is written. The keys of a baseline may be made of any text.
  var notedSecrets: Checker.NotedSecrets {
    baseline == nil ? .shown(outputs.reduce(into: []) { $0.formUnion($1.renderer.shownText) }) : .all
  }

  // MARK: Files

  /// A file in a folder is what an earlier run has written to a file that `--output` names: nobody wants it checked, and it is
  /// about to be replaced. One that is no report is checked all the same, so that no body is lost: see ``refuseReport(over:)``.
  func isEarlierReport(_ path: String) -> Bool {
    outputFiles.values.contains { FileReplacement.isSame($0, path) } && EarlierReport.isOne(path)
  }

  mutating func take(_ file: JudgedFile) {
    for note in file.notes { say(note, isAsked: options.isVerbose) }
    for text in file.troubles { trouble(text) }
    guard !file.isExcluded else { return }
    if file.isRecognized, !file.isNamed { refuseReport(over: file.name) }
    guard file.troubles.isEmpty || !file.findings.isEmpty || file.rendered != nil else { return }
    summary.files += 1
    summary.bodies += file.bodyCount
    suppressedCount += file.suppressedCount
    if file.fixedCount > 0 {
      fixedCount += file.fixedCount
      fixedFiles += 1
    }
    if !file.diff.isEmpty {
      hasDiff = true
      StandardStream.output.write(file.diff)
    }
    if !file.isRecognized { unrecognized(file.name, isNamed: file.isNamed) }
    if let rendered = file.rendered {
      summary.add(rendered.count)
      write(rendered)
      return
    }
    let (findings, known) = file.bytes.withUnsafeBufferPointer { bytes in
      splitByBaseline(
        file.findings, file: file.name, bytes: bytes, secrets: file.secrets, allowsComments: file.allowsComments)
    }
    if options.showsDiff { countRemaining(file.remaining, known) }
    guard !findings.isEmpty else { return }
    count(findings)
    summary.filesWithFindings += 1
    guard !options.showsDiff else { return }
    file.bytes.withUnsafeBufferPointer { bytes in
      write(SourceText(name: file.name, bytes: bytes, findings: findings, secrets: file.secrets))
    }
  }

  /// A report never replaces a body that a folder has.
  private mutating func refuseReport(over body: String) {
    for (index, file) in outputFiles where FileReplacement.isSame(file, body) {
      outputs[index].stream.giveUp()
      outputFiles[index] = nil
      trouble("\(printable(file)): --output would overwrite \(printable(body)), which was checked; it is left as it is")
    }
  }

  private mutating func unrecognized(_ name: String, isNamed: Bool) {
    summary.unrecognized.append(name)
    guard isNamed, !options.skipsUnrecognized else {
      unrecognized.append(name)
      return
    }
    isInTrouble = true
    say(
      "\(printable(name)): cannot tell which operation this body is for; say it with --operation "
        + "(\(operationNames.joined(separator: ", ")))", isAsked: true)
  }

  /// The findings that the baseline does not have, and those that it has: all where it is being written, which takes them.
  private mutating func splitByBaseline(
    _ findings: [Finding], file: String, bytes: UnsafeBufferPointer<UInt8>, secrets: [Range<Int>],
    allowsComments: Bool
  ) -> (new: [Finding], known: [Finding]) {
    guard baseline != nil else { return (findings, []) }
    let outcome = baseline!.filter(
      findings, file: file, bytes: bytes, secrets: secrets, allowsComments: allowsComments)
    let (new, known): ([Finding], [Finding]) = options.updatesBaseline ? ([], findings) : (outcome.new, outcome.known)
    knownCount += known.count
    return (new, known)
  }

  /// Counts what the fixes of a diff leave in a file.
  ///
  /// - Parameter known: findings of the file as it is that the baseline has. A baseline uses up its entries as it is asked, and so is
  ///   not asked again: what is left has the rule and the pointer that it had before.
  private mutating func countRemaining(_ findings: [Finding], _ known: [Finding]) {
    var knownCounts: [String: Int] = [:]
    func key(_ finding: Finding) -> String { finding.rule + " " + (finding.pointer?.description ?? "") }
    for finding in known { knownCounts[key(finding), default: 0] += 1 }
    for finding in findings {
      if !knownCounts.isEmpty, let count = knownCounts[key(finding)], count > 0 {
        knownCounts[key(finding)] = count - 1
        continue
      }
      remaining.count += 1
      if !options.allowsUnsafe, finding.fix?.isSafe == false { remaining.guessCount += 1 }
    }
  }

  private mutating func count(_ findings: [Finding]) {
    summary.findings.add(FindingCount(findings))
    guard options.hasStatistics else { return }
    for finding in findings {
      let severity = max(byRule[finding.rule]?.severity ?? .info, finding.severity)
      byRule[finding.rule] = (severity, (byRule[finding.rule]?.count ?? 0) + 1)
    }
  }

  private mutating func write(_ source: SourceText) {
    progressLine.clear()
    for index in outputs.indices {
      // In two steps: in one, the stream is taken out of a copy of both, and a renderer that gathers copies all it has.
      var bytes: [UInt8] = []
      outputs[index].renderer.render(source, into: &bytes)
      outputs[index].stream.write(bytes)
    }
  }

  private mutating func write(_ rendered: RenderedFindings) {
    progressLine.clear()
    for (index, bytes) in rendered.outputs.enumerated() { outputs[index].stream.write(bytes) }
  }

  /// Has everything written that was said so far, where it is not kept until it is whole.
  func flush() { for output in outputs { output.stream.flush() } }

  // MARK: Records

  mutating func beginRecords() {
    summary.files += 1
    records = (0, 0, 0)
  }

  /// Takes what came of some records.
  mutating func take(_ judged: JudgedRecords, _ rendered: RenderedFindings, of name: String) {
    records.found += judged.count
    records.unrecognized += judged.unrecognizedCount
    summary.bodies += judged.bodyCount
    if rendered.count.total > 0 {
      records.findings += rendered.count.total
      summary.findings.add(rendered.count)
      write(rendered)
    }
    for (record, report) in judged.reports { take(record, of: name, report) }
  }

  private mutating func take(_ record: RecordReader.Record, of name: String, _ report: Report) {
    let findings = splitByBaseline(
      report.findings, file: name, bytes: record.bytes, secrets: report.secrets, allowsComments: false
    ).new
    guard !findings.isEmpty else { return }
    records.findings += findings.count
    count(findings)
    write(SourceText(record, of: name, findings, report))
  }

  mutating func endRecords(of name: String, isNamed: Bool) {
    if records.findings > 0 { summary.filesWithFindings += 1 }
    if !isNamed, records.unrecognized < records.found { refuseReport(over: name) }
    guard records.unrecognized > 0 else { return }
    if records.unrecognized == records.found {
      unrecognized(name, isNamed: isNamed)
    } else {
      note("\(printable(name)): \(records.unrecognized) of \(records.found) records not recognized")
    }
  }

  // MARK: Notes

  /// A note that `--quiet` silences.
  mutating func note(_ text: String) { say(text, isAsked: false) }

  private mutating func say(_ text: String, isAsked: Bool) {
    guard isAsked || !options.isQuiet, saidNotes.insert(text).inserted || isAsked else { return }
    progressLine.clear()
    StandardStream.error.write("bodylint: " + text + "\n")
  }

  mutating func trouble(_ text: String) {
    isInTrouble = true
    // The same mistake in a configuration is said once, and not for each file.
    guard saidNotes.insert(text).inserted else { return }
    say(text, isAsked: true)
  }

  mutating func progress() {
    if !options.isQuiet { progressLine.show("\(summary.files) files checked") }
  }

  // MARK: The end

  /// Writes the end and says the exit status.
  mutating func finish() -> Int32 {
    progressLine.clear()
    // Before anything says that it is written.
    let isBaselineWritten = writeBaseline()
    for index in outputs.indices {
      let text = outputs[index].renderer.finish(summary)
      outputs[index].stream.write(text)
      if outputs[index].renderer is TextRenderer, !options.isQuiet {
        outputs[index].stream.write(closingLines(isBaselineWritten))
      }
    }
    if options.hasStatistics { StandardStream.error.write(statistics()) }
    if !options.updatesBaseline { for entry in baseline?.unused ?? [] { note(entry.description) } }
    if !unrecognized.isEmpty {
      let shown = unrecognized.prefix(10).map { "  " + printable($0) }.joined(separator: "\n")
      let rest = unrecognized.count > 10 ? "\n  and \(unrecognized.count - 10) more" : ""
      note("\(Self.files(unrecognized.count)) not recognized:\n\(shown)\(rest)")
    }
    for output in outputs where !output.stream.finish("the findings") { isInTrouble = true }
    if isInTrouble { return 2 }
    if hasDiff { return 1 }
    guard let threshold = options.failOn.severity else { return 0 }
    return summary.findings.total > 0 && summary.findings.highest >= threshold ? 1 : 0
  }

  private func closingLines(_ isBaselineWritten: Bool) -> String {
    if options.showsDiff {
      let mended = fixedCount == 0 ? "nothing to mend" : "\(fixedCount) to mend in \(Self.files(fixedFiles))"
      var rest: [String] = []
      if remaining.guessCount > 0 { rest.append("\(remaining.guessCount) more that --unsafe may mend") }
      let handCount = remaining.count - remaining.guessCount
      if handCount > 0 { rest.append("\(handCount) more that only people can") }
      return ([mended] + rest).joined(separator: "; ") + "\n"
    }
    var out = ""
    if fixedCount > 0 { out += "\(fixedCount) mended in \(Self.files(fixedFiles))\n" }
    if summary.files > 0 || !isInTrouble { out += TextRenderer.summaryLine(summary) + "\n" }
    var aside: [String] = []
    if suppressedCount > 0 { aside.append("\(suppressedCount) suppressed by comments") }
    if knownCount > 0, isBaselineWritten || !options.updatesBaseline {
      aside.append("\(knownCount) \(isBaselineWritten ? "written" : "known") to the baseline")
    }
    if !aside.isEmpty { out += aside.joined(separator: ", ") + "\n" }
    return out
  }

  private func statistics() -> String {
    let rows = byRule.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
    let width = rows.first.map { String($0.value.count).count } ?? 0
    return rows.map { rule, value in
      let count = String(value.count)
      return String(repeating: " ", count: width - count.count) + "\(count)  \(value.severity.rawValue)[\(rule)]\n"
    }.joined()
  }

  /// Writes the baseline, where it is to be written; whether it was.
  private mutating func writeBaseline() -> Bool {
    guard let baseline, let path = options.baseline, options.updatesBaseline else { return false }
    guard let error = FileReplacement.write(Array(baseline.updatedText().utf8), to: path, expecting: nil) else {
      return true
    }
    trouble("\(printable(path)): cannot be written: \(error)")
    return false
  }

  private static func files(_ count: Int) -> String { count == 1 ? "1 file" : "\(count) files" }
}

/// Renders documents on the thread that judged them. The memory of findings is given back there, too: what one thread takes and
/// another gives back costs both their time.
struct EarlyRendering {
  fileprivate let renderers: [any Renderer]

  /// Adds a document's findings in every format.
  func render(_ source: SourceText, into rendered: inout RenderedFindings) {
    if rendered.outputs.isEmpty { rendered.outputs = Array(repeating: [], count: renderers.count) }
    for index in renderers.indices {
      var renderer = renderers[index]
      renderer.render(source, into: &rendered.outputs[index])
    }
    rendered.count.add(FindingCount(source.findings))
  }
}

/// What was rendered of documents before it was their turn.
struct RenderedFindings {
  /// In every format that was asked for; none where there was nothing to render.
  fileprivate(set) var outputs: [[UInt8]] = []
  fileprivate(set) var count = FindingCount()

  /// Begins anew, in the same memory where that is no more than so many bytes.
  mutating func removeAll(keeping byteCountMax: Int) {
    for index in outputs.indices {
      outputs[index].removeAll(keepingCapacity: outputs[index].capacity <= byteCountMax)
    }
    count = FindingCount()
  }
}

/// A line on a terminal that is written over again and again, and is gone at the end.
struct ProgressLine {
  private let isShown = StandardStream.error.isTerminal
  private var isThere = false

  mutating func show(_ text: String) {
    guard isShown else { return }
    StandardStream.error.write("\r\u{1B}[K" + text)
    isThere = true
  }

  mutating func clear() {
    guard isThere else { return }
    StandardStream.error.write("\r\u{1B}[K")
    isThere = false
  }
}
