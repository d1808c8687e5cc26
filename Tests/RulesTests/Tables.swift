import Bodylint
import Foundation
import Rules
import Testing

/// The tables beside this file: texts that a person can read, and that `make accept` rewrites.
enum Tables {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Tables")

  static func text(_ name: String) -> String {
    let data = (try? Data(contentsOf: folder.appendingPathComponent(name))) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }

  static func lines(_ text: String) -> [String] {
    var lines = Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  static var isAccepting: Bool { ProcessInfo.processInfo.environment["BODYLINT_ACCEPT"] != nil }

  /// The shape and the facts that all tables are about, and the bundled rules of the engine itself.
  static let common: [RuleSet.RuleFile] = [
    RuleSet.RuleFile(path: "facts.yaml", text: text("facts.yaml")),
    RuleSet.RuleFile(path: "shapes/Things_Create.yaml", text: text("Things_Create.yaml")),
  ]
  static let structural: [RuleSet.RuleFile] = RuleSet.bundled.files.filter { $0.path.hasPrefix("structure/") }

  /// A rule file from the lines that matter: its id, its operation and whatever else every rule has are filled in.
  static func rule(_ lines: [String]) -> RuleSet.RuleFile {
    let rest: [(key: String, text: String)] = [
      ("title", "title: A fault"),
      ("severity", "severity: error"),
      ("since", "since: 1.0.0"),
      ("source", "source: {quote: So it is., url: https://example.com/doc}"),
      ("why", "why: Because."),
      ("fix", "fix: Mend it."),
      (
        "examples",
        """
        examples:
          valid:
            - {name: good, body: '{}'}
          invalid:
            - {name: bad, body: '{}', expect: [{at: ''}]}
        """
      ),
    ]
    var out = ["id: test-rule", "operations: [Things_Create]"] + lines
    for (key, text) in rest where !lines.contains(where: { $0.hasPrefix(key + ":") }) { out.append(text) }
    return RuleSet.RuleFile(path: "test-rule.yaml", text: out.map { $0 + "\n" }.joined())
  }
}

/// A table of rules, bodies and their findings.
///
///     == what this is about
///     at: /text                        a rule, or what matters of it
///     check: {length: {max: 3}}
///     message: '{actual}'
///     -- {"text": "four"}              a body
///        @fact os=Linux                how it is judged: api-version, fact, request, now
///        error test-rule /text 4       what is found: severity, rule, place, message
struct FindingsTable: Sendable {
  struct Body: Sendable {
    let text: String
    var options: [String] = []
    var findings: [String] = []
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let title: String
    /// 1-based line in the table.
    let line: Int
    var rule: [String] = []
    var bodies: [Body] = []
    var testDescription: String { title }
  }

  let name: String
  let head: [String]
  let cases: [Case]

  init(_ name: String) {
    self.name = name
    var head: [String] = []
    var cases: [Case] = []
    for (index, line) in Tables.lines(Tables.text(name)).enumerated() {
      if line.hasPrefix("== ") {
        cases.append(Case(title: String(line.dropFirst(3)), line: index + 1))
      } else if cases.isEmpty {
        head.append(line)
      } else if line.hasPrefix("-- ") {
        cases[cases.count - 1].bodies.append(Body(text: String(line.dropFirst(3))))
      } else if cases[cases.count - 1].bodies.isEmpty {
        cases[cases.count - 1].rule.append(line)
      } else {
        let last = cases[cases.count - 1].bodies.count - 1
        if line.hasPrefix("   @") {
          cases[cases.count - 1].bodies[last].options.append(String(line.dropFirst(4)))
        } else {
          cases[cases.count - 1].bodies[last].findings.append(String(line.dropFirst(3)))
        }
      }
    }
    self.head = head
    self.cases = cases
  }

  /// A linter that knows one rule, and the engine's own.
  static func linter(_ rule: [String]) throws -> Linter {
    Linter(try RuleSet(files: Tables.common + Tables.structural + [Tables.rule(rule)]))
  }

  static func findings(_ body: Body, _ linter: Linter) throws -> [String] {
    var request = Request(operation: "Things_Create")
    for option in body.options {
      let words = option.split(separator: " ", maxSplits: 1).map { String($0) }
      let value = words.count > 1 ? words[1] : ""
      switch words.first {
      case "api-version": request.apiVersion = value
      case "request": request.setRequestLine(value)
      case "now": request.now = value
      case "fact":
        let parts = value.split(separator: "=", maxSplits: 1).map { String($0) }
        request.facts[parts[0]] = parts[1]
      default: Issue.record("there is no option '\(option)'")
      }
    }
    return try linter.check(body.text, as: request).map { finding in
      var place = "request:" + (finding.parameter ?? "")
      if let pointer = finding.pointer { place = pointer.tokens.isEmpty ? "\"\"" : pointer.description }
      return "\(finding.severity.rawValue) \(finding.rule) \(place) \(finding.message)"
    }
  }

  /// The table with the findings that there are now.
  func judged() throws -> String {
    var out = head
    for item in cases {
      out.append("== " + item.title)
      out += item.rule
      let linter = try Self.linter(item.rule)
      for body in item.bodies {
        out.append("-- " + body.text)
        out += body.options.map { "   @" + $0 }
        out += try Self.findings(body, linter).map { "   " + $0 }
      }
    }
    return out.map { $0 + "\n" }.joined()
  }

  /// Rewrites the table where that is asked for. Whether it was.
  func acceptIfAsked() throws -> Bool {
    guard Tables.isAccepting else { return false }
    let judged = try judged()
    if judged != Tables.text(name) { try Data(judged.utf8).write(to: Tables.folder.appendingPathComponent(name)) }
    Issue.record("expectations were rewritten; this run proves nothing")
    return true
  }
}
