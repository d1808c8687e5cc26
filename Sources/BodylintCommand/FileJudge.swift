import Bodylint
import Configuration
import JSONText
import Rendering
import Rules

/// What came of one file.
struct JudgedFile {
  let name: String
  /// The user named it, rather than a folder that it is in.
  let isNamed: Bool
  /// The text that findings count in; empty where there are none.
  var bytes: [UInt8] = []
  var findings: [Finding] = []
  var secrets: [Range<Int>] = []
  var allowsComments = false
  var bodyCount = 0
  var isRecognized = true
  var isExcluded = false
  /// For people, on standard error.
  var notes: [String] = []
  /// What kept the file from being checked, or mended.
  var troubles: [String] = []
  var suppressedCount = 0
  var fixedCount = 0
  /// What `--diff` shows.
  var diff = ""
  /// What would be found once that were written.
  var remaining: [Finding] = []
  /// The findings in every format that was asked for, where they could be rendered beforehand.
  var rendered: RenderedFindings?

  /// Renders the findings, after which nobody needs them, nor the text.
  mutating func render(_ rendering: EarlyRendering) {
    guard !findings.isEmpty, !isExcluded else { return }
    var rendered = RenderedFindings()
    bytes.withUnsafeBufferPointer { bytes in
      rendering.render(SourceText(name: name, bytes: bytes, findings: findings, secrets: secrets), into: &rendered)
    }
    self.rendered = rendered
    findings = []
    secrets = []
    bytes = []
  }
}

/// What came of some records of a file.
struct JudgedRecords {
  var count = 0
  var unrecognizedCount = 0
  var bodyCount = 0
  /// The records with findings, where these could not be rendered beforehand.
  var reports: [(record: RecordReader.Record, report: Report)] = []
  /// What kept the rest from being checked.
  var trouble: (any Error)?
}

extension SourceText {
  /// How renderers see a record.
  init(_ record: RecordReader.Record, of name: String, _ findings: [Finding], _ report: Report) {
    self.init(
      name: name, bytes: record.bytes, findings: findings, secrets: report.secrets, record: record.line,
      firstLine: record.line - 1, firstOffset: record.offset)
  }
}

/// Reads and judges files, one at a time. Each thread has one of its own.
final class FileJudge {
  /// What all threads share.
  struct Shared: Sendable {
    let rules: RuleSet
    let operations: [RuleSet.Operation]
    let finder: ConfigurationFinder?
    let request: Request
    let apiVersions: [String]
    let today: String
    let isVerbose: Bool
    let fixes: Bool
    let showsDiff: Bool
    let allowsUnsafe: Bool
    let skipsUnrecognized: Bool
    let notedSecrets: Checker.NotedSecrets
  }

  private static let findingCountMaxOfFixes = 1_000_000

  private let shared: Shared
  private let checker: FileChecker
  private let knownRules: [String]
  private let plain: FileChecker.Prepared
  private var prepared: [Request: FileChecker.Prepared] = [:]
  private var buffer = FileBuffer()

  init(_ shared: Shared) throws(RequestError) {
    self.shared = shared
    // A fix is judged by whether there are fewer findings than before: they have to be all.
    checker = FileChecker(
      shared.rules,
      findingCountMax: shared.fixes || shared.showsDiff ? Self.findingCountMaxOfFixes : Checker.findingCountMax,
      notedSecrets: shared.notedSecrets)
    knownRules = shared.rules.ruleIDs
    plain = try checker.prepare(shared.request, apiVersions: shared.apiVersions)
  }

  func judge(_ path: String, isNamed: Bool) -> JudgedFile {
    var file = JudgedFile(name: path, isNamed: isNamed)
    let settings = settings(path, &file)
    guard file.troubles.isEmpty, !file.isExcluded else { return file }
    switch buffer.read(path) {
    case .success: judge(&file, settings, path: path)
    case .failure(let error): file.troubles.append("\(printable(path)): cannot be read: \(error)")
    }
    return file
  }

  func judgeStandardInput(_ name: String) -> JudgedFile {
    var file = JudgedFile(name: name, isNamed: true)
    let settings = settings(name, &file)
    guard file.troubles.isEmpty else { return file }
    switch buffer.readStandardInput() {
    case .success: judge(&file, settings, path: nil)
    case .failure(let error): file.troubles.append("standard input cannot be read: \(error)")
    }
    return file
  }

  /// Judges records of a file of records.
  func judge(
    _ batch: RecordBatch, of name: String, _ settings: FileSettings?, _ rendering: EarlyRendering?
  ) -> JudgedRecords {
    var judged = JudgedRecords()
    do {
      let request = try request(settings)
      for record in batch.records {
        var report = try checker.check(record.bytes, .lines, as: request)
        report.findings = changed(report.findings, settings)
        judged.count += 1
        judged.bodyCount += report.bodyCount
        guard !report.findings.isEmpty else {
          if !report.isRecognized { judged.unrecognizedCount += 1 }
          continue
        }
        if let rendering {
          rendering.render(SourceText(record, of: name, report.findings, report), into: &batch.rendered)
        } else {
          judged.reports.append((record, report))
        }
      }
    } catch {
      judged.trouble = error
    }
    return judged
  }

  /// What the configuration says; nil where there is none, and where it cannot be read, which is then a trouble of the
  /// file.
  func settings(_ path: String, _ file: inout JudgedFile) -> FileSettings? {
    guard let finder = shared.finder else { return nil }
    do {
      let settings = try finder.settings(for: path, today: shared.today)
      file.isExcluded = settings?.isExcluded ?? false
      file.notes += settings?.notes.map(\.description) ?? []
      return settings
    } catch {
      file.troubles.append("\(error)")
      return nil
    }
  }

  // MARK: Judging

  private func judge(_ file: inout JudgedFile, _ settings: FileSettings?, path: String?) {
    let form = FileChecker.Form(fileName: file.name) ?? .json
    file.allowsComments = form == .jsonc
    do {
      let prepared = try request(settings)
      var report = try buffer.withBytes { try checker.check($0, form, as: prepared) }
      if shared.skipsUnrecognized, report.judgements.isEmpty {
        file.isRecognized = false
        return
      }
      file.isRecognized = report.isRecognized || !report.findings.isEmpty
      file.bodyCount = report.bodyCount
      noteRequests(report, &file)
      if shared.isVerbose { describe(report, &file) }
      guard !report.findings.isEmpty || form == .jsonc else { return }
      if shared.fixes || shared.showsDiff {
        try mend(&file, &report, settings, form, prepared, path)
      }
      file.findings = buffer.withBytes { bytes in suppressed(report.findings, bytes, &file) }
      file.findings = changed(file.findings, settings)
      file.secrets = report.secrets
      if !file.findings.isEmpty { file.bytes = buffer.withBytes { Array($0) } }
    } catch {
      file.troubles.append("\(printable(file.name)): \(error)")
    }
  }

  /// What the options and the configuration say of a file's bodies.
  private func request(_ settings: FileSettings?) throws(RequestError) -> FileChecker.Prepared {
    guard let settings else { return plain }
    var request = shared.request
    var versions = shared.apiVersions
    if request.operation == nil, request.url == nil { request.operation = settings.operation }
    if versions.isEmpty, let version = settings.apiVersion { versions = [version] }
    request.facts.merge(settings.facts) { option, _ in option }
    if let isResponse = settings.isResponse, !request.isResponse { request.isResponse = isResponse }
    var key = request
    key.apiVersion = versions.joined(separator: " ")
    if let known = prepared[key] { return known }
    let made = try checker.prepare(request, apiVersions: versions)
    prepared[key] = made
    return made
  }

  /// Takes out what comments in the text suppress.
  private func suppressed(
    _ findings: [Finding], _ bytes: UnsafeBufferPointer<UInt8>, _ file: inout JudgedFile
  ) -> [Finding] {
    guard file.allowsComments else { return findings }
    let lines = LineMap(bytes)
    let suppressions = InlineSuppressions(bytes, lines: lines, knownRules: knownRules)
    let outcome = suppressions.apply(findings, lines: lines, bytes: bytes, file: file.name)
    file.suppressedCount += outcome.suppressed.count
    file.notes += outcome.notes.map { printable($0.description) }
    return outcome.kept
  }

  /// Gives findings the severities of the configuration, and takes out what it has switched off.
  private func changed(_ findings: [Finding], _ settings: FileSettings?) -> [Finding] {
    guard let settings else { return findings }
    return findings.compactMap { finding in
      var finding = finding
      switch settings.judge(finding).verdict {
      case .kept: break
      case .changed(let severity): finding.severity = severity
      case .off: return nil
      }
      return finding
    }
  }

  // MARK: Fixes

  private func mend(
    _ file: inout JudgedFile, _ report: inout Report, _ settings: FileSettings?, _ form: FileChecker.Form,
    _ prepared: FileChecker.Prepared, _ path: String?
  ) throws {
    // What comments or the configuration silence is neither mended nor counted, before and after.
    let name = file.name
    func wanted(_ findings: [Finding], _ bytes: UnsafeBufferPointer<UInt8>) -> [Finding] {
      var ignored = JudgedFile(name: name, isNamed: false)
      ignored.allowsComments = form == .jsonc
      return changed(suppressed(findings, bytes, &ignored), settings)
    }
    let run = FixRun(
      allowsUnsafe: shared.allowsUnsafe,
      check: { wanted(try self.checker.check($0, form, as: prepared).findings, $0) })
    let findings = buffer.withBytes { wanted(report.findings, $0) }
    let outcome = try buffer.withBytes { try run.mend($0, findings) }
    if outcome.refusedCount > 0 {
      file.notes.append(
        "\(printable(file.name)): \(Self.fixes(outcome.refusedCount)) left alone, as nothing would be better for it")
    }
    if outcome.untriedCount > 0 {
      file.notes.append(
        "\(printable(file.name)): \(Self.fixes(outcome.untriedCount)) not tried: so many do harm that telling them apart"
          + " takes too long")
    }
    if outcome.unreadableCount > 0 {
      file.notes.append(
        "\(printable(file.name)): \(Self.fixes(outcome.unreadableCount)) left alone, as the text would still be no JSON"
      )
    }
    if shared.showsDiff { file.remaining = outcome.remaining }
    guard let bytes = outcome.bytes else { return }
    file.fixedCount = outcome.fixedCount
    if shared.showsDiff {
      let old = buffer.withBytes { Array($0) }
      file.diff = UnifiedDiff.text(printable(file.name), from: old, to: bytes, hiding: report.secrets)
    } else if let path {
      if let error = FileReplacement.write(bytes, to: path, expecting: buffer.state) {
        file.fixedCount = 0
        file.troubles.append("\(printable(path)): was not mended: \(error)")
        return
      }
      buffer.replace(with: bytes)
      report = try buffer.withBytes { try checker.check($0, form, as: prepared) }
    }
  }

  // MARK: Words

  private static func fixes(_ count: Int) -> String { count == 1 ? "1 fix was" : "\(count) fixes were" }

  /// Says how many requests were passed over beside others.
  private func noteRequests(_ report: Report, _ file: inout JudgedFile) {
    let (found, unrecognized) = report.requests
    guard unrecognized > 0, unrecognized < found else { return }
    file.notes.append("\(printable(file.name)): \(unrecognized) of \(found) requests not recognized")
  }

  private func describe(_ report: Report, _ file: inout JudgedFile) {
    for judgement in report.judgements {
      let place = judgement.pointer.isRoot ? "" : "#" + printable(judgement.pointer.description)
      let operation = shared.operations[judgement.operation].name
      file.notes.append("\(printable(file.name))\(place): \(operation): \(Self.words(judgement.reason))")
    }
    if report.unlistedJudgementCount > 0 {
      file.notes.append("\(printable(file.name)): and \(report.unlistedJudgementCount) more bodies")
    }
    if report.isRecognized, report.judgements.isEmpty {
      file.notes.append("\(printable(file.name)): nothing in it is of a known operation")
    }
  }

  private static func words(_ reason: Judgement.Reason) -> String {
    switch reason {
    case .asked: "as the options or the configuration say"
    case .requestLine: "its path is the request line's"
    case .envelope: "the document is an envelope with a URL of this operation"
    case .example: "an example of a request and its responses, of this operation"
    case .template: "a template's resource of this type"
    case .odataType: "its @odata.type says so"
    case .resourceType: "its resource type says so"
    case .names: "the only shape that its property names fit"
    }
  }
}
