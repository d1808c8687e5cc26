package import Findings

/// What a configuration says of one file.
package struct FileSettings: Sendable {
  /// What becomes of a finding, and by what.
  package struct Decision: Sendable, Hashable {
    /// What becomes of it.
    package enum Verdict: Sendable, Hashable {
      /// Nothing is said about it, or what it is anyway.
      case kept
      /// It gets another severity.
      case changed(Severity)
      /// It is not reported.
      case off
    }

    /// What becomes of it.
    package let verdict: Verdict
    /// The line that says so; nil where none does.
    package let place: Place?
    /// The reason that an override gives.
    package let reason: String?
  }

  struct Setting: Sendable {
    let level: Configuration.Level
    /// nil: the whole file.
    let pointer: PointerGlob?
    let place: Place
    let reason: String?
    let expires: String?
  }

  private let file: String
  private let files: [String]
  private var operationValue: (content: String, place: Place, pattern: String)?
  private var apiVersionValue: (content: String, place: Place, pattern: String)?
  private var responseValue: (content: Bool, place: Place, pattern: String)?
  private var factValues: [(name: String, content: String, place: Place, pattern: String)] = []
  /// For each rule what is said of it, in order: the last that fits wins.
  private var settings: [String: [Setting]] = [:]
  /// The pattern that excludes the file.
  var exclusion: Configuration.Value<String>?

  /// Warnings: overrides of this file that have expired.
  package internal(set) var notes: [Note] = []

  init(file: String, files: [String]) {
    self.file = file
    self.files = files
  }

  /// An operation id or the name of a response, where one is said.
  package var operation: String? { operationValue?.content }
  /// The api-version, where one is said.
  package var apiVersion: String? { apiVersionValue?.content }
  /// The facts that are said.
  package var facts: [String: String] {
    Dictionary(factValues.map { ($0.name, $0.content) }, uniquingKeysWith: { $1 })
  }
  /// Whether the documents are responses, where it is said.
  package var isResponse: Bool? { responseValue?.content }
  /// The file is not to be checked.
  package var isExcluded: Bool { exclusion != nil }

  mutating func take(_ purpose: Configuration.Purpose, pattern: String) {
    if let value = purpose.operation { operationValue = (value.content, value.place, pattern) }
    if let value = purpose.apiVersion { apiVersionValue = (value.content, value.place, pattern) }
    if let value = purpose.isResponse { responseValue = (value.content, value.place, pattern) }
    for (name, value) in purpose.facts {
      factValues.removeAll { $0.name == name }
      factValues.append((name, value.content, value.place, pattern))
    }
  }

  mutating func take(_ levels: Configuration.Levels, at pointer: PointerGlob?) {
    for (id, level) in levels.rules {
      let setting = Setting(
        level: level.content, pointer: pointer, place: level.place, reason: levels.reason, expires: levels.expires)
      // What is said of the whole file leaves nothing of what was said before.
      if pointer == nil { settings[id] = [setting] } else { settings[id, default: []].append(setting) }
    }
  }

  /// What becomes of a finding.
  ///
  /// A finding that holds in some worlds only stays a warning where the configuration asks for an error: nothing that
  /// hangs on a guess is one.
  package func judge(_ finding: Finding) -> Decision {
    guard !settings.isEmpty, let said = settings[finding.rule],
      let setting = said.last(where: { $0.applies(to: finding) })
    else { return Decision(verdict: .kept, place: nil, reason: nil) }
    let verdict: Decision.Verdict
    if var severity = setting.level.severity {
      if !finding.worlds.isEmpty { severity = min(severity, .warning) }
      verdict = severity == finding.severity ? .kept : .changed(severity)
    } else {
      verdict = .off
    }
    return Decision(verdict: verdict, place: setting.place, reason: setting.reason)
  }

  /// What `bodylint config FILE` prints: each value that applies and the line that says it.
  package func explanation() -> [String] {
    var rows: [(what: String, value: String, why: String)] = []
    func add(_ what: String, _ value: String, _ place: Place, _ more: String) {
      rows.append((printable(what), printable(value), printable("\(place)\(more.isEmpty ? "" : " (\(more))")")))
    }
    if let exclusion { add("exclude", "yes", exclusion.place, exclusion.content) }
    if let value = operationValue { add("operation", value.content, value.place, value.pattern) }
    if let value = apiVersionValue { add("apiVersion", value.content, value.place, value.pattern) }
    if let value = responseValue { add("response", String(value.content), value.place, value.pattern) }
    for fact in factValues.sorted(by: { $0.name < $1.name }) {
      add("fact \(fact.name)", fact.content, fact.place, fact.pattern)
    }
    for (id, said) in settings.sorted(by: { $0.key < $1.key }) {
      for setting in said {
        let more = [setting.expires.map { "until \($0)" }, setting.reason].compactMap { $0 }
        add(
          "rule \(id)\(setting.pointer.map { " at \($0.text)" } ?? "")", setting.level.rawValue, setting.place,
          more.joined(separator: ": "))
      }
    }
    let whatWidth = rows.map(\.what.unicodeScalars.count).max() ?? 0
    let valueWidth = rows.map(\.value.unicodeScalars.count).max() ?? 0
    let extended = files.dropFirst().map { printable($0) }.joined(separator: ", ")
    var lines = ["\(printable(file)): \(printable(files[0]))\(extended.isEmpty ? "" : ", which extends \(extended)")"]
    for row in rows { lines.append("  \(padded(row.what, whatWidth))  \(padded(row.value, valueWidth))  \(row.why)") }
    if rows.isEmpty { lines.append("  nothing in it is about this file") }
    for note in notes { lines.append("  warning: \(printable(note.description))") }
    return lines
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.unicodeScalars.count))
  }
}

extension FileSettings.Setting {
  /// A pointer may be written from the root of the document or from that of the body in it.
  fileprivate func applies(to finding: Finding) -> Bool {
    guard let pointer else { return true }
    return finding.pointer.map { pointer.matches($0) } ?? false
      || finding.bodyPointer.map { pointer.matches($0) } ?? false
  }
}
