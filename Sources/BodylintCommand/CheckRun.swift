import Bodylint
import Configuration
import Rendering

/// One run of `check`: finds files, has them judged, writes, counts.
struct CheckRun {
  private let options: CheckOptions
  private let shared: FileJudge.Shared
  /// The judge of this thread.
  private let judge: FileJudge
  private let jobCountMax: Int
  private let pipeline: Pipeline<FileJudge, Job, Outcome>
  private var reporter: Reporter
  /// Files that are not yet a job.
  private var group: [(path: String, isNamed: Bool)] = []
  private var fileCount = 0

  /// What one thread does at a time.
  private enum Job {
    case files([(path: String, isNamed: Bool)])
    case records(RecordBatch, of: String, FileSettings?)
  }

  private enum Outcome {
    case files([JudgedFile])
    case records(JudgedRecords, RecordBatch)
  }

  /// So many files are a job. More of them could be large, and a job is done by one thread.
  private static let groupCountMax = 4
  /// How often a terminal is told how far things have come.
  private static let filesBetweenProgress = 1024

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
      judge = try FileJudge(shared)
    } catch {
      throw Trouble("\(error)")
    }
    jobCountMax = options.jobs ?? Processors.count
    pipeline = Pipeline(
      first: judge, workerCountMax: jobCountMax,
      // The first one was made from the same request.
      makeWorker: { [shared] in try? FileJudge(shared) },
      run: { [rendering = reporter.earlyRendering] judge, job in
        switch job {
        case .files(let files):
          return .files(
            files.map { file in
              var judged = judge.judge(file.path, isNamed: file.isNamed)
              if let rendering { judged.render(rendering) }
              return judged
            })
        case .records(let batch, let name, let settings):
          return .records(judge.judge(batch, of: name, settings, rendering), batch)
        }
      })
  }

  // MARK: Files

  mutating func check(_ path: String) {
    if path == "-" {
      flush()
      let name = options.stdinFilename ?? "<stdin>"
      if options.isNDJSON || FileChecker.Form(fileName: name) == .lines {
        records(nil, name: name)
      } else {
        reporter.take(judge.judgeStandardInput(name))
      }
      return
    }
    switch FileKind(path) {
    case .folder: walk(path)
    case .file, .pipe: add(path, isNamed: true)
    case .missing(let reason):
      flush()
      reporter.trouble("\(path.isEmpty ? "''" : printable(path)): \(reason)\(hint(path))")
    case .other:
      flush()
      reporter.trouble("\(printable(path)): is no file or folder")
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
    let finder = shared.finder
    func excludes(_ folder: String) -> Bool {
      (try? finder?.configuration(for: folder + "/x"))??.excludes(folder: folder) ?? false
    }
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
    guard count == 0 else { return }
    flush()
    reporter.note("\(printable(folder)): there are no files with bodies in it")
  }

  private mutating func add(_ path: String, isNamed: Bool) {
    if options.isNDJSON || FileChecker.Form(fileName: path) == .lines {
      flush()
      records(path, name: path, isNamed: isNamed)
      return
    }
    guard jobCountMax > 1 else {
      take(judge.judge(path, isNamed: isNamed))
      return
    }
    group.append((path, isNamed))
    if group.count >= Self.groupCountMax { submitGroup() }
  }

  private mutating func submitGroup() {
    guard !group.isEmpty else { return }
    pipeline.submit(.files(group))
    group = []
    while let outcome = pipeline.next(waits: pipeline.isFull) { takeFiles(outcome) }
  }

  /// Has all files judged that wait for it, so that what is said next comes behind them.
  private mutating func flush() {
    submitGroup()
    while let outcome = pipeline.next(waits: true) { takeFiles(outcome) }
  }

  private mutating func takeFiles(_ outcome: Outcome) {
    guard case .files(let files) = outcome else { preconditionFailure("Files and records do not mix.") }
    for file in files { take(file) }
  }

  private mutating func take(_ file: JudgedFile) {
    reporter.take(file)
    fileCount += 1
    if fileCount % Self.filesBetweenProgress == 0 { reporter.progress() }
  }

  // MARK: Records

  /// A file with a body a line: read piece by piece, whatever its size.
  private mutating func records(_ path: String?, name: String, isNamed: Bool = true) {
    var file = JudgedFile(name: name, isNamed: isNamed)
    let settings = judge.settings(name, &file)
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
      if let trouble = judge(&reader, of: name, settings) { reporter.trouble("\(printable(name)): \(trouble)") }
      reporter.endRecords(of: name, isNamed: isNamed)
    }
  }

  /// Judges all records; what kept the rest of them from being judged.
  private mutating func judge(
    _ reader: inout RecordReader, of name: String, _ settings: FileSettings?
  ) -> (any Error)? {
    var trouble: (any Error)?
    while trouble == nil {
      do {
        var batch = try reader.nextBatch(waits: false)
        if batch == nil, !reader.isAtEnd {
          // Nobody waits for what was read so far until somebody writes more.
          while takeRecords(waits: true, of: name, &reader, &trouble) {}
          reporter.flush()
          if trouble == nil { batch = try reader.nextBatch(waits: true) }
        }
        guard let batch else { break }
        pipeline.submit(.records(batch, of: name, settings), byteCount: batch.byteCount)
      } catch {
        trouble = trouble ?? error
      }
      while takeRecords(waits: pipeline.isFull, of: name, &reader, &trouble) {}
    }
    while takeRecords(waits: true, of: name, &reader, &trouble) {}
    return trouble
  }

  /// Takes what came of the oldest records under way; whether there was anything to take.
  private mutating func takeRecords(
    waits: Bool, of name: String, _ reader: inout RecordReader, _ trouble: inout (any Error)?
  ) -> Bool {
    guard let outcome = pipeline.next(waits: waits) else { return false }
    guard case .records(let judged, let batch) = outcome else { preconditionFailure("Files and records do not mix.") }
    reporter.take(judged, batch.rendered, of: name)
    reader.giveBack(batch)
    trouble = trouble ?? judged.trouble
    return true
  }

  /// Writes the end and says the exit status.
  mutating func finish() -> Int32 {
    flush()
    pipeline.close()
    return reporter.finish()
  }
}
