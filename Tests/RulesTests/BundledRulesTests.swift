import Bodylint
import Rules
import Testing

/// The bundled rules: their own examples, and one linter for many threads.
@Suite struct BundledRulesTests {
  @Test func everyExampleGivesWhatItsFileSays() throws {
    let rules = RuleSet.bundled
    let run = ExampleRun(try rules.rules(), in: rules)
    #expect(run.failures.map { $0.description } == [])
    #expect(run.ruleCount >= 39)
    #expect(run.exampleCount >= run.ruleCount * 2)
  }

  @Test func everyRuleHasExamplesAndWords() throws {
    for rule in try RuleSet.bundled.rules() {
      #expect(rule.examples.contains { $0.isValid }, "\(rule.id)")
      #expect(rule.examples.contains { !$0.isValid }, "\(rule.id)")
      #expect(!rule.sources.isEmpty && !rule.why.isEmpty && !rule.fix.isEmpty, "\(rule.id)")
      #expect(rule.title.first?.isUppercase == true && !rule.title.hasSuffix("."), "\(rule.id)")
      #expect(rule.file.hasSuffix("/" + rule.id + ".yaml"), "\(rule.id)")
      // Where the documents contradict each other, nobody can be sure.
      #expect(rule.contradiction == nil || rule.severity != .error, "\(rule.id)")
    }
  }

  /// What the binary brings along is what its texts say.
  @Test func bundledProgramAndTextsAgree() throws {
    let bundled = RuleSet.bundled
    let compiled = try RuleSet(files: bundled.files)
    #expect(compiled.operations == bundled.operations)
    let one = Linter(bundled)
    let other = Linter(compiled)
    for item in try Self.items() {
      let expected = try one.check(item.body, as: item.request)
      let found = try other.check(item.body, as: item.request)
      #expect(found == expected, "\(item.name)")
    }
  }

  /// Many tasks with one linter find what one thread finds.
  @Test func aLinterIsSharedByManyTasks() async throws {
    let items = try Self.items()
    #expect(items.count >= 300)
    let alone = Linter()
    var expected: [[Finding]] = []
    for item in items { expected.append(try alone.check(item.body, as: item.request)) }
    let wanted = expected
    let shared = Linter()
    let wrong = try await withThrowingTaskGroup(of: [String].self) { group in
      for task in 0..<16 {
        group.addTask {
          var wrong: [String] = []
          for step in items.indices {
            // Each task begins somewhere else, so that different bodies meet.
            let index = (step + task * 29) % items.count
            let found = try shared.check(items[index].body, as: items[index].request)
            if found != wanted[index] { wrong.append(items[index].name) }
          }
          return wrong
        }
      }
      var all: [String] = []
      for try await part in group { all += part }
      return all
    }
    #expect(wrong == [])
  }

  struct Item: Sendable {
    let name: String
    let body: [UInt8]
    let request: Request
  }

  /// The bodies of all examples.
  static func items() throws -> [Item] {
    var items: [Item] = []
    for rule in try RuleSet.bundled.rules() {
      for example in rule.examples {
        var request = Request(
          operation: example.operation ?? rule.operations.first, apiVersion: example.apiVersion, facts: example.facts)
        request.now = example.now ?? "2026-11-21"
        if let line = example.request { request.setRequestLine(line) }
        items.append(Item(name: "\(rule.id): \(example.name)", body: example.body, request: request))
      }
    }
    return items
  }
}
