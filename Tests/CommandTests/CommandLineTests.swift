import Foundation
import Testing

/// The usual options are read without the command line's grammar, which takes longer than a short run. They mean the same:
/// `--`, which only the grammar knows, makes no difference.
@Suite struct CommandLineTests {
  private static let files = [
    ("image.json", #"{"location": "westus", "properties": {"hyperVGeneration": "v2", "storageProfile": {}}}"#),
    ("reimage.json", #"{"tempdisk": true}"#),
    ("other.json", #"{"a": 1}"#),
    ("check", #"{"location": "", "properties": {"sourceVirtualMachine": {"id": "x"}}}"#),
  ]

  private func outcome(_ line: String) throws -> (ScratchFolder.Outcome, [String]) {
    let folder = try ScratchFolder()
    for (name, text) in Self.files { try folder.write(text, to: name) }
    let outcome = try folder.run("bodylint " + line)
    return (outcome, try Self.files.map { try folder.read($0.0) })
  }

  private func expectSame(_ options: String, _ paths: String, _ more: String = "") throws {
    let (plain, plainFiles) = try outcome("\(options) \(paths) \(more)")
    let (parsed, parsedFiles) = try outcome("\(options) -- \(paths) \(more)")
    #expect(plain == parsed, "\(options) \(paths) \(more)")
    #expect(plainFiles == parsedFiles, "\(options) \(paths) \(more)")
  }

  @Test(arguments: [
    "--quiet", "-q", "--verbose", "-v", "--skip-unrecognized", "--fix", "--statistics", "--no-config", "--jobs 1",
    "--jobs 0", "--jobs x", "--jobs 08", "--jobs +2", "--jobs 1 --jobs 2", "--jobs=2", "--jobs ''",
    "--operation Images_CreateOrUpdate", "--operation Image", "--operation ''", "--operation --quiet",
    "--fail-on warning", "--fail-on never", "--fail-on error", "--fail-on x", "--fail-on info --fail-on never",
    "--color always", "--color never", "--color auto", "--color x", "--format json", "--format x",
    "--format compact --format junit", "--format text --output report.txt", "--output report.txt --format text", "-x",
    "--quie", "check --quiet", "check --jobs 1 --fix", "--quiet check", "--quiet config", "rules --quiet",
    "check -qv --skip-unrecognized", "--fix --format json", "--fix --quiet --skip-unrecognized",
  ])
  func eachOption(_ options: String) throws {
    try expectSame(options, "image.json reimage.json other.json")
    try expectSame(options, "-")
    try expectSame(options, "''")
  }

  @Test func names() throws {
    for words in ["check", "check check", "check config", "config", "missing.json", "- image.json", ""] {
      for options in ["--quiet", "check --skip-unrecognized"] { try expectSame(options, words) }
    }
  }

  /// Several at once, and behind the paths.
  @Test func manyOptions() throws {
    let options = [
      "--quiet", "-v", "--skip-unrecognized", "--fix", "--statistics", "--no-config", "--jobs 2", "--fail-on warning",
      "--fail-on never", "--operation Images_CreateOrUpdate", "--color always", "--format compact", "--format json",
      "--ndjson", "--fact os=Linux",
    ]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<60 {
      let some = options.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random))
      try expectSame(some.joined(separator: " "), "image.json reimage.json other.json")
      let (plain, plainFiles) = try outcome("image.json \(some.joined(separator: " ")) other.json")
      let (parsed, parsedFiles) = try outcome("image.json \(some.joined(separator: " ")) -- other.json")
      #expect(plain == parsed, "\(some)")
      #expect(plainFiles == parsedFiles, "\(some)")
    }
  }
}
