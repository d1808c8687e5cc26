import ArgumentParser
import Bodylint
import Rendering

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check request bodies. The default command: 'bodylint FILE' is 'bodylint check FILE'.")

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, compact, json, ndjson, sarif, junit, github, gitlab, checkstyle, html
  }
  enum FailOn: String, CaseIterable, ExpressibleByArgument {
    case error, warning, info, never

    var severity: Severity? {
      switch self {
      case .error: .error
      case .warning: .warning
      case .info: .info
      case .never: nil
      }
    }
  }
  enum Color: String, CaseIterable, ExpressibleByArgument { case auto, always, never }

  @Argument(help: "Files and folders; '-' for standard input.")
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "What the bodies are: an operation id, or the name of a response. Left out: found out from the document.",
      valueName: "id"))
  var operation: String?

  @Option(
    name: .customLong("api-version"),
    help: ArgumentHelp(
      "The api-version they are sent with. Given several times, bodies are judged by each, and findings say where they differ.",
      valueName: "version"))
  var apiVersions: [String] = []

  @Option(
    name: .customLong("fact"),
    help: ArgumentHelp("What the body does not say: os=Linux. May be repeated.", valueName: "name=value"))
  var facts: [String] = []

  @Option(
    help: ArgumentHelp("The request line they are sent with: 'PUT https://...?api-version=...'.", valueName: "line"))
  var request: String?

  @Flag(help: "The documents are responses, recorded or mocked.")
  var response = false

  @Flag(help: "The files have a body a line (NDJSON), whatever their names are.")
  var ndjson = false

  @Option(
    help: ArgumentHelp(
      "The day that rules about the future take for today: 2026-11-21. Left out: the system's clock.",
      valueName: "date"))
  var now: String?

  @OptionGroup var rules: RuleOptions

  @OptionGroup var settings: ConfigurationOptions

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp(
      "How findings are written: text, compact, json, ndjson, sarif, junit, github, gitlab, checkstyle or html. May be repeated.",
      valueName: "format"))
  var formats: [Format] = []

  @Option(
    name: .customLong("output"),
    help: ArgumentHelp("Where the --format before it is written to, instead of standard output.", valueName: "file"))
  var outputs: [String] = []

  @Option(help: "The severity from which on the exit status is 1: error, warning, info or never.")
  var failOn = FailOn.error

  @Flag(help: "Mend what can be mended without changing what the service does with the body.")
  var fix = false

  @Flag(help: "With --fix or --diff: make good guesses as well, such as the nearest documented name.")
  var unsafe = false

  @Flag(help: "Show what --fix would change, and change nothing.")
  var diff = false

  @Option(
    help: ArgumentHelp("Report only findings that this file does not know.", valueName: "file"))
  var baseline: String?

  @Flag(help: "Write what is found now to the baseline.")
  var updateBaseline = false

  @Option(
    help: ArgumentHelp(
      "How many files are checked at once. Left out: as many as there are processors.", valueName: "number"))
  var jobs: Int?

  @Flag(help: "Pass over named files that are no bodies, as in folders: what hooks want, which name every JSON file.")
  var skipUnrecognized = false

  @Flag(help: "Count findings by rule.")
  var statistics = false

  @Option(help: "Colours: auto (on a terminal, unless NO_COLOR is set), always or never.")
  var color = Color.auto

  @Flag(name: .shortAndLong, help: "No summary and no notes.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say for each document what it was taken for, and why.")
  var verbose = false

  @Option(help: ArgumentHelp("The name that stands for standard input in findings.", valueName: "name"))
  var stdinFilename: String?

  func validate() throws {
    if unsafe, !fix, !diff { throw ValidationError("--unsafe goes with --fix or --diff") }
    if updateBaseline, baseline == nil { throw ValidationError("--update-baseline goes with --baseline FILE") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1") }
    if outputs.count > formats.count { throw ValidationError("each --output stands behind a --format of its own") }
    if request == "" { throw ValidationError("--request is empty; it is written 'PUT https://...?api-version=...'") }
    if fix, paths.contains("-") {
      throw ValidationError("--fix cannot mend standard input; --diff shows what it would change")
    }
    if destinations().count(where: { $0.file != nil }) < outputs.count {
      throw ValidationError(
        "--output stands behind the --format that it is for: --format sarif --output findings.sarif")
    }
    if diff, formats.contains(where: { $0 != .text }) {
      throw ValidationError("--diff is shown instead of findings, and goes with no --format but text")
    }
    if ndjson, fix || diff { throw ValidationError("--fix and --diff do not go with --ndjson") }
    var known: [String: String] = [:]
    for fact in facts {
      let (name, value) = try Self.fact(fact)
      if let other = known.updateValue(value, forKey: name), other != value {
        throw ValidationError("--fact \(name) is given twice, as \(other) and as \(value)")
      }
    }
  }

  func run() throws {
    var options = CheckOptions(paths: paths)
    options.operation = operation
    options.apiVersions = apiVersions
    for fact in facts {
      let (name, value) = try Self.fact(fact)
      options.facts[name] = value
    }
    options.requestLine = request
    options.isResponse = response
    options.isNDJSON = ndjson
    options.now = now
    options.ruleFolders = rules.folders
    options.configuration = settings.file
    options.readsNoConfiguration = settings.none
    options.destinations = destinations()
    options.failOn = failOn
    options.fixes = fix
    options.allowsUnsafe = unsafe
    options.showsDiff = diff
    options.baseline = baseline
    options.updatesBaseline = updateBaseline
    options.jobs = jobs
    options.skipsUnrecognized = skipUnrecognized
    options.hasStatistics = statistics
    options.color = color
    options.isQuiet = quiet
    options.isVerbose = verbose
    options.stdinFilename = stdinFilename
    throw ExitCode(try options.run())
  }

  private static func fact(_ text: String) throws -> (name: String, value: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw ValidationError("--fact is written name=value: os=Linux") }
    return (parts[0], parts[1])
  }

  /// Each format with its file; the parser keeps no order between options, so the words are looked at as they stand.
  func destinations(_ words: [String] = CommandLine.arguments) -> [(format: Format, file: String?)] {
    guard !formats.isEmpty else { return [(.text, nil)] }
    var out: [(format: Format, file: String?)] = []
    var formats = formats[...]
    var outputs = outputs[...]
    for word in words {
      if word == "--format" || word.hasPrefix("--format=") {
        if let format = formats.popFirst() { out.append((format, nil)) }
      } else if word == "--output" || word.hasPrefix("--output=") {
        if let file = outputs.popFirst(), !out.isEmpty { out[out.count - 1].file = file }
      }
    }
    return out + formats.map { ($0, nil) }
  }
}

/// Options that choose the configuration.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("The configuration. Left out: the nearest .bodylint.yaml above each file.", valueName: "file"))
  var file: String?

  @Flag(name: .customLong("no-config"), help: "Read no configuration.")
  var none = false
}
