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

  /// What hooks and scripts say mostly: paths, and options that can be read without the command line's grammar; nil where
  /// that has to be asked. Reading it takes most of the time of a short run.
  static func plain(_ words: ArraySlice<String>) -> CheckOptions? {
    var words = words
    if words.first == "check" { words = words.dropFirst() }
    var options = CheckOptions(paths: [])
    var formats: [Check.Format] = []
    while let word = words.popFirst() {
      if word == "-" || !word.hasPrefix("-") {
        // The first of them may be a subcommand, behind options too.
        if options.paths.isEmpty, subcommands.contains(word) { return nil }
        options.paths.append(word)
      } else if !options.set(word) {
        guard let value = words.popFirst(), !value.isEmpty, !value.hasPrefix("-") else { return nil }
        if word == "--format", let format = Check.Format(rawValue: value) {
          formats.append(format)
        } else if !options.set(word, value) {
          return nil
        }
      }
    }
    guard !options.paths.isEmpty, !options.paths.contains("") else { return nil }
    if options.fixes, options.paths.contains("-") { return nil }
    if !formats.isEmpty { options.destinations = formats.map { ($0, nil) } }
    return options
  }

  private static let subcommands = ["check", "config", "explain", "help", "operations", "rules", "test"]

  /// Sets what a flag stands for. False where the word is none of these.
  private mutating func set(_ flag: String) -> Bool {
    switch flag {
    case "--skip-unrecognized": skipsUnrecognized = true
    case "--quiet", "-q": isQuiet = true
    case "--verbose", "-v": isVerbose = true
    case "--fix": fixes = true
    case "--statistics": hasStatistics = true
    case "--no-config": readsNoConfiguration = true
    default: return false
    }
    return true
  }

  /// Sets an option. False where the word is none of these, was said before, or does not take the value; and where the
  /// value is what it is anyway.
  private mutating func set(_ option: String, _ value: String) -> Bool {
    switch option {
    case "--jobs" where jobs == nil:
      guard let number = Int(value), number >= 1 else { return false }
      jobs = number
    case "--operation" where operation == nil: operation = value
    case "--fail-on" where failOn == .error:
      guard let severity = Check.FailOn(rawValue: value), severity != .error else { return false }
      failOn = severity
    case "--color" where color == .auto:
      guard let choice = Check.Color(rawValue: value), choice != .auto else { return false }
      color = choice
    default: return false
    }
    return true
  }

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
