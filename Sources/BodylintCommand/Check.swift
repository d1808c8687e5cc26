import ArgumentParser
import Bodylint
import Rendering

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check request bodies. The default command: 'bodylint FILE' is 'bodylint check FILE'.")

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, compact, json }
  enum FailOn: String, CaseIterable, ExpressibleByArgument { case error, warning, info, never }
  enum Color: String, CaseIterable, ExpressibleByArgument { case auto, always, never }

  @Argument(help: "Files and folders; '-' for standard input.")
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "What the bodies are: an operation id, or the name of a response. Left out: found out from the document.",
      valueName: "id"))
  var operation: String?

  @Option(help: ArgumentHelp("The api-version they are sent with.", valueName: "version"))
  var apiVersion: String?

  @Option(
    name: .customLong("fact"),
    help: ArgumentHelp("What the body does not say: os=Linux. May be repeated.", valueName: "name=value"))
  var facts: [String] = []

  @Option(help: ArgumentHelp("The request line they are sent with: 'PUT https://…?api-version=…'.", valueName: "line"))
  var request: String?

  @Flag(help: "The documents are responses, recorded or mocked.")
  var response = false

  @Option(
    help: ArgumentHelp(
      "The day that rules about the future take for today: 2026-11-21. Left out: the system's clock.", valueName: "date"
    ))
  var now: String?

  @OptionGroup var rules: RuleOptions

  @Option(help: "How findings are written: text, compact (a line each) or json.")
  var format = Format.text

  @Option(help: "The severity from which on the exit status is 1: error, warning, info or never.")
  var failOn = FailOn.error

  @Option(help: "Colours: auto (on a terminal, unless NO_COLOR is set), always or never.")
  var color = Color.auto

  @Flag(name: .shortAndLong, help: "No summary and no notes.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say for each document what it was taken for, and why.")
  var verbose = false

  @Option(help: ArgumentHelp("The name that stands for standard input in findings.", valueName: "name"))
  var stdinFilename: String?

  func run() throws {
    var run = CheckRun(options: self, linter: try rules.ruleSet())
    try run.prepare()
    for path in paths { run.check(path) }
    throw ExitCode(run.finish())
  }

  /// What the options say of every body.
  func makeRequest() throws -> Request {
    var out = Request(operation: operation, apiVersion: apiVersion, isResponse: response, now: now)
    if let request { out.setRequestLine(request) }
    for fact in facts {
      let parts = fact.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw Trouble("--fact is written name=value: os=Linux") }
      out.facts[parts[0]] = parts[1]
    }
    return out
  }
}
