import Foundation
import Rules
import Testing

/// Mistakes in rule, shape and facts files are said with file, line and column: Tables/mistakes.table.
@Suite struct MistakesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let title: String
    let line: Int
    /// As the table has them: a line `--- path`, then the text.
    var files: [(path: String, lines: [String])] = []
    var mistakes: [String] = []
    var testDescription: String { title }

    /// In the order of their paths, as a folder is read.
    var ruleFiles: [RuleSet.RuleFile] {
      var all = Tables.common
      for file in files {
        let made =
          file.path == "rule"
          ? Tables.rule(file.lines)
          : RuleSet.RuleFile(path: file.path, text: file.lines.map { $0 + "\n" }.joined())
        all.removeAll { $0.path == made.path }
        all.append(made)
      }
      return all.sorted { $0.path < $1.path }
    }

    func found() -> [String] {
      do throws(RuleSetError) {
        _ = try RuleSet(files: ruleFiles)
        return ["(no mistake)"]
      } catch {
        return error.mistakes.map { $0.description }
      }
    }
  }

  static let name = "mistakes.table"
  static let table: (head: [String], cases: [Case]) = {
    var head: [String] = []
    var cases: [Case] = []
    for (index, line) in Tables.lines(Tables.text(name)).enumerated() {
      let last = cases.count - 1
      if line.hasPrefix("== ") {
        cases.append(Case(title: String(line.dropFirst(3)), line: index + 1))
      } else if cases.isEmpty {
        head.append(line)
      } else if line.hasPrefix("=> ") {
        cases[last].mistakes.append(String(line.dropFirst(3)))
      } else if line.hasPrefix("--- ") {
        cases[last].files.append((path: String(line.dropFirst(4)), lines: []))
      } else {
        cases[last].files[cases[last].files.count - 1].lines.append(line)
      }
    }
    return (head, cases)
  }()

  @Test(arguments: table.cases)
  func isSaidWithItsPlace(_ item: Case) throws {
    guard !Tables.isAccepting else { return }
    #expect(item.found() == item.mistakes, "\(item.title), line \(item.line)")
  }

  @Test func acceptsWhatThereIs() throws {
    guard Tables.isAccepting else { return }
    var out = Self.table.head
    for item in Self.table.cases {
      out.append("== " + item.title)
      for file in item.files { out += ["--- " + file.path] + file.lines }
      out += item.found().map { "=> " + $0 }
    }
    let text = out.map { $0 + "\n" }.joined()
    if text != Tables.text(Self.name) {
      try Data(text.utf8).write(to: Tables.folder.appendingPathComponent(Self.name))
    }
    Issue.record("expectations were rewritten; this run proves nothing")
  }

  @Test func thereAreManyKindsOfMistakes() {
    #expect(Self.table.cases.count >= 60)
  }

  /// Places are 1-based, and every mistake has one.
  @Test func everyMistakeHasAPlace() {
    for item in Self.table.cases {
      do throws(RuleSetError) {
        _ = try RuleSet(files: item.ruleFiles)
      } catch {
        for mistake in error.mistakes {
          #expect(mistake.line > 0 && mistake.column > 0, "\(item.title)")
          #expect(!mistake.message.isEmpty && !mistake.message.hasSuffix("."), "\(item.title)")
        }
      }
    }
  }

  /// A file of rules cannot hang or crash the reader.
  @Test func hostileTextIsAMistake() {
    let texts = [
      String(repeating: "[", count: 2_000), String(repeating: "{a: ", count: 2_000),
      String(repeating: "- ", count: 2_000), String(repeating: "a", count: 2_000_000), "\u{0}", "\u{FEFF}id: x",
      "id: \u{7}", "%YAML 9.9\n---\nid: x", "? [a]\n: b", "id: !<tag:x> y", "a: b: c",
    ]
    for (index, text) in texts.enumerated() {
      #expect(throws: RuleSetError.self, "text \(index)") {
        _ = try RuleSet(files: Tables.common + [RuleSet.RuleFile(path: "test-rule.yaml", text: text)])
      }
    }
  }
}
