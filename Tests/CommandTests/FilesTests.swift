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

  /// Records go through in batches, of which the last ones are begun before the first ones are written.
  @Test func theNumberOfJobsChangesNothingOfRecords() throws {
    let folder = try ScratchFolder()
    let kinds = [
      Self.image, "{\"tempDisk\": 1}\n", "{\"a\": 1}\n", "{\n", "\n", "{\"tempDisk\": true, \"tempDisk\": 1}\n",
      "{\"exactVersion\": \"\(String(repeating: "1", count: 200_000))\", \"tempDisk\": 1}\n",
    ]
    for file in 0..<3 {
      let lines = (0..<4000).map { $0 % 977 == 976 ? kinds[6] : kinds[($0 * 7 + $0 / 6 + file) % 6] }
      try folder.write(lines.joined(), to: "records/\(file).ndjson")
    }
    for format in ["text", "compact", "json", "ndjson", "sarif", "html", "text --baseline known --update-baseline"] {
      let one = try folder.run("bodylint --jobs 1 -v --format \(format) records; cat known; rm -f known")
      let four = try folder.run("bodylint --jobs 4 -v --format \(format) records; cat known; rm -f known")
      #expect(one.output.utf8.count > 1000)
      #expect(one == four, "--format \(format)")
    }
  }

  /// What is said on the other stream stands where it belongs among the findings, and notes in the order of the arguments.
  @Test func theNumberOfJobsChangesNoOrder() throws {
    let folder = try ScratchFolder()
    for index in 0..<300 {
      try folder.write(index % 2 == 0 ? Self.image : "{\"a\": 1}\n", to: "bodies/\(100 + index).json")
    }
    #expect(try folder.run("mkdir empty; mkfifo pipe").status == 0)
    for arguments in ["bodies missing.json bodies", "bodies/*.json empty bodies/1*.json gone.json", "bodies /dev/null"]
    {
      let one = try folder.run("bodylint --jobs 1 -v --format compact \(arguments) 2>&1")
      for jobs in [2, 4, 4, 4] {
        let several = try folder.run("bodylint --jobs \(jobs) -v --format compact \(arguments) 2>&1")
        #expect(one == several, "\(arguments), \(jobs) jobs")
      }
    }
  }

  /// Findings in what was written so far do not wait for what is written next.
  @Test func recordsOfALiveStreamAreNotKeptWaiting() throws {
    let folder = try ScratchFolder()
    try folder.write(String(repeating: "{\"tempDisk\": 1}\n", count: 2000), to: "some.ndjson")
    let single = try folder.run(
      "mkfifo single; bodylint --jobs 2 --format compact --ndjson - < single > one & exec 3> single;"
        + " for n in 1 2 3; do echo '{\"tempDisk\": 1}' >&3;"
        + " for i in $(seq 100); do test $(wc -l < one) -ge $n && break; sleep 0.1; done; wc -l < one; done;"
        + " exec 3>&-; wait")
    #expect(single.output.split(whereSeparator: \.isWhitespace) == ["1", "2", "3"], "\(single.output) \(single.error)")
    let answer = try folder.run(
      "mkfifo pipe; bodylint --jobs 4 --ndjson - < pipe > out & exec 3> pipe; cat some.ndjson >&3;"
        + " for i in $(seq 100); do test -s out && break; sleep 0.1; done; wc -c < out; exec 3>&-; wait")
    let count = Int(answer.output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    #expect(count > 100_000, "\(answer.output) \(answer.error)")
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

  /// An image with so many data disks, each with a property of its own.
  private static func disks(_ count: Int, _ property: (Int) -> String) -> String {
    let disks = (0..<count).map { index in
      "{\"lun\": \(index), \(property(index)), \"blobUri\": \"https://a.blob.core.windows.net/c/\(index).vhd\"}"
    }
    let osDisk =
      "{\"osType\": \"Linux\", \"osState\": \"Generalized\", \"blobUri\": \"https://a.blob.core.windows.net/c/os.vhd\"}"
    let storage = "{\"osDisk\": \(osDisk), \"dataDisks\": [\n\(disks.joined(separator: ",\n"))]}"
    let properties = "{\"hyperVGeneration\": \"V2\", \"storageProfile\": \(storage)}"
    return "{\"location\": \"westus\", \"properties\": \(properties)}\n"
  }

  /// However many fixes do harm, those that do none are made at once: safe ones, and guesses.
  @Test(arguments: [#""caching": "readonly""#, #""cachng": "ReadOnly""#])
  func whatDoesHarmKeepsNoFixFromBeingMade(_ sound: String) throws {
    let folder = try ScratchFolder()
    try folder.write(Self.disks(400) { $0 % 40 == 7 ? #""cachng": "bad""# : sound }, to: "a.json")
    let fix = "bodylint --no-config --fix --unsafe --format text a.json"
    let first = try folder.run(fix)
    #expect(first.output.contains("\n390 mended in 1 file\n"))
    #expect(first.error == "bodylint: a.json: 10 fixes were left alone, as nothing would be better for it\n")
    let mended = try folder.read("a.json")
    #expect(mended == Self.disks(400) { $0 % 40 == 7 ? #""cachng": "bad""# : #""caching": "ReadOnly""# })
    let second = try folder.run(fix)
    #expect(!second.output.contains("mended"))
    #expect(second.error == first.error)
    #expect(try folder.read("a.json") == mended)
  }

  @Test func aFileWithTwoNamesIsNotParted() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "a.json")
    #expect(try folder.run("ln a.json other").status == 0)
    let answer = try folder.run("bodylint --no-config -q --fix a.json")
    #expect(answer.status == 2)
    #expect(
      answer.error
        == "bodylint: a.json: was not mended: it has 2 names (hard links); the others would keep the old text\n")
    #expect(try folder.read("a.json") == Self.image)
    #expect(try folder.run("ls -A").output == "a.json\nother\n")
    #expect(try folder.run("rm other; bodylint --no-config -q --fix a.json").status == 0)
    #expect(try folder.read("a.json") == Self.mended)
  }

  /// Whoever may write a file need not be able to give what takes its place to the same owner and group.
  @Test func aFileStaysWithItsOwnerAndItsGroup() throws {
    let folder = try ScratchFolder()
    let somebody = "setpriv --reuid=65534 --regid=65534 --groups=100"
    guard try folder.run("test $(id -u) = 0 && \(somebody) bodylint --version && \(somebody) ls").status == 0 else {
      print("files of others were not tried: only root can have them")
      return
    }
    for (owner, isMended) in [("0:100", false), ("65534:100", true), ("65534:0", false)] {
      try folder.write(Self.image, to: "d/a.json")
      #expect(try folder.run("chown 0:100 d; chmod 777 d; chown \(owner) d/a.json; chmod 666 d/a.json").status == 0)
      let answer = try folder.run("\(somebody) bodylint --no-config -q --fix d/a.json")
      #expect(answer.status == (isMended ? 0 : 2), "\(owner): \(answer.error)")
      #expect(answer.error.contains("was not mended: it belongs to another") != isMended, "\(owner): \(answer.error)")
      #expect(try folder.read("d/a.json") == (isMended ? Self.mended : Self.image), "\(owner)")
      #expect(try folder.run("ls -An d | tail -n 1").output.contains(owner.replacing(":", with: " ")), "\(owner)")
      #expect(try folder.run("ls -A d").output == "a.json\n", "\(owner)")
    }
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

  /// Separators of requests, lines that are not shown, and names that end at a blank.
  @Test func theDiffOfAnHTTPFileCanBePatched() throws {
    let folder = try ScratchFolder()
    guard try folder.run("command -v patch").status == 0 else { return }
    let url =
      "https://management.azure.com/subscriptions/8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a50/resourceGroups/images/providers"
      + "/Microsoft.Compute/images/web?api-version=2024-03-01"
    let image = "{\"location\": \"westus\",\n  \"id\": \"x\",\n  \"properties\": {\(Self.source)}}\n"
    let secret = "Authorization: Bearer CANARY\n"
    let plain = "PUT \(url)\n\n\(image)"
    let hidden = "PUT \(url)\n\(secret)\n\(image)"
    let text = "\(plain)\n###\n\(plain)### CANARY\n\(hidden)\n###\n\(hidden)"
    for name in ["a b/c d.http", "a.http"] {
      try folder.write(text, to: name)
      #expect(try folder.run("cp '\(name)' mended.http; bodylint --no-config -q --fix mended.http").status == 0)
      #expect(try folder.run("bodylint --no-config -q --diff './\(name)' > a.diff").status == 1)
      let diff = try folder.read("a.diff")
      #expect(diff.contains("\n ###\n") && !diff.contains("CANARY") && !diff.contains("***"), "\(diff)")
      let answer = try folder.run("patch -s -p1 < a.diff && cmp '\(name)' mended.http")
      #expect(answer.status == 0, "\(answer.output)\(answer.error)\(diff)")
      #expect(answer.output == "", "\(diff)")
    }
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
    for padding in 131_000..<131_080 where padding % 7 == 0 {
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

  /// What a link leads to is found under its own name, or was left out on purpose.
  @Test func linksGoRoundNothingThatIsLeftOut() throws {
    let folder = try ScratchFolder()
    for name in [".hidden/x", "ignored/x", "excluded/x", "a"] { try folder.write(Self.image, to: "d/\(name).json") }
    try folder.write("ignored/\n", to: "d/.gitignore")
    try folder.write("exclude: excluded/\n", to: "d/.bodylint.yaml")
    let made = try folder.run(
      "cd d; ln -s .hidden/x.json l1.json; ln -s ignored/x.json l2.json; ln -s excluded/x.json l3.json;"
        + " ln -s a.json l4.json")
    #expect(made.status == 0)
    let answer = try folder.run("bodylint --fix d")
    #expect(answer.output == "1 mended in 1 file\n1 file checked, nothing to report\n")
    #expect(try folder.read("d/a.json") == Self.mended)
    for name in [".hidden", "ignored", "excluded"] {
      #expect(try folder.read("d/\(name)/x.json") == Self.image, "\(name)")
    }
  }

  /// A name that is not UTF-8 is trouble where a body could be lost by it, and nowhere else.
  @Test func aNameThatIsNoTextMattersOnlyWhereABodyCanBe() throws {
    let folder = try ScratchFolder()
    try folder.write("{\"tempDisk\": true}\n", to: "d/a.json")
    try folder.write("ign*\n", to: "d/.gitignore")
    func make(_ command: String, _ name: String) throws -> Bool {
      try folder.run("\(command) \"$(printf 'd/\(name)')\"").status == 0
    }
    guard try make("touch", "x\\377.txt") else {
      print("names that are not UTF-8 were not tried: there is no such file here")
      return
    }
    for name in [".h\\377", ".h\\377.json", "ign\\351.json", "a\\351.tmp"] { #expect(try make("touch", name)) }
    #expect(try make("mkdir", "ign\\351"))
    let sound = try folder.run("bodylint d")
    #expect(sound.status == 0, "\(sound.error)")
    #expect(sound.output == "1 file checked, nothing to report\n")
    #expect(sound.error == "")
    for (command, name) in [("touch", "b\\351.json"), ("mkdir", "b\\351")] {
      #expect(try make(command, name))
      let answer = try folder.run("bodylint d")
      #expect(answer.status == 2, "\(name)")
      #expect(answer.output == sound.output, "\(name)")
      #expect(answer.error.contains("has a name that is not UTF-8; rename it, or have it ignored\n"), "\(answer.error)")
      #expect(answer.error.split(separator: "\n").count == 1, "\(answer.error)")
      try folder.write("exclude: 'b*'\n", to: "d/.bodylint.yaml")
      #expect(try folder.run("bodylint d") == sound, "\(name)")
      #expect(try folder.run("rm d/.bodylint.yaml").status == 0)
      #expect(try make("rm -r", name))
    }
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

  @Test func aReportOverABodyInAFolderIsRefused() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "d/a.json")
    try folder.write("{\"tempDisk\": 1}\n", to: "d/b.ndjson")
    for name in ["d/a.json", "d/b.ndjson"] {
      let before = try folder.read(name)
      let answer = try folder.run("bodylint --format html --output \(name) d")
      #expect(answer.status == 2, "\(name)")
      #expect(
        answer.error
          == "bodylint: \(name): --output would overwrite \(name), which was checked; it is left as it is\n")
      #expect(try folder.read(name) == before)
    }
    #expect(try folder.run("ls -A d").output == "a.json\nb.ndjson\n")
  }

  /// What else a run reads is not replaced by its report either.
  @Test func aReportOverWhatARunReadsIsRefused() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "a.json")
    try folder.write("rules: {null-property: off}\n", to: ".bodylint.yaml")
    try folder.write("rules: {null-property: off}\n", to: "c.conf")
    #expect(try folder.run("bodylint -q --baseline b.json --update-baseline a.json").status == 0)
    #expect(try folder.run("ln -s .bodylint.yaml link; ln -s b.json known; mkdir our-rules").status == 0)
    let names = ["a.json", "b.json", "c.conf", ".bodylint.yaml"]
    let before = try names.map { try folder.read($0) }
    let baseline = "--output would overwrite the baseline"
    let yaml = "is the name of a configuration or of rules"
    let lines = [
      ("--output b.json --baseline b.json a.json", baseline), ("--output b.json --baseline known a.json", baseline),
      ("--output b.json --baseline b.json --update-baseline a.json", baseline),
      ("--output ./new --baseline new --update-baseline a.json", baseline),
      ("--output ./c.conf --config c.conf a.json", "--output would overwrite the configuration"),
      ("--output .bodylint.yaml a.json", yaml), ("--output link a.json", yaml),
      ("--output our-rules/new.yml a.json", yaml),
      ("--output a.json - < a.json", "--output would overwrite standard input, which is to be checked"),
    ]
    for (line, what) in lines {
      let answer = try folder.run("bodylint --format json \(line)")
      #expect(answer.status == 2, "\(line)")
      #expect(answer.error.contains(what), "\(line): \(answer.error)")
      #expect(answer.output == "", "\(line)")
      #expect(try names.map { try folder.read($0) } == before, "\(line)")
    }
    #expect(try folder.run("ls -A our-rules; test -e new").output == "")
    #expect(try folder.run("cat a.json | bodylint -q --format json --output report.json -").status < 2)
  }

  /// A run and the next one say the same, whatever the report is called and whatever bodies are taken for.
  @Test func aReportInAFolderIsNoBody() throws {
    let folder = try ScratchFolder()
    try folder.write("{\"tempDisk\": 1}\n", to: "a.json")
    let check = "bodylint --operation VirtualMachines_Reimage . --format compact"
    let first = try folder.run(check)
    #expect(first.status == 1)
    for (format, name) in [
      ("json", "r.json"), ("sarif", "r.json"), ("gitlab", "r.json"), ("html", "r.json"), ("junit", "r.jsonc"),
      ("checkstyle", "sub/r.json"), ("ndjson", "r.ndjson"),
    ] {
      #expect(try folder.run("mkdir -p sub").status == 0)
      for _ in 0..<3 {
        #expect(try folder.run("\(check) --format \(format) --output \(name)") == first, "\(format)")
      }
      #expect(try folder.run("rm \(name)").status == 0)
      // Nothing is lost with an empty one.
      #expect(try folder.run("touch \(name); \(check) --format \(format) --output \(name)") == first, "\(format)")
      #expect(try folder.run("test -s \(name) && rm \(name)").status == 0, "\(format)")
    }
    // A file of that name that is something else is checked, and stays.
    try folder.write("{\"tempDisk\": 2}\n", to: "r.json")
    let refused = try folder.run("\(check) --format json --output r.json")
    #expect(refused.status == 2)
    #expect(refused.error.contains("--output would overwrite ./r.json, which was checked"), "\(refused.error)")
    #expect(try folder.read("r.json") == "{\"tempDisk\": 2}\n")
  }

  @Test func twoReportsInOneFileAreRefused() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "a.json")
    #expect(try folder.run("ln -s o1 link; mkdir d").status == 0)
    for other in ["o1", "./o1", "d/../o1", "link"] {
      let answer = try folder.run("bodylint --format compact --output o1 --format json --output \(other) a.json")
      #expect(answer.status == 2, "\(other)")
      #expect(answer.error.contains("--output names it twice"), "\(other): \(answer.error)")
      #expect(try folder.run("test -e o1").status == 1, "\(other)")
    }
    let nowhere = "--format compact --output /dev/null --format json --output /dev/null"
    #expect(try folder.run("bodylint \(nowhere) a.json").status < 2)
  }

  @Test func aLinkInACircleIsNotReplaced() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "a.json")
    #expect(try folder.run("ln -s lb la; ln -s la lb").status == 0)
    let answer = try folder.run("bodylint -q --format json --output la a.json")
    #expect(answer.status == 2)
    #expect(answer.error.contains("symbolic links"), "\(answer.error)")
    #expect(try folder.run("test -L la && test -L lb").status == 0)
  }

  @Test func aBaselineIsSaidToBeWrittenOnlyWhereItIs() throws {
    let folder = try ScratchFolder()
    try folder.write("{\"tempDisk\": 1}\n", to: "a.json")
    let lost = try folder.run("bodylint --baseline nowhere/known.json --update-baseline a.json")
    #expect(lost.status == 2)
    #expect(lost.error.contains("nowhere/known.json: cannot be written: "), "\(lost.error)")
    #expect(!lost.output.contains("baseline"), "\(lost.output)")
    let written = try folder.run("bodylint --baseline known.json --update-baseline a.json")
    #expect(written.status == 0)
    #expect(written.output.contains("1 written to the baseline\n"), "\(written.output)")
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
