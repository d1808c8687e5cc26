import Configuration
import Foundation
import Testing

/// Every mistake in a configuration is said with file, line and column.
@Suite struct MistakesTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let mistakes: [String]
    var testDescription: String { text }

    init(_ text: String, _ mistakes: String...) {
      self.text = text
      self.mistakes = mistakes
    }
  }

  static let cases = [
    Case("[]", "1:1: the configuration is a map, not a list"),
    Case("a", "1:1: the configuration is a map, not a scalar"),
    Case("rule: {}", "1:1: there is no key 'rule' in the configuration; did you mean 'rules'?"),
    Case(
      "zzz: 1",
      "1:1: there is no key 'zzz' in the configuration; there are: extends, operations, rules, overrides, exclude"),
    Case("rules: {}\nrules: {}", "2:1: the key 'rules' stands twice in this map"),
    Case("rules:\n  a: error\n b: c", "3:2: this is not YAML: did not find expected key"),
    Case(
      "exclude: [*.json]",
      "1:12: this is not YAML: did not find expected alphabetic or numeric character; "
        + "a pattern that begins with '*' or '!' stands in quotes"),
    Case(
      "exclude: [*abc]",
      "1:11: aliases are not part of the language; a pattern that begins with '*' or '!' stands in quotes"),
    // What is no name is not repeated: it may be a line of any file.
    Case(
      "'root:*:20228:0:99999:7:': 1",
      "1:1: there is no such key in the configuration; there are: extends, operations, rules, overrides, exclude"),
    Case("'a b': 1\n'a b': 2", "2:1: a key stands twice in this map"),
    Case("rules:\n  'a b c d e f': off", "2:3: there is no such rule; 'bodylint rules' lists them"),
    Case(
      "rules:\n  duplicate-lun: 'x y z w v'", "2:18: there is no such severity; there are: off, info, warning, error"),
    Case("operations:\n- files: a\n  apiVersion: 'x y'", "3:15: this is no api-version; they look like 2024-03-01"),
    // Rules
    Case("rules: []", "1:8: 'rules' is a map, not a list"),
    Case("rules:\n  duplicat-lun: off", "2:3: there is no rule 'duplicat-lun'; did you mean 'duplicate-lun'?"),
    Case("rules:\n  zzz: off", "2:3: there is no rule 'zzz'; 'bodylint rules' lists them"),
    Case("rules:\n  duplicate-lun: warn", "2:18: there is no severity 'warn'; there are: off, info, warning, error"),
    Case("rules:\n  duplicate-lun: Warning", "2:18: there is no severity 'Warning'; did you mean 'warning'?"),
    Case("rules:\n  duplicate-lun: [off]", "2:18: a text was expected, not a list"),
    Case(
      "rules:\n  weak-pasword: off\n  duplicate-lun: eror\nexclude: '['",
      "2:3: there is no rule 'weak-pasword'; did you mean 'weak-password'?",
      "3:18: there is no severity 'eror'; did you mean 'error'?",
      "4:10: the '[' has no ']'"),
    // Operations
    Case("operations: {}", "1:13: 'operations' is a list of maps, not a map"),
    Case(
      "operations:\n- files: a",
      "2:3: this entry says nothing of its files; it may have: operation, apiVersion, facts, response"),
    Case("operations:\n- response: true", "2:3: an entry of 'operations' lacks its 'files'"),
    Case("operations:\n- a", "2:3: an entry of 'operations' is a map, not a scalar"),
    Case(
      "operations:\n- files: a\n  operation: Images_CreateOrUpdat",
      "3:14: there is no operation 'Images_CreateOrUpdat'; did you mean 'Images_CreateOrUpdate'?"),
    Case(
      "operations:\n- files: a\n  operation: Zzzzzzzz",
      "3:14: there is no operation 'Zzzzzzzz'; there are: Images_CreateOrUpdate, Image"),
    Case(
      "operations:\n- files: a\n  apiVersion: 2024-13-01",
      "3:15: '2024-13-01' is no api-version; they look like 2024-03-01"),
    Case("operations:\n- files: a\n  response: yes", "3:13: 'true' or 'false' was expected"),
    Case("operations:\n- files: a\n  facts: os", "3:10: 'facts' is a map, not a scalar"),
    Case(
      "operations:\n- files: a\n  facts: {so: Linux}", "3:11: there is no fact 'so'; did you mean 'os'?"),
    Case(
      "operations:\n- files: a\n  facts: {os: linux}",
      "3:15: there is no value 'linux' of the fact 'os'; did you mean 'Linux'?"),
    Case(
      "operations:\n- files: a\n  api-version: 2024-03-01",
      "3:3: there is no key 'api-version' in an entry of 'operations'; did you mean 'apiVersion'?"),
    Case(
      "operations:\n- files: a.json#/b\n  response: true",
      "2:10: 'files' takes files here; only overrides take pointers in them"),
    // Overrides
    Case("overrides:\n  - files: a", "2:5: an override lacks its 'rules'"),
    Case("overrides:\n  - rules: {}", "2:5: an override lacks its 'files'"),
    Case("overrides:\n  - files: []\n    rules: {}", "2:12: 'files' names no files"),
    Case("overrides:\n  - files: ''\n    rules: {}", "2:12: the pattern is empty"),
    Case(
      "overrides:\n  - files: '#/a'\n    rules: {}",
      "2:12: the pointer lacks the files it is about; for all files write '**#/a'"),
    Case(
      "overrides:\n  - files: 'a#/b~2'\n    rules: {}",
      "2:12: '/b~2' is no JSON Pointer: it begins with '/', and '~' is written '~0'"),
    Case(
      "overrides:\n  - files: '!a'\n    rules: {}",
      "2:12: '!' takes out what a pattern before it takes in; here is none before it"),
    Case(
      "overrides:\n  - files: [a, '!a#/b']\n    rules: {}", "2:16: '!' takes out whole files; it goes without a pointer"
    ),
    Case("overrides:\n  - files: [{a: b}]\n    rules: {}", "2:13: a text was expected, not a map"),
    Case(
      "overrides:\n  - files: ../a\n    rules: {}",
      "2:12: '..' leads out of the folder of this file; patterns are relative to it"),
    Case(
      "overrides:\n  - files: a\n    rules: {}\n    expires: 2026-02-30",
      "4:14: '2026-02-30' is no date; it is written 2026-12-31"),
    Case(
      "overrides:\n  - files: a\n    rules: {}\n    expires: soon", "4:14: 'soon' is no date; it is written 2026-12-31"),
    Case(
      "overrides:\n  - files: a\n    rules: {}\n    expire: x",
      "4:5: there is no key 'expire' in an override; did you mean 'expires'?"),
    Case("overrides:\n  - file: a\n    rules: {}", "2:5: there is no key 'file' in an override; did you mean 'files'?"),
    // Exclude
    Case("exclude: [a, 'b#/c']", "1:14: 'exclude' takes files here; only overrides take pointers in them"),
    // Extends
    Case(
      "extends: https://example.com/a.yaml",
      "1:10: 'extends' takes files of this machine, not URLs; put a copy beside this file"),
    Case("extends: /etc/a.yaml", "1:10: 'extends' takes a path relative to this file: '../shared.yaml'"),
    Case("extends: ~/a.yaml", "1:10: 'extends' takes a path relative to this file: '../shared.yaml'"),
    Case("extends: ''", "1:10: 'extends' names a file; this is empty"),
    Case("extends: [a: b]", "1:11: a text was expected, not a map"),
    Case("extends: none.yaml", "1:10: 'none.yaml' cannot be read: no such file or directory"),
    Case("extends: .", "1:10: '.' is no regular file"),
    Case("extends: .bodylint.yaml", "1:10: this file extends itself: .bodylint.yaml → .bodylint.yaml"),
  ]

  @Test(arguments: cases)
  func mistakes(_ test: Case) throws {
    let folder = try Folder([".bodylint.yaml": test.text + "\n"])
    #expect(try found(folder) == test.mistakes.map { ".bodylint.yaml:" + $0 })
  }

  private func found(_ folder: Folder) throws -> [String] {
    do throws(ConfigurationError) {
      _ = try Configuration.read(folder.path + "/.bodylint.yaml", vocabulary: vocabulary)
      return ["no mistake"]
    } catch {
      // The folder itself, where a message names it.
      return error.mistakes.map { folder.short($0.description).replacingOccurrences(of: folder.path, with: ".") }
    }
  }

  @Test func fileThatIsNot() throws {
    let folder = try Folder()
    #expect(try found(folder) == [".bodylint.yaml: cannot be read: no such file or directory"])
  }

  /// A configuration that was found lies where it is read from; one that is named may be anywhere.
  @Test func linksOutOfTheirFolder() throws {
    let folder = try Folder([
      "shared.yaml": "rules: {duplicate-lun: off}\n", "a/in/c.yaml": "rules: {duplicate-lun: info}\n",
      "b/.bodylint.yaml": "extends: l.yaml\n", "c/x.json": "{}", "d/.bodylint.yaml": "extends: ../shared.yaml\n",
      "e/.bodylint.yaml": "extends: sub/c.yaml\n", "f/.bodylint.yaml": "extends: sub/c.yaml\n",
      "f/real/c.yaml": "rules: {duplicate-lun: info}\n", "g/h/.bodylint.yaml": "extends: ../out/c.yaml\n",
      "g/i/.bodylint.yaml": "extends: ../in/c.yaml\n", "g/j/c.yaml": "rules: {duplicate-lun: info}\n",
    ])
    let links = [
      ("a/.bodylint.yaml", "in/c.yaml"), ("b/l.yaml", "../shared.yaml"), ("c/.bodylint.yaml", "../shared.yaml"),
      ("e/sub", "../a/in"), ("f/sub", "real"), ("g/out", "../a/in"), ("g/in", "j"),
    ]
    for (link, target) in links {
      try FileManager.default.createSymbolicLink(atPath: folder.path + "/" + link, withDestinationPath: target)
    }
    func level(_ name: String, named path: String? = nil) -> String {
      let finder = ConfigurationFinder(vocabulary: vocabulary, path: path.map { folder.path + "/" + $0 })
      do throws(ConfigurationError) {
        let settings = try finder.settings(for: folder.path + "/" + name + "/x.json", today: today)
        return settings.map { word($0, finding("duplicate-lun")) } ?? "none"
      } catch {
        return error.mistakes.map { $0.description }.joined(separator: "\n")
      }
    }
    let refusal = "leads out of its folder by a link; it is read only for --config"
    #expect(level("a") == "info")
    #expect(level("b").hasSuffix("b/l.yaml' \(refusal)"))
    #expect(level("c").hasSuffix("c/.bodylint.yaml: \(refusal)"))
    #expect(level("d") == "off")
    // Folders on the way are links as well: out, and to one inside.
    #expect(level("e").hasSuffix("e/sub/c.yaml' \(refusal)"))
    #expect(level("f") == "info")
    // `..` leads to the folder above and to what stands in it, and not out of that.
    #expect(level("g/h").hasSuffix("g/out/c.yaml' \(refusal)"))
    #expect(level("g/i") == "info")
    #expect(level("e", named: "e/.bodylint.yaml") == "info")
    #expect(level("b", named: "b/.bodylint.yaml") == "off")
    #expect(level("c", named: "c/.bodylint.yaml") == "off")
  }

  @Test func hugeFile() throws {
    let folder = try Folder([".bodylint.yaml": String(repeating: "# comment\n", count: 110_000)])
    #expect(try found(folder) == [".bodylint.yaml: the file has over 1048576 bytes; configurations are small"])
  }

  @Test func extendedMistakesNameTheirFile() throws {
    let folder = try Folder([
      ".bodylint.yaml": "rules: {zzz: off}\nextends: shared/base.yaml\n", "shared/base.yaml": "rules:\n  yyy: off\n",
    ])
    #expect(
      try found(folder) == [
        ".bodylint.yaml:1:9: there is no rule 'zzz'; 'bodylint rules' lists them",
        "shared/base.yaml:2:3: there is no rule 'yyy'; 'bodylint rules' lists them",
      ])
  }

  @Test func circle() throws {
    let folder = try Folder([
      ".bodylint.yaml": "extends: a.yaml\n", "a.yaml": "extends: [x/../b.yaml]\n", "b.yaml": "extends: ./a.yaml\n",
    ])
    #expect(try found(folder) == ["b.yaml:1:10: this file extends itself: a.yaml → b.yaml → a.yaml"])
  }

  @Test func depth() throws {
    let folder = try Folder([".bodylint.yaml": "extends: 1.yaml\n"])
    for index in 1...8 { try folder.write("\(index).yaml", "extends: \(index + 1).yaml\n") }
    #expect(try found(folder) == ["7.yaml:1:10: more than 8 files extend one another"])
  }

  @Test func breadth() throws {
    // 9 files that would be read 8 to the power of 7 times.
    let folder = try Folder([".bodylint.yaml": "extends: [1.yaml, 1.yaml, 1.yaml, 1.yaml, 1.yaml, 1.yaml, 1.yaml]\n"])
    for index in 1...6 {
      let next = [String](repeating: "\(index + 1).yaml", count: 7).joined(separator: ", ")
      try folder.write("\(index).yaml", "extends: [\(next)]\n")
    }
    try folder.write("7.yaml", "rules: {}\n")
    let mistakes = try found(folder)
    #expect(!mistakes.isEmpty && mistakes.count < 100)
    #expect(mistakes.allSatisfy { $0.hasSuffix("the configuration takes in more than 64 files") })
  }
}
