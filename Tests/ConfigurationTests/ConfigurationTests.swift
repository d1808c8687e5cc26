import Configuration
import Findings
import JSONText
import Testing

@Suite struct ConfigurationTests {
  private func settings(_ folder: Folder, _ file: String, today: String = today) throws -> FileSettings {
    try #require(try ConfigurationFinder(vocabulary: vocabulary).settings(for: folder.path + "/" + file, today: today))
  }

  // MARK: Which file

  @Test func nearestOneUpward() throws {
    let folder = try Folder([
      ".bodylint.yaml": "rules: {duplicate-lun: info}\n", "a/.bodylint.yaml": "rules: {duplicate-lun: off}\n",
    ])
    let finder = ConfigurationFinder(vocabulary: vocabulary)
    for (file, expected) in [
      ("x.json", "info"), ("a/x.json", "off"), ("a/b/c/x.json", "off"), ("b/x.json", "info"), ("a/../x.json", "info"),
      ("<stdin>", "info"),
    ] {
      let settings = try #require(try finder.settings(for: folder.path + "/" + file, today: today))
      #expect(word(settings, finding("duplicate-lun")) == expected, "\(file)")
    }
    let nearest = try Configuration.nearest(to: folder.path + "/a/none.json", vocabulary: vocabulary)
    #expect(nearest?.files.map(folder.short) == ["a/.bodylint.yaml"])
  }

  @Test func theOneThatIsNamed() throws {
    let folder = try Folder(["c.yaml": "rules: {duplicate-lun: off}\n", "a/.bodylint.yaml": "rules: {}\n"])
    let finder = ConfigurationFinder(vocabulary: vocabulary, path: folder.path + "/c.yaml")
    let settings = try #require(try finder.settings(for: folder.path + "/a/x.json", today: today))
    #expect(word(settings, finding("duplicate-lun")) == "off")
  }

  @Test func mistakesThrowForEachFile() throws {
    let folder = try Folder([".bodylint.yaml": "rule: {}\n"])
    let finder = ConfigurationFinder(vocabulary: vocabulary)
    for file in ["x.json", "y.json", "a/x.json"] {
      #expect(throws: ConfigurationError.self) { try finder.settings(for: folder.path + "/" + file, today: today) }
    }
  }

  @Test(arguments: ["", "\n", "# nothing yet\n\n  # still nothing\n", "rules: {}\n", "exclude: []\n"])
  func saysNothing(_ text: String) throws {
    let folder = try Folder([".bodylint.yaml": text])
    let settings = try settings(folder, "x.json")
    #expect(word(settings, finding("duplicate-lun")) == "kept")
    #expect(!settings.isExcluded)
    #expect(
      settings.explanation().map(folder.short) == ["x.json: .bodylint.yaml", "  nothing in it is about this file"])
  }

  // MARK: Operations

  @Test func laterEntriesWinValueByValue() throws {
    let folder = try Folder([
      ".bodylint.yaml": """
      operations:
        - files: '**'
          operation: Image
          apiVersion: 2024-03-01
          facts: {os: Linux}
        - files: [requests/**, '!requests/old/**']
          operation: Images_CreateOrUpdate
          response: false
        - files: responses
          response: true
          facts: {os: Windows}
      """
    ])
    let other = try settings(folder, "x.json")
    #expect(other.operation == "Image" && other.apiVersion == "2024-03-01")
    #expect(other.facts == ["os": "Linux"] && other.isResponse == nil)
    let request = try settings(folder, "requests/a/x.json")
    #expect(request.operation == "Images_CreateOrUpdate" && request.apiVersion == "2024-03-01")
    #expect(request.isResponse == false)
    #expect(try settings(folder, "requests/old/x.json").operation == "Image")
    let response = try settings(folder, "a/responses/x.json")
    #expect(response.operation == "Image" && response.isResponse == true && response.facts == ["os": "Windows"])
  }

  // MARK: Severities

  @Test(arguments: [
    ("off", Severity.error, [String](), "off"),
    ("info", .error, [], "info"),
    ("error", .info, [], "error"),
    ("error", .error, [], "kept"),
    // What holds in some worlds only is never an error.
    ("error", .warning, ["os=Windows"], "kept"),
    ("info", .warning, ["os=Windows"], "info"),
    ("off", .warning, ["os=Windows"], "off"),
  ])
  func levels(_ level: String, _ severity: Severity, _ worlds: [String], _ expected: String) throws {
    let folder = try Folder([".bodylint.yaml": "rules: {duplicate-lun: \(level)}\n"])
    let settings = try settings(folder, "x.json")
    #expect(word(settings, finding("duplicate-lun", severity: severity, worlds: worlds)) == expected)
    #expect(word(settings, finding("weak-password", severity: severity, worlds: worlds)) == "kept")
  }

  @Test func whatSaysSo() throws {
    let folder = try Folder([
      ".bodylint.yaml": """
      rules:
        weak-password: info
        duplicate-lun: warning
      overrides:
        - files: old/*
          reason: goes away with the old images
          rules:
            duplicate-lun: off
      """
    ])
    let decision = try settings(folder, "old/x.json").judge(finding("duplicate-lun"))
    #expect(decision.place.map { folder.short($0.description) } == ".bodylint.yaml:8")
    #expect(decision.reason == "goes away with the old images")
    let other = try settings(folder, "x.json").judge(finding("duplicate-lun"))
    #expect(other.place.map { folder.short($0.description) } == ".bodylint.yaml:3")
    #expect(other.reason == nil)
    #expect(try settings(folder, "x.json").judge(finding("missing-property")).place == nil)
  }

  @Test func pointers() throws {
    let folder = try Folder([
      ".bodylint.yaml": """
      rules: {duplicate-lun: warning}
      overrides:
        - files: '*.json#/properties/*/dataDisks/**/lun'
          rules: {duplicate-lun: off}
        - files: ['a.json#/x', 'b.json#/y']
          rules: {duplicate-lun: info}
        - files: c\\#/a.json
          rules: {duplicate-lun: error}
      """
    ])
    for (file, pointer, expected) in [
      ("x.json", "/properties/storageProfile/dataDisks/0/lun", "off"),
      ("x.json", "/properties/storageProfile/dataDisks/0", "warning"),
      ("x.jsonc", "/properties/storageProfile/dataDisks/0/lun", "warning"),
      ("a.json", "/x", "info"), ("a.json", "/x/z", "info"), ("a.json", "/y", "warning"), ("b.json", "/y", "info"),
      ("c#/a.json", "/z", "kept"),
    ] {
      #expect(
        try word(settings(folder, file), finding("duplicate-lun", pointer)) == expected, "\(file)#\(pointer)")
    }
    // No pointer, so no pattern of pointers is about it.
    #expect(try word(settings(folder, "a.json"), finding("duplicate-lun", nil)) == "warning")
    // From the root of the body as well as from that of the document.
    var nested = finding("duplicate-lun", "/resources/0/x")
    nested.bodyPointer = JSONPointer(["x"])
    #expect(try word(settings(folder, "a.json"), nested) == "info")
  }

  @Test func extendedFilesComeFirst() throws {
    let folder = try Folder([
      "shared/base.yaml": """
      rules: {duplicate-lun: info, weak-password: info, missing-property: info}
      overrides:
        - files: '*.json'
          rules: {duplicate-lun: off, weak-password: off}
      exclude: ['*.skip.json']
      """,
      "shared/more.yaml": "rules: {missing-property: warning}\n",
      "a/.bodylint.yaml": """
      overrides:
        - files: sub/*.json
          rules: {weak-password: error}
      rules: {duplicate-lun: warning}
      exclude: ['!kept.skip.json']
      extends: [../shared/base.yaml, ../shared/more.yaml]
      """,
    ])
    let settings = try settings(folder, "a/x.json")
    // Its own rules win over overrides that it extends; a later extended file wins over an earlier one.
    #expect(word(settings, finding("duplicate-lun")) == "warning")
    #expect(word(settings, finding("weak-password")) == "off")
    #expect(word(settings, finding("missing-property")) == "warning")
    #expect(try word(self.settings(folder, "a/sub/x.json"), finding("weak-password", severity: .info)) == "error")
    #expect(try self.settings(folder, "a/x.skip.json").isExcluded)
    #expect(try !self.settings(folder, "a/kept.skip.json").isExcluded)
  }

  @Test(arguments: [
    ("2026-11-21", "off", 0), ("2026-12-31", "off", 0), ("2026-12-31T23:59:59Z", "off", 0), ("2027-01-01", "kept", 1),
    ("2027-01-01T00:00:00Z", "kept", 1),
  ])
  func expiry(_ today: String, _ expected: String, _ count: Int) throws {
    let folder = try Folder([
      ".bodylint.yaml": """
      overrides:
        - files: x.json
          rules: {duplicate-lun: off}
          reason: until the move
          expires: 2026-12-31
      """
    ])
    let settings = try settings(folder, "x.json", today: today)
    #expect(word(settings, finding("duplicate-lun")) == expected)
    let note =
      ".bodylint.yaml:2:5: this override expired on 2026-12-31, and no longer applies; its reason was: until the move"
    #expect(settings.notes.map { folder.short($0.description) } == [String](repeating: note, count: count))
    // Files that it is not about do not hear of it; the configuration tells.
    #expect(try self.settings(folder, "y.json", today: today).notes.isEmpty)
    let configuration = try Configuration.read(folder.path + "/.bodylint.yaml", vocabulary: vocabulary)
    #expect(configuration.expired(today: today).count == count)
  }

  // MARK: Exclude

  @Test func exclusion() throws {
    let folder = try Folder([
      ".bodylint.yaml": "exclude: [node_modules/, /build/**, '*.gen.json', '!kept.gen.json']\n",
      "pruned/.bodylint.yaml": "exclude: [node_modules/, /build/**]\n",
    ])
    for (file, expected) in [
      ("x.json", false), ("node_modules/x.json", true), ("a/node_modules/b/x.json", true), ("node_modules", false),
      ("build/x.json", true), ("a/build/x.json", false), ("a/x.gen.json", true), ("a/kept.gen.json", false),
    ] {
      #expect(try settings(folder, file).isExcluded == expected, "\(file)")
    }
    let pruned = try Configuration.read(folder.path + "/pruned/.bodylint.yaml", vocabulary: vocabulary)
    for (name, expected) in [("node_modules", true), ("a/node_modules", true), ("build", true), ("a", false)] {
      #expect(pruned.excludes(folder: folder.path + "/pruned/" + name) == expected, "\(name)")
    }
    // Something in the folder may be taken out again.
    let configuration = try Configuration.read(folder.path + "/.bodylint.yaml", vocabulary: vocabulary)
    #expect(!configuration.excludes(folder: folder.path + "/node_modules"))
  }

  // MARK: Explanation

  @Test func explanation() throws {
    let folder = try Folder([
      "base.yaml": "rules: {duplicate-lun: info, weak-password: info}\n",
      ".bodylint.yaml": """
      extends: base.yaml
      operations:
        - files: images/*
          operation: Image
          facts: {os: Linux}
          response: true
      overrides:
        - files: '*.json#/x'
          rules: {duplicate-lun: off}
          reason: not ours
          expires: 2026-12-31
        - files: images
          rules: {weak-password: off}
          expires: 2026-01-01
      exclude: images/x.*
      """,
    ])
    #expect(
      try settings(folder, "images/x.json").explanation().map(folder.short) == [
        "images/x.json: .bodylint.yaml, which extends base.yaml",
        "  exclude                   yes    .bodylint.yaml:15 (images/x.*)",
        "  operation                 Image  .bodylint.yaml:4 (images/*)",
        "  response                  true   .bodylint.yaml:6 (images/*)",
        "  fact os                   Linux  .bodylint.yaml:5 (images/*)",
        "  rule duplicate-lun        info   base.yaml:1",
        "  rule duplicate-lun at /x  off    .bodylint.yaml:9 (until 2026-12-31: not ours)",
        "  rule weak-password        info   base.yaml:1",
        "  warning: .bodylint.yaml:12:5: this override expired on 2026-01-01, and no longer applies",
      ])
  }
}
