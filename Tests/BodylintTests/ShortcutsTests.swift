import Bodylint
import Foundation
import JSONText
import Rules
import ScanLevels
import TestRandom
import Testing

/// What the evaluator accepts at a glance is what passes case by case: the same bodies, judged by a checker that takes
/// shortcuts and by one that takes none, have the same findings.
@Suite struct ShortcutsTests {
  private struct Pair {
    let quick: Checker
    let thorough: Checker

    init(_ rules: RuleSet) {
      quick = Checker(rules)
      thorough = Checker(rules, isThorough: true)
    }

    /// Whether both say the same; what they say where they do not.
    func disagreement(_ body: [UInt8], _ request: Request) throws -> String? {
      let findings = try [quick, thorough].map { checker in
        let prepared = try checker.prepare(request)
        return body.withUnsafeBufferPointer { checker.check($0, as: prepared).findings }
      }
      guard findings[0] != findings[1] else { return nil }
      let texts = findings.map { $0.map { "\($0.rule) \($0.pointer?.description ?? "")" } }
      return "\(texts[0]) and not \(texts[1]) of \(String(decoding: body, as: UTF8.self))"
    }
  }

  /// Every body of the corpus as it is, and with its strings damaged in places where shortcuts look.
  @Test func corpusBodies() throws {
    let pair = Pair(.bundled)
    var random = Seeded(seed: 20_261_121)
    let pieces =
      ["{", "}}", "<", ">", "$", "${a}", "@", "@@", "%", "_", "__A__", "/", "//", ".", "-", " ", "A", "z", "0"]
      + [":", "=", "~", "(", ")", "é", "\\u0041", "\\n", "http://", "HTTPS://", "azure", "Microsoft", ".vhd", "1.2"]
    var count = 0
    for body in CorpusCase.all {
      var request = body.request
      if request.operation == nil, request.url == nil {
        request.operation = ["Images_CreateOrUpdate", "GalleryImages_CreateOrUpdate", "VirtualMachines_Reimage"].first {
          body.description.contains("/\($0)/")
        }
      }
      #expect(try pair.disagreement(body.bytes, request) == nil, "\(body)")
      let inside = Self.insideStrings(body.bytes)
      guard !inside.isEmpty, body.bytes.count < 20_000 else { continue }
      for _ in 0..<40 {
        var bytes = body.bytes
        let place = inside[Int.random(in: 0..<inside.count, using: &random)]
        let piece = Array(pieces.randomElement(using: &random)!.utf8)
        let end = Bool.random(using: &random) ? place : min(place + piece.count, bytes.count)
        bytes.replaceSubrange(place..<end, with: piece)
        #expect(try pair.disagreement(bytes, request) == nil, "\(body), changed")
        count += 1
      }
    }
    #expect(count > 20_000)
  }

  /// Every body of the corpus with other numbers in it.
  @Test func numbers() throws {
    let pair = Pair(.bundled)
    var random = Seeded(seed: 1_023)
    let numbers = [
      "0", "-0", "1", "-1", "9", "10", "63", "64", "99", "-64", "127", "1023", "1024", "-1024", "65535", "1e2", "1.0",
      "9999999", "12345678", "-1234567", "99999999", "-9999999", "-99999999", "100000000", "123456789", "2147483647",
      "2147483648", "-2147483648", "99999999999999999999",
    ]
    var count = 0
    for body in CorpusCase.all where body.bytes.count < 20_000 {
      let places = Self.numbers(body.bytes)
      for _ in 0..<(places.isEmpty ? 0 : 30) {
        var bytes = body.bytes
        bytes.replaceSubrange(
          places.randomElement(using: &random)!, with: numbers.randomElement(using: &random)!.utf8)
        #expect(try pair.disagreement(bytes, body.request) == nil, "\(body), changed")
        count += 1
      }
    }
    #expect(count > 5_000)
  }

  /// Arrays whose elements are compared with each other: as plain texts, escaped, empty, in another letter case, as numbers.
  @Test func repeatedElements() throws {
    let pair = Pair(.bundled)
    var random = Seeded(seed: 64)
    let texts = [
      "\"\"", "\"a\"", "\"\\u0061\"", "\"A\"", "\"IsHibernateSupported\"", "\"\\u0049sHibernateSupported\"", "\"[a]\"",
      "\"é\"", "\"É\"", "\"e\u{301}\"", "0", "1", "-1", "1.0", "63", "64", "64", "\"64\"", "null", "{}",
      "\"a name of more than eight bytes\"",
    ]
    let places: [(operation: String, body: (String) -> String)] = [
      ("GalleryImages_CreateOrUpdate", { #"{"properties":{"features":[\#($0)]}}"# }),
      ("GalleryImages_CreateOrUpdate", { #"{"properties":{"disallowed":{"diskTypes":[\#($0)]}}}"# }),
      ("Images_CreateOrUpdate", { #"{"properties":{"storageProfile":{"dataDisks":[\#($0)]}}}"# }),
    ]
    let elements: [(String) -> String] = [
      { $0 }, { #"{"name":\#($0)}"# }, { #"{"value":"x","name":\#($0)}"# }, { #"{"lun":\#($0)}"# }, { #"{"":\#($0)}"# },
    ]
    for _ in 0..<6_000 {
      let place = places.randomElement(using: &random)!
      let element = elements.randomElement(using: &random)!
      let some = (0..<Int.random(in: 1...5, using: &random)).map { _ in element(texts.randomElement(using: &random)!) }
      let body = place.body(some.joined(separator: ","))
      let disagreement = try pair.disagreement(Array(body.utf8), Request(operation: place.operation))
      #expect(disagreement == nil)
    }
  }

  /// Numbers outside of quotes.
  private static func numbers(_ bytes: [UInt8]) -> [Range<Int>] {
    var numbers: [Range<Int>] = []
    var isInside = false
    var start: Int?
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\"") { isInside.toggle() }
      let isPart = !isInside && "0123456789-".utf8.contains(byte)
      if isPart, start == nil { start = index }
      if !isPart, let from = start {
        numbers.append(from..<index)
        start = nil
      }
    }
    return numbers
  }

  /// What stands close to the end of a text is looked at in another way: spaces behind a body make no difference.
  @Test func spaceBehind() throws {
    let checker = Checker(.bundled)
    for body in CorpusCase.all {
      let prepared = try checker.prepare(body.request)
      let spaces = [UInt8](repeating: 0x20, count: 80)
      let findings = [body.bytes, body.bytes + spaces].map { bytes in
        bytes.withUnsafeBufferPointer { checker.check($0, as: prepared).findings.map(\.rule) }
      }
      guard !body.bytes.isEmpty, !findings[0].contains("oversized-document") else { continue }
      let isCut = findings[0].contains("malformed-json")
      #expect(isCut || findings[0] == findings[1], "\(body)")
    }
  }

  /// Bodies that end where memory ends: a byte read beyond would end the process.
  @Test func readsNothingBehind() throws {
    let checker = Checker(.bundled)
    var size = 0
    let memory = try #require(scan_guarded(&size))
    for body in CorpusCase.all where body.bytes.count <= size {
      let prepared = try checker.prepare(body.request)
      let start = memory + (size - body.bytes.count)
      start.update(from: body.bytes, count: body.bytes.count)
      let atTheEnd = checker.check(UnsafeBufferPointer(start: start, count: body.bytes.count), as: prepared).findings
      let elsewhere = body.bytes.withUnsafeBufferPointer { checker.check($0, as: prepared).findings }
      #expect(atTheEnd == elsewhere, "\(body)")
    }
  }

  /// Bytes inside of quotes, escapes left alone.
  private static func insideStrings(_ bytes: [UInt8]) -> [Int] {
    var places: [Int] = []
    var isInside = false
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\"") {
        isInside.toggle()
      } else if isInside, byte != UInt8(ascii: "\\") {
        places.append(index)
      }
    }
    return places
  }

  /// Start-up files of random lines, well-formed and not: libyaml takes all that is taken without it, and no line with a
  /// secret is passed over.
  @Test func cloudConfig() throws {
    let pair = Pair(.bundled)
    var random = Seeded(seed: 7)
    let keys = [
      "... a: b", "... a", ". a: b", "runcmd:", "packages:", "key: value", "- ", "- a", "- key: v", "- - x", "a: b: c",
      "path: /etc/x", "x: |",
      "y: >-",
    ]
    let values = [
      "text", "echo hello world", "\"quoted\"", "'single'", "\"a\" b", "[1, 2]", "{a: 1}", "# comment", "a # b", "a#b",
      "a: b",
      "*alias", "&anchor x", "!tag v", "%percent", "@at", "`tick`", "- dash", "-dash", "? q", "|", "é", "\ttab",
      "password: hunter2x",
      "AccountKey=abcdefghijklmnopqrstuvwx", "chpasswd: {list: x}", "echo u:p | chpasswd",
      "-----BEGIN RSA PRIVATE KEY-----",
      "AKIAABCDEFGHIJKLMNOP", "https://u:secret@host/", "---", "...", "", "key:", "\"", "'", "trailing ", "\u{7F}",
      "a:b", "::",
    ]
    var texts = 0
    for _ in 0..<30_000 {
      var text = "#cloud-config\n"
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        text += String(repeating: " ", count: [0, 0, 0, 2, 2, 4, 1, 3].randomElement(using: &random)!)
        if Bool.random(using: &random) { text += keys.randomElement(using: &random)! }
        if Int.random(in: 0..<3, using: &random) > 0 { text += values.randomElement(using: &random)! }
        text += Int.random(in: 0..<40, using: &random) == 0 ? "\r\n" : "\n"
      }
      // A list that is longer than a block, with something else in one entry.
      if texts % 4 == 0 {
        let indentation = String(repeating: " ", count: [0, 0, 2, 3].randomElement(using: &random)!)
        if Bool.random(using: &random) { text += "packages:\n" }
        for _ in 0..<Int.random(in: 4...9, using: &random) {
          let odd = Int.random(in: 0..<12, using: &random) == 0 ? values.randomElement(using: &random)! : ""
          text += indentation + "- plain scalar of words" + odd + (Bool.random(using: &random) ? " \n" : "\n")
        }
      }
      let data = Data(text.utf8).base64EncodedString()
      let body = Array(#"{"osProfile":{"customData":"\#(data)"}}"#.utf8)
      let disagreement = try pair.disagreement(body, Request(operation: "VirtualMachines_Reimage"))
      #expect(disagreement == nil, "\(text)")
      texts += 1
    }
    #expect(texts == 30_000)
  }

  /// The bundled rules and one more.
  private static func rules(_ lines: [String], operation: String = "Images_CreateOrUpdate") throws -> RuleSet {
    let head = [
      "id: test-rule", "title: A fault", "severity: error", "since: 1.0.0", "operations: [\(operation)]",
    ]
    let message = lines.contains("cases:") ? [] : ["message: wrong"]
    let tail =
      message + [
        "source: {quote: So it is., url: https://example.com/doc}", "why: Because.", "fix: Mend it.",
        "examples: {valid: [{name: a, body: '{}'}], invalid: [{name: b, body: '{}', expect: [{at: ''}]}]}",
      ]
    let text = (head + lines + tail).map { $0 + "\n" }.joined()
    return try RuleSet(files: RuleSet.bundled.files + [RuleSet.RuleFile(path: "test-rule.yaml", text: text)])
  }

  private static let structure = RuleSet.bundled.files.filter { $0.path.hasPrefix("structure/") }

  /// An operation `{name}_Create` whose body is an object with these properties, a line each.
  private static func shape(_ name: String, required: [String], _ properties: [String]) -> RuleSet.RuleFile {
    let head = """
      operationId: \(name)_Create
      title: \(name)
      method: PUT
      path: /things/{name}
      apiVersions: {written: 2024-01-01, known: [2024-01-01]}
      source: {url: https://example.com/doc}
      requestBody: {required: true, schema: {$ref: '#/$defs/\(name)'}}
      responses: {}
      $defs:
        \(name):
          description: A thing.
          type: object
          required: [\(required.joined(separator: ", "))]
          properties:

      """
    let text = head + properties.map { "      \($0)\n" }.joined()
    return RuleSet.RuleFile(path: "shapes/\(name)_Create.yaml", text: text)
  }

  /// Conditions that ask for a text: they are told from others by their spellings.
  @Test(arguments: [
    "equals: {at: /location, value: ''}", "equals: {at: /location, value: a}",
    "equals: {at: /location, value: westus2}",
    "oneOf: {at: /location, values: ['', b]}", "oneOf: {at: /location, values: [aaaaaaaaa, westus]}",
    "equals: {at: /location, value: IsAcceleratedNetworkSupportedAndMore}",
    "not: {equals: {at: /location, value: ''}}",
    "all: [{equals: {at: /location, value: ''}}, {has: /properties}]",
    "any: [{equals: {at: /location, value: ''}}, {equals: {at: /location, value: West US}}]",
  ])
  func conditionsOnTexts(_ condition: String) throws {
    let rules = try Self.rules(["at: ''", "when: {\(condition)}", "check: {never: true}"])
    let pair = Pair(rules)
    for text in [
      "", "a", "A", "b", "aaaaaaaa", "aaaaaaaaa", "WESTUS", "xwestus2", "westus2", "west us", "\\u0061", "é",
      "IsAcceleratedNetworkSupportedAndMore", "ISACCELERATEDNETWORKSUPPORTEDANDMORE",
      "isacceleratednetworksupportedandmore",
    ] {
      for body in [#"{"location":"\#(text)","properties":{}}"#, #"{"properties":{},  "location": "\#(text)"}"#] {
        // Twice: what is remembered of the first is asked of the second.
        for _ in 0..<2 {
          #expect(try pair.disagreement(Array(body.utf8), Request(operation: "Images_CreateOrUpdate")) == nil)
        }
      }
    }
  }

  /// Conditions that ask whether properties are there, and are told by that alone.
  @Test(arguments: [
    "not: {has: /tags}", "not: {not: {has: /tags}}", "not: {nonEmpty: /tags}",
    "all: [{not: {has: /tags}}, {has: /location}]", "all: [{not: {has: /tags}}, {not: {has: /location}}]",
    "any: [{not: {has: /tags}}, {not: {has: /location}}]", "any: [{not: {has: /tags}}, {has: /location}]",
    "not: {any: [{has: /tags}, {has: /location}]}",
    "all: [{not: {has: /tags}}, {not: {equals: {at: /location, value: a}}}]",
  ])
  func conditionsOnPresence(_ condition: String) throws {
    let pair = Pair(try Self.rules(["at: ''", "when: {\(condition)}", "check: {never: true}"]))
    let tags = [nil, "{}", #"{"a":"b"}"#, "null", "[]", "1", #""{{tags}}""#]
    let locations = [nil, #""a""#, #""westus""#, "null", "7"]
    for name in ["tags", "TAGS", #"ta\u0067s"#] {
      for tags in tags {
        for location in locations {
          var members = [#""properties":{}"#]
          if let tags { members.append("\"\(name)\":\(tags)") }
          if let location { members.append("\"location\":\(location)") }
          for order in [members, members.reversed(), members + [#""tags":{}"#]] {
            let body = Array("{\(order.joined(separator: ","))}".utf8)
            for _ in 0..<2 {
              #expect(try pair.disagreement(body, Request(operation: "Images_CreateOrUpdate")) == nil)
            }
          }
        }
      }
    }
  }

  /// Conditions of all kinds, one in another, on an object and on what is further below, in bodies that come in any order: what is
  /// remembered of one is asked of the others.
  @Test(arguments: 0..<12)
  func conditionsOnMore(_ seed: UInt64) throws {
    var random = Seeded(seed: 2_400 + seed)
    let conditions = Self.conditions(&random)
    let checks = [
      "never: true", "required: [/architecture, /recommended/memory/max]", "absent: [/features, /purchasePlan/name]",
      "exactlyOne: [/architecture, /recommended/vCPUs/min]", "atMostOne: [/recommended/vCPUs, /recommended/memory/max]",
      "together: [/recommended/vCPUs/min, /recommended/vCPUs/max, /features]",
      "ascending: [/recommended/vCPUs/min, /recommended/memory/max]",
    ]
    var lines = ["at: /properties", "cases:"]
    for condition in conditions {
      lines += [
        "  - when: \(condition)", "    check: {\(checks.randomElement(using: &random)!)}", "    message: wrong",
      ]
    }
    lines += ["  - check: {\(checks.randomElement(using: &random)!)}", "    message: wrong"]
    let pair = Pair(try Self.rules(lines, operation: "GalleryImages_CreateOrUpdate"))
    for _ in 0..<600 {
      let body = Self.galleryImage(&random)
      let disagreement = try pair.disagreement(Array(body.utf8), Request(operation: "GalleryImages_CreateOrUpdate"))
      #expect(disagreement == nil, "\(conditions)")
    }
  }

  /// Conditions on a gallery image's properties.
  private static func conditions(_ random: inout Seeded) -> [String] {
    func leaf(_ random: inout Seeded) -> String {
      let key = ["SecurityType", "DiskControllerTypes", "a"].randomElement(using: &random)!
      return [
        "{has: /architecture}", "{has: /recommended/vCPUs/min}", "{nonEmpty: /features}",
        "{nonEmpty: /recommended/memory}",
        "{equals: {at: /architecture, value: Arm64}}", "{equals: {at: /architecture, value: x64}}",
        "{oneOf: {at: /hyperVGeneration, values: [V1, V3]}}", "{equals: {at: /purchasePlan/name, value: SecurityType}}",
        "{equals: {at: /recommended/vCPUs/min, value: 7}}", "{some: {in: /features, where: {has: /value}}}",
        "{some: {in: /features, where: {equals: {at: /name, value: \(key)}}}}",
        "{some: {in: /features, where: {oneOf: {at: /name, values: [\(key), b]}}}}",
        "{some: {in: /features, where: {all: [{equals: {at: /name, value: \(key)}}, {equals: {at: /value, value: a}}]}}}",
        "{some: {in: /features, where: {any: [{equals: {at: /name, value: \(key)}}, {equals: {at: /value, value: a}}]}}}",
        "{some: {in: /features, where: {not: {equals: {at: /name, value: \(key)}}}}}",
      ].randomElement(using: &random)!
    }
    func condition(_ depth: Int, _ random: inout Seeded) -> String {
      guard depth > 0, Int.random(in: 0..<4, using: &random) > 0 else { return leaf(&random) }
      let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in condition(depth - 1, &random) }
      switch Int.random(in: 0..<3, using: &random) {
      case 0: return "{all: [\(parts.joined(separator: ", "))]}"
      case 1: return "{any: [\(parts.joined(separator: ", "))]}"
      default: return "{not: \(parts[0])}"
      }
    }
    return (0..<10).map { _ in condition(3, &random) }
  }

  /// A gallery image of members that conditions ask for, spelt and written in many ways.
  private static func galleryImage(_ random: inout Seeded) -> String {
    let texts = [
      "SecurityType", "securitytype", "Security\\u0054ype", "DiskControllerTypes", "a", "b", "${a}", "", "Arm64",
      "arm64",
      "x64", "V1", "V2", "another name",
    ]
    func text(_ random: inout Seeded) -> String {
      let odd = ["null", "7", "{}", "[]", "true"]
      return Int.random(in: 0..<12, using: &random) == 0
        ? odd.randomElement(using: &random)! : "\"\(texts.randomElement(using: &random)!)\""
    }
    func number(_ random: inout Seeded) -> String {
      ["0", "1", "7", "8", "07", "-1", "7.0", "1e1", "99999", "123456789012", "null", "\"7\""].randomElement(
        using: &random)!
    }
    func object(_ members: [(String, String)], _ random: inout Seeded) -> String {
      var members = members.filter { _ in Bool.random(using: &random) }
      members.shuffle(using: &random)
      // Another spelling of a name, or one that comes twice.
      if Int.random(in: 0..<9, using: &random) == 0, let (name, value) = members.first {
        members.append((Bool.random(using: &random) ? name.uppercased() : name, value))
      }
      return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
    let range = (0..<2).map { _ in object([("min", number(&random)), ("max", number(&random))], &random) }
    let features = (0..<Int.random(in: 0...3, using: &random)).map { _ in
      Int.random(in: 0..<12, using: &random) == 0
        ? text(&random) : object([("name", text(&random)), ("value", text(&random))], &random)
    }
    let properties = object(
      [
        ("architecture", text(&random)), ("hyperVGeneration", text(&random)),
        ("features", "[\(features.joined(separator: ","))]"),
        ("recommended", object([("vCPUs", range[0]), ("memory", range[1])], &random)),
        ("purchasePlan", object([("name", text(&random)), ("product", text(&random))], &random)),
      ], &random)
    return "{\"location\":\"westus\",\"properties\":\(properties)}"
  }

  /// Objects that are nothing but an id, and maps with names that are alike.
  @Test func referencesAndMaps() throws {
    let pair = Pair(.bundled)
    let id = "/subscriptions/8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a50/resourceGroups/rg/providers/Microsoft.Compute/disks/d"
    let references = [
      #"{"id":"\#(id)"}"#, #"{"ID":"\#(id)"}"#, #"{"id":"\#(id)/"}"#, #"{"id":"\#(id)","x":1}"#, #"{"id":null}"#, "{}",
      #"{"x":1}"#, #"{"id":{}}"#, #"{"id":[]}"#, #"{"\u0069d":"\#(id)"}"#, #"{"id":"\#(id)","id":"\#(id)"}"#, "null",
      "[]",
      #"{"id":"${id}"}"#, #"{"id":"\u002f"}"#, #"{"id":""}"#,
    ]
    let maps = [
      "{}", #"{"a":"b"}"#, #"{"a":"b","A":"b"}"#, #"{"a":"b","a":"c"}"#, #"{"a":null,"b":"c"}"#, #"{"":"","azure":""}"#,
      #"{"a":1}"#, #"{"a b":"c","A B":"c","\u0061 b":""}"#, #"{"é":"a","É":"a"}"#, "null", "[]", #""a""#,
      #"{"MicrosoftThing":"a","b":"{{c}}"}"#,
    ]
    for reference in references {
      for map in maps {
        for disk in [
          #""storageProfile":{"osDisk":{"osType":"Linux","osState":"Generalized","managedDisk":\#(reference)}}"#,
          #""sourceVirtualMachine":\#(reference)"#,
        ] {
          for end in ["", "   ", String(repeating: " ", count: 70)] {
            let body = #"{"location":"westus","tags":\#(map),"properties":{"hyperVGeneration":"V2",\#(disk)}}"# + end
            #expect(try pair.disagreement(Array(body.utf8), Request(operation: "Images_CreateOrUpdate")) == nil)
          }
        }
      }
    }
  }

  /// Listed values of all lengths, at the beginning and at the end of documents.
  @Test func listedValues() throws {
    let values = (0...40).map { String("aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789-_.~".prefix($0)) }
    for letterCase in ["", "exact"] {
      let list = "[\(values.map { "'\($0)'" }.joined(separator: ", "))]"
      let check = letterCase.isEmpty ? list : "{values: \(list), letterCase: \(letterCase)}"
      let pair = Pair(try Self.rules(["at: /location", "check: {oneOf: \(check)}"]))
      for value in values {
        let others = ["x" + value, value + "x", value.lowercased(), String(value.dropLast()) + "/", "\\u0061" + value]
        for text in [value] + others {
          for body in [
            #"{"location":"\#(text)"}"#, #"{"location":"\#(text)","properties":{"hyperVGeneration":"V1"}}   "#,
            #"{"properties":{"hyperVGeneration":"V1"}, "location": "\#(text)"}"#,
          ] {
            #expect(try pair.disagreement(Array(body.utf8), Request(operation: "Images_CreateOrUpdate")) == nil)
          }
        }
      }
    }
  }

  /// Names and values that JSON has to escape: nothing that stands in a document as it is, is one of them.
  @Test func escapedSpellings() throws {
    let properties = [
      #"'a\': {type: string, description: One.}"#, #"'n\u0061': {type: string, description: One.}"#,
      #"e: {type: array, description: Some., items: {type: string, enum: ['f","b', 'k\', "l\tm", k]}}"#,
    ]
    let rules = try RuleSet(files: Self.structure + [Self.shape("Odd", required: [], properties)])
    let pair = Pair(rules)
    let space = #""z":"                                        ""#
    for member in [
      #""a\"b":"x""#, #""a\\":"x""#, #""n\u0061":"x""#, #""n\\u0061":"x""#, #""e":["f","b"]"#, #""e":["f\",\"b"]"#,
      #""e":["k\"x"]"#, #""e":["k\\"]"#, #""e":["l\tm"]"#, #""e":["k","k"]"#,
    ] {
      for body in ["{\(member),\(space)}", "{\(space),\(member)}", "{\"e\":[\"k\"],\(member),\(space)}"] {
        for _ in 0..<2 {
          #expect(try pair.disagreement(Array(body.utf8), Request(operation: "Odd_Create")) == nil)
        }
      }
    }
  }

  /// Rules of one's own on ids, on their parts and on URIs: whatever they ask is asked.
  @Test(arguments: [
    ["at: '{vmName}'", "check: {oneOf: [web-01, web-02]}"],
    ["at: '{vmName}'", #"check: {matches: '^[0-9]+\.[0-9]+$'}"#],
    ["at: '{resourceGroupName}'", "check: {characterClasses: {min: 3}}"],
    ["at: '{resourceGroupName}'", "check: {length: {min: 4}}"], ["at: '{vmName}'", "check: {noneOf: [vm1]}"],
    ["at: '{subscriptionId}'", "check: {oneOf: [8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a51]}"],
    ["at: '{subscriptionId}'", "check: {matches: '^[0-8a-f-]+$'}"],
    ["at: /properties/sourceVirtualMachine/id", "check: {matches: '^[^_]*$'}"],
    ["at: /properties/sourceVirtualMachine/id", "check: {matches: '^[a-z0-9/.-]*$'}"],
    ["at: /properties/sourceVirtualMachine/id", "check: {matches: '(?<!1)$'}"],
    ["at: /properties/sourceVirtualMachine/id", "check: {matches: '^(?!/)'}"],
    ["at: /properties/sourceVirtualMachine/id", "check: {characterClasses: {min: 4}}"],
    ["at: /properties/sourceVirtualMachine/id", "check: {oneOf: [/a]}"],
    ["at: /properties/storageProfile/osDisk/blobUri", "check: {matches: '(?<![a-z])$'}"],
    ["at: /properties/storageProfile/osDisk/blobUri", "check: {matches: '^(?!h)'}"],
    ["at: /properties/storageProfile/osDisk/blobUri", "check: {matches: '^[^/]*$'}"],
    ["at: /properties/storageProfile/osDisk/blobUri", "check: {characterClasses: {min: 4}}"],
    ["at: /properties/storageProfile/osDisk/blobUri", "check: {length: {max: 20}}"],
    ["at: /properties/storageProfile/osDisk/blobUri", "check: {noneOf: ['https://a.blob.core.windows.net/b/c.vhd']}"],
    ["at: /properties/storageProfile/osDisk/blobUri", "check: {oneOf: ['https://a.b/c.vhd']}"],
  ])
  func rulesOfOnesOwn(_ lines: [String]) throws {
    let rules = try Self.rules(lines)
    let pair = Pair(rules)
    for name in ["vm1", "_vm.", "web-01", "1.2", "VM-x"] {
      for group in ["rg", "my_RG", "rg-Prod.1"] {
        let id =
          "/subscriptions/8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a50/resourceGroups/\(group)"
          + "/providers/Microsoft.Compute/virtualMachines/\(name)"
        let body = #"{"location":"westus","properties":{"sourceVirtualMachine":{"id":"\#(id)"}}}"#
        #expect(try pair.disagreement(Array(body.utf8), Request(operation: "Images_CreateOrUpdate")) == nil)
      }
    }
    for uri in [
      "https://a.blob.core.windows.net/b/c.vhd", "https://a.b/c.vhd", "https://a.b/C/d_1.vhd", "http://a.b/c.vhd",
    ] {
      let body = #"{"location":"westus","properties":{"storageProfile":{"osDisk":{"blobUri":"\#(uri)"}}}}"#
      #expect(try pair.disagreement(Array(body.utf8), Request(operation: "Images_CreateOrUpdate")) == nil)
    }
  }

  /// Objects with as many properties as there are bits, and more.
  @Test(arguments: [63, 64, 65, 70])
  func manyProperties(_ count: Int) throws {
    let names = (0..<count).map { "p\($0)" }
    let shape = Self.shape("Many", required: ["p0"], names.map { "\($0): {type: integer, description: One.}" })
    let rule = """
      id: test-rule
      title: A fault
      severity: error
      since: 1.0.0
      operations: [Many_Create]
      at: ''
      check: {absent: [/p1]}
      source: {quote: So it is., url: https://example.com/doc}
      message: wrong
      why: Because.
      fix: Mend it.
      examples: {valid: [{name: a, body: '{}'}], invalid: [{name: b, body: '{}', expect: [{at: ''}]}]}

      """
    let rules = try RuleSet(
      files: Self.structure + [shape, RuleSet.RuleFile(path: "test-rule.yaml", text: rule)])
    let pair = Pair(rules)
    let all = "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
    for _ in 0..<2 {
      #expect(try pair.disagreement(Array(all.utf8), Request(operation: "Many_Create")) == nil)
      let findings = try Linter(rules).check(Array(all.utf8), as: Request(operation: "Many_Create"))
      #expect(findings.map(\.rule) == ["test-rule"])
    }
    let last = try Linter(rules).check(
      Array("{\"p\(count - 1)\":1,\"p2\":1}".utf8), as: Request(operation: "Many_Create"))
    #expect(last.map(\.rule) == ["missing-property"])
  }

  /// Base64 of every length, and with every kind of damage at every place of a block.
  @Test func base64() throws {
    let pair = Pair(.bundled)
    for count in 0..<200 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
      let plain = Data(bytes).base64EncodedString()
      for damage in ["", "=", "-", " ", "é", "A", "*", "\\n"] {
        let place = plain.utf8.isEmpty ? 0 : (count * 7) % (plain.utf8.count + 1)
        let data = plain.prefix(place) + damage + plain.dropFirst(place)
        let body = Array(#"{"osProfile":{"customData":"\#(data)"}}"#.utf8)
        #expect(try pair.disagreement(body, Request(operation: "VirtualMachines_Reimage")) == nil, "\(data)")
      }
    }
  }
}
