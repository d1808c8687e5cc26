import Bodylint

/// What a run of `check` was asked for, however it was said.
struct CheckOptions {
  var paths: [String]
  var operation: String?
  var apiVersions: [String] = []
  var facts: [String: String] = [:]
  var requestLine: String?
  var isResponse = false
  var isNDJSON = false
  var now: String?
  var ruleFolders: [String] = []
  var configuration: String?
  var readsNoConfiguration = false
  /// Each format with the file it is written to; nil for standard output.
  var destinations: [(format: Check.Format, file: String?)] = [(.text, nil)]
  var failOn = Check.FailOn.error
  var fixes = false
  var allowsUnsafe = false
  var showsDiff = false
  var baseline: String?
  var updatesBaseline = false
  var jobs: Int?
  var skipsUnrecognized = false
  var hasStatistics = false
  var color = Check.Color.auto
  var isQuiet = false
  var isVerbose = false
  var stdinFilename: String?

  init(paths: [String]) { self.paths = paths }

  /// Words that are paths and nothing else, as hooks and shells' globs give them; nil where the command line's grammar has
  /// to be asked. Reading that grammar takes most of the time of a short run.
  static func plain(_ words: ArraySlice<String>) -> CheckOptions? {
    var words = words
    if words.first == "check" { words = words.dropFirst() }
    guard let first = words.first, !subcommands.contains(first) else { return nil }
    guard words.allSatisfy({ $0 == "-" || !$0.hasPrefix("-") && !$0.isEmpty }) else { return nil }
    return CheckOptions(paths: Array(words))
  }

  private static let subcommands = ["config", "explain", "help", "operations", "rules", "test"]

  /// What the options say of every body; the api-versions stand apart.
  var request: Request {
    var out = Request(operation: operation, facts: facts, isResponse: isResponse, now: now)
    if let requestLine { out.setRequestLine(requestLine) }
    return out
  }

  /// Runs, and says the exit status.
  func run() throws -> Int32 {
    var run = try CheckRun(options: self, rules: try RuleOptions.ruleSet(ruleFolders))
    for path in paths { run.check(path) }
    return run.finish()
  }
}
