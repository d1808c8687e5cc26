import Foundation
import Testing

/// What a scenario cannot say: many files at once, links, pipes, permissions, and the bytes that a fix leaves.
@Suite struct FilesTests {
  private static let machine =
    "/subscriptions/8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a50/resourceGroups/images/providers/Microsoft.Compute/virtualMachines/web"
  private static let source = "\"sourceVirtualMachine\": {\"id\": \"\(machine)\"}"
  /// An image with a property that `--fix` takes out.
  private static let image = "{\"id\": \"x\", \"location\": \"westus\", \"properties\": {\(source)}}\n"
  private static let mended = "{\"location\": \"westus\", \"properties\": {\(source)}}\n"

  // MARK: Several at once

  @Test func theNumberOfJobsChangesNothing() throws {
    let folder = try ScratchFolder()
    for index in 0..<130 {
      let body = index % 3 == 0 ? Self.image : index % 3 == 1 ? "{\"tempDisk\": \(index)}\n" : "{\"a\": 1}\n"
      try folder.write(body, to: "bodies/\(index / 40)/\(index).json")
    }
    for format in ["text", "compact", "json", "ndjson", "sarif", "junit", "gitlab", "html"] {
      let one = try folder.run("bodylint --jobs 1 -v --format \(format) bodies")
      let four = try folder.run("bodylint --jobs 4 -v --format \(format) bodies")
      #expect(one.status == 1)
      #expect(one == four, "--format \(format)")
    }
  }

  @Test func severalJobsMendAsOneDoes() throws {
    let folder = try ScratchFolder()
    for index in 0..<100 { try folder.write(Self.image, to: "bodies/\(index).json") }
    let answer = try folder.run("bodylint --jobs 4 --fix bodies")
    #expect(answer.status == 0)
    #expect(answer.output == "100 mended in 100 files\n100 files checked, nothing to report\n")
    for index in 0..<100 { #expect(try folder.read("bodies/\(index).json") == Self.mended) }
    #expect(try folder.run("ls -A bodies | wc -l").output.trimmingCharacters(in: .whitespacesAndNewlines) == "100")
  }

  @Test func sarifHasTheFindingsOfTwoFiles() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "images/a b.json")
    try folder.write("{\"tempDisk\": 1}\n", to: "reimage.json")
    let answer = try folder.run("bodylint --format sarif 'images/a b.json' reimage.json")
    let log = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(
      results.map { $0["ruleId"] as? String } == ["read-only-property", "malformed-resource-id", "type-mismatch"])
  }

  // MARK: What a fix leaves as it is

  @Test func aFixTouchesNoOtherByte() throws {
    let folder = try ScratchFolder()
    let old = "{\r\n\t\"location\": \"westus\",\r\n\t\"id\": \"x\",\r\n\t\"properties\": {\(Self.source)}\r\n}"
    try folder.write(old, to: "a.json")
    try folder.write("\u{FEFF}" + Self.mended, to: "b.json")
    #expect(try folder.run("bodylint --quiet --fix a.json b.json").status == 0)
    #expect(
      Array(try folder.read("a.json").utf8)
        == Array(old.replacingOccurrences(of: "\t\"id\": \"x\",\r\n", with: "").utf8))
    #expect(Array(try folder.read("b.json").utf8) == Array(Self.mended.utf8))
  }

  @Test func permissionsAndLinksSurviveAFix() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "real/a.json")
    #expect(try folder.run("chmod 640 real/a.json; ln -s real/a.json link.json").status == 0)
    #expect(try folder.run("bodylint --quiet --fix link.json").status == 0)
    #expect(try folder.read("real/a.json") == Self.mended)
    #expect(try folder.run("test -L link.json && ls -l real/a.json").output.hasPrefix("-rw-r-----"))
    #expect(try folder.run("ls -A real").output == "a.json\n")
  }

  @Test func aSecondFixWritesNothing() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "a.json")
    #expect(try folder.run("bodylint --quiet --fix a.json").status == 0)
    let before = try folder.run("ls -i a.json")
    #expect(try folder.run("bodylint --quiet --fix --unsafe a.json").status == 0)
    #expect(try folder.run("ls -i a.json") == before)
  }

  @Test func theDiffCanBePatched() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image.replacingOccurrences(of: ", ", with: ",\r\n "), to: "a.json")
    #expect(try folder.run("cp a.json b.json; bodylint --quiet --fix b.json").status == 0)
    guard try folder.run("command -v patch").status == 0 else { return }
    let answer = try folder.run(
      "bodylint --quiet --diff a.json > a.diff; patch --binary -s -p1 < a.diff && cmp a.json b.json")
    #expect(answer.status == 0, "\(answer.output)\(answer.error)")
  }

  // MARK: What else there is in a folder

  @Test func linksInCirclesArePassedOver() throws {
    let folder = try ScratchFolder()
    try folder.write("{\"tempDisk\": 1}\n", to: "a/b.json")
    #expect(try folder.run("ln -s . loop; ln -s .. a/up; ln -s nowhere gone.json").status == 0)
    let answer = try folder.run("bodylint --format compact .")
    #expect(
      answer.output == "./a/b.json:1:14: error[type-mismatch] tempDisk is a number; a boolean is expected (/tempDisk)\n"
    )
    #expect(answer.status == 1)
  }

  /// Records that were read at once stay what they are while the next lines are read, blank ones and long ones.
  @Test func recordsStayWhereTheyAre() throws {
    let folder = try ScratchFolder()
    let wrong = #"{"tempDisk":1}"#
    let sound = #"{"tempDisk":true}"#
    let check = "bodylint --no-config --quiet --format compact --ndjson --operation VirtualMachines_Reimage"
    func lines(_ text: String) throws -> [String] {
      try folder.write(text, to: "a.ndjson")
      return try folder.run("\(check) a.ndjson").output.split(separator: "\n").map {
        $0.split(separator: " ")[0].description
      }
    }
    #expect(try lines("\(wrong)\n\n\(sound)") == ["a.ndjson:1:13:"])
    #expect(try lines("\(wrong)\r\n\r\n\(sound)") == ["a.ndjson:1:13:"])
    #expect(try lines("\(wrong)\n\n\n\(wrong)\n") == ["a.ndjson:1:13:", "a.ndjson:4:13:"])
    // Around the border of what is read at once, and a record that is larger than that.
    for padding in 262_100..<262_160 where padding % 7 == 0 {
      let long = #"{"exactVersion":"\#(String(repeating: "1", count: padding))"}"#
      let texts = "\(wrong)\n\(long)\n\n\(wrong)\n   \n\(sound)\n\(wrong)"
      #expect(try lines(texts) == ["a.ndjson:1:13:", "a.ndjson:4:13:", "a.ndjson:7:13:"], "\(padding)")
    }
    let many = Array(repeating: wrong, count: 100).joined(separator: "\n")
    let huge = #"{"exactVersion":"\#(String(repeating: "2", count: 600_000))"}"#
    #expect(try lines("\(many)\n\n\(huge)\n\(wrong)\n").count == 101)
    // A pipe gives what there is.
    let piped = try folder.run("(printf '\(wrong)\\n\\n'; sleep 0.3; printf '\(sound)\\n') | \(check) -")
    #expect(piped.output.hasPrefix("<stdin>:1:13:"))
    #expect(piped.output.split(separator: "\n").count == 1)
  }

  @Test func aPipeInAFolderIsPassedOver() throws {
    let folder = try ScratchFolder()
    try folder.write("{\"tempDisk\": true}\n", to: "a.json")
    #expect(try folder.run("mkfifo b.json c.jsonl").status == 0)
    #expect(try folder.run("timeout 5 bodylint .").output == "1 file checked, nothing to report\n")
  }

  @Test func aNamedPipeIsRead() throws {
    let folder = try ScratchFolder()
    #expect(try folder.run("mkfifo b.json").status == 0)
    let answer = try folder.run("(echo '{\"tempDisk\": 1}' > b.json &); timeout 5 bodylint --format compact b.json")
    #expect(
      answer.output == "b.json:1:14: error[type-mismatch] tempDisk is a number; a boolean is expected (/tempDisk)\n")
  }

  // MARK: Output that goes nowhere

  @Test func closedOutputIsTrouble() throws {
    let folder = try ScratchFolder()
    try folder.write("{\"tempDisk\": 1}\n", to: "a.json")
    let answer = try folder.run("bodylint a.json >&-")
    #expect(answer.status == 2)
    #expect(answer.error == "bodylint: the findings could not be written: bad file descriptor\n")
  }

  @Test func aBrokenPipeIsQuiet() throws {
    let folder = try ScratchFolder()
    for index in 0..<200 { try folder.write("{\"tempDisk\": \(index)}\n", to: "bodies/\(index).json") }
    #expect(try folder.run("bodylint --format json bodies | head -c 1").error == "")
  }

  @Test func aReportOverABodyIsRefused() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "a.json")
    #expect(try folder.run("bodylint --format json --output a.json a.json").status == 2)
    #expect(try folder.read("a.json") == Self.image)
  }

  @Test func aReportIsThereOnlyWhenItIsWhole() throws {
    let folder = try ScratchFolder()
    try folder.write("rules: [\n", to: ".bodylint.yaml")
    try folder.write(Self.image, to: "a.json")
    let answer = try folder.run("bodylint --format json --output report.json a.json")
    #expect(answer.status == 2)
    // Whatever is there can be read.
    let report = try folder.read("report.json")
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(report.utf8)) }
  }
}
