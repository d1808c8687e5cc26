import ArgumentParser
import Bodylint
import Rendering
import Rules

struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the rules.")

  enum Format: String, CaseIterable, ExpressibleByArgument { case text, json }

  @Option(help: "text or json.") var format = Format.text
  @OptionGroup var rules: RuleOptions

  func run() throws {
    let all = try rules.documentation()
    switch format {
    case .text:
      let width = all.map(\.id.count).max() ?? 0
      for rule in all {
        let gap = String(repeating: " ", count: width - rule.id.count + 2)
        let severity = rule.severity.rawValue
        StandardStream.output.write(
          rule.id + gap + severity + String(repeating: " ", count: 9 - severity.count) + printable(rule.title) + "\n")
      }
    case .json:
      let objects = all.map { rule in
        let sources = rule.sources.map { "{\"quote\":\(quoted($0.quote)),\"url\":\(quoted($0.url))}" }
        return
          "{\"id\":\(quoted(rule.id)),\"title\":\(quoted(rule.title)),\"severity\":\(quoted(rule.severity.rawValue)),"
          + "\"since\":\(quoted(rule.since)),\"operations\":[\(rule.operations.map(quoted).joined(separator: ","))],"
          + "\"sources\":[\(sources.joined(separator: ","))],\"why\":\(quoted(rule.why)),\"fix\":\(quoted(rule.fix))}"
      }
      StandardStream.output.write("[" + objects.joined(separator: ",\n") + "]\n")
    }
    StandardStream.output.flush()
  }
}

struct Operations: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the operations whose bodies are known, and the responses.")

  @OptionGroup var rules: RuleOptions

  func run() throws {
    let all = try rules.ruleSet().operations
    let width = all.map(\.name.count).max() ?? 0
    for operation in all {
      let gap = String(repeating: " ", count: width - operation.name.count + 2)
      var line = operation.name + gap
      line += operation.isResponse ? "response to " : ""
      line += "\(operation.method) \(operation.path)"
      if let first = operation.apiVersions.first, let last = operation.apiVersions.last {
        line += "  (\(first) to \(last))"
      }
      StandardStream.output.write(printable(line) + "\n")
    }
    StandardStream.output.flush()
  }
}

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the examples in rule files: the bundled ones, or those of a folder of your own.")

  @Argument(help: "Folders of rule files.") var folders: [String] = []

  func run() throws {
    let bundled = RuleSet.bundled
    do {
      var ruleSet = bundled
      var paths: Set<String> = []
      for folder in folders {
        ruleSet = try ruleSet.adding(contentsOf: folder)
        paths.formUnion(try RuleSet.paths(in: folder))
      }
      let rules = try ruleSet.rules().filter { folders.isEmpty || paths.contains($0.file) }
      let run = ExampleRun(rules, in: ruleSet)
      for failure in run.failures { StandardStream.output.write(printableLines("\(failure)") + "\n") }
      StandardStream.output.write(
        "\(run.exampleCount) examples of \(run.ruleCount) rules: "
          + (run.failures.isEmpty ? "all as they say" : "\(run.failures.count) failed") + "\n")
      throw ExitCode(run.failures.isEmpty ? 0 : 1)
    } catch let error as RuleSetError {
      throw Trouble(error)
    }
  }
}

/// The nearest of some words, for suggestions.
func nearest(to word: String, in words: [String]) -> String? { nearestWord(to: word, in: words) }
