import Configuration
import Findings
import Foundation
import JSONText
import Testing

@Suite struct BaselineTests {
  static let document = """
    {"properties": {"storageProfile": {"dataDisks": [
      {"lun": 3, "name": "x", "diskSizeGB": 0},
      {"name": "a/b~c", "diskSizeGB": 0},
      {"diskSizeGB": 0},
      {"lun": "7", "diskSizeGB": 0},
      {"lun": null, "name": "", "diskSizeGB": 0},
      {"name": "\(String(repeating: "n", count: 80))"},
      {"name": "\(String(repeating: "n", count: 81))"},
      {"lun": {"name": 1}},
      {"name": "a\\u0062"},
      1
    ]}}, "nested": [[{"lun": 1, "inner": [{"name": "i"}]}]]}
    """

  @Test(arguments: [
    ("", ""),
    ("/properties", "/properties"),
    ("/disks/0/diskSizeGB", "/disks/lun=3/diskSizeGB"),
    ("/disks/0", "/disks/lun=3"),
    ("/disks/1/diskSizeGB", "/disks/name=a~1b~0c/diskSizeGB"),
    ("/disks/2/diskSizeGB", "/disks/2/diskSizeGB"),
    ("/disks/3/diskSizeGB", "/disks/lun=7/diskSizeGB"),
    ("/disks/4/diskSizeGB", "/disks/4/diskSizeGB"),
    ("/disks/5/name", "/disks/name=\(String(repeating: "n", count: 80))/name"),
    ("/disks/6/name", "/disks/6/name"),
    ("/disks/7/lun/name", "/disks/7/lun/name"),
    ("/disks/8", "/disks/name=ab"),
    ("/disks/9", "/disks/9"),
    ("/disks/10/x", "/disks/10/x"),
    ("/nested/0/0/inner/0/name", "/nested/0/lun=1/inner/name=i/name"),
    ("/none/0/x", "/none/0/x"),
  ])
  func keys(_ pointer: String, _ key: String) {
    func long(_ text: String) -> String {
      text.hasPrefix("/disks") ? "/properties/storageProfile/dataDisks" + text.dropFirst(6) : text
    }
    let keys = withBytes(Self.document) {
      BaselineKeys.keys(of: [finding("duplicate-lun", long(pointer))], in: $0, secrets: [])
    }
    #expect(keys == [long(key)])
  }

  @Test func keysOfProperties() {
    let keys = withBytes("{\"a\": [{\"lun\": 1}]}") {
      BaselineKeys.keys(
        of: [
          finding("missing-property", "/a/0", property: "name"), finding("unknown-property", "/a/0/x", property: "x"),
          finding("malformed-image-name", nil, parameter: "imageName"), finding("unknown-api-version", nil),
        ], in: $0, secrets: [])
    }
    #expect(keys == ["/a/lun=1/name", "/a/lun=1/x", "{imageName}", ""])
  }

  @Test func secretsAreNoIdentity() throws {
    let text = "{\"credentials\": [{\"name\": \"CANARY\", \"value\": 1}]}"
    let start = try #require(text.range(of: "\"CANARY\"")).lowerBound.utf16Offset(in: text)
    let keys = withBytes(text) {
      BaselineKeys.keys(of: [finding("duplicate-lun", "/credentials/0/value")], in: $0, secrets: [start..<start + 8])
    }
    #expect(keys == ["/credentials/0/value"])
  }

  // MARK: A run

  private func filter(_ baseline: inout Baseline, _ file: String, _ text: String, _ findings: [Finding]) -> [String] {
    Array(text.utf8).withUnsafeBufferPointer {
      baseline.filter(findings, file: file, bytes: $0, secrets: []).new.map {
        "\($0.rule) \($0.pointer?.description ?? "")"
      }
    }
  }

  private static let before = #"{"disks": [{"lun": 0, "size": 0}, {"lun": 1, "size": 0}]}"#
  private static let text = """
    {
      "version": 1,
      "findings": [
        {"file": "bodies/a.json", "rule": "duplicate-lun", "pointer": "/disks/lun=1/size", "count": 1},
        {"file": "bodies/a.json", "rule": "weak-password", "pointer": "", "count": 2}
      ]
    }

    """

  @Test func roundTrip() throws {
    let folder = try Folder(["bodies/a.json": Self.before])
    let path = folder.path + "/baseline.json"
    var baseline = Baseline(path: path)
    let found = [finding("weak-password"), finding("duplicate-lun", "/disks/1/size"), finding("weak-password")]
    #expect(filter(&baseline, folder.path + "/bodies/a.json", Self.before, found).count == 3)
    #expect(baseline.updatedText() == Self.text)
    try folder.write("baseline.json", baseline.updatedText())
    var again = try Baseline.read(path)
    #expect(again.count == 3)
    #expect(filter(&again, folder.path + "/bodies/../bodies/a.json", Self.before, found) == [])
    #expect(again.unused.isEmpty)
    #expect(again.updatedText() == Self.text)
  }

  @Test func editsElsewhereWakeNothing() throws {
    let folder = try Folder(["baseline.json": Self.text])
    var baseline = try Baseline.read(folder.path + "/baseline.json")
    // Disks before it, other lines, other properties: the disk with lun 1 is now the third.
    let after = """
      {"new": 1,
       "disks": [{"lun": 9, "size": 0}, {"lun": 0},

        {"size": 0, "lun": 1}]}
      """
    let found = [
      finding("weak-password"), finding("duplicate-lun", "/disks/0/size"), finding("duplicate-lun", "/disks/2/size"),
      finding("weak-password"), finding("weak-password", "/disks/0"), finding("weak-password"),
    ]
    #expect(
      filter(&baseline, folder.path + "/bodies/a.json", after, found) == [
        "duplicate-lun /disks/0/size", "weak-password /disks/0", "weak-password ",
      ])
    #expect(baseline.unused.isEmpty)
  }

  @Test func unused() throws {
    let folder = try Folder(["bodies/b.json": "1", "bodies/c.json": "1"])
    let entries = [("a", 1), ("b", 1), ("c", 3), ("c", 2)].enumerated().map { index, entry in
      "{\"file\": \"bodies/\(entry.0).json\", \"rule\": \"weak-password\", \"pointer\": \"/\(index)\", "
        + "\"count\": \(entry.1)}"
    }
    try folder.write("baseline.json", "{\"version\": 1, \"findings\": [\n\(entries.joined(separator: ",\n"))]}")
    var baseline = try Baseline.read(folder.path + "/baseline.json")
    #expect(filter(&baseline, folder.path + "/bodies/c.json", "1", [finding("weak-password", "/2")]) == [])
    // Of b.json, which is there and was not checked, nothing is known.
    #expect(
      baseline.unused.map { folder.short($0.description) } == [
        "baseline.json:2:1: there is no file 'bodies/a.json' any more",
        "baseline.json:4:1: weak-password is found 1 and not 3 times at /2 of 'bodies/c.json'",
        "baseline.json:5:1: weak-password is no longer found at /3 of 'bodies/c.json'",
      ])
    #expect(
      baseline.updatedText() == """
        {
          "version": 1,
          "findings": [
            {"file": "bodies/b.json", "rule": "weak-password", "pointer": "/1", "count": 1},
            {"file": "bodies/c.json", "rule": "weak-password", "pointer": "/2", "count": 1}
          ]
        }

        """)
  }

  @Test func emptyAndFilesElsewhere() throws {
    let folder = try Folder()
    var baseline = Baseline(path: folder.path + "/x/y/baseline.json")
    #expect(filter(&baseline, folder.path + "/z/a.json", "1", []) == [])
    #expect(baseline.updatedText() == "{\n  \"version\": 1,\n  \"findings\": []\n}\n")
    _ = filter(&baseline, folder.path + "/z/a\"\n.json", "1", [finding("weak-password")])
    #expect(baseline.updatedText().contains(#"{"file": "../../z/a\"\u000a.json","#))
  }

  @Test func mergedEntriesAdd() throws {
    let entry = #"{"file": "a", "rule": "r", "pointer": "", "count": 1}"#
    let folder = try Folder(["b.json": "{\"version\": 1, \"findings\": [\(entry), \(entry)]}"])
    #expect(try Baseline.read(folder.path + "/b.json").count == 2)
  }

  @Test(arguments: [
    ("[]", "1:1: a baseline is an object"),
    ("{}", "1:1: 'version' is missing here"),
    ("{\"version\": 2}", "1:13: this is version 2 of baselines; this bodylint knows version 1"),
    ("{\"version\": \"1\"}", "1:13: 'version' is a whole number"),
    ("{\"version\": 1}", "1:1: 'findings' is missing here"),
    ("{\"version\": 1,\n\"findings\": {}}", "2:13: 'findings' is an array"),
    ("{\"version\": 1,\n\"finding\": []}", "2:1: there is no member 'finding' in a baseline; did you mean 'findings'?"),
    ("{\"version\": 1, \"version\": 1}", "1:16: this member stands twice"),
    ("{\"version\": 1, \"findings\": [\n1]}", "2:1: an entry is an object"),
    ("{\"version\": 1, \"findings\": [\n{\"file\": 1}]}", "2:10: 'file' is a string"),
    ("{\"version\": 1, \"findings\": [\n{\"file\": \"a\"}]}", "2:1: 'rule' is missing here"),
    (
      "{\"version\": 1, \"findings\": [\n{\"file\": \"a\", \"rule\": \"r\", \"pointer\": \"\", \"count\": 0}]}",
      "2:52: 'count' is 1 or more"
    ),
    (
      "{\"version\": 1, \"findings\": [\n{\"file\": \"a\", \"rule\": \"r\", \"pointer\": \"\", \"count\": 1.5}]}",
      "2:52: 'count' is a whole number"
    ),
  ])
  func mistakes(_ text: String, _ message: String) throws {
    let folder = try Folder(["b.json": text])
    do throws(ConfigurationError) {
      _ = try Baseline.read(folder.path + "/b.json")
      Issue.record("no mistake")
    } catch {
      #expect(error.mistakes.map { folder.short($0.description) } == ["b.json:" + message])
    }
  }

  @Test func brokenText() throws {
    let folder = try Folder(["b.json": "{\"version\": 1,\n<<<<<<< HEAD\n\"findings\": []}"])
    do throws(ConfigurationError) {
      _ = try Baseline.read(folder.path + "/b.json")
      Issue.record("no mistake")
    } catch {
      #expect(folder.short(error.description).hasPrefix("b.json:2:1: a baseline is JSON: "))
    }
    #expect(throws: ConfigurationError.self) { try Baseline.read(folder.path + "/none.json") }
    #expect(throws: ConfigurationError.self) { try Baseline.read(folder.path) }
  }
}
