import Bodylint
import Foundation
import Rules
import Testing

/// What no compiler looks after: the sources themselves, and the files that are generated from others.
@Suite struct TidyTests {
  /// The Swift files below some folders of the repository, by their paths in it.
  static func files(_ folders: [String]) -> [(path: String, lines: [String])] {
    var out: [(path: String, lines: [String])] = []
    for folder in folders {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: repository.path + "/" + folder)) ?? []
      for name in names.sorted() where name.hasSuffix(".swift") {
        let path = folder + "/" + name
        let data = (try? Data(contentsOf: repository.appendingPathComponent(path))) ?? Data()
        let text = String(decoding: data, as: UTF8.self)
        out.append((path: path, lines: text.components(separatedBy: "\n")))
      }
    }
    return out
  }

  @Test func sourcesAreThere() {
    #expect(Self.files(["Sources"]).count >= 80)
    #expect(Self.files(["Tests"]).count >= 10)
  }

  /// Foundation brings ICU along and triples the binary; FoundationEssentials does not.
  @Test func nobodyImportsFoundation() {
    for file in Self.files(["Sources"]) {
      for (index, line) in file.lines.enumerated() {
        let words = line.split(separator: " ").map { String($0) }
        guard let at = words.firstIndex(of: "import"), !line.contains("//") || at == 0, at + 1 < words.count else {
          continue
        }
        let module = words.last ?? ""
        let isFoundation = module == "Foundation" || module.hasPrefix("Foundation.")
        #expect(!isFoundation, "\(file.path):\(index + 1): import FoundationEssentials, or nothing")
      }
    }
  }

  /// Where lines are longer nevertheless, and how many: schemas in a line, help texts. It may only become fewer.
  private static let longLines: [String: Int] = [
    "Sources/BodylintCommand/Bodylint.swift": 1,
    "Sources/BodylintCommand/Check.swift": 2,
    "Sources/Rules/Checks/Base64.swift": 1,
    "Sources/Rules/Checks/Check.swift": 2,
    "Sources/Rules/Checks/Date.swift": 1,
    "Sources/Rules/Checks/ResourceIDCheck.swift": 1,
    "Sources/Rules/Checks/URICheck.swift": 1,
    "Sources/Rules/Evaluation/SecretScan.swift": 1,
    "Sources/Rules/Evaluation/StructuralWording.swift": 1,
    "Sources/Rules/Language/EditorSchema.swift": 12,
    "Sources/Rules/Language/Rule.swift": 1,
    "Sources/Rules/Program/Compiler.swift": 2,
    "Tests/BodylintTests/CanaryTests.swift": 3,
  ]

  @Test func linesAreNotLong() {
    for file in Self.files(["Sources", "Tests"]) {
      let long = file.lines.indices.filter { file.lines[$0].count > 140 }
      let numbers = long.map { String($0 + 1) }.joined(separator: ", ")
      #expect(
        long.count <= Self.longLines[file.path, default: 0], "\(file.path): over 140 columns in the lines \(numbers)")
    }
  }

  /// Public declarations that are left to speak for themselves. It may only become fewer.
  private static let undocumented: [String: Int] = [
    "Sources/Bodylint/Linter.swift": 1,
    "Sources/Findings/Finding.swift": 10,
    "Sources/JSONText/JSONPointer.swift": 1,
    "Sources/Rules/Evaluation/Checker.swift": 1,
    "Sources/Rules/ExampleRun.swift": 7,
    "Sources/Rules/Language/Rule.swift": 9,
    "Sources/Rules/Language/RuleFileError.swift": 5,
    "Sources/Rules/Report.swift": 1,
    "Sources/Rules/Request.swift": 2,
    "Sources/Rules/RuleSet.swift": 2,
  ]

  @Test func publicDeclarationsAreDocumented() {
    for file in Self.files(["Sources"]) {
      var bare: [String] = []
      for index in file.lines.indices where Self.isPublic(file.lines[index]) {
        var above = index - 1
        while above >= 0, Self.trimmed(file.lines[above]).hasPrefix("@") { above -= 1 }
        if above < 0 || !Self.trimmed(file.lines[above]).hasPrefix("///") { bare.append(String(index + 1)) }
      }
      #expect(
        bare.count <= Self.undocumented[file.path, default: 0],
        "\(file.path): no doc comment in the lines \(bare.joined(separator: ", "))")
    }
  }

  private static func trimmed(_ line: String) -> String { line.trimmingCharacters(in: .whitespaces) }

  /// A declaration that asks for a comment: not an import, a description or an operator.
  private static func isPublic(_ line: String) -> Bool {
    var words = line.split(separator: " ").map { String($0) }
    while let first = words.first, first.hasPrefix("@") { words.removeFirst() }
    guard words.first == "public", words.count > 1, words[1] != "import", words[1] != "extension" else { return false }
    return !line.contains(" var description:") && !line.contains(" func <") && !line.contains(" func ==")
  }

  // MARK: Generated files

  private static let hint = "is not current: run 'make generate'"

  @Test func bundledRulesAreCurrent() throws {
    let files = try RuleFolder.read(repository.path + "/rules")
    let wanted = BundledRules.encode(try RuleSet.compile(files), files)
    let file = repository.appendingPathComponent("Sources/CBundledRules/bundled-rules.bin")
    let isCurrent = Array(try Data(contentsOf: file)) == wanted
    #expect(isCurrent, "\(file.lastPathComponent) \(Self.hint)")
  }

  @Test func editorSchemasAreCurrent() throws {
    for (name, wanted) in [("rule", EditorSchema.rule), ("shape", EditorSchema.shape)] {
      let file = repository.appendingPathComponent("rules/schemas/\(name).schema.json")
      let isCurrent = Array(try Data(contentsOf: file)) == Array(wanted.utf8)
      #expect(isCurrent, "\(file.lastPathComponent) \(Self.hint)")
    }
  }

  /// The same rules make the same program, byte for byte: no hash seed, no address, no time in it.
  @Test func compilingIsReproducible() throws {
    let files = try RuleFolder.read(repository.path + "/rules")
    let first = try RuleSet.compile(files)
    let second = try RuleSet.compile(files)
    let isSame = first == second
    #expect(isSame)
    #expect(Program(copying: first)?.paddedElements == [])
  }

  /// What the documentation shows is in the example package, which is built and run.
  @Test func examplesOfTheDocumentationAreRun() throws {
    func text(_ path: String) throws -> String {
      String(decoding: try Data(contentsOf: repository.appendingPathComponent(path)), as: UTF8.self)
    }
    let source = try text("docs/example/Sources/Example/Example.swift").split(separator: "\n")
      .map { $0.hasPrefix("  ") ? $0.dropFirst(2) : $0 }.joined(separator: "\n")
    let output = try text("docs/example/expected.txt")
    var blocks = 0
    let articles = ["Bodylint", "CheckingBodies", "RulesOfYourOwn"].map { "Sources/Bodylint/Bodylint.docc/\($0).md" }
    for article in articles + ["README.md"] {
      for part in try text(article).components(separatedBy: "```") {
        let lines = part.split(separator: "\n")
        if lines.first == "swift" {
          blocks += 1
          #expect(source.contains(lines.dropFirst().joined(separator: "\n")), "\(article): \(part)")
        } else if lines.first == "text" {
          #expect(output.contains(lines.dropFirst().joined(separator: "\n")), "\(article): \(part)")
        }
      }
    }
    #expect(blocks == 7)
    #expect(try text("README.md").contains(text("docs/example/our-rules/location-outside-europe.yaml")))
  }
}
