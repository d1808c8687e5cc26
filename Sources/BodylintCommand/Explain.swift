import ArgumentParser
import Bodylint

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a rule is about: the documented sentence, why, what to do, examples.")

  @Argument(help: "The rule's id.") var rule: String
  @OptionGroup var rules: RuleOptions

  func run() throws {
    let all = try rules.documentation()
    guard let found = all.first(where: { $0.id == rule }) else {
      let hint = nearest(to: rule, in: all.map(\.id)).map { "did you mean \($0)?" } ?? "'bodylint rules' lists them."
      throw Trouble("there is no rule '\(printable(rule, limit: 80))'; \(hint)")
    }
    StandardStream.output.write(text(found))
    StandardStream.output.flush()
  }

  private func text(_ rule: Rule) -> String {
    var out = "\(rule.id) (\(rule.severity.rawValue))\n\(printable(rule.title)).\n"
    out += "\n" + wrapped(rule.why) + "\n"
    for source in rule.sources {
      out +=
        "\nDocumented:\n" + wrapped("\u{201C}\(source.quote)\u{201D}", indent: "  ") + "\n  \(printable(source.url))\n"
    }
    if let contradiction = rule.contradiction {
      out += "\nThe documents contradict each other:\n" + wrapped(contradiction, indent: "  ") + "\n"
    }
    out += "\nWhat to do:\n" + wrapped(rule.fix, indent: "  ") + "\n"
    out +=
      "\nSpeaks of: " + (rule.operations.isEmpty ? "every body" : printable(rule.operations.joined(separator: ", ")))
      + "\n"
    if let example = rule.examples.first(where: { !$0.isValid && $0.text != nil }) {
      out += "\nReported, \(printable(example.name)):\n" + indented(example.text ?? "")
      for expected in example.expected {
        let message = expected.message.map { ": \(printable($0))" } ?? ""
        out += "  → \(printable(expected.pointer ?? expected.parameter ?? ""))\(message)\n"
      }
    }
    if let example = rule.examples.first(where: { $0.isValid && $0.text != nil }) {
      out += "\nNot reported, \(printable(example.name)):\n" + indented(example.text ?? "")
    }
    return out
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "    " + printable(String($0), limit: 200) + "\n" }.joined()
  }

  private func wrapped(_ text: String, indent: String = "") -> String {
    var lines: [String] = []
    var line = indent
    for word in text.split(whereSeparator: \.isWhitespace) {
      if line.count + word.count + 1 > 100, line != indent {
        lines.append(line)
        line = indent
      }
      line += (line == indent ? "" : " ") + word
    }
    return (lines + [line]).map { printable($0) }.joined(separator: "\n")
  }
}

extension RuleOptions {
  /// The rules as their files say them.
  func documentation() throws -> [Rule] {
    do {
      return try ruleSet().rules()
    } catch let error as RuleSetError {
      throw Trouble(error)
    }
  }
}
