import Configuration
import JSONText
import Testing

@Suite struct GlobTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let pattern: String
    let yes: [String]
    let no: [String]
    var testDescription: String { pattern }

    init(_ pattern: String, _ yes: [String], not no: [String]) {
      self.pattern = pattern
      self.yes = yes
      self.no = no
    }
  }

  static let cases = [
    Case("a.json", ["a.json", "x/a.json", "x/y/a.json", "a.json/b"], not: ["a.jsonc", "ba.json", "a_json"]),
    Case("/a.json", ["a.json"], not: ["x/a.json"]),
    Case("./a.json", ["a.json"], not: ["x/a.json"]),
    Case("x/a.json", ["x/a.json"], not: ["a.json", "y/x/a.json"]),
    Case("*.json", ["a.json", ".json", "x/y.json"], not: ["a.jsonc", "json"]),
    Case("x/*.json", ["x/a.json"], not: ["x/y/a.json", "a.json"]),
    Case("x/**/*.json", ["x/a.json", "x/y/a.json", "x/y/z/a.json"], not: ["a.json", "xy/a.json"]),
    Case("**/x/a", ["x/a", "y/x/a", "z/y/x/a"], not: ["yx/a", "a"]),
    Case("x/**", ["x/a", "x/y/a"], not: ["x", "xa"]),
    Case("**", ["a", "x/a"], not: []),
    Case("/**", ["a", "x/a"], not: []),
    Case("x/a**b", ["x/ab", "x/acb"], not: ["x/a/b"]),
    Case("node_modules", ["node_modules", "node_modules/a", "x/node_modules/y/a"], not: ["node_modules2/a"]),
    Case("build/", ["build/a", "x/build/a"], not: ["build", "x/build"]),
    Case("a?c", ["abc", "a.c", "a\u{1F600}c"], not: ["ac", "abbc", "a/c"]),
    Case("[a-c]x", ["ax", "cx"], not: ["dx", "x", "-x"]),
    Case("[!a-c]x", ["dx"], not: ["ax", "/x"]),
    Case("[^a]x", ["dx"], not: ["ax"]),
    Case("[]a]", ["]", "a"], not: ["b"]),
    Case("[a-]", ["a", "-"], not: ["b"]),
    Case("[a\\]]", ["]", "a"], not: ["b", "\\"]),
    Case("{a,b}.json", ["a.json", "b.json", "x/b.json"], not: ["c.json", "ab.json", ".json"]),
    Case("{a,}b", ["ab", "b"], not: ["cb"]),
    Case("{a{b,c},d}e", ["abe", "ace", "de"], not: ["ae", "abce"]),
    Case("x/{y/**,z}/a", ["x/z/a", "x/y/q/a", "x/y/q/r/a"], not: ["x/y/a", "x/a"]),
    Case("{**/x,y}.json", ["a/b/x.json", "x.json", "y.json"], not: ["a/y.json"]),
    Case("a,b}", ["a,b}"], not: ["a"]),
    Case("\\*.json", ["*.json"], not: ["a.json"]),
    Case("\\{a", ["{a"], not: ["a"]),
  ]

  @Test(arguments: cases)
  func matches(_ test: Case) throws {
    let glob = try Glob(test.pattern)
    for path in test.yes { #expect(glob.matches(path), "\(path)") }
    for path in test.no { #expect(!glob.matches(path), "\(path)") }
  }

  @Test(arguments: [("build/", "build"), ("build/**", "build"), ("/build/**", "build"), ("**/b/**", "a/b")])
  func folders(_ pattern: String, _ folder: String) throws {
    #expect(try Glob(pattern).matches(folder, isFolder: true))
    #expect(try !Glob(pattern).matches(folder))
  }

  @Test func namesOnlyOutsideOfTheFolder() throws {
    #expect(try Glob("*.json").matchesName("a.json"))
    #expect(try !Glob("/*.json").matchesName("a.json"))
    #expect(try !Glob("**/*.json").matchesName("a.json"))
  }

  @Test(arguments: [
    ("", "the pattern is empty"),
    ("/", "the pattern is empty"),
    ("[a", "the '[' has no ']'"),
    ("[", "the '[' has no ']'"),
    ("[]", "the '[' has no ']'"),
    ("[a\\", "the '[' has no ']'"),
    ("[z-a]", "the range z-a has its ends in the wrong order"),
    ("{a,b", "the '{' has no '}'"),
    ("{", "the '{' has no '}'"),
    ("a\\", "the '\\' at the end of the pattern escapes nothing"),
    ("../a", "'..' leads out of the folder of this file; patterns are relative to it"),
    ("a/../b", "'..' leads out of the folder of this file; patterns are relative to it"),
    ("{{{{{{{{{a}}}}}}}}}", "more than 8 levels of braces"),
    (String(repeating: "a", count: 1025), "the pattern has over 1024 characters"),
  ])
  func refuses(_ pattern: String, _ message: String) {
    #expect(throws: GlobError.self) { try Glob(pattern) }
    do throws(GlobError) {
      _ = try Glob(pattern)
    } catch {
      #expect(error.description == message)
    }
  }

  /// Patterns that take a backtracking matcher longer than the universe has been there.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      String(repeating: "*a", count: 400) + "b",
      String(repeating: "**/", count: 300) + "b",
      String(repeating: "{a,a}", count: 200) + "b",
      String(repeating: "{a,}", count: 200) + "b",
      String(repeating: "{*,*a}", count: 150) + "b",
      "{{{{*a,*a},*a}*,*}*a}*b",
    ])
  func hostilePatterns(_ pattern: String) throws {
    let glob = try Glob(pattern)
    #expect(!glob.matches(String(repeating: "a", count: 2000)))
    #expect(!glob.matches(String(repeating: "a/", count: 1000) + "a"))
  }

  @Test(arguments: [
    ("/properties/osDisk", ["/properties/osDisk", "/properties/osDisk/lun"], ["/properties", "", "/osDisk"]),
    ("/a/*/b", ["/a/0/b", "/a/x/b", "/a/x/b/c"], ["/a/b", "/a/x/y/b"]),
    ("/a/**/b", ["/a/b", "/a/x/b", "/a/x/y/b", "/a/x/b/z"], ["/a", "/b", "/a/x"]),
    ("/**", ["", "/a", "/a/b"], []),
    ("/*", ["/a", "/a/b", "/"], [""]),
    ("/a~1b/c~0d", ["/a~1b/c~0d"], ["/a/b/c~0d"]),
    ("/**/**/**/**/**/x", ["/x", "/a/x"], ["/a", "/a/b"]),
  ])
  func pointers(_ pattern: String, _ yes: [String], _ no: [String]) throws {
    let glob = try PointerGlob(pattern)
    for text in yes { #expect(glob.matches(try #require(JSONPointer(text))), "\(text)") }
    for text in no { #expect(!glob.matches(try #require(JSONPointer(text))), "\(text)") }
  }

  @Test(.timeLimit(.minutes(1)))
  func hostilePointer() throws {
    let glob = try PointerGlob(String(repeating: "/**/a", count: 100) + "/b")
    #expect(!glob.matches(JSONPointer([String](repeating: "a", count: 250))))
  }
}
