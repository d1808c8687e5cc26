import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Input that somebody made to do harm: it ends in a finding or a clear word, never in a crash, a hang or a lost file.
///
/// Each command has a minute (`$PATIENCE`), which is a guard and no measure: what grows with the square of its input takes
/// longer than that.
@Suite(.serialized) struct HostileTests {
  private static let machine =
    "/subscriptions/8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a50/resourceGroups/images/providers/Microsoft.Compute/virtualMachines/web"
  private static let source = "\"sourceVirtualMachine\": {\"id\": \"\(machine)\"}"
  /// An image with a property that `--fix` takes out.
  private static let image = "{\"id\": \"x\", \"location\": \"westus\", \"properties\": {\(source)}}\n"
  private static let mended = "{\"location\": \"westus\", \"properties\": {\(source)}}\n"
  private static let requestLine = "POST https://management.azure.com\(machine)/reimage?api-version=2024-03-01"
  private static let wrong = "{\"tempDisk\": 1}\n"
  private static let right = "{\"tempDisk\": true}\n"
  /// A rule of one's own about the location of an image.
  private static func rule(pattern: String) -> String {
    """
    id: odd-location
    title: The location is odd
    severity: error
    since: 1.0.0
    source: {quote: A sentence., url: https://example.com/regions}
    operations: [Images_CreateOrUpdate]
    at: /location
    check: {matches: '\(pattern)'}
    message: location is {actual}
    why: Because.
    fix: Write another.
    examples:
      valid:
        - name: none
          body: '{}'
      invalid:
        - name: odd
          body: '{"location": "?"}'
          expect: [{at: /location}]

    """
  }

  /// The start of a line of shell, which bounds the memory of what it runs. Sanitizers reserve terabytes; for them there is no bound.
  private static func memory(kibibytes: Int) -> String {
    ScratchFolder.isSanitized ? "" : "ulimit -v \(kibibytes); "
  }

  private static func image(location: String) -> String {
    "{\"location\": \"\(location)\", \"properties\": {\(source)}}\n"
  }

  // MARK: Patterns and rules

  @Test func aPatternThatBacktracksWithoutEndGivesUp() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image(location: String(repeating: "a", count: 5000) + "!"), to: "a.json")
    let patterns = ["^(a+)+$", "^(a|aa)+$", "^(?:a?){40}a{40}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?R)?a"]
    for pattern in patterns + patterns.map({ "(*NO_JIT)" + $0 }) {
      try folder.write(Self.rule(pattern: pattern), to: "r/odd-location.yaml")
      let answer = try folder.run("timeout $PATIENCE bodylint --no-config -q --format compact --rules r a.json")
      // As severe as the rule: whoever makes a value long enough does not get it past an error.
      #expect(answer.status == 1, "\(pattern): \(answer.error)")
      #expect(
        answer.output.contains("error[odd-location] the pattern of odd-location gave up on this value"), "\(pattern)")
    }
  }

  /// Each start has a limit of its own in PCRE2: many starts just below it come to hours.
  @Test func aPatternThatIsTriedEverywhereEnds() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image(location: String(repeating: "a", count: 2_000_000) + "!"), to: "a.json")
    for pattern in ["(?:[a-z]{0,300}[a-z]{0,300})[=#]", "[a-z]+[0-9]", "(a+)+b", "a.{0,300}[=#]"] {
      try folder.write(Self.rule(pattern: pattern), to: "r/odd-location.yaml")
      let answer = try folder.run("timeout $PATIENCE bodylint --no-config -q --format compact --rules r a.json")
      #expect(answer.status < 2, "\(pattern): \(answer.error)")
      #expect(answer.output.contains("[odd-location]"), "\(pattern)")
    }
  }

  @Test func aPatternThatIsTooLargeIsAMistake() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.right, to: "a.json")
    let long = String(repeating: "a", count: 900_000)
    for pattern in ["((a{1,60}){1,60}){1,60}", long, "(", "(*LIMIT_MATCH=4294967295)a"] {
      try folder.write(Self.rule(pattern: pattern), to: "r/odd-location.yaml")
      let answer = try folder.run("timeout $PATIENCE bodylint --no-config -q --rules r a.json")
      #expect(answer.status == 2, "\(pattern.prefix(40))")
      #expect(answer.error.contains("odd-location.yaml:8:18: this is no PCRE2 pattern"), "\(answer.error.prefix(200))")
    }
  }

  @Test func aRuleFileThatIsNoneIsAMistake() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.right, to: "a.json")
    var anchors = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, last) in zip("bcdefghi", "abcdefgh") {
      anchors += "\(name): &\(name) [*\(last), *\(last), *\(last), *\(last)]\n"
    }
    try folder.write(anchors, to: "anchors/a.yaml")
    try folder.write(String(repeating: "a", count: 3_000_000), to: "large/a.yaml")
    try folder.write(String(repeating: "[", count: 500_000), to: "deep/a.yaml")
    try folder.write(String(repeating: "- ", count: 200_000), to: "deeper/a.yaml")
    try folder.write(bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ $0 / 256) }, to: "bytes/a.yaml")
    try folder.write("id: a\u{0}b\n", to: "nul/a.yaml")
    try folder.write("", to: "empty/a.yaml")
    try folder.write("id: a", to: "none/a.txt")
    try folder.write(bytes: Array("title: caf".utf8) + [0xE9, 0x0A], to: "latin/a.yaml")
    for index in 0...70 { try folder.write(String(repeating: "#", count: 1_000_000), to: "together/r\(index).yaml") }
    for index in 0...10_000 { try folder.write("id: r\n", to: "many/r\(index).yaml") }
    let made = try folder.run(
      "mkdir pipe device dangling circle && mkfifo pipe/a.yaml one && ln -s /dev/zero device/a.yaml"
        + " && ln -s nowhere dangling/a.yaml && ln -s a.yaml circle/a.yaml")
    #expect(made.status == 0, "\(made.error)")
    let folders = [
      "anchors", "large", "deep", "deeper", "bytes", "nul", "empty", "many", "pipe", "device", "dangling", "circle",
      "one", "/dev/zero", "a.json", "nowhere", "none", "latin", "together",
    ]
    for name in folders {
      let answer = try folder.run("timeout $PATIENCE bodylint --no-config -q --rules \(name) a.json")
      #expect(answer.status == 2, "\(name)")
      #expect(answer.output == "", "\(name)")
      #expect(!answer.error.isEmpty && answer.error.utf8.count < 1000, "\(name): \(answer.error.prefix(200))")
    }
  }

  @Test func linksInCirclesAmongRulesEnd() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image(location: "?"), to: "a.json")
    #expect(try folder.run("mkdir -p r/s; for i in 1 2 3 4; do ln -s . r/l$i; ln -s .. r/s/l$i; done").status == 0)
    #expect(try folder.run("timeout $PATIENCE bodylint --no-config -q --rules r a.json").status <= 2)
  }

  @Test func whatIsNoRuleFileKeepsNoRuleFromBeingRead() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image(location: "?"), to: "a.json")
    try folder.write(Self.rule(pattern: "^[a-z]+$"), to: "r/odd-location.yaml")
    try folder.write("id: [", to: "outside/broken.yaml")
    let links = "ln -s nowhere x.txt; ln -s ../outside o; ln -s ../outside p.yaml; ln -s . l"
    #expect(try folder.run("cd r; \(links)").status == 0)
    let check = "timeout $PATIENCE bodylint --no-config -q --format compact --rules r a.json"
    let answer = try folder.run(check)
    #expect(answer.status == 1, "\(answer.error)")
    #expect(answer.output.contains("[odd-location]"), "\(answer.output)")
    guard try folder.run("touch \"$(printf 'r/x\\377.txt')\"").status == 0 else { return }
    #expect(try folder.run(check) == answer)
    #expect(try folder.run("touch \"$(printf 'r/x\\377.yaml')\"").status == 0)
    let unnamed = try folder.run(check)
    #expect(unnamed.status == 2)
    #expect(unnamed.error.contains("has a name that is not UTF-8; rename it"), "\(unnamed.error)")
  }

  @Test func aRuleDeepInAFolderIsNotLost() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image(location: "?"), to: "a.json")
    let path = (0..<20).map { "d\($0)" }.joined(separator: "/")
    try folder.write(Self.rule(pattern: "^[a-z]+$"), to: "r/\(path)/odd-location.yaml")
    let answer = try folder.run("bodylint --no-config -q --format compact --rules r a.json")
    #expect(answer.output.contains("[odd-location]") || answer.status == 2 && !answer.error.isEmpty)
  }

  // MARK: Configurations

  @Test func aConfigurationThatIsNoneIsTrouble() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "d/a.json")
    let makers = [
      "mkfifo .bodylint.yaml", "ln -s /dev/zero .bodylint.yaml", "ln -s nowhere .bodylint.yaml",
      "ln -s .bodylint.yaml .bodylint.yaml", "head -c 3000000 /dev/zero | tr '\\0' a > .bodylint.yaml",
      "printf 'a: &a [x]\\nb: [*a, *a]\\n' > .bodylint.yaml", "printf 'rules:\\0\\n' > .bodylint.yaml",
      "head -c 200000 /dev/zero | tr '\\0' '[' > .bodylint.yaml", "printf '\\377\\376' > .bodylint.yaml",
      "echo 'extends: .bodylint.yaml' > .bodylint.yaml",
      "echo 'extends: ../b' > .bodylint.yaml; echo 'extends: d/.bodylint.yaml' > ../b",
      "echo 'extends: p' > .bodylint.yaml; mkfifo p", "echo 'extends: z' > .bodylint.yaml; ln -s /dev/zero z",
      "echo 'extends: ../../../../../../../../../../dev/zero' > .bodylint.yaml",
      "echo 'extends: ../../../../../../../../../../proc/self/mem' > .bodylint.yaml",
    ]
    for maker in makers {
      #expect(try folder.run("rm -rf d/.bodylint.yaml; cd d && \(maker)").status == 0, "\(maker)")
      let answer = try folder.run("timeout $PATIENCE bodylint -q d")
      #expect(answer.status == 2, "\(maker)")
      #expect(answer.error.contains("bodylint.yaml") || answer.error.contains("b:1:"), "\(maker): \(answer.error)")
      #expect(answer.error.utf8.count < 1000, "\(maker)")
    }
  }

  /// Neither a link nor `extends` makes an error message of what stands in other files.
  @Test func aConfigurationShowsNoFileOfSomebodyElse() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "d/a.json")
    try folder.write("root:*:20228:0:99999:7::\n", to: "secret")
    for maker in [
      "ln -s ../secret .bodylint.yaml", "ln -s ../secret l; echo 'extends: l' > .bodylint.yaml",
      "echo 'extends: ../secret' > .bodylint.yaml",
    ] {
      #expect(try folder.run("rm -f d/.bodylint.yaml d/l; cd d && \(maker)").status == 0, "\(maker)")
      for line in ["d", "d/a.json", "--config d/.bodylint.yaml d/a.json"] {
        let answer = try folder.run("bodylint -q \(line)")
        #expect(answer.status == 2, "\(maker): \(line)")
        #expect(!answer.error.isEmpty && !answer.error.contains("20228"), "\(maker): \(line): \(answer.error)")
      }
    }
  }

  @Test func aThousandMistakesInAConfigurationFillNoLog() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "a.json")
    try folder.write((0..<60_000).map { "k\($0): 1\n" }.joined(), to: ".bodylint.yaml")
    let answer = try folder.run("timeout $PATIENCE bodylint -q a.json")
    #expect(answer.status == 2)
    #expect(answer.error.contains(".bodylint.yaml:1:1:"))
    #expect(answer.error.utf8.count < 100_000)
  }

  @Test func aPipeNamedGitignoreIsPassedOver() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "d/e/a.json")
    #expect(try folder.run("mkfifo d/.gitignore .gitignore && mkdir .git").status == 0)
    let answer = try folder.run("timeout 20 bodylint --no-config -q --format compact d")
    #expect(answer.status == 1)
    #expect(answer.output.hasPrefix("d/e/a.json:1:14: error[type-mismatch]"))
    #expect(try folder.run("rm d/.gitignore && ln -s /dev/zero d/.gitignore").status == 0)
    #expect(try folder.run("timeout 20 bodylint --no-config -q d").status == 1)
  }

  // MARK: What is packed

  @Test func bombsInCustomDataDoNotGoOff() throws {
    let folder = try ScratchFolder()
    let payloads = [
      "head -c 100000000 /dev/zero | gzip -9", "head -c 60000000 /dev/zero | gzip -9",
      "head -c 100000000 /dev/zero | gzip -9 | gzip -9", "head -c 60000000 /dev/zero | gzip -9 | head -c 1000",
      "printf '\\037\\213\\010\\377\\0\\0\\0\\0\\0\\0\\377\\377'", "printf '\\037\\213'", "printf ''",
      "printf secret | gzip | base64 | gzip | base64",
      "{ printf '#cloud-config\\n'; head -c 600000 /dev/zero | tr '\\0' '['; } | gzip",
      "printf '#cloud-config\\na: &a [x,x,x]\\nb: &b [*a,*a,*a]\\nc: [*b,*b,*b]\\n' | gzip",
      "yes chpasswd: | head -c 1000000 | tr '\\n' ' ' | gzip", "yes password=hunter2abc | head -c 1000000 | gzip",
    ]
    for payload in payloads {
      try makeCustomData(payload, folder)
      let answer = try folder.run("\(Self.memory(kibibytes: 400_000))\(Self.checkReimage) a.json")
      #expect(answer.status < 2, "\(payload): \(answer.error)")
      #expect(answer.error == "", "\(payload)")
      #expect(answer.output.utf8.count < 10_000, "\(payload)")
    }
  }

  /// What is not unpacked to its end cannot be called malformed at its end.
  @Test func aLongCloudConfigIsNotMalformed() throws {
    let folder = try ScratchFolder()
    let start = "printf '#cloud-config\\nwrite_files:\\n  - path: /x\\n    content: \"'"
    try makeCustomData(
      "{ \(start); head -c 2000000 /dev/zero | tr '\\0' a; printf '\"\\n'; } | gzip", folder)
    let answer = try folder.run("\(Self.checkReimage) a.json")
    #expect(answer.status == 0)
    #expect(!answer.output.contains("malformed-cloud-config"), "\(answer.output)")
  }

  private static let checkReimage =
    "timeout $PATIENCE bodylint --no-config -q --format compact --operation VirtualMachines_Reimage"
  private static let checkImage =
    "timeout $PATIENCE bodylint --no-config -q --format compact --operation Images_CreateOrUpdate"

  /// A body whose customData is what a line of shell prints.
  private func makeCustomData(_ line: String, _ folder: ScratchFolder) throws {
    let start = "printf '{\"osProfile\": {\"customData\": \"'"
    let made = try folder.run(
      "{ \(start); \(line) | base64 | tr -d '\\n'; printf '\"}}\\n'; } > a.json")
    #expect(made.status == 0, "\(made.error)")
  }

  // MARK: Large and deep

  @Test func largeAndDeepDocumentsEndInAFinding() throws {
    let folder = try ScratchFolder()
    func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    let digits = many("9", 1_000_000)
    let start = "{\"location\": \"x\", \"properties\": {\"storageProfile\": {\"osDisk\": {\"diskSizeGB\": "
    let luns = "{\"lun\": \(digits)}, {\"lun\": \(digits)}"
    let powers = "{\"lun\": 1e999999999}, {\"lun\": 1E-999999999}, {\"lun\": 0.\(digits)}"
    let closed = many("[", 1_000_000) + many("]", 1_000_000)
    let key = many("k", 10_000_000)
    let texts: [(String, String)] = [
      (many("[", 1_000_000), "oversized-document"),
      (many("{\"a\":", 1_000_000), "oversized-document"),
      (many("[{\"a\":", 500_000), "oversized-document"),
      (closed, "oversized-document"),
      ("\(start)\(digits)}, \"dataDisks\": [\(luns)]}}}", "duplicate-lun"),
      ("\(start)1e\(digits)}, \"dataDisks\": [\(powers)]}}}", "type-mismatch"),
      ("{\"location\": \"\(many("a", 50_000_000))\"}", "image-source-count"),
      ("{\"location\": \"\(many("\\u0041", 5_000_000))\"}", "image-source-count"),
      ("{\"\(key)\": 1, \"tags\": {\"\(key)\": 1}}", "unknown-property"),
      ("{\"location\": \"a\u{0}b\"}", "malformed-json"),
      (many("\u{0}", 1_000_000), "malformed"),
      ("{\"location\": \"\\ud800\", \"tags\": {\"\\udc00\": \"\\ud800\\u0041\"}}", "malformed-encoding"),
      ("{\(many(":", 10_000_000))", "malformed-json"),
      ("\"\(many("\\", 10_000_000))", "malformed-json"),
      ("", "malformed-json"),
      (many("[]", 5_000_000), "malformed-json"),
    ]
    for (text, rule) in texts {
      try folder.write(text, to: "a.json")
      let answer = try folder.run("\(Self.checkImage) a.json")
      #expect(answer.status == 1, "\(text.prefix(60)): \(answer.error)")
      #expect(answer.output.contains("[\(rule)"), "\(text.prefix(60)): \(answer.output.prefix(300))")
      #expect(answer.output.utf8.count < 100_000, "\(text.prefix(60))")
    }
    for character in ["\"", ",", "/", "-", "a", "]", " ", "\n", "\r"] {
      try folder.write(many(character, 10_000_000), to: "a.json")
      let answer = try folder.run("\(Self.checkImage) a.json")
      #expect(answer.status == 1, "\(character): \(answer.error)")
      #expect(answer.output.contains("[malformed-json]"), "\(character): \(answer.output.prefix(300))")
      #expect(answer.output.utf8.count < 100_000, "\(character)")
    }
  }

  /// Ten million members of one name: a finding for each would take ten gigabytes.
  @Test func memoryIsBoundedWhateverIsFound() throws {
    let folder = try ScratchFolder()
    try folder.write("{" + String(repeating: "\"\":0,", count: 10_000_000) + "\"\":0}", to: "members.json")
    let disks = Array(repeating: "{\"lun\":1}", count: 1_000_000).joined(separator: ",")
    let profile = "{\"osDisk\":{},\"dataDisks\":[\(disks)]}"
    try folder.write("{\"location\":\"x\",\"properties\":{\"storageProfile\":\(profile)}}", to: "disks.json")
    let names = (0..<1_000_000).map { ",\"p\($0)\":1" }.joined()
    try folder.write("{\"location\":\"x\"\(names)}", to: "names.json")
    for (file, format) in [("members.json", "compact"), ("disks.json", "text"), ("names.json", "json")] {
      let answer = try folder.run(
        "\(Self.memory(kibibytes: 3_000_000))timeout $PATIENCE bodylint --no-config -q --format \(format) --operation Images_CreateOrUpdate"
          + " \(file) > /dev/null")
      #expect(answer.status == 1, "\(file): \(answer.error.prefix(300))")
    }
  }

  /// A name of a megabyte above a thousand findings is not repeated a thousand times.
  @Test func aLongNameIsNotRepeatedInEveryFinding() throws {
    let folder = try ScratchFolder()
    let members = Array(repeating: "\"a\":1", count: 1000).joined(separator: ",")
    let key = String(repeating: "k", count: 1_000_000)
    try folder.write("{\"location\": \"x\", \"tags\": {\"\(key)\": {\(members)}}}", to: "a.json")
    for format in ["text", "json", "html"] {
      let answer = try folder.run(
        "\(Self.memory(kibibytes: 1_500_000))timeout $PATIENCE bodylint --no-config -q --format \(format) --operation Images_CreateOrUpdate"
          + " a.json > /dev/null")
      #expect(answer.status == 1, "\(format): \(answer.error.prefix(300))")
    }
  }

  /// Nor are sixteen names of four kilobytes, in the pointers of ten thousand findings and of what is related to them.
  @Test func longPathsAreNotRepeatedInEveryFinding() throws {
    let folder = try ScratchFolder()
    let path = String(repeating: "{\"\(String(repeating: "n", count: 4090))\":", count: 15)
    let members = Array(repeating: "\"a\":1", count: 12_000).joined(separator: ",")
    try folder.write(
      "{\"location\":\"x\",\"properties\":\(path){\(members)}\(String(repeating: "}", count: 16))", to: "a.json")
    for format in ["text", "json", "html", "sarif"] {
      let answer = try folder.run(
        "\(Self.memory(kibibytes: 700_000))timeout $PATIENCE bodylint --no-config -q --format \(format)"
          + " --operation Images_CreateOrUpdate a.json > out; wc -c < out")
      #expect((Int(answer.output.filter(\.isNumber)) ?? .max) < 300_000_000, "\(format): \(answer.error.prefix(300))")
      #expect(try folder.run("tail -c 1 out | od -c").output.contains("\\n"), "\(format)")
    }
  }

  @Test func manyFindingsTakeNoLongerThanTheirNumber() throws {
    let folder = try ScratchFolder()
    let check = "timeout $PATIENCE bodylint --no-config -q --operation Images_CreateOrUpdate"
    func members(_ count: Int) -> String { (0..<count).map { ",\n\"p\($0)\": 1" }.joined() }
    try folder.write("{\"location\": \"x\"\(members(40_000))}", to: "a.json")
    let versions = "--api-version 2024-03-01 --api-version 2019-03-01"
    #expect(try folder.run("\(check) --format compact \(versions) a.json > /dev/null").status == 1)
    try folder.write("{\"location\": \"x\"\(members(100_000))}", to: "b.json")
    #expect(try folder.run("\(check) --baseline known.json --update-baseline b.json").status == 0)
    #expect(try folder.run("\(check) --baseline known.json b.json > /dev/null").status <= 1)
    // Comments that suppress, all of them on one line with all findings.
    let comments = String(repeating: "/* bodylint-disable-line unknown-property */", count: 200_000)
    let line = (0..<200_000).map { ", \"p\($0)\": 1" }.joined()
    try folder.write("{\"location\": \"x\"\(line) \(comments)}", to: "c.jsonc")
    #expect(try folder.run("\(check) c.jsonc > /dev/null").status <= 1)
    // A diff with many lines that it may not show.
    let secret = "{\"location\": \"x\", \"adminPassword\": \"hunter22\",\n\"id\": \"y\"}"
    let images = Array(repeating: secret, count: 100_000).joined(separator: ",\n")
    try folder.write("{\"id\": \"x\", \"location\": \"x\", \"tags\": [\n\(images)]}", to: "e.json")
    let diff = try folder.run("\(check) --diff e.json")
    #expect(diff.output.contains("-{\"id\"") && !diff.output.contains("hunter22"))
    // Fixes that each would do harm: they are not tried one by one for ever.
    let tags = (0..<300_000).map { "\"t\($0)\": \"y\"" }.joined(separator: ",")
    let disks = (0..<2000).map { "{\"lun\": \($0), \"blobUr\": 1}" }.joined(separator: ",")
    let properties = "{\"storageProfile\": {\"dataDisks\": [\(disks)]}}"
    try folder.write("{\"location\": \"x\", \"tags\": {\(tags)}, \"properties\": \(properties)}", to: "d.json")
    let fixes = try folder.run("\(check.replacing(" -q", with: "")) --format compact --fix --unsafe d.json > /dev/null")
    #expect(fixes.status == 1)
    #expect(
      fixes.error
        == "bodylint: d.json: 2000 fixes were not tried: so many do harm that telling them apart takes too long\n")
  }

  /// Reports of one document after the other: none copies what it has of those before.
  @Test func reportsOfManyRecordsTakeNoLongerThanTheirNumber() throws {
    let folder = try ScratchFolder()
    try folder.write(String(repeating: Self.wrong, count: 25_000), to: "a.ndjson")
    try folder.write(String(repeating: Self.wrong, count: 100_000), to: "b.ndjson")
    for (format, file) in [("html", "a"), ("junit", "b")] {
      let answer = try folder.run(
        "timeout $PATIENCE bodylint --no-config -q --format \(format) --output report \(file).ndjson")
      #expect(answer.status == 1, "\(format)")
    }
  }

  @Test func everyByteEndsInAFinding() throws {
    let folder = try ScratchFolder()
    for byte in 0...255 {
      func put(_ start: String, _ end: String, _ name: String, _ ending: String = "json") throws {
        try folder.write(
          bytes: Array(start.utf8) + [UInt8(byte)] + Array(end.utf8), to: "b/\(name)\(byte).\(ending)")
      }
      try put("", "", "alone")
      try put("{\"location\": \"a", "b\", \"id\": 1}", "value")
      try put("{\"loca", "tion\": \"a\", \"id\": 1}", "name")
      try put("{\"location\": ", "\"a\", \"id\": 1}", "between")
      try put("{\"location\": \"a\\", "\", \"id\": 1}", "escape")
      try put("{/* ", " */ \"location\": \"a\", \"id\": 1}", "comment", "jsonc")
    }
    for format in ["text", "json", "html"] {
      let answer = try folder.run(
        "timeout $PATIENCE bodylint --no-config --format \(format) --operation Images_CreateOrUpdate b")
      #expect(answer.status == 1, "\(format): \(answer.error)")
      #expect(answer.isText, "\(format)")
      #expect(commands(in: answer.output) == [], "\(format)")
      if format == "json" { try parses(answer.output, format) }
    }
    let count = try folder.run("\(Self.checkImage) b | cut -d: -f1 | sort -u | wc -l")
    #expect(count.output.contains("1536"), "\(count.output)")
  }

  @Test func otherEncodingsAreNamed() throws {
    let folder = try ScratchFolder()
    let text = Self.wrong
    let little = wide(text, 2)
    let texts: [(String, [UInt8])] = [
      ("UTF-16", [0xFF, 0xFE] + little), ("UTF-16", [0xFE, 0xFF] + wide(text, 2, isBig: true)), ("UTF-16", little),
      ("UTF-16", wide(text, 2, isBig: true)), ("UTF-32", wide(text, 4)), ("UTF-32", wide(text, 4, isBig: true)),
    ]
    for (name, bytes) in texts {
      try folder.write(bytes: bytes, to: "a.json")
      let answer = try folder.run("\(Self.checkReimage) a.json")
      #expect(answer.status == 1)
      #expect(answer.output.contains("[malformed-encoding] the text is \(name)"), "\(answer.output)")
    }
  }

  // MARK: Other forms

  /// Whatever cannot be read of a file of requests is told.
  @Test func noRequestOfAFileIsLost() throws {
    let folder = try ScratchFolder()
    let sound = "\(Self.requestLine)\n\n\(Self.right)\n###\n"
    let last = "\(Self.requestLine)\n\n\(Self.wrong)"
    try folder.write(String(repeating: sound, count: 10_000) + last, to: "many.http")
    try folder.write("\u{FEFF}" + last, to: "mark.http")
    try folder.write(bytes: [0xFF, 0xFE] + wide(last, 2), to: "wide.http")
    try folder.write(last, to: "last")
    #expect(
      try folder.run("{ head -c 68000000 /dev/zero | tr '\\0' '#'; echo; cat last; } > large.http").status == 0)
    for file in ["many.http", "mark.http", "wide.http", "large.http"] {
      let answer = try folder.run("timeout $PATIENCE bodylint --no-config -q --format compact \(file)")
      #expect(answer.status == 1 || answer.status == 2, "\(file)")
      #expect(answer.output.contains(file) || answer.error.contains(file), "\(file)")
    }
  }

  /// The limit of findings is the file's, however many requests have a share in it.
  @Test func requestsOfAFileShareALimitOfFindings() throws {
    let folder = try ScratchFolder()
    let body = "{" + (0..<500).map { "\"p\($0)\": 1" }.joined(separator: ", ") + "}"
    try folder.write(String(repeating: "\(Self.requestLine)\n\n\(body)\n###\n", count: 40), to: "a.http")
    let escaped = body.replacing("\"", with: "\\\"")
    let request =
      "{\"method\": \"POST\", \"url\": \"\(Self.requestLine.dropFirst(5))\", \"postData\": {\"text\": \"\(escaped)\"}}"
    let entries = Array(repeating: "{\"request\": \(request)}", count: 40).joined(separator: ",")
    try folder.write("{\"log\": {\"entries\": [\(entries)]}}", to: "b.har")
    for file in ["a.http", "b.har"] {
      let answer = try folder.run("timeout $PATIENCE bodylint --no-config -q --format compact \(file)")
      #expect(answer.status == 1)
      #expect(
        answer.output.contains("[too-many-findings] there are 20000 findings; 10000 of them are listed"), "\(file)")
      #expect(answer.output.split(separator: "\n").count == 10_001, "\(file)")
    }
  }

  @Test func strangeRequestsEnd() throws {
    let folder = try ScratchFolder()
    func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
    let line = Self.requestLine
    let address = line.dropFirst(5)
    let texts: [String] = [
      "\(line)\n\(many(" &a=b\n", 100_000))\n\(Self.wrong)", "\(line)\n\(many("X: y\n", 500_000))\n\(Self.wrong)",
      "\(line)&x=\(many("a", 2_000_000))\n\n\(Self.wrong)", "\(line)\n\n\(many("[", 1_000_000))",
      "\(many("A", 1_000_000)) \(address)\n\n\(Self.wrong)", "\(line)\n\n{\"tempDisk\": \(many("{{", 1_000_000))}\n",
    ]
    for text in texts {
      try folder.write(text, to: "a.http")
      let answer = try folder.run("timeout $PATIENCE bodylint --no-config -q --format compact a.http")
      #expect(answer.status == 1, "\(text.prefix(220).suffix(60)): \(answer.error)")
      #expect(answer.output.utf8.count < 100_000)
    }
    for text in ["", many("#", 10_000_000), many("###\n", 3_000_000)] {
      try folder.write(text, to: "a.http")
      #expect(try folder.run("timeout $PATIENCE bodylint --no-config -q --format compact a.http").status <= 1)
    }
  }

  /// Millions of requests take no longer than their number, known or not, and blank lines no memory.
  @Test func manyRequestsOfAFileEnd() throws {
    let folder = try ScratchFolder()
    try folder.write(String(repeating: "###\nX\n", count: 4_000_000), to: "none.http")
    try folder.write(String(repeating: "\(Self.requestLine)\n###\n", count: 200_000), to: "bare.http")
    try folder.write(String(repeating: "\n", count: 60 << 20), to: "blank.http")
    for (file, status) in [("none.http", 2), ("bare.http", 0), ("blank.http", 0)] as [(String, Int32)] {
      let answer = try folder.run(
        "\(Self.memory(kibibytes: 600_000))timeout $PATIENCE bodylint --no-config -q --format compact \(file)")
      #expect(answer.status == status, "\(file): \(answer.error.prefix(300))")
      #expect(answer.output == "", "\(file)")
    }
  }

  /// Whatever stands around the bodies of a file of requests may have tokens and passwords in it.
  @Test func credentialsAroundRequestsAreNotShown() throws {
    let folder = try ScratchFolder()
    let address = "management.azure.com\(Self.machine)".replacing("virtualMachines", with: "images")
    let line = "PUT https://\(address)?api-version=2024-03-01"
    let wrong = "PUT https://user:CANARYpw@\(address)?api-version=zz"
    let texts = [
      "# password CANARY\n@token = CANARY\n\(line)\nAuthorization: Bearer CANARYtok\n\n\(Self.image)\n### CANARY\n",
      "\(line)\rAuthorization: Bearer CANARYtok\r\r{\"adminPassword\":\"CANARYpw\"}",
      "\(line)\r# CANARY\rAuthorization: Bearer CANARYtok\r\r\(Self.image)",
      "\(line.dropLast(2))xx -H \"Authorization: Bearer CANARY\" -d {\"a\": 1}\n", "\(wrong)\n\n\(Self.image)",
      "CANARYtok \(address)\n", "CANARYtok \(wrong.dropFirst(4))\n",
    ]
    for text in texts {
      try folder.write(text, to: "a.http")
      for option in ["--diff"] + HostileFormat.all.map({ "--format \($0)" }) {
        let answer = try folder.run("timeout $PATIENCE bodylint --no-config \(option) a.http")
        #expect(answer.status <= 2)
        #expect(!answer.output.contains("CANARY"), "\(option): \(text)")
        #expect(!answer.error.contains("CANARY"), "\(option): \(text)")
      }
    }
    try folder.write(texts[0], to: "a.http")
    let diff = try folder.run("timeout $PATIENCE bodylint --no-config --diff a.http").output
    #expect(diff.contains("\n-{\"id\"") && !diff.contains("***"))
  }

  @Test func strangeArchivesEnd() throws {
    let folder = try ScratchFolder()
    let address = Self.requestLine.dropFirst(5)
    func archive(_ text: String) -> String {
      let request = "{\"method\": \"POST\", \"url\": \"\(address)\", \"postData\": {\"text\": \"\(text)\"}}"
      return "{\"log\": {\"entries\": [{\"request\": \(request)}]}}"
    }
    let letters = String(repeating: "a", count: 20_000_000)
    let quotes = String(repeating: "\\\\\\\"", count: 5_000_000)
    let texts: [String] = [
      archive("{\\\"tempDisk\\\": 1}"), archive("{\\\"x\\\": \\\"\(letters)\\\"}"),
      archive("{\\\"x\\\": \\\"\(quotes)\\\"}"), archive(String(repeating: "[", count: 1_000_000)),
      archive("{\\\"tempDisk\\\": \\\"\\ud800abcde\\n\\\"}"), archive("{\\\"tempDisk\\\": \\\"\\ud800"),
      String(repeating: "[", count: 1_000_000),
    ]
    for text in texts {
      try folder.write(text, to: "a.har")
      let answer = try folder.run("timeout $PATIENCE bodylint --no-config -q --format compact a.har")
      #expect(answer.status == 1, "\(text.prefix(60)): \(answer.error)")
      #expect(answer.output.utf8.count < 100_000)
    }
    try folder.write(
      "{\"log\": {\"entries\": [1, null, [], {}, {\"request\": 1}, {\"request\": {\"url\": 1}}]}}", to: "b.har")
    #expect(try folder.run("timeout $PATIENCE bodylint --no-config -q b.har").status <= 1)
    // Packed answers are not unpacked.
    let start =
      "{\"log\": {\"entries\": [{\"request\": {\"method\": \"POST\", \"url\": \"\(address)\"}, \"response\":"
      + " {\"status\": 200, \"content\": {\"encoding\": \"base64\", \"text\": \""
    let made = try folder.run(
      "{ printf '%s' '\(start)'; head -c 60000000 /dev/zero | gzip -9 | base64 | tr -d '\\n'; printf '\"}}}]}}'; } > c.har"
    )
    #expect(made.status == 0)
    #expect(
      try folder.run("\(Self.memory(kibibytes: 400_000))timeout $PATIENCE bodylint --no-config -q c.har").status <= 1)
  }

  @Test func aCommentWithoutEndIsAFault() throws {
    let folder = try ScratchFolder()
    for end in ["} /*", "} /* a\n", "} /*/", " /* }"] {
      let text = "{\"tempDisk\": true\(end)"
      try folder.write(text, to: "a.jsonc")
      let answer = try folder.run("bodylint --no-config -q --format compact a.jsonc")
      #expect(answer.status == 1, "\(text)")
      #expect(answer.output.contains("[malformed-json]"), "\(text)")
    }
    for text in [
      "/*" + String(repeating: "*", count: 10_000_000), String(repeating: "/*", count: 5_000_000),
      String(repeating: "//\n", count: 5_000_000),
    ] {
      try folder.write(text, to: "a.jsonc")
      let answer = try folder.run("\(Self.checkImage) a.jsonc")
      #expect(answer.status == 1, "\(text.prefix(10))")
    }
  }

  /// A line that is too large to be a record is told, and those behind it stand where they stand.
  @Test func aRecordOfSeventyMegabytesIsPassedOver() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "one")
    let made = try folder.run(
      "{ cat one; printf '{\"a\": \"'; head -c 70000000 /dev/zero | tr '\\0' a; printf '\"}\\n'; cat one;"
        + " head -c 1000000 /dev/zero | tr '\\0' '['; echo; cat one; } > a.ndjson")
    #expect(made.status == 0)
    let answer = try folder.run("timeout $PATIENCE bodylint --no-config -q --format ndjson a.ndjson")
    #expect(answer.status == 1)
    var found: [String] = []
    for line in lines(answer.output) {
      let finding = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      guard let rule = finding["rule"] as? String, let offset = finding["offset"] as? Int else { continue }
      if rule != "oversized-document" || found.last?.hasPrefix(rule) != true { found.append("\(rule) \(offset)") }
    }
    let length = Self.wrong.utf8.count
    let second = length + 70_000_010
    #expect(found.contains("type-mismatch 13"), "\(found)")
    #expect(found.contains("oversized-document \(length)"), "\(found)")
    #expect(found.contains("type-mismatch \(second + 13)"), "\(found)")
    #expect(found.contains("type-mismatch \(second + length + 1_000_001 + 13)"), "\(found)")
  }

  @Test func aGigabyteIsNotReadIntoMemory() throws {
    let folder = try ScratchFolder()
    let made = try folder.run("truncate -s 1G a.json && ln a.json a.ndjson")
    guard made.status == 0 else {
      print("a gigabyte was not made: there is no truncate, or no room")
      return
    }
    for line in ["a.json", "a.ndjson", "- < a.json", "--ndjson - < a.json"] {
      let answer = try folder.run("\(Self.memory(kibibytes: 400_000))\(Self.checkImage) \(line)")
      #expect(answer.status == 1, "\(line): \(answer.error)")
      #expect(answer.output.contains("[oversized-document]"), "\(line): \(answer.output.prefix(300))")
      // It was not counted to its end.
      #expect(!answer.output.contains("has 6710886"), "\(line)")
    }
    let records = try folder.run(
      "\(Self.memory(kibibytes: 150_000))yes '{\"tempDisk\": true}' | head -n 1000000 | timeout $PATIENCE bodylint --no-config --ndjson -"
    )
    #expect(records.status == 0)
    #expect(records.output == "1 file checked, nothing to report\n")
    // A report of records goes to its file as it comes.
    let report = try folder.run(
      "\(Self.memory(kibibytes: 150_000))yes '{\"tempDisk\": 1}' | head -n 200000 | timeout $PATIENCE bodylint --no-config -q --ndjson"
        + " --format text --output report -")
    #expect(report.status == 1, "\(report.error.prefix(300))")
  }

  // MARK: Names and texts

  /// Names that would be a command to a terminal, GitHub Actions or Azure Pipelines: those look for `::` at the start of
  /// a line, white space aside, and for `##[` and `##vso[` anywhere.
  private static let evil = [
    "::error::x", "::stop-commands::t", "##[add-mask]e", "##vso[task.setvariable variable=x]y", "a\n::error::x",
    "a\n ::error::x", "a\r::error::x", "a%0A::error::x", "a\u{1B}[31m", "a\u{1B}]0;t\u{7}", "\u{202E}abc", "a\"b'",
    "a<b>&]]>", "-rf", "--fix", "a\u{2028}b", "a\u{FEFF}", "\u{7F}", "\u{9B}31m", "a\\b", "a,b:1:2", " a ", "a\tb",
    "\u{8}\u{8}",
  ]

  @Test(arguments: HostileFormat.all) func namesAndValuesGiveNoCommands(_ format: String) throws {
    let folder = try ScratchFolder()
    for name in Self.evil {
      let text = json(name)
      try folder.write("{\"tempDisk\": 1, \(text): \(text), \"exactVersion\": \(text)}", to: "d/\(name).json")
      try folder.write("{\"tempDisk\": 1, \(text): 1}\n", to: "d/\(name).ndjson")
      let comment = "// bodylint-disable-line \(name.filter { !$0.isNewline }) -- x"
      try folder.write("{\"tempDisk\": 1, \(comment)\n\"a\": 1}", to: "d/\(name).jsonc")
      try folder.write("{\"unknown\": 1}", to: "d/u\(name).json")
      let machine = "resourceGroups/\(name)/providers/Microsoft.Compute/virtualMachines/\(name)"
      let address = json("https://management.azure.com/subscriptions/x/\(machine)/reimage?api-version=\(name)")
      let data = json("{\(text): 1}")
      let request = "{\"method\": \(text), \"url\": \(address), \"postData\": {\"text\": \(data)}}"
      try folder.write("{\"log\": {\"entries\": [{\"request\": \(request)}]}}", to: "d/\(name).har")
    }
    let own = format == "github" ? ["::error file=", "::warning file=", "::notice file="] : []
    for line in [
      "cd d && timeout $PATIENCE bodylint -v --format \(format) --operation VirtualMachines_Reimage -- *",
      "timeout $PATIENCE bodylint --statistics --format \(format) d",
    ] {
      let answer = try folder.run(line)
      #expect(answer.status == 1 || answer.status == 2)
      #expect(answer.isText)
      #expect(commands(in: answer.output, own: own).prefix(3) == [])
      #expect(commands(in: answer.error).prefix(3) == [])
      try parses(answer.output, format)
      if format == "html" { #expect(!answer.output.contains("a<b>")) }
    }
  }

  @Test func mistakesOfAConfigurationGiveNoCommands() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "::error::d/a.json")
    let text = #"\e[31m\n::error::x ##vso[x.y]z"#
    try folder.write("a: 1\n\"b\(text)\": 2\nextends: \"c\(text)\"\n", to: "::error::d/.bodylint.yaml")
    for line in ["bodylint ::error::d", "bodylint config ::error::d/a.json"] {
      let answer = try folder.run(line)
      #expect(answer.status == 2)
      #expect(commands(in: answer.output + answer.error) == [])
    }
  }

  @Test func textsOfRulesGiveNoCommands() throws {
    let folder = try ScratchFolder()
    let text = #"a\e[31m\e]0;t\a\n::error::x ##[add-mask]e ##vso[task.setvariable variable=x]y \u202e\u2028"#
    try folder.write(
      """
      id: odd-location
      title: "\(text)"
      severity: error
      since: "\(text)"
      source: {quote: "\(text)", url: "https://example.com/\(text)"}
      operations: [Images_CreateOrUpdate]
      at: /location
      check: {oneOf: [a, "\(text)"]}
      message: "{actual} {values} \(text)"
      why: "\(text)"
      fix: "\(text)"
      examples:
        valid:
          - name: "\(text)"
            body: '{"location": "a"}'
        invalid:
          - name: "\(text)"
            body: '{"location": "b"}'
            expect: [{at: /location, message: "\(text)"}]

      """, to: "r/odd-location.yaml")
    try folder.write(Self.image(location: "b"), to: "a.json")
    let own = ["::error file=", "::warning file="]
    for format in HostileFormat.all {
      let answer = try folder.run("bodylint --no-config --format \(format) --statistics --rules r a.json")
      #expect(answer.status == 1, "\(format): \(answer.error)")
      #expect(answer.output.contains("odd-location"))
      #expect(commands(in: answer.output, own: format == "github" ? own : []) == [], "\(format)")
      #expect(commands(in: answer.error) == [], "\(format)")
      try parses(answer.output, format)
    }
    for (line, status) in [
      ("explain odd-location --rules r", 0), ("rules --rules r", 0), ("rules --format json --rules r", 0),
      ("test r", 1),
    ] {
      let answer = try folder.run("bodylint \(line)")
      #expect(answer.status == Int32(status), "\(line): \(answer.error)")
      #expect(commands(in: answer.output + answer.error) == [], "\(line)")
    }
    try folder.write("id: \"\(text)\"\n\"\(text)\": 1\n", to: "s/a\u{1B}[31m\n::error::x.yaml")
    for line in ["bodylint --rules s a.json", "bodylint test s"] {
      let answer = try folder.run(line)
      #expect(answer.status == 2)
      #expect(commands(in: answer.output + answer.error) == [], "\(line)")
    }
  }

  /// A shell's `*` makes options of names that begin with a dash.
  /// Comments of a text that a diff shows.
  @Test func diffsGiveNoCommands() throws {
    let folder = try ScratchFolder()
    let comment = "/*\n::error file=x::pwned\n  ##vso[task.setvariable variable=x]y\n\u{1B}[2J\u{202E}\n*/"
    try folder.write("{\"location\": \"x\", \(comment) \"id\": \"y\"}\n", to: "a.jsonc")
    let answer = try folder.run("bodylint --no-config --operation Images_CreateOrUpdate --diff a.jsonc")
    #expect(answer.status == 1)
    #expect(answer.output.contains("pwned") && answer.output.contains("variable=x"), "\(answer.output)")
    for harmful in ["\u{1B}", "\u{202E}", " ::error", "##"] { #expect(!answer.output.contains(harmful), "\(harmful)") }
    // What is common is left as it is, so that `patch` can apply the rest.
    try folder.write("{\r\n\t\"location\": \"ä\",\r\n\t\"id\": \"y\"\r\n}\r\n", to: "b.json")
    try folder.write("{\r\n\t\"location\": \"ä\",\r\n\t\"id\": \"y\"\r\n}\r\n", to: "c.json")
    let diff = try folder.run(
      "bodylint --no-config --operation Images_CreateOrUpdate --diff b.json > p; patch -s --binary b.json p")
    let fixed = try folder.run(
      "bodylint --no-config -q --operation Images_CreateOrUpdate --fix c.json; cmp b.json c.json")
    #expect(diff.status == 0 || diff.error.contains("not found"), "\(diff.error)")
    if diff.status == 0 { #expect(fixed.status == 0, "\(fixed.output)") }
  }

  @Test func argumentsGiveNoCommands() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "a.json")
    let text = "\u{1B}[31m\n::error::y ##vso[x.y]z"
    let options = [
      "--x", "--format=", "--jobs=", "--fact=", "--operation=", "--now=", "--rules=", "--config=", "--output=nowhere/",
    ]
    for word in options + ["--baseline=", ""] {
      let answer = try folder.run("bodylint --format compact '\(word)\(text)' a.json")
      #expect(answer.status == 2, "\(word)")
      #expect(!answer.error.isEmpty, "\(word)")
      #expect(commands(in: answer.output + answer.error) == [], "\(word)")
    }
    for line in ["explain", "test", "help", "config", "--generate-completion-script"] {
      let answer = try folder.run("bodylint \(line) '\(text)'")
      #expect(commands(in: answer.output + answer.error) == [], "\(line)")
    }
  }

  /// Such a name cannot be told from another in a text: it is never taken for that of another file.
  @Test func aNameThatIsNoTextIsNotMistakenForAnother() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.right, to: "d/caf\u{FFFD}.json")
    try folder.write(Self.wrong, to: "wrong")
    guard try folder.run("cp wrong \"$(printf 'd/caf\\351.json')\"").status == 0 else {
      print("names that are not UTF-8 were not tried: there is no such file here")
      return
    }
    for line in ["d", "d/*", "\"$(printf 'd/caf\\351.json')\"", "--fix d"] {
      let answer = try folder.run("bodylint --no-config --format compact \(line)")
      #expect(answer.status == 1 || answer.status == 2, "\(line)")
      #expect(answer.isText)
      #expect(!(answer.output + answer.error).isEmpty, "\(line)")
    }
    #expect(try folder.run("ls d | wc -l").output.contains("2"))
  }

  // MARK: Files that are none

  @Test func linksOutOfAFolderAreNotFollowed() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.image, to: "outside/o.json")
    try folder.write(Self.image, to: "tree/t.json")
    let made = try folder.run(
      "cd tree; ln -s ../outside/o.json l.json; ln -s ../outside d; ln -s ../outside d.json; ln -s . e")
    #expect(made.status == 0)
    let answer = try folder.run("bodylint --no-config -q --format compact tree")
    #expect(!answer.output.contains("l.json"))
    #expect(!answer.output.contains("o.json"))
    #expect(try folder.run("bodylint --no-config -q --fix tree").status == 0)
    #expect(try folder.read("outside/o.json") == Self.image)
    #expect(try folder.read("tree/t.json") == Self.mended)
  }

  @Test func whatIsNoFileIsToldOrPassedOver() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "d/x.json/a.json")
    let made = try folder.run(
      "cd d; ln -s nowhere n.json; ln -s l2.json l1.json; ln -s l1.json l2.json; ln -s /dev/zero z.json; mkfifo p.json")
    #expect(made.status == 0)
    let walked = try folder.run("timeout 20 bodylint --no-config -q --format compact d")
    #expect(walked.status == 1)
    #expect(walked.output.hasPrefix("d/x.json/a.json:1:14: error[type-mismatch]"))
    let names = ["d/n.json", "d/l1.json", "d/z.json", "d/x.json/a.json/b", "/dev/zero", "/dev/full", "/proc/self/mem"]
    for name in names + ["''"] {
      let answer = try folder.run("timeout 20 bodylint --no-config -q --fix \(name)")
      #expect(answer.status == 2, "\(name)")
      #expect(answer.error.hasPrefix("bodylint: "), "\(name): \(answer.error)")
    }
  }

  @Test func filesThatCannotBeReadAreTold() throws {
    let folder = try ScratchFolder()
    for name in ["a", "closed/b", "secret", "fixed"] { try folder.write(Self.image, to: "d/\(name).json") }
    let isRoot = try folder.run("id -u").output == "0\n"
    let nobody = isRoot ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
    guard try folder.run("\(nobody) bodylint --version && \(nobody) ls d").status == 0 else {
      print("files that cannot be read were not tried: root reads all, and there is no setpriv for another user")
      return
    }
    if isRoot { _ = try folder.run("chown -R 65534:65534 d") }
    #expect(try folder.run("chmod 0 d/closed d/secret.json; chmod 444 d/fixed.json").status == 0)
    let answer = try folder.run("\(nobody) bodylint --no-config -q --fix d")
    let fixed = try folder.run("cat d/fixed.json").output
    _ = try folder.run("chmod -R u+rwx d")
    #expect(answer.status == 2)
    for name in ["d/closed", "d/secret.json", "d/fixed.json"] {
      #expect(answer.error.contains("bodylint: \(name): "), "\(name): \(answer.error)")
    }
    #expect(try folder.read("d/a.json") == Self.mended)
    #expect(fixed == Self.image)
  }

  @Test func longPathsAreNotLost() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "deep/" + (0..<70).map { "d\($0)" }.joined(separator: "/") + "/a.json")
    let deep = try folder.run("bodylint --no-config -q --format compact deep")
    #expect(deep.status == 1 || deep.status == 2 && deep.error.contains("deep/d0"), "\(deep)")
    // Longer than a system takes a path.
    let made = try folder.run(
      "n=$(printf 'd%.0s' $(seq 200)); mkdir long; cd long; i=0; while [ $i -lt 30 ]; do mkdir $n; cd -P $n; i=$((i+1)); done;"
        + " echo '{\"tempDisk\": 1}' > a.json")
    #expect(made.status == 0, "\(made.error)")
    let long = try folder.run("timeout $PATIENCE bodylint --no-config -q --format compact long")
    #expect(long.status == 1 || long.status == 2 && !long.error.isEmpty)
    // As long as a name can be.
    let name = String(repeating: "n", count: 250) + ".json"
    try folder.write(Self.image, to: name)
    let fixed = try folder.run("bodylint --no-config -q --fix \(name)")
    #expect(fixed.status == 0, "\(fixed.error)")
    #expect(try folder.read(name) == Self.mended)
  }

  // MARK: Files that change

  @Test func filesThatChangeWhileTheyAreReadEndInAnAnswer() throws {
    let folder = try ScratchFolder()
    try folder.write(String(repeating: Self.right, count: 100_000), to: "whole")
    try folder.write("{\"tempDisk\": [" + String(repeating: "{},", count: 300_000), to: "half")
    for name in ["g.json", "g.ndjson", "g.http"] {
      let answer = try folder.run(
        "(while :; do cat half > \(name); cat whole > \(name); cat half >> \(name); : > \(name); done) & p=$!; i=0;"
          + " while [ $i -lt 25 ]; do timeout $PATIENCE bodylint -q --no-config \(name) > /dev/null 2>&1; echo $?; i=$((i+1)); done;"
          + " kill -9 $p")
      let statuses = lines(answer.output)
      #expect(statuses.count == 25)
      #expect(statuses.allSatisfy { ["0", "1", "2"].contains($0) }, "\(name): \(statuses)")
    }
  }

  /// Somebody saves, moves or removes a file in the moment in which its new text is being written beside it.
  @Test func aFixIsNotWrittenOverSomebodyElsesChange() throws {
    let folder = try ScratchFolder()
    let text = String(Self.image.dropLast()) + String(repeating: " ", count: 12_000_000) + "\n"
    for change in ["printf mine > a.json", "printf mine > b; mv b a.json", "rm a.json"] {
      for round in 1...4 {
        try folder.write(text, to: "a.json")
        let answer = try folder.run(
          "rm -f done; (timeout $PATIENCE bodylint -q --no-config --fix a.json > /dev/null 2>&1; echo $? > done) &"
            + " while [ ! -e done ] && ! ls -A | grep -q 'bodylint-'; do :; done; \(change); wait;"
            + " cat a.json 2> /dev/null | head -c 100")
        #expect(answer.output == (change.hasPrefix("rm") ? "" : "mine"), "\(change), round \(round)")
      }
    }
    #expect(try folder.run("ls -A | grep bodylint-").output == "")
  }

  // MARK: Full disks

  @Test func aFullDiskLeavesTheOldFile() throws {
    let folder = try ScratchFolder()
    #expect(try folder.run("mkdir full").status == 0)
    guard try folder.run("mount -t tmpfs -o size=64k tmpfs full").status == 0 else {
      print("a full disk was not tried: nothing can be mounted here")
      return
    }
    defer { _ = try? folder.run("umount full") }
    let long = String(Self.image.dropLast()) + String(repeating: " ", count: 30_000) + "\n"
    try folder.write(long, to: "full/a.json")
    try folder.write("old", to: "full/report")
    #expect(try folder.run("echo '{\"version\": 1, \"findings\": []}' > full/known.json").status == 0)
    let filled = try folder.run("dd if=/dev/zero of=full/rest bs=1024 count=1024 2> /dev/null; df full | grep -q 100%")
    #expect(filled.status == 0)
    for line in [
      "--fix full/a.json", "--format html --output full/report full/a.json",
      "--format html --output full/new full/a.json",
      "--baseline full/known.json --update-baseline full/a.json",
    ] {
      let answer = try folder.run("bodylint --no-config -q \(line)")
      #expect(answer.status == 2, "\(line)")
      #expect(answer.error.contains("no space left on device"), "\(line): \(answer.error)")
    }
    #expect(try folder.read("full/a.json") == long)
    #expect(try folder.read("full/report") == "old")
    #expect(try folder.read("full/known.json") == "{\"version\": 1, \"findings\": []}\n")
    #expect(try folder.run("ls -A full").output == "a.json\nknown.json\nreport\nrest\n")
  }

  @Test func aLimitOfFileSizesLeavesTheOldFile() throws {
    let folder = try ScratchFolder()
    let members = (0..<100).map { "\"p\($0)\": 1, " }.joined()
    let padding = String(repeating: " ", count: 30_000)
    let long = "{\(members)\(Self.image.dropFirst().dropLast())\(padding)\n"
    try folder.write(long, to: "a.json")
    try folder.write("old", to: "report")
    for line in [
      "--fix a.json > /dev/null", "--format html --output report a.json",
      "--baseline known.json --update-baseline a.json",
    ] {
      // Blocks of 512 or of 1024 bytes.
      let answer = try folder.run(
        "ulimit -f 2; timeout $PATIENCE bodylint --no-config -q --operation Images_CreateOrUpdate \(line)")
      #expect(answer.status == 2, "\(line)")
      #expect(answer.error.contains("file too large"), "\(line): \(answer.error)")
    }
    #expect(try folder.read("a.json") == long)
    #expect(try folder.read("report") == "old")
    #expect(try folder.run("ls -A").output == "a.json\nreport\n")
  }

  @Test func outputThatCannotBeWrittenIsTrouble() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "a.json")
    guard try folder.run("test -c /dev/full").status == 0 else {
      print("a full device was not tried: there is none")
      return
    }
    for line in [
      "a.json", "--diff a.json", "--format json --output /dev/full a.json", "rules", "rules --format json",
      "operations",
      "explain duplicate-lun", "config a.json", "test", "--help", "--version",
    ] {
      let answer = try folder.run("bodylint \(line) > /dev/full")
      #expect(answer.status == 2, "\(line)")
      #expect(answer.error.contains("no space left on device"), "\(line): \(answer.error)")
      let what = line.contains("a.json") && !line.hasPrefix("config") ? "the findings" : "the output"
      #expect(answer.error.contains("bodylint: \(what) could not be written"), "\(line): \(answer.error)")
    }
  }

  @Test func aReportThroughALinkIsWrittenWhereItLeads() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "a.json")
    #expect(try folder.run("mkdir d; ln -s d/report.json link.json").status == 0)
    #expect(try folder.run("bodylint --no-config -q --format json --output link.json a.json").status == 1)
    #expect(try folder.run("test -L link.json && test -f d/report.json").status == 0)
    #expect(try folder.run("rm link.json; ln -s nowhere/report.json link.json").status == 0)
    #expect(try folder.run("bodylint --no-config -q --format json --output link.json a.json").status == 2)
    #expect(try folder.run("test -L link.json").status == 0)
  }

  // MARK: Signals and closed streams

  /// What is left of one that was killed is called `.bodylint-XXXXXX`; later runs do not mind it.
  @Test func whoIsKilledWhileMendingLeavesWholeFiles() throws {
    let folder = try ScratchFolder()
    let count = 250
    let padding = String(repeating: " ", count: 3000)
    for round in 0..<8 {
      for index in 0..<count { try folder.write(Self.image + padding, to: "d/\(index).json") }
      _ = try folder.run(
        "bodylint --no-config -q --fix d > /dev/null 2>&1 & p=$!; sleep 0.0\(round + 2); kill -9 $p; wait $p; true")
      for index in 0..<count {
        let text = try folder.read("d/\(index).json")
        #expect(text == Self.image + padding || text == Self.mended + padding, "\(index).json in round \(round)")
      }
    }
    let rest = try folder.run("timeout $PATIENCE bodylint --no-config -q --fix d")
    #expect(rest == ScratchFolder.Outcome(status: 0, output: "", error: "", isText: true))
    for index in 0..<count { #expect(try folder.read("d/\(index).json") == Self.mended + padding) }
    #expect(
      try folder.run("timeout $PATIENCE bodylint --no-config d").output == "\(count) files checked, nothing to report\n"
    )
  }

  @Test func signalsEndARunAsUsual() throws {
    let folder = try ScratchFolder()
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
      let answer = try folder.run(
        // Threads of a test may block signals, and what they start inherits that.
        "sleep 3 | timeout --foreground --preserve-status -s \(signal) 0.5 python3 -c 'import os, signal;"
          + " signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execvp(\"bodylint\", [\"bodylint\", \"-\"])'")
      // Where there is no `timeout` with these options, or no Python.
      guard answer.status != 125, answer.status != 127 else { return }
      #expect(answer.status == Int32(status), "\(signal)")
      #expect(answer.output == "")
      #expect(answer.error == "")
    }
  }

  @Test func aReaderThatGoesAwayIsNoTrouble() throws {
    let folder = try ScratchFolder()
    try folder.write(String(repeating: Self.wrong, count: 3000), to: "a.ndjson")
    for format in HostileFormat.all {
      let answer = try folder.run(
        "timeout $PATIENCE bodylint --no-config --format \(format) a.ndjson | head -n 1 > /dev/null")
      #expect(answer.error == "", "\(format)")
    }
  }

  @Test func closedStreamsAreNotMixedUp() throws {
    let folder = try ScratchFolder()
    try folder.write(Self.wrong, to: "a.json")
    try folder.write(Self.image, to: "b.json")
    for (line, status) in [
      ("a.json <&-", 1), ("- <&-", 2), ("nope.json 2>&-", 2), ("a.json 2>&-", 1), ("a.json <&- >&- 2>&-", 2),
      ("--ndjson a.json >&-", 2), ("--format json --output report.json a.json <&- >&- 2>&-", 1),
      ("--fix b.json <&- >&- 2>&-", 0),
    ] {
      #expect(try folder.run("timeout $PATIENCE bodylint --no-config -q \(line)").status == Int32(status), "\(line)")
    }
    try parses(try folder.read("report.json"), "json")
    #expect(try folder.read("b.json") == Self.mended)
    // A file that is opened takes the number of the stream that is closed: nothing else may land in it.
    let answer = try folder.run(
      "mkfifo pipe; timeout 20 cat pipe > got & timeout $PATIENCE bodylint --no-config -q --format text --format json"
        + " --output pipe a.json >&-; s=$?; wait; exit $s")
    #expect(answer.status == 2)
    try parses(try folder.read("got"), "json")
  }
}

// MARK: -

enum HostileFormat {
  static let all = ["text", "compact", "json", "ndjson", "sarif", "github", "gitlab", "junit", "checkstyle", "html"]
}

/// The lines of a text that a terminal, GitHub Actions or Azure Pipelines would take for more than text.
///
/// - Parameter own: how lines begin that are such on purpose.
private func commands(in text: String, own: [String] = []) -> [String] {
  lines(text).filter { line in
    let start = line.drop { $0.isWhitespace }
    if start.hasPrefix("::"), !own.contains(where: { line.hasPrefix($0) }) { return true }
    if line.contains("##[") || line.contains("##vso[") { return true }
    return line.unicodeScalars.contains { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
  }
}

/// Split at bytes: to a String CR LF is one character.
private func lines(_ text: String) -> [String] { text.utf8.split(separator: 0x0A).map { String(Substring($0)) } }

/// An ASCII text with so many bytes for each character: UTF-16 or UTF-32.
private func wide(_ text: String, _ count: Int, isBig: Bool = false) -> [UInt8] {
  var out: [UInt8] = []
  for byte in text.utf8 {
    let rest = [UInt8](repeating: 0, count: count - 1)
    out += isBig ? rest + [byte] : [byte] + rest
  }
  return out
}

/// A JSON string.
private func json(_ text: String) -> String {
  var out = "\""
  for scalar in text.unicodeScalars {
    if scalar == "\"" || scalar == "\\" || scalar.value < 0x20 {
      let digits = String(scalar.value, radix: 16)
      out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    } else {
      out.unicodeScalars.append(scalar)
    }
  }
  return out + "\""
}

/// A report can be read by what reads its format.
private func parses(_ output: String, _ format: String) throws {
  switch format {
  case "json", "sarif", "gitlab":
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(output.utf8)) }
  case "ndjson":
    for line in lines(output) {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
  case "junit", "checkstyle":
    let parser = XMLParser(data: Data(output.utf8))
    #expect(parser.parse(), "\(format): \(String(describing: parser.parserError))")
  default: break
  }
}
