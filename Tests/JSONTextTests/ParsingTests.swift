import Foundation
import JSONText
import Testing

/// What a reader makes of a text.
struct Reading {
  let faults: [SyntaxFault]
  let nodes: [TapeNode]
  let duplicates: [DuplicateNames.Pair]
  let hasByteOrderMark: Bool

  init(_ bytes: [UInt8], limits: TextLimits = .standard, allowsComments: Bool = false) {
    let reader = DocumentReader()
    // A buffer of its own, without a byte to spare: address sanitizer sees any step over its end.
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    defer { buffer.deallocate() }
    _ = buffer.initialize(from: bytes)
    let document = reader.read(UnsafeBufferPointer(buffer), limits: limits, allowsComments: allowsComments)
    faults = reader.faults
    nodes = (0..<UInt32(document.nodeCount)).map { document[$0] }
    duplicates = reader.duplicateNames
    hasByteOrderMark = reader.hasByteOrderMark
  }

  init(_ text: String, limits: TextLimits = .standard, allowsComments: Bool = false) {
    self.init(Array(text.utf8), limits: limits, allowsComments: allowsComments)
  }

  var isSound: Bool { faults.isEmpty }
}

@Suite struct Conformance {
  static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("corpus/json")

  static func files(_ folder: String) -> [URL] {
    let url = corpus.appendingPathComponent(folder)
    let files = (try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)) ?? []
    return files.sorted { $0.path < $1.path }
  }

  static let encodingFaults: Set<String> = {
    let list = (try? String(contentsOf: corpus.appendingPathComponent("encoding.txt"), encoding: .utf8)) ?? ""
    return Set(list.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") })
  }()

  @Test func corpusIsThere() {
    #expect(Self.files("accept").count >= 90)
    #expect(Self.files("reject").count >= 110)
  }

  @Test(arguments: files("accept"))
  func accepts(_ file: URL) throws {
    let reading = Reading(Array(try Data(contentsOf: file)))
    #expect(reading.isSound, "\(file.lastPathComponent): \(reading.faults.map(\.message))")
  }

  @Test(arguments: files("reject"))
  func rejects(_ file: URL) throws {
    let reading = Reading(Array(try Data(contentsOf: file)))
    let wanted: SyntaxFault.Kind =
      Self.encodingFaults.contains(file.lastPathComponent) ? .encoding : .grammar
    #expect(
      reading.faults.contains { $0.kind == wanted }, "\(file.lastPathComponent): \(reading.faults.map(\.message))")
  }

  @Test(arguments: files("deep"))
  func reportsDepth(_ file: URL) throws {
    #expect(Reading(Array(try Data(contentsOf: file))).faults.map(\.kind) == [.depth])
  }

  /// A public suite in a folder that an environment variable names: y_ must parse, n_ must not, i_ must not crash.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["JSON_SUITE"] != nil))
  func agreesWithPublicSuite() throws {
    let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["JSON_SUITE"]!)
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    var counts: [String: Int] = [:]
    for file in files {
      let reading = Reading(Array(try Data(contentsOf: file)))
      let name = file.lastPathComponent
      counts[String(name.prefix(1)), default: 0] += 1
      if name.hasPrefix("y_") { #expect(reading.isSound, "\(name)") }
      if name.hasPrefix("n_") { #expect(!reading.isSound, "\(name)") }
    }
    print("public suite: \(counts)")
  }
}

@Suite struct Limits {
  @Test func hundredThousandOpenBrackets() {
    for bracket in ["[", "{\"a\":", "[{\"\":"] {
      let reading = Reading(String(repeating: bracket, count: 100_000))
      #expect(reading.faults.contains { $0.kind == .depth })
      #expect(reading.faults.contains { $0.kind == .grammar })
      #expect(reading.faults.count <= 3)
    }
  }

  /// Of millions nothing is remembered but the first, and nothing said but that they are too many.
  @Test func millionsOfOpenBrackets() {
    for bracket in ["[", "{\"a\":", "[{\"\":"] {
      let reading = Reading(String(repeating: bracket, count: 2_000_000))
      #expect(reading.faults.map(\.kind) == [.depth])
      #expect(reading.nodes.count < 1_000_000)
    }
  }

  @Test func deepButSound() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(Reading(nested(128)).isSound)
    #expect(Reading(nested(129)).faults.map(\.kind) == [.depth])
  }

  @Test func oversized() {
    let reader = DocumentReader()
    let bytes = Array("[1, 2]".utf8)
    bytes.withUnsafeBufferPointer { bytes in
      _ = reader.read(bytes, limits: TextLimits(byteCountMax: 5, depthMax: 128))
      #expect(reader.isOversized)
      _ = reader.read(bytes, limits: TextLimits(byteCountMax: 6, depthMax: 128))
      #expect(!reader.isOversized)
    }
  }

  /// Patience ends between a name and its value: the tape is sound all the same.
  @Test func faultsEndInsideAMember() {
    let text = "{" + (0..<30).map { "b\($0):1" }.joined(separator: ",") + "}"
    let reading = Reading(text)
    #expect(reading.faults.count == RecoveringParser.faultCountMax)
    #expect(reading.nodes.count % 2 == 1)
  }

  @Test func wideEncodings() {
    for (bytes, name): ([UInt8], String) in [
      ([0xFF, 0xFE, 0x7B, 0, 0x7D, 0], "UTF-16 (little-endian)"), ([0x7B, 0, 0x7D, 0], "UTF-16 (little-endian)"),
      ([0, 0x7B, 0, 0x7D], "UTF-16 (big-endian)"), ([0xFE, 0xFF, 0, 0x7B, 0, 0x7D], "UTF-16 (big-endian)"),
      ([0xFF, 0xFE, 0, 0, 0x7B, 0, 0, 0], "UTF-32 (little-endian)"), ([0, 0, 0, 0x7B], "UTF-32 (big-endian)"),
    ] {
      let faults = Reading(bytes).faults
      #expect(faults.map(\.kind) == [.encoding])
      #expect(faults.first?.message.contains(name) == true)
    }
  }

  @Test func faultsEnd() {
    let reading = Reading(String(repeating: "x y z ", count: 10_000))
    #expect(reading.faults.count <= RecoveringParser.faultCountMax)
  }
}

@Suite struct Recovery {
  /// Text, what is said of it, and how many values are read all the same.
  static let cases: [(text: String, messages: [String])] = [
    (#"{"a": 1 "b": 2}"#, ["',' was expected before the next member"]),
    (#"[1 2]"#, ["',' was expected before the next value"]),
    (#"{"a": 1,}"#, ["no member follows this comma; remove it"]),
    (#"[1,]"#, ["no value follows this comma; remove it"]),
    (#"{'a': 1}"#, ["strings and names stand in double quotes, not in single ones"]),
    (#"{"a": 'b'}"#, ["strings and names stand in double quotes, not in single ones"]),
    (#"{a: 1}"#, ["a member name stands in double quotes"]),
    (#"{"a" 1}"#, ["':' was expected after the member name"]),
    (#"{"a"; 1}"#, ["':' was expected after the member name", "a value was expected, not ';'"]),
    (#"{"a"}"#, ["':' and a value were expected after the member name"]),
    (#"{"a":}"#, ["a value was expected before '}'"]),
    (#"{"a": tru}"#, ["a value was expected; a string stands in double quotes"]),
    (#"{"a": True}"#, ["JSON writes it true, in lower case"]),
    (#"{"a": None}"#, ["JSON writes it null, in lower case"]),
    (#"{"a": NaN}"#, ["JSON has no NaN"]),
    (#"{"a": 01}"#, ["a number has no leading zeros"]),
    (#"{"a": 0x1F}"#, ["numbers are decimal; there are no hexadecimal ones"]),
    (#"{"a": +1}"#, ["a number has no plus sign before it"]),
    (#"{"a": .5}"#, ["a number has at least one digit before its decimal point"]),
    (#"{"a": 1.}"#, ["digits were expected after '.'"]),
    ("{\"a\": 1 // why\n}", ["JSON has no comments; files named .jsonc may have them"]),
    ("{\"a\": \"b\tc\"}", ["a tab stands in a string; it has to be escaped"]),
    (#"{"a": "\x"}"#, [#"the backslash begins no escape; there are \" \\ \/ \b \f \n \r \t and \u with four digits"#]),
    (#"{"a": "\ud800"}"#, ["a surrogate escape stands alone; characters above U+FFFF take two of them, high and low"]),
    ("{\"a\": \"b,\n\"c\": 1}", ["the string that begins here is not closed on its line"]),
    ("{\"a\": \"b\nc\", \"d\": 1}", ["a line break stands in a string; it has to be escaped"]),
    (#"{"a": [1, 2}"#, ["']' was expected before '}'"]),
    (#"{"a": 1]}"#, ["']' closes nothing"]),
    (#"{"a": 1}}"#, ["'}' closes nothing"]),
    (#"{"a": 1} {"b": 2}"#, ["the document ends with its first value; more text follows it"]),
    (
      #"{"a": {"b": 1"#,
      ["the document ends inside the object that lacks its '}'; another one around it is open as well"]
    ),
    (#"{"a": "b"#, ["the document ends inside a string that lacks its closing quote"]),
    (#"{"a": 1; "b": 2}"#, ["',' was expected, not ';'"]),
    (#"{"a": undefined}"#, ["JSON has no undefined"]),
    (
      #"{“a”: “b”}"#,
      [
        "strings and names stand in plain double quotes, not in typographic ones",
        "strings and names stand in plain double quotes, not in typographic ones",
      ]
    ),
    (#"{"a":1:2}"#, ["',' or '}' was expected, not ':'"]),
    (#"{"a": "#, ["the document ends where a value was expected"]),
    ("", ["the document is empty; a JSON value was expected"]),
    (" \n", ["the document holds no value; one was expected"]),
  ]

  @Test(arguments: cases)
  func says(_ text: String, _ messages: [String]) {
    #expect(Reading(text).faults.map(\.message) == messages)
  }

  @Test func goesOnAfterAFault() {
    let text = #"{"a": 1, 'b': 2 "c": {"d": [3,], e: 4,}, "f": 5}"#
    let bytes = Array(text.utf8)
    bytes.withUnsafeBufferPointer { bytes in
      let reader = DocumentReader()
      let document = reader.read(bytes)
      #expect(reader.faults.count == 5)
      for pointer in ["/a", "/b", "/c/d/0", "/c/e", "/f"] {
        #expect(document.value(at: JSONPointer(pointer)!) != nil, "\(pointer)")
      }
    }
  }

  @Test func commentsAreFineInJSONC() {
    let text = "// first\n{\"a\": 1, /* second */ \"b\": [1, 2,],}\n"
    #expect(Reading(text, allowsComments: true).isSound)
    #expect(Reading("{\"a\": 1 # third\n}", allowsComments: true).faults.count == 1)
  }

  /// Faults never say more of a document than a punctuation mark or a keyword.
  @Test func repeatsNoContent() {
    for text in [
      #"{"adminPassword": "S3cr3tC4nary"#, "{\"adminPassword\": S3cr3tC4nary}", "{S3cr3tC4nary", "S3cr3tC4nary",
    ] {
      for fault in Reading(text).faults { #expect(!fault.message.contains("S3cr3t")) }
    }
  }
}

@Suite struct Properties {
  static let bodies: [URL] = {
    let corpus = Conformance.corpus.deletingLastPathComponent()
    let files = FileManager.default.enumerator(at: corpus, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
    return files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
  }()

  /// No prefix of any corpus file, and none with one byte damaged, crashes the parsers, and none that is cut inside its
  /// value passes for sound. In parts, so that they run side by side.
  @Test(arguments: 0..<16)
  func survivesEveryPrefixAndDamage(_ part: Int) throws {
    #expect(Self.bodies.count > 300)
    for (index, file) in Self.bodies.enumerated() where index % 16 == part {
      let bytes = Array(try Data(contentsOf: file))
      survivesEveryPrefix(of: bytes, file.lastPathComponent)
      survivesEveryDamage(to: bytes)
    }
  }

  /// Large files are cut and damaged at places spread over them, the others everywhere.
  private func step(_ bytes: [UInt8]) -> Int { max(1, bytes.count / 3000) }

  private func survivesEveryPrefix(of bytes: [UInt8], _ name: String) {
    let reader = DocumentReader()
    let whole = Reading(bytes)
    let isContainer = whole.isSound && (whole.nodes.first?.kind == .object || whole.nodes.first?.kind == .array)
    let valueEnd = whole.nodes.first.map { Int($0.offset) + Int($0.length) } ?? 0
    for count in stride(from: 0, through: bytes.count, by: step(bytes)) {
      bytes[..<count].withUnsafeBufferPointer { prefix in
        check(reader.read(prefix), prefix.count)
        if isContainer, count < valueEnd { #expect(!reader.faults.isEmpty, "\(name) cut at \(count)") }
      }
    }
  }

  private func survivesEveryDamage(to bytes: [UInt8]) {
    let reader = DocumentReader()
    var damaged = bytes
    for index in stride(from: 0, to: bytes.count, by: step(bytes)) {
      for byte in [UInt8(0), 0x22, 0x5C, 0x7B, 0x5D, 0x2C, 0x80, 0xFF, 0x0A, 0x2F, bytes[index] ^ 0x20] {
        damaged[index] = byte
        damaged.withUnsafeBufferPointer { check(reader.read($0), $0.count) }
      }
      damaged[index] = bytes[index]
    }
  }

  /// What holds of every tape: nodes lie within the text, children fill their parents, and in an object a value follows
  /// every name.
  private func check(_ document: Document, _ byteCount: Int) {
    var open: [(isObject: Bool, next: UInt32)] = []
    var expectsValue = false
    for index in 0..<UInt32(document.nodeCount) {
      let node = document[index]
      while let last = open.last, last.next == index, !expectsValue { open.removeLast() }
      let parent = open.last
      var isSound = Int(node.offset) + Int(node.length) <= byteCount && node.next > index
      isSound = isSound && node.next <= (parent?.next ?? UInt32(document.nodeCount))
      isSound = isSound && (node.kind == .name) == (parent?.isObject == true && !expectsValue)
      guard isSound else {
        Issue.record("node \(index) of \(document.nodeCount) is \(node)")
        return
      }
      expectsValue = node.kind == .name
      if node.kind == .object || node.kind == .array, node.next > index + 1 {
        open.append((node.kind == .object, node.next))
      }
    }
    if expectsValue { Issue.record("the last name has no value") }
  }
}
