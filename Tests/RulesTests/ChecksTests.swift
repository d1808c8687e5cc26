import Bodylint
import Rules
import Testing

/// Every check at its boundaries, facts and versions, placeholders: Tables/*.table.
@Suite struct ChecksTests {
  static let checks = FindingsTable("checks.table")
  static let worlds = FindingsTable("worlds.table")
  static let placeholders = FindingsTable("placeholders.table")

  @Test(arguments: checks.cases + worlds.cases + placeholders.cases)
  func givesWhatTheTableSays(_ item: FindingsTable.Case) throws {
    guard !Tables.isAccepting else { return }
    #expect(!item.bodies.isEmpty)
    let linter = try FindingsTable.linter(item.rule)
    for body in item.bodies {
      let found = try FindingsTable.findings(body, linter)
      #expect(found == body.findings, "\(item.title), line \(item.line): \(body.text) \(body.options)")
    }
  }

  @Test(arguments: ["checks.table", "worlds.table", "placeholders.table"])
  func acceptsWhatThereIs(_ name: String) throws {
    _ = try FindingsTable(name).acceptIfAsked()
  }

  /// A linter that has judged other bodies judges the next as a new one does.
  @Test func nothingIsLeftOfTheBodyBefore() throws {
    guard !Tables.isAccepting else { return }
    for item in Self.checks.cases + Self.worlds.cases + Self.placeholders.cases {
      let linter = try FindingsTable.linter(item.rule)
      for body in Array(item.bodies.reversed()) + item.bodies + item.bodies {
        let found = try FindingsTable.findings(body, linter)
        #expect(found == body.findings, "\(item.title): \(body.text)")
      }
    }
  }

  /// Each word of the vocabulary stands in the table.
  @Test func everyCheckIsInTheTable() throws {
    let rules = Self.checks.cases.map { $0.rule.joined(separator: "\n") }.joined(separator: "\n")
    for word in Self.words where !rules.contains("{" + word + ": ") {
      Issue.record("no case of checks.table has \(word)")
    }
  }

  /// From the mistake that lists them: nothing else outside of the module names them all.
  private static let words: [String] = {
    let rule = Tables.rule(["at: /text", "check: {thereIsNoSuchCheckAnywhere: 1}", "message: m"])
    do throws(RuleSetError) {
      _ = try RuleSet(files: Tables.common + [rule])
      return []
    } catch {
      let list = error.description.split(separator: ":").last.map { String($0) } ?? ""
      let words = list.split(separator: ",").map { word in String(word.drop(while: { $0 == " " })) }
      return words.filter { $0 != "structural" }
    }
  }()

  @Test func theListOfChecksIsRead() {
    #expect(Self.words.count >= 20)
    #expect(Self.words.contains("exactlyOne"))
  }
}
