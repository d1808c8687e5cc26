import Bodylint
import Configuration
import Rendering

/// One run of `check`: finds files, has them judged, writes, counts.
struct CheckRun {
  private let options: CheckOptions
  private let shared: FileJudge.Shared
  private var judges: [FileJudge]
  private var reporter: Reporter
  /// Files that wait for their turn.
  private var batch: [(path: String, isNamed: Bool)] = []

  /// So many files are judged between two looks at what came of them.
  private static let batchCountMax = 1024
  /// Fewer are not worth a thread.
  private static let filesWorthAThread = 32

  init(options: CheckOptions, rules: RuleSet) throws {
    self.options = options
    let request = options.request
    let finder =
      options.readsNoConfiguration
      ? nil
      : ConfigurationFinder(
        vocabulary: Configuration.Vocabulary(
          rules: rules.ruleIDs, operations: rules.operations.map(\.name), facts: rules.facts),
        path: options.configuration)
    reporter = try Reporter(options, rules)
    shared = FileJudge.Shared(
      rules: rules, operations: rules.operations, finder: finder, request: request, apiVersions: options.apiVersions,
      today: options.now ?? Clock.today, isVerbose: options.isVerbose, fixes: options.fixes && !options.showsDiff,
      showsDiff: options.showsDiff, allowsUnsafe: options.allowsUnsafe,
      skipsUnrecognized: options.skipsUnrecognized,
      notedSecrets: options.fixes || options.showsDiff ? .all : reporter.notedSecrets)
    do {
      judges = [try FileJudge(shared)]
    } catch {
      throw Trouble("\(error)")
    }
  }

  // MARK: Files

  mutating func check(_ path: String) {
    if path == "-" {
      flush()
      let name = options.stdinFilename ?? "<stdin>"
      if options.isNDJSON || FileChecker.Form(fileName: name) == .lines {
        records(nil, name: name)
      } else {
        reporter.take(judges[0].judgeStandardInput(name))
      }
      return
    }
    switch FileKind(path) {
    case .folder: walk(path)
    case .file, .pipe: add(path, isNamed: true)
    case .missing(let reason): reporter.trouble("\(path.isEmpty ? "''" : printable(path)): \(reason)\(hint(path))")
    case .other: reporter.trouble("\(printable(path)): is no file or folder")
    }
  }

  /// Somebody who means `bodylint explain` writes `bodylint explian`.
  private func hint(_ path: String) -> String {
    guard !path.contains("/"), !path.contains("."),
      let command = nearest(to: path, in: ["check", "config", "explain", "rules", "operations", "test"])
    else { return "" }
    return "; did you mean 'bodylint \(command)'?"
  }

  private mutating func walk(_ folder: String) {
    var walk = FolderWalk(folder)
    var count = 0
    while let found = walk.next(excluding: excludes) {
      switch found {
      case .success(let path):
        if reporter.isEarlierReport(path) { continue }
        count += 1
        add(path, isNamed: false)
      case .failure(let failure):
        flush()
        reporter.trouble("\(printable(failure.path)): \(failure.reason)")
      }
    }
    if count == 0 { reporter.note("\(printable(folder)): there are no files with bodies in it") }
  }

  private func excludes(_ folder: String) -> Bool {
    guard let finder = shared.finder else { return false }
    return (try? finder.configuration(for: folder + "/x"))??.excludes(folder: folder) ?? false
  }

  private mutating func add(_ path: String, isNamed: Bool) {
    if options.isNDJSON || FileChecker.Form(fileName: path) == .lines {
      flush()
      records(path, name: path, isNamed: isNamed)
      return
    }
    batch.append((path, isNamed))
    if batch.count >= Self.batchCountMax { flush() }
  }

  /// Has the waiting files judged, several at once, and takes what came of them in their order.
  private mutating func flush() {
    guard !batch.isEmpty else { return }
    let workers = workers(for: batch.count)
    let files = batch
    batch = []
    if workers.count == 1 {
      for file in files { reporter.take(workers[0].judge(file.path, isNamed: file.isNamed)) }
    } else {
      let rendering = reporter.rendering
      let judged = Processors.map(files.count, workers: workers) { judge, index in
        var file = judge.judge(files[index].path, isNamed: files[index].isNamed)
        if let rendering { file.render(rendering) }
        return file
      }
      for file in judged { reporter.take(file) }
    }
    reporter.progress()
  }

  /// One judge for each thread that so many files, or records, are worth.
  private mutating func workers(for count: Int) -> [FileJudge] {
    let wanted = min(options.jobs ?? Processors.count, (count + Self.filesWorthAThread - 1) / Self.filesWorthAThread)
    while judges.count < wanted {
      // The first one was made from the same request.
      guard let judge = try? FileJudge(shared) else { break }
      judges.append(judge)
    }
    return Array(judges.prefix(max(1, wanted)))
  }

  // MARK: Records

  /// A file with a body a line: read piece by piece, whatever its size.
  private mutating func records(_ path: String?, name: String, isNamed: Bool = true) {
    var file = JudgedFile(name: name, isNamed: isNamed)
    let settings = judges[0].settings(name, &file)
    guard file.troubles.isEmpty else {
      reporter.take(file)
      return
    }
    guard !file.isExcluded else { return }
    for note in file.notes { reporter.note(note) }
    if options.fixes || options.showsDiff {
      reporter.trouble("\(printable(name)): files of records are not mended")
      return
    }
    switch RecordReader.open(path) {
    case .failure(let error): reporter.trouble("\(printable(name)): cannot be read: \(error)")
    case .success(var reader):
      reporter.beginRecords()
      do {
        while true {
          let records = try reader.nextRecords()
          if records.isEmpty { break }
          let workers = workers(for: records.count)
          let rendering = workers.count > 1 ? reporter.rendering : nil
          let judged = Processors.map(records.count, workers: workers) { judge, index in
            Result { () -> (report: Report, rendered: RenderedFindings?) in
              var report = try judge.judge(record: records[index].bytes, of: name, settings)
              guard let rendering, !report.findings.isEmpty else { return (report, nil) }
              let rendered = rendering(Reporter.source(records[index], of: name, report.findings, report))
              report.findings = []
              report.secrets = []
              return (report, rendered)
            }
          }
          for (record, result) in zip(records, judged) {
            let (report, rendered) = try result.get()
            if let rendered {
              reporter.take(report, rendered)
            } else {
              reporter.take(record, of: name, report)
            }
          }
        }
      } catch {
        reporter.trouble("\(printable(name)): \(error)")
      }
      reporter.endRecords(of: name, isNamed: isNamed)
    }
  }

  /// Writes the end and says the exit status.
  mutating func finish() -> Int32 {
    flush()
    return reporter.finish()
  }
}
