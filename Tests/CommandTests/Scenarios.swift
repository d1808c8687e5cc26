import Foundation
import Testing

/// What a user types, and what bodylint answers: every file of Scenarios/, each in a folder of its own.
///
/// `make accept` rewrites the answers as bodylint gives them now, and then fails: read the diff, run the tests again.
@Suite(.serialized) struct ScenarioTests {
  @Test(arguments: Scenario.all)
  func answersAsWritten(_ scenario: Scenario) throws {
    let actual = try scenario.answered()
    if ProcessInfo.processInfo.environment["BODYLINT_ACCEPT"] != nil {
      if Array(actual.utf8) != Array(scenario.text.utf8) { try Data(actual.utf8).write(to: scenario.file) }
      Issue.record("expectations were rewritten; this run proves nothing")
      return
    }
    let difference = Scenario.difference(written: scenario.text, actual: actual)
    #expect(difference == nil, "\(scenario.name).scenario: \(difference ?? "")")
  }

  @Test func scenariosAreThere() {
    #expect(Scenario.all.count >= 50)
  }

  /// Each answer that holds a secret of its file would hold this word.
  @Test(arguments: Scenario.all)
  func noAnswerHasTheSecret(_ scenario: Scenario) throws {
    let answers = ["--- stdout", "--- stderr"]
    for section in scenario.sections where answers.contains(where: { section.marker.hasPrefix($0) }) {
      #expect(!section.text.contains("CANARY"), "\(scenario.name).scenario")
    }
  }
}

/// A file of Scenarios/: files, commands, and what the commands answer.
///
///     What this is about, in a line or two.
///     --- file image.json              a file, written into a folder that is the working directory
///     {"location": "westus"}
///     $ bodylint image.json            a command, with quotes as a shell has them: '…' "…" $'\n'
///     --- env NO_COLOR=1               a variable of its environment
///     --- stdin                        what it reads
///     --- status 1                     left out where it is 0
///     --- stdout                       left out where there is nothing
///     --- stderr
///
/// Files come first, then commands, which are run in their order. A section whose line ends with ` escapes` has `\n`,
/// `\r`, `\t`, `\e`, `\\`, `\xFF` and `\u{FEFF}` in its text, and a backslash at the end of a line joins it with the
/// next; names of files always have them.
struct Scenario: Sendable, CustomTestStringConvertible {
  /// A line that begins a section, and the lines below it.
  struct Section: Sendable {
    let marker: String
    var lines: [String] = []

    var text: String { lines.map { $0 + "\n" }.joined() }

    func content() throws -> [UInt8] {
      marker.hasSuffix(" escapes") ? try unescaped(text) : Array(text.utf8)
    }

    /// What stands behind a marker's word.
    func argument(of word: String) -> String {
      var rest = marker.dropFirst(word.count)
      if rest.hasSuffix(" escapes") { rest = rest.dropLast(" escapes".count) }
      return String(rest)
    }
  }

  let file: URL
  let text: String
  /// The lines before the first section.
  let title: [String]
  let sections: [Section]

  var name: String { file.deletingPathExtension().lastPathComponent }
  var testDescription: String { name }

  static let all: [Scenario] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scenarios")
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return files.filter { $0.pathExtension == "scenario" }.sorted { $0.path < $1.path }.map { Scenario(file: $0) }
  }()

  init(file: URL) {
    self.file = file
    let bytes = (try? Data(contentsOf: file)).map { Array($0) } ?? []
    text = String(decoding: bytes, as: UTF8.self)
    var title: [String] = []
    var sections: [Section] = []
    for line in Self.lines(bytes) {
      if Self.isMarker(line) {
        sections.append(Section(marker: line))
      } else if sections.isEmpty {
        title.append(line)
      } else {
        sections[sections.count - 1].lines.append(line)
      }
    }
    self.title = title
    self.sections = sections
  }

  /// Split at bytes: to a String CR LF is one character.
  static func lines(_ bytes: [UInt8]) -> [String] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  static func isMarker(_ line: String) -> Bool {
    let words = ["$ ", "--- file ", "--- stdin", "--- stdout", "--- stderr", "--- status ", "--- env "]
    return words.contains { line.hasPrefix($0) }
  }

  // MARK: Running

  /// The scenario with the answers that bodylint gives now.
  func answered() throws -> String {
    let scratch = FileManager.default.temporaryDirectory.path + "/bodylint-scenario-" + UUID().uuidString
    let folder = scratch + "/work"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }

    var out = title.map { $0 + "\n" }.joined()
    var index = 0
    while index < sections.count, sections[index].marker.hasPrefix("--- file ") {
      let section = sections[index]
      let name = String(decoding: try unescaped(section.argument(of: "--- file ")), as: UTF8.self)
      try Self.write(try section.content(), to: folder + "/" + name)
      out += section.marker + "\n" + section.text
      index += 1
    }
    while index < sections.count {
      let command = sections[index]
      guard command.marker.hasPrefix("$ ") else { throw ScenarioError("'\(command.marker)' stands before any command") }
      index += 1
      out += command.marker + "\n"
      var environment: [String: String] = [:]
      var input: [UInt8] = []
      var inputText = ""
      while index < sections.count, !sections[index].marker.hasPrefix("$ ") {
        let section = sections[index]
        index += 1
        if section.marker.hasPrefix("--- env ") {
          let parts = section.argument(of: "--- env ").split(separator: "=", maxSplits: 1).map(String.init)
          environment[parts[0]] = parts.count > 1 ? parts[1] : ""
          out += section.marker + "\n"
        } else if section.marker.hasPrefix("--- stdin") {
          input = try section.content()
          inputText = section.marker + "\n" + section.text
        } else if section.marker.hasPrefix("--- file ") {
          throw ScenarioError("'\(section.marker)' stands behind a command; files come first")
        }
      }
      out += inputText
      let words = try Self.words(String(command.marker.dropFirst(2)))
      guard words.first == "bodylint" else { throw ScenarioError("a command begins with 'bodylint'") }
      let answer = try Answer(Array(words.dropFirst()), in: scratch, environment: environment, input: input)
      out += try answer.sections()
    }
    return out
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    if let slash = path.lastIndex(of: "/") {
      try FileManager.default.createDirectory(atPath: String(path[..<slash]), withIntermediateDirectories: true)
    }
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
      throw ScenarioError("\(path) cannot be written")
    }
  }

  /// A command line split as a shell does: at spaces, with `'…'`, `"…"` and `$'…'`.
  static func words(_ line: String) throws -> [String] {
    var words: [String] = []
    var word: String?
    var rest = Substring(line)
    func quotedPart(_ quote: Character) throws -> String {
      guard let end = rest.firstIndex(of: quote) else { throw ScenarioError("\(line): a quote is not closed") }
      let part = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      return part
    }
    while let character = rest.first {
      if rest.hasPrefix("$'") {
        rest = rest.dropFirst(2)
        let part = try unescaped(try quotedPart("'"))
        word = (word ?? "") + String(decoding: part, as: UTF8.self)
        continue
      }
      rest = rest.dropFirst()
      switch character {
      case " ":
        if let finished = word { words.append(finished) }
        word = nil
      case "'", "\"":
        let part = try quotedPart(character)
        word = (word ?? "") + part
      default:
        word = (word ?? "") + String(character)
      }
    }
    if let finished = word { words.append(finished) }
    return words
  }

  /// The first line in which two scenarios differ, or nil.
  static func difference(written: String, actual: String) -> String? {
    let before = lines(Array(written.utf8))
    let after = lines(Array(actual.utf8))
    for index in 0..<max(before.count, after.count) {
      let old = index < before.count ? before[index] : "(the end)"
      let new = index < after.count ? after[index] : "(the end)"
      if Array(old.utf8) != Array(new.utf8) { return "line \(index + 1) is\n    \(old)\n  but would be\n    \(new)" }
    }
    return Array(written.utf8) == Array(actual.utf8) ? nil : "the file does not end with a line break"
  }
}

/// What one command answered.
struct Answer {
  private let status: Int32
  private let output: [UInt8]
  private let error: [UInt8]

  /// No command of a scenario does as much work as this.
  private static let secondsMax = 20.0

  init(_ arguments: [String], in scratch: String, environment: [String: String], input: [UInt8]) throws {
    let executable = try #require(Self.executable, "there is no executable 'bodylint' beside the tests")
    var variables = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "COLUMNS", "LINES", "BODYLINT_ACCEPT"] { variables[name] = nil }
    variables["LC_ALL"] = "C"
    for (name, value) in environment { variables[name] = value }

    // Files, not pipes: nobody has to empty them while the command runs.
    let paths = ["in", "out", "err"].map { scratch + "/" + $0 }
    let contents: [[UInt8]] = [input, [], []]
    for (path, bytes) in zip(paths, contents) {
      guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
        throw ScenarioError("\(path) cannot be written")
      }
    }
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: scratch + "/work", isDirectory: true)
    process.environment = variables
    let standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: paths[0]))
    let standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: paths[1]))
    let standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: paths[2]))
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    try process.run()
    let deadline = Date(timeIntervalSinceNow: Self.secondsMax)
    while process.isRunning, Date() < deadline { Thread.sleep(forTimeInterval: 0.002) }
    guard !process.isRunning else {
      process.terminate()
      throw ScenarioError("the command took more than \(Int(Self.secondsMax)) seconds: \(arguments)")
    }
    process.waitUntilExit()
    try standardInput.close()
    try standardOutput.close()
    try standardError.close()
    guard process.terminationReason == .exit else {
      throw ScenarioError("the command crashed with signal \(process.terminationStatus): \(arguments)")
    }
    status = process.terminationStatus
    output = Array(try Data(contentsOf: URL(fileURLWithPath: paths[1])))
    error = Array(try Data(contentsOf: URL(fileURLWithPath: paths[2])))
  }

  /// The command beside the test bundle, as the same build made it.
  static let executable: URL? = {
    var folders: [URL] = []
    func climb(_ url: URL) {
      var folder = url
      for _ in 0..<5 {
        folder = folder.deletingLastPathComponent()
        folders.append(folder)
      }
    }
    climb(URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]))
    climb(Bundle.main.bundleURL.appendingPathComponent("x"))
    #if os(macOS)
      for bundle in Bundle.allBundles { climb(bundle.bundleURL) }
    #endif
    for folder in folders {
      let file = folder.appendingPathComponent("bodylint")
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue,
        FileManager.default.isExecutableFile(atPath: file.path)
      {
        return file
      }
    }
    return nil
  }()

  /// As a scenario's file says it.
  func sections() throws -> String {
    var out = status == 0 ? "" : "--- status \(status)\n"
    for (name, bytes) in [("stdout", output), ("stderr", error)] where !bytes.isEmpty {
      guard let text = String(validatingUTF8Bytes: bytes) else { throw ScenarioError("\(name) is not UTF-8") }
      out += Self.isPlain(text) ? "--- \(name)\n" + text : "--- \(name) escapes\n" + escaped(text)
    }
    return out
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.last == 0x0A && text.unicodeScalars.allSatisfy { $0 == "\n" || !isInvisible($0) }
      && !Scenario.lines(Array(text.utf8)).contains { Scenario.isMarker($0) }
  }
}

struct ScenarioError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Control and format characters: what a reader of a scenario would not see.
private func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format: true
  default: false
  }
}

private func escaped(_ text: String) -> String {
  var out = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\n": out += "\n"
    case "\\": out += "\\\\"
    case "\t": out += "\\t"
    case "\r": out += "\\r"
    case "\u{1B}": out += "\\e"
    default:
      if isInvisible(scalar) {
        out += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
  }
  return out.utf8.last == 0x0A ? out : out + "\\\n"
}

private func unescaped(_ text: String) throws -> [UInt8] {
  var out: [UInt8] = []
  let scalars = Array(text.unicodeScalars)
  var index = 0
  while index < scalars.count {
    let scalar = scalars[index]
    index += 1
    guard scalar == "\\" else {
      out += Array(String(scalar).utf8)
      continue
    }
    guard index < scalars.count else { throw ScenarioError("a backslash ends the text") }
    let word = scalars[index]
    index += 1
    switch word {
    case "n": out.append(0x0A)
    case "r": out.append(0x0D)
    case "t": out.append(0x09)
    case "e": out.append(0x1B)
    case "\\": out.append(0x5C)
    case "\n": break
    case "x":
      let digits = String(String.UnicodeScalarView(scalars[index..<min(index + 2, scalars.count)]))
      guard digits.count == 2, let byte = UInt8(digits, radix: 16) else {
        throw ScenarioError("'\\x\(digits)' is no byte")
      }
      out.append(byte)
      index += 2
    case "u":
      guard index < scalars.count, scalars[index] == "{", let end = scalars[index...].firstIndex(of: "}") else {
        throw ScenarioError("a character is written '\\u{FEFF}'")
      }
      let digits = String(String.UnicodeScalarView(scalars[(index + 1)..<end]))
      guard let number = UInt32(digits, radix: 16), let character = Unicode.Scalar(number) else {
        throw ScenarioError("'\\u{\(digits)}' is no character")
      }
      out += Array(String(character).utf8)
      index = end + 1
    default: throw ScenarioError("there is no escape '\\\(String(word))'")
    }
  }
  return out
}

extension String {
  /// The text of these bytes, or nil where they are not UTF-8.
  fileprivate init?(validatingUTF8Bytes bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard Array(text.utf8) == bytes else { return nil }
    self = text
  }
}
