import ArgumentParser
import Bodylint
import Configuration

struct Config: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what the configuration says of files, and where it says it.")

  @Argument(help: "Files; they need not exist.") var files: [String]

  @OptionGroup var rules: RuleOptions
  @OptionGroup var settings: ConfigurationOptions

  func run() throws {
    guard !settings.none else { throw ValidationError("with --no-config there is nothing to say of it") }
    let rules = try rules.ruleSet()
    let finder = ConfigurationFinder(
      vocabulary: Configuration.Vocabulary(
        rules: rules.ruleIDs, operations: rules.operations.map(\.name), facts: rules.facts),
      path: settings.file)
    for file in files {
      do {
        let lines =
          try finder.settings(for: file, today: Clock.today)?.explanation()
          ?? ["\(printable(file)): no .bodylint.yaml in its folder or above"]
        StandardStream.output.write(lines.joined(separator: "\n") + "\n")
      } catch {
        throw Trouble("\(error)")
      }
    }
    StandardStream.output.flush()
  }
}
