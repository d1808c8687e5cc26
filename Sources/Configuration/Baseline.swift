package import Findings
import JSONText
import Rules

/// Findings that were there when somebody decided to look at new ones only.
///
/// A finding is known by its file, its rule and its place (``BaselineKeys``), each as often as the baseline says: not by
/// lines, and not by the index in an array. Read one, pass it the findings of each file, and ask it for what was unused
/// or for its new text.
package struct Baseline: Sendable {
  private struct Entry: Hashable {
    let file: String
    let rule: String
    let pointer: String

    /// The order of the file: stable, so that a change of one finding is a change of one line.
    static func precedes(_ one: Entry, _ other: Entry) -> Bool {
      if one.file != other.file { return one.file < other.file }
      if one.rule != other.rule { return one.rule < other.rule }
      return one.pointer < other.pointer
    }
  }

  /// 64 MiB are half a million findings.
  static let byteCountMax = 64 << 20

  private let path: String
  private let folder: String
  private var known: [Entry: (count: Int, place: (line: Int, column: Int))] = [:]
  private var seen: [Entry: Int] = [:]
  private var checked: Set<String> = []

  /// An empty baseline, to be written to a path.
  package init(path: String) {
    self.path = Path.absolute(path)
    folder = Path.folder(of: self.path)
  }

  /// Takes out the findings of a file that the baseline knows.
  ///
  /// To be called once for each file that is checked, with or without findings; for files of records once for each
  /// record. Where there are more findings of a kind than it knows, the last ones are new.
  ///
  /// - Parameters:
  ///   - findings: what would be reported, in its order.
  ///   - file: relative to the current folder, or absolute.
  ///   - bytes: the document that their pointers lead into.
  ///   - secrets: the bytes that no output may show, as the report of the document has them.
  ///   - allowsComments: the document is JSONC.
  package mutating func filter(
    _ findings: [Finding], file: String, bytes: UnsafeBufferPointer<UInt8>, secrets: [Range<Int>],
    allowsComments: Bool = false
  ) -> (new: [Finding], known: [Finding]) {
    let name = Path.way(to: Path.absolute(file), from: folder)
    checked.insert(name)
    guard !findings.isEmpty else { return ([], []) }
    let keys = BaselineKeys.keys(of: findings, in: bytes, secrets: secrets, allowsComments: allowsComments)
    var out: (new: [Finding], known: [Finding]) = ([], [])
    for (finding, key) in zip(findings, keys) {
      let entry = Entry(file: name, rule: finding.rule, pointer: key)
      seen[entry, default: 0] += 1
      if seen[entry, default: 0] <= known[entry]?.count ?? 0 {
        out.known.append(finding)
      } else {
        out.new.append(finding)
      }
    }
    return out
  }

  /// How many findings the baseline knows.
  package var count: Int { known.values.reduce(0) { $0 + $1.count } }

  /// Warnings: entries that no finding needs any more. Those of files that were not checked may still be needed, unless
  /// there is no such file.
  package var unused: [Note] {
    known.filter { entry, value in value.count > seen[entry] ?? 0 && isSettled(entry.file) }
      .sorted { Entry.precedes($0.key, $1.key) }
      .map { entry, value in
        let found = seen[entry] ?? 0
        let message =
          if !checked.contains(entry.file) {
            "there is no file '\(entry.file)' any more"
          } else if found == 0 {
            "\(entry.rule) is no longer found at \(shown(entry))"
          } else {
            "\(entry.rule) is found \(found) and not \(value.count) times at \(shown(entry))"
          }
        return Note(
          file: Path.shown(path), line: value.place.line, column: value.place.column, message: printable(message))
      }
  }

  private func shown(_ entry: Entry) -> String {
    entry.pointer.isEmpty ? "'\(entry.file)'" : "\(entry.pointer) of '\(entry.file)'"
  }

  /// What the run says about the file is all there is to say.
  private func isSettled(_ file: String) -> Bool {
    checked.contains(file) || !Path.exists(folder + "/" + file)
  }

  /// The text of the baseline after this run: of the files that were checked what was found, of others what it knew
  /// before, of those that are gone nothing.
  package func updatedText() -> String {
    var counts = seen
    for (entry, value) in known where !isSettled(entry.file) { counts[entry] = value.count }
    let lines = counts.sorted { Entry.precedes($0.key, $1.key) }.map { entry, count in
      "    {\"file\": \(quoted(entry.file)), \"rule\": \(quoted(entry.rule)), \"pointer\": \(quoted(entry.pointer)), "
        + "\"count\": \(count)}"
    }
    let findings = lines.isEmpty ? "[]" : "[\n" + lines.joined(separator: ",\n") + "\n  ]"
    return "{\n  \"version\": 1,\n  \"findings\": \(findings)\n}\n"
  }

  private func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        out += "\\"
        out.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

// MARK: Reading

extension Baseline {
  /// Reads a baseline.
  ///
  /// - Parameter path: relative to the current folder, or absolute.
  /// - Throws: the first thing in it that a baseline does not have.
  package static func read(_ path: String) throws(ConfigurationError) -> Baseline {
    var baseline = Baseline(path: path)
    let shown = printable(Path.shown(baseline.path))
    switch Path.read(baseline.path, byteCountMax: byteCountMax, what: "no baseline is as long") {
    case .failure(let trouble):
      throw ConfigurationError(mistakes: [RuleFileError(file: shown, line: 0, column: 0, message: trouble.message)])
    case .success(let bytes):
      let result = bytes.withUnsafeBufferPointer { bytes -> Result<Baseline, RuleFileError> in
        do throws(RuleFileError) {
          try baseline.take(bytes, file: shown)
          return .success(baseline)
        } catch {
          return .failure(error)
        }
      }
      switch result {
      case .success(let baseline): return baseline
      case .failure(let mistake): throw ConfigurationError(mistakes: [mistake])
      }
    }
  }

  private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(RuleFileError) {
    let reader = DocumentReader()
    let document = reader.read(bytes)
    let text = BaselineText(document: document, bytes: bytes, lines: LineMap(bytes), file: file)
    if let fault = reader.faults.first {
      throw text.mistake(at: fault.range.lowerBound, "a baseline is JSON: \(fault.message)")
    }
    if let pair = reader.duplicateNames.first { throw text.mistake(pair.later, "this member stands twice") }
    let root = try text.members(0, keys: ["version", "findings"], of: "a baseline")
    let version = try text.integer("version", root, 0)
    guard version == 1 else {
      throw text.mistake(root["version"] ?? 0, "this is version \(version) of baselines; this bodylint knows version 1")
    }
    let list = try text.required("findings", root, 0)
    guard document[list].kind == .array else { throw text.mistake(list, "'findings' is an array") }
    var index = list + 1
    while index < document[list].next {
      let members = try text.members(index, keys: ["file", "rule", "pointer", "count"], of: "an entry")
      let entry = Entry(
        file: try text.string("file", members, index), rule: try text.string("rule", members, index),
        pointer: try text.string("pointer", members, index))
      let count = try text.integer("count", members, index)
      guard (1...1_000_000_000).contains(count) else {
        throw text.mistake(members["count"] ?? index, "'count' is 1 or more")
      }
      // Two branches that were merged may both have brought an entry.
      known[entry, default: (0, text.place(index))].count += count
      index = document[index].next
    }
  }
}

/// Typed reading of a baseline.
private struct BaselineText {
  let document: Document
  let bytes: UnsafeBufferPointer<UInt8>
  let lines: LineMap
  let file: String

  func place(_ node: UInt32) -> (line: Int, column: Int) { place(at: document[node].tokenRange.lowerBound) }

  private func place(at offset: Int) -> (line: Int, column: Int) {
    (lines.line(at: offset) + 1, lines.column(at: offset, in: bytes) + 1)
  }

  func mistake(at offset: Int, _ message: String) -> RuleFileError {
    let place = place(at: offset)
    return RuleFileError(file: file, line: place.line, column: place.column, message: printable(message))
  }

  func mistake(_ node: UInt32, _ message: String) -> RuleFileError {
    mistake(at: document.nodeCount > 0 ? document[node].tokenRange.lowerBound : 0, message)
  }

  func members(_ node: UInt32, keys: [String], of what: String) throws(RuleFileError) -> [String: UInt32] {
    guard document[node].kind == .object else { throw mistake(node, "\(what) is an object") }
    var found: [String: UInt32] = [:]
    var index = node + 1
    while index < document[node].next {
      let name = document.text(document[index])
      guard keys.contains(name) else {
        let advice = nearestWord(to: name, in: keys).map { "did you mean '\($0)'?" }
        throw mistake(
          index,
          "there is no member '\(printable(name, limit: 80))' in \(what); "
            + (advice ?? "there are: \(keys.joined(separator: ", "))"))
      }
      found[name] = index + 1
      index = document[index + 1].next
    }
    return found
  }

  func required(_ name: String, _ members: [String: UInt32], _ object: UInt32) throws(RuleFileError) -> UInt32 {
    guard let node = members[name] else { throw mistake(object, "'\(name)' is missing here") }
    return node
  }

  func string(_ name: String, _ members: [String: UInt32], _ object: UInt32) throws(RuleFileError) -> String {
    let node = try required(name, members, object)
    guard document[node].kind == .string else { throw mistake(node, "'\(name)' is a string") }
    return document.text(document[node])
  }

  func integer(_ name: String, _ members: [String: UInt32], _ object: UInt32) throws(RuleFileError) -> Int {
    let node = try required(name, members, object)
    guard document[node].kind == .number, let number = Int(document.text(document[node])) else {
      throw mistake(node, "'\(name)' is a whole number")
    }
    return number
  }
}
