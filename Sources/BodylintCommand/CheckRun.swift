import Bodylint
import Rendering

/// One run of `check`: reads, judges, writes, counts.
struct CheckRun {
  private let options: Check
  private let rules: RuleSet
  private let operations: [RuleSet.Operation]
  private let checker: Checker
  private var renderer: any Renderer
  private var summary = Summary()
  private var plain: Checker.Prepared?
  private var withComments: Checker.Prepared?
  /// Something could not be done: the exit status is 2, whatever else was found.
  private var isInTrouble = false
  private var buffer = FileBuffer()

  init(options: Check, linter rules: RuleSet) {
    self.options = options
    self.rules = rules
    operations = rules.operations
    checker = Checker(rules)
    let isColored =
      switch options.color {
      case .always: true
      case .never: false
      case .auto: StandardStream.output.isTerminal && !Environment.has("NO_COLOR")
      }
    renderer =
      switch options.format {
      case .text: TextRenderer(color: isColored, showsSummary: !options.quiet)
      case .compact: CompactRenderer()
      case .json: JSONRenderer()
      }
  }

  mutating func prepare() throws {
    var request = try options.makeRequest()
    do {
      plain = try checker.prepare(request)
      request.allowsComments = true
      withComments = try checker.prepare(request)
    } catch {
      throw Trouble("\(error)")
    }
  }

  mutating func check(_ path: String) {
    if path == "-" {
      let name = options.stdinFilename ?? "<stdin>"
      switch buffer.readStandardInput() {
      case .success: judge(name, isNamed: true)
      case .failure(let error): trouble("standard input cannot be read: \(error)")
      }
      return
    }
    switch FileKind(path) {
    case .folder:
      FolderWalk.visit(path) { (file: Result<String, FolderWalk.Failure>) in
        switch file {
        case .success(let file): checkFile(file, isNamed: false)
        case .failure(let failure): trouble("\(printable(failure.path)): \(failure.reason)")
        }
      }
    case .file: checkFile(path, isNamed: true)
    case .missing(let reason): trouble("\(printable(path)): \(reason)")
    case .other: trouble("\(printable(path)): is no file or folder")
    }
  }

  private mutating func checkFile(_ path: String, isNamed: Bool) {
    switch buffer.read(path) {
    case .success: judge(path, isNamed: isNamed)
    case .failure(let error): trouble("\(printable(path)): cannot be read: \(error)")
    }
  }

  /// Judges what is in the buffer.
  private mutating func judge(_ name: String, isNamed: Bool) {
    guard let prepared = name.hasSuffix(".jsonc") ? withComments : plain else { return }
    let report = buffer.withBytes { checker.check($0, as: prepared) }
    summary.files += 1
    if report.isRecognized {
      let judgements = report.judgements
      summary.bodies += judgements.count
      if options.verbose {
        for judgement in judgements {
          let place = judgement.pointer.tokens.isEmpty ? "" : "#" + printable(judgement.pointer.description)
          note("\(printable(name))\(place): \(operations[judgement.operation].name): \(words(judgement.reason))")
        }
        if judgements.isEmpty { note("\(printable(name)): no resource of a known type") }
      }
    } else {
      summary.unrecognized.append(name)
      if isNamed {
        isInTrouble = true
        let names = operations.filter { $0.isResponse == options.response }.map(\.name)
        note(
          "\(printable(name)): cannot tell which operation this body is for; say it with --operation "
            + "(\(names.joined(separator: ", ")))")
      }
    }
    guard !report.findings.isEmpty else { return }
    summary.add(report.findings)
    let text = buffer.withBytes { bytes in
      renderer.render(
        SourceText(
          name: name, bytes: bytes, findings: report.findings, secrets: report.secrets))
    }
    StandardStream.output.write(text)
  }

  private func words(_ reason: Judgement.Reason) -> String {
    switch reason {
    case .asked: "as --operation says"
    case .requestLine: "its path is the request line's"
    case .envelope: "the document is an envelope with a URL of this operation"
    case .example: "an example of a request and its responses, of this operation"
    case .template: "a template's resource of this type"
    case .odataType: "its @odata.type says so"
    case .resourceType: "its resource type says so"
    case .names: "the only shape that its property names fit"
    }
  }

  private func note(_ text: String) { StandardStream.error.write("bodylint: " + text + "\n") }

  private mutating func trouble(_ text: String) {
    isInTrouble = true
    note(text)
  }

  /// Writes the end and says the exit status.
  mutating func finish() -> Int32 {
    StandardStream.output.write(renderer.finish(summary))
    let unnamed = summary.unrecognized
    if !options.quiet, !unnamed.isEmpty {
      let shown = unnamed.prefix(10).map { "  " + printable($0) }.joined(separator: "\n")
      let rest = unnamed.count > 10 ? "\n  and \(unnamed.count - 10) more" : ""
      note("\(unnamed.count == 1 ? "1 file" : "\(unnamed.count) files") not recognized:\n\(shown)\(rest)")
    }
    if isInTrouble { return 2 }
    let threshold: Severity? =
      switch options.failOn {
      case .error: .error
      case .warning: .warning
      case .info: .info
      case .never: nil
      }
    guard let threshold else { return 0 }
    return summary.counts.contains { $0.key >= threshold && $0.value > 0 } ? 1 : 0
  }
}
