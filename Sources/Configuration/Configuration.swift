import Findings

/// What `.bodylint.yaml` and the files that it extends say.
///
/// Their entries stand in one order, and later ones win: first what a file extends, then its own `rules`, then its own
/// `overrides`.
package struct Configuration: Sendable {
  /// The name that is looked for from a file's folder upward.
  package static let fileName = ".bodylint.yaml"

  /// The names that a configuration may use.
  package struct Vocabulary: Sendable {
    /// The ids of all rules.
    package var rules: [String]
    /// The names of all operations and responses.
    package var operations: [String]
    /// Facts and the values they can have.
    package var facts: [String: [String]]

    /// The names that there are.
    package init(rules: [String], operations: [String], facts: [String: [String]]) {
      self.rules = rules
      self.operations = operations
      self.facts = facts
    }
  }

  /// What a rule's findings become.
  package enum Level: String, Sendable, Hashable, CaseIterable {
    /// They are not reported.
    case off
    /// They get this severity.
    case info, warning, error

    var severity: Severity? { Severity(rawValue: rawValue) }
  }

  struct Value<Content: Sendable>: Sendable {
    let content: Content
    let place: Place
  }

  /// An entry of `operations`.
  struct Purpose: Sendable {
    let files: FilePatterns
    var operation: Value<String>?
    var apiVersion: Value<String>?
    var facts: [(name: String, value: Value<String>)] = []
    var isResponse: Value<Bool>?
  }

  /// The `rules` of a file, or an entry of its `overrides`.
  struct Levels: Sendable {
    /// nil: every file.
    let files: FilePatterns?
    var rules: [(id: String, level: Value<Level>)] = []
    var reason: String?
    /// The last day it holds: `2026-12-31`.
    var expires: String?
    let place: Place
    let column: Int

    func isExpired(on today: String) -> Bool { expires.map { today.prefix(10) > $0 } ?? false }

    func expiryNote() -> Note {
      Note(
        file: place.file, line: place.line, column: column,
        message: "this override expired on \(expires ?? ""), and no longer applies"
          + (reason.map { "; its reason was: \($0)" } ?? ""))
    }
  }

  /// The files it was read from, as messages call them: first its own, then those that it extends.
  package let files: [String]
  var purposes: [Purpose] = []
  var levels: [Levels] = []
  var excludes: [FilePatterns] = []

  /// Reads a file and what it extends.
  ///
  /// - Parameter path: relative to the current folder, or absolute.
  /// - Throws: all the mistakes in them.
  package static func read(
    _ path: String, vocabulary: Vocabulary
  ) throws(ConfigurationError) -> Configuration {
    var reader = ConfigurationReader(vocabulary: vocabulary)
    return try reader.read(Path.absolute(path))
  }

  /// Reads the nearest `.bodylint.yaml` in the folder of a file and those above it; nil where there is none.
  ///
  /// - Parameter file: does not have to exist: the name that stands for standard input will do.
  package static func nearest(
    to file: String, vocabulary: Vocabulary
  ) throws(ConfigurationError) -> Configuration? {
    guard let path = path(nearest: Path.folder(of: Path.absolute(file))) else { return nil }
    return try read(path, vocabulary: vocabulary)
  }

  /// The nearest configuration file in an absolute folder and those above it.
  static func path(nearest folder: String) -> String? {
    var folder = folder
    while true {
      let path = (folder == "/" ? "" : folder) + "/" + fileName
      if Path.isNoFolder(path) { return path }
      if folder == "/" { return nil }
      folder = Path.folder(of: folder)
    }
  }

  /// What applies to a file.
  ///
  /// - Parameters:
  ///   - file: relative to the current folder, or absolute; does not have to exist.
  ///   - today: `2026-11-21`, or with a time as ISO 8601 has it; overrides whose last day is before do not apply.
  package func settings(for file: String, today: String) -> FileSettings {
    let path = Path.absolute(file)
    var settings = FileSettings(file: file, files: files)
    for purpose in purposes {
      guard let scope = purpose.files.scopes(of: path).last else { continue }
      settings.take(purpose, pattern: scope.pattern.text)
    }
    for entry in levels {
      guard let patterns = entry.files else {
        settings.take(entry, at: nil)
        continue
      }
      let scopes = patterns.scopes(of: path)
      guard !scopes.isEmpty else { continue }
      if entry.isExpired(on: today) {
        settings.notes.append(entry.expiryNote())
      } else if scopes.contains(where: { $0.pointer == nil }) {
        settings.take(entry, at: nil)
      } else {
        for scope in scopes { settings.take(entry, at: scope.pointer) }
      }
    }
    settings.exclusion = exclusion(of: path, isFolder: false)
    return settings
  }

  /// Whether a walk can pass over a folder: every file in it is excluded.
  package func excludes(folder: String) -> Bool {
    // A pattern that takes files out again may be about files in the folder.
    guard !excludes.contains(where: { $0.patterns.contains(where: \.isNegated) }) else { return false }
    return exclusion(of: Path.absolute(folder), isFolder: true) != nil
  }

  /// The overrides that no longer apply, whatever files they are about.
  package func expired(today: String) -> [Note] {
    levels.filter { $0.isExpired(on: today) }.map { $0.expiryNote() }
  }

  private func exclusion(of path: String, isFolder: Bool) -> Value<String>? {
    var found: Value<String>?
    for patterns in excludes {
      for pattern in patterns.patterns where patterns.means(path, by: pattern, isFolder: isFolder) {
        found = pattern.isNegated ? nil : Value(content: pattern.text, place: pattern.place)
      }
    }
    return found
  }
}
