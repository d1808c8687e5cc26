import ArgumentParser
import Bodylint

@main
struct BodylintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bodylint",
    abstract: "Checks JSON request bodies for Azure and Microsoft Graph before they are sent.",
    discussion: """
      bodylint image.json               check a file; folders are walked for files with bodies
      bodylint - < image.json           check standard input
      bodylint explain duplicate-lun    what a rule is about, and why

      Exit status: 0 nothing at or above --fail-on, 1 findings, 2 could not do the job.
      """,
    version: "bodylint \(Linter.version)",
    subcommands: [Check.self, Config.self, Explain.self, Rules.self, Operations.self, Test.self],
    defaultSubcommand: Check.self)

  /// ArgumentParser exits with 64 on a wrong command line; ours is 2, as `--help` says.
  static func main() {
    settleStreams()
    if let number = argumentThatIsNoText() {
      StandardStream.error.write("bodylint: argument \(number) is not UTF-8; rename the file that it names\n")
      terminate(2)
    }
    do {
      if let options = CheckOptions.plain(CommandLine.arguments.dropFirst()) {
        exit(status: try options.run())
      }
      var command = try parseAsRoot()
      try command.run()
      exit(status: 0)
    } catch let error as ExitCode {
      exit(status: error.rawValue)
    } catch let trouble as Trouble {
      StandardStream.error.write(printableLines(trouble.description) + "\n")
      exit(status: 2)
    } catch {
      let status = exitCode(for: error)
      let message = fullMessage(for: error)
      if status == .success {
        if !message.isEmpty { StandardStream.output.write(message + "\n") }
        exit(status: 0)
      }
      // It repeats arguments as they are.
      StandardStream.error.write(printableLines(message) + "\n")
      exit(status: 2)
    }
  }

  private static func exit(status: Int32) -> Never {
    let isWritten = StandardStream.output.finish()
    terminate(isWritten ? status : 2)
  }
}

/// Options that choose the rules.
struct RuleOptions: ParsableArguments {
  @Option(
    name: .customLong("rules"),
    help: ArgumentHelp("A folder of rules of your own, beside the bundled ones; may be repeated.", valueName: "dir"))
  var folders: [String] = []

  func ruleSet() throws -> RuleSet { try Self.ruleSet(folders) }

  /// The bundled rules and those of folders.
  static func ruleSet(_ folders: [String]) throws -> RuleSet {
    var rules = RuleSet.bundled
    for folder in folders {
      do throws(RuleSetError) {
        rules = try rules.adding(contentsOf: folder)
      } catch {
        throw Trouble(error)
      }
    }
    return rules
  }
}

/// Something kept the command from doing its job: exit status 2.
struct Trouble: Error, CustomStringConvertible {
  /// As it is printed.
  let description: String

  init(_ message: String) { description = "bodylint: " + message }

  /// Each line begins with the place of a mistake, which is where editors look for it.
  init(_ mistakes: RuleSetError) { description = mistakes.description }
}
