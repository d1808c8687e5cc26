import Findings
import Rules

/// Reads `.bodylint.yaml` and what it extends; goes on after a mistake, so that one run lists them all.
struct ConfigurationReader {
  /// Configurations have a few kilobytes; one beyond a mebibyte is some other file.
  static let byteCountMax = 1 << 20
  /// How many files may extend one another in a row.
  static let depthMax = 8
  /// How many files may be read in all.
  static let fileCountMax = 64

  private let vocabulary: Configuration.Vocabulary
  private let followsLinksOut: Bool
  private var files: [String] = []
  private var purposes: [Configuration.Purpose] = []
  private var levels: [Configuration.Levels] = []
  private var excludes: [FilePatterns] = []
  private var mistakes: [RuleFileError] = []
  /// The files that are being read, each extended by the one before it: absolute.
  private var open: [String] = []

  /// - Parameter followsLinksOut: whether files are read to which links lead out of the folder that they are named from.
  init(vocabulary: Configuration.Vocabulary, followsLinksOut: Bool = true) {
    self.vocabulary = vocabulary
    self.followsLinksOut = followsLinksOut
  }

  mutating func read(_ path: String) throws(ConfigurationError) -> Configuration {
    files = [Path.shown(path)]
    switch bytes(path, from: Path.folder(of: path)) {
    case .success(let bytes): read(bytes, path: path)
    case .failure(let trouble):
      mistakes.append(RuleFileError(file: printable(files[0]), line: 0, column: 0, message: trouble.message))
    }
    guard mistakes.isEmpty else { throw ConfigurationError(mistakes: sortedMistakes()) }
    var configuration = Configuration(files: files)
    configuration.purposes = purposes
    configuration.levels = levels
    configuration.excludes = excludes
    return configuration
  }

  /// - Parameter folder: the one that the path was written in.
  private func bytes(_ path: String, from folder: String) -> Result<[UInt8], Path.Trouble> {
    if !followsLinksOut, Path.isLinkOut(path, from: folder) {
      return .failure(Path.Trouble("leads out of its folder by a link; it is read only for --config"))
    }
    return Path.read(path, byteCountMax: Self.byteCountMax, what: "configurations are small")
  }

  /// By the file, in the order in which they were read, and by place.
  private func sortedMistakes() -> [RuleFileError] {
    var order: [String: Int] = [:]
    for (index, file) in files.enumerated() where order[printable(file)] == nil { order[printable(file)] = index }
    return mistakes.sorted {
      (order[$0.file] ?? 0, $0.line, $0.column, $0.message) < (order[$1.file] ?? 0, $1.line, $1.column, $1.message)
    }
  }

  /// The file that is being read.
  private struct Scope {
    let path: String
    let reader: FileReader
    let shown: String

    func place(_ node: YAMLNode) -> Place { Place(file: shown, line: node.line) }
  }

  private mutating func read(_ bytes: [UInt8], path: String) {
    let shown = printable(Path.shown(path))
    let scope = Scope(path: path, reader: FileReader(file: shown), shown: shown)
    open.append(path)
    defer { open.removeLast() }
    attempt { reader throws(RuleFileError) in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw RuleFileError(file: shown, line: 0, column: 0, message: "the file is not UTF-8")
      }
      // A file of comments is one that says nothing yet.
      guard !Self.isBlank(bytes) else { return }
      let root: YAMLNode
      do throws(RuleFileError) {
        root = try YAMLNode.read(text, file: shown)
      } catch {
        throw Self.advised(error)
      }
      try reader.readRoot(root, scope)
    }
  }

  /// To YAML `*.json` is an alias and `!a` a tag, which is not what anybody means here.
  private static func advised(_ error: RuleFileError) -> RuleFileError {
    let twice = " stands twice in this map"
    if error.message.hasSuffix(twice) {
      let name = error.message.split(separator: "'", omittingEmptySubsequences: false).dropFirst().first ?? ""
      if error.message == "the key '\(name)'" + twice, isName(String(name)) { return error }
      return RuleFileError(file: error.file, line: error.line, column: error.column, message: "a key" + twice)
    }
    let signs = ["alphabetic or numeric character", "whitespace or line break", "aliases are not", "tags are not"]
    guard signs.contains(where: { error.message.contains($0) }) else { return error }
    return RuleFileError(
      file: error.file, line: error.line, column: error.column,
      message: error.message + "; a pattern that begins with '*' or '!' stands in quotes")
  }

  private static func isBlank(_ bytes: [UInt8]) -> Bool {
    bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).allSatisfy { line in
      let first = line.first { $0 != 0x20 && $0 != 0x09 }
      return first == nil || first == UInt8(ascii: "#")
    }
  }

  /// Does one thing, and writes down what is wrong with it.
  private mutating func attempt(_ body: (inout ConfigurationReader) throws(RuleFileError) -> Void) {
    do throws(RuleFileError) {
      try body(&self)
    } catch {
      mistakes.append(
        RuleFileError(file: error.file, line: error.line, column: error.column, message: printable(error.message)))
    }
  }

  /// Calls for each member of a map that has one of the known keys; the others are mistakes.
  private mutating func eachMember(
    of node: YAMLNode, _ what: String, keys: [String], _ scope: Scope,
    _ body: (inout ConfigurationReader, String, YAMLNode) throws(RuleFileError) -> Void
  ) {
    attempt { reader throws(RuleFileError) in
      for (key, value) in try scope.reader.pairs(node, of: what) {
        reader.attempt { reader throws(RuleFileError) in
          let name = try scope.reader.text(key)
          guard keys.contains(name) else {
            throw scope.reader.mistake(key, Self.unknown("key", name, " in \(what)", known: keys, showsAll: true))
          }
          try body(&reader, name, value)
        }
      }
    }
  }

  private static func unknown(
    _ kind: String, _ name: String, _ place: String = "", known: [String], showsAll: Bool, other: String = ""
  ) -> String {
    let start = isName(name) ? "there is no \(kind) '\(name)'\(place)" : "there is no such \(kind)\(place)"
    if let nearest = nearestWord(to: name, in: known) { return "\(start); did you mean '\(nearest)'?" }
    return showsAll ? "\(start); there are: \(known.joined(separator: ", "))" : start + other
  }

  /// Names are repeated in messages. What is none may be any line of any file that was taken for a configuration.
  private static func isName(_ text: String) -> Bool {
    1...40 ~= text.utf8.count
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: false
        }
      }
  }

  /// `'x'`, or what else to call it.
  private static func quoted(_ text: String) -> String { isName(text) ? "'\(text)'" : "this" }

  // MARK: The keys of a file

  private static let rootKeys = ["extends", "operations", "rules", "overrides", "exclude"]

  private mutating func readRoot(_ root: YAMLNode, _ scope: Scope) throws(RuleFileError) {
    var found: [String: YAMLNode] = [:]
    eachMember(of: root, "the configuration", keys: Self.rootKeys, scope) { _, name, value in found[name] = value }
    // In the order of precedence, not in that of the file.
    if let node = found["extends"] {
      for element in scope.reader.elements(node) { attempt { r throws(RuleFileError) in try r.extend(element, scope) } }
    }
    if let node = found["operations"] {
      eachElement(of: node, "'operations'", scope) { reader, element in reader.readPurpose(element, scope) }
    }
    if let node = found["rules"] {
      var entry = Configuration.Levels(files: nil, place: scope.place(node), column: node.column)
      entry.rules = readLevels(node, scope)
      levels.append(entry)
    }
    if let node = found["overrides"] {
      eachElement(of: node, "'overrides'", scope) { reader, element in reader.readOverride(element, scope) }
    }
    if let node = found["exclude"], let patterns = readPatterns(node, "'exclude'", .exclusion, scope) {
      excludes.append(patterns)
    }
  }

  private mutating func eachElement(
    of node: YAMLNode, _ what: String, _ scope: Scope, _ body: (inout ConfigurationReader, YAMLNode) -> Void
  ) {
    guard case .sequence(let elements) = node.content else {
      mistakes.append(scope.reader.mistake(node, "\(what) is a list of maps, not \(node.kindName)"))
      return
    }
    for element in elements { body(&self, element) }
  }

  private mutating func extend(_ node: YAMLNode, _ scope: Scope) throws(RuleFileError) {
    let reader = scope.reader
    let name = try reader.text(node)
    guard !name.isEmpty else { throw reader.mistake(node, "'extends' names a file; this is empty") }
    guard !name.contains("://") else {
      throw reader.mistake(node, "'extends' takes files of this machine, not URLs; put a copy beside this file")
    }
    guard !name.hasPrefix("/"), !name.hasPrefix("~") else {
      throw reader.mistake(node, "'extends' takes a path relative to this file: '../shared.yaml'")
    }
    let folder = Path.folder(of: scope.path)
    let path = Path.absolute(name, in: folder)
    if let start = open.firstIndex(of: path) {
      let circle = (open[start...] + [path]).map(Path.shown).joined(separator: " → ")
      throw reader.mistake(node, "this file extends itself: \(circle)")
    }
    guard open.count < Self.depthMax else {
      throw reader.mistake(node, "more than \(Self.depthMax) files extend one another")
    }
    guard files.count < Self.fileCountMax else {
      throw reader.mistake(node, "the configuration takes in more than \(Self.fileCountMax) files")
    }
    switch bytes(path, from: folder) {
    case .failure(let trouble): throw reader.mistake(node, "'\(Path.shown(path))' \(trouble.message)")
    case .success(let bytes):
      files.append(Path.shown(path))
      read(bytes, path: path)
    }
  }

  // MARK: Entries

  private mutating func readPurpose(_ node: YAMLNode, _ scope: Scope) {
    let reader = scope.reader
    let before = mistakes.count
    var files: FilePatterns?
    var hasFiles = false
    var operation: Configuration.Value<String>?
    var apiVersion: Configuration.Value<String>?
    var isResponse: Configuration.Value<Bool>?
    var facts: [(name: String, value: Configuration.Value<String>)] = []
    let keys = ["files", "operation", "apiVersion", "facts", "response"]
    eachMember(of: node, "an entry of 'operations'", keys: keys, scope) { this, key, value throws(RuleFileError) in
      switch key {
      case "files":
        hasFiles = true
        files = this.readPatterns(value, "'files'", .files, scope)
      case "operation":
        let name = try reader.text(value)
        guard this.vocabulary.operations.contains(name) else {
          throw reader.mistake(
            value, Self.unknown("operation", name, known: this.vocabulary.operations, showsAll: true))
        }
        operation = .init(content: name, place: scope.place(value))
      case "apiVersion":
        let version = try reader.text(value)
        guard APIVersion(version) != nil else {
          throw reader.mistake(value, "\(Self.quoted(version)) is no api-version; they look like 2024-03-01")
        }
        apiVersion = .init(content: version, place: scope.place(value))
      case "response": isResponse = .init(content: try reader.boolean(value), place: scope.place(value))
      default: facts = this.readFacts(value, scope)
      }
    }
    guard mistakes.count == before else { return }
    guard let files, hasFiles else {
      mistakes.append(reader.mistake(node, "an entry of 'operations' lacks its 'files'"))
      return
    }
    guard operation != nil || apiVersion != nil || isResponse != nil || !facts.isEmpty else {
      mistakes.append(
        reader.mistake(
          node, "this entry says nothing of its files; it may have: operation, apiVersion, facts, response"))
      return
    }
    purposes.append(
      .init(files: files, operation: operation, apiVersion: apiVersion, facts: facts, isResponse: isResponse))
  }

  private mutating func readFacts(
    _ node: YAMLNode, _ scope: Scope
  ) -> [(name: String, value: Configuration.Value<String>)] {
    var facts: [(name: String, value: Configuration.Value<String>)] = []
    let names = vocabulary.facts.keys.sorted()
    attempt { this throws(RuleFileError) in
      for (key, value) in try scope.reader.pairs(node, of: "'facts'") {
        this.attempt { this throws(RuleFileError) in
          let name = try scope.reader.text(key)
          guard let values = this.vocabulary.facts[name] else {
            throw scope.reader.mistake(key, Self.unknown("fact", name, known: names, showsAll: true))
          }
          let content = try scope.reader.text(value)
          guard values.contains(content) else {
            throw scope.reader.mistake(
              value, Self.unknown("value", content, " of the fact '\(name)'", known: values, showsAll: true))
          }
          facts.append((name, .init(content: content, place: scope.place(value))))
        }
      }
    }
    return facts
  }

  private mutating func readLevels(
    _ node: YAMLNode, _ scope: Scope
  ) -> [(id: String, level: Configuration.Value<Configuration.Level>)] {
    var rules: [(id: String, level: Configuration.Value<Configuration.Level>)] = []
    attempt { this throws(RuleFileError) in
      for (key, value) in try scope.reader.pairs(node, of: "'rules'") {
        this.attempt { this throws(RuleFileError) in
          let id = try scope.reader.text(key)
          guard this.vocabulary.rules.contains(id) else {
            throw scope.reader.mistake(
              key,
              Self.unknown(
                "rule", id, known: this.vocabulary.rules, showsAll: false, other: "; 'bodylint rules' lists them"))
          }
          let severity = try scope.reader.text(value)
          guard let level = Configuration.Level(rawValue: severity) else {
            let known = Configuration.Level.allCases.map(\.rawValue)
            throw scope.reader.mistake(value, Self.unknown("severity", severity, known: known, showsAll: true))
          }
          rules.append((id, .init(content: level, place: scope.place(key))))
        }
      }
    }
    return rules
  }

  private mutating func readOverride(_ node: YAMLNode, _ scope: Scope) {
    let reader = scope.reader
    let before = mistakes.count
    var files: FilePatterns?
    var rules: [(id: String, level: Configuration.Value<Configuration.Level>)]?
    var reason: String?
    var expires: String?
    let keys = ["files", "rules", "reason", "expires"]
    eachMember(of: node, "an override", keys: keys, scope) { this, key, value throws(RuleFileError) in
      switch key {
      case "files": files = this.readPatterns(value, "'files'", .filesAndPointers, scope)
      case "rules": rules = this.readLevels(value, scope)
      case "reason": reason = printable(try reader.text(value), limit: 500)
      default:
        let date = try reader.text(value)
        // An api-version that is no preview is written as a date is.
        guard date.utf8.count == 10, APIVersion(date) != nil else {
          throw reader.mistake(value, "\(Self.quoted(date)) is no date; it is written 2026-12-31")
        }
        expires = date
      }
    }
    guard mistakes.count == before else { return }
    guard let files else {
      mistakes.append(reader.mistake(node, "an override lacks its 'files'"))
      return
    }
    guard let rules else {
      mistakes.append(reader.mistake(node, "an override lacks its 'rules'"))
      return
    }
    levels.append(
      .init(files: files, rules: rules, reason: reason, expires: expires, place: scope.place(node), column: node.column)
    )
  }

  // MARK: Patterns

  private enum PatternUse { case files, filesAndPointers, exclusion }

  private mutating func readPatterns(
    _ node: YAMLNode, _ what: String, _ use: PatternUse, _ scope: Scope
  ) -> FilePatterns? {
    let before = mistakes.count
    var patterns: [FilePatterns.Pattern] = []
    for element in scope.reader.elements(node) {
      attempt { _ throws(RuleFileError) in
        let text = try scope.reader.text(element)
        let pattern: FilePatterns.Pattern
        do throws(GlobError) {
          pattern = try FilePatterns.Pattern(text, place: scope.place(element))
        } catch {
          throw scope.reader.mistake(element, error.description)
        }
        guard pattern.pointer == nil || use == .filesAndPointers else {
          throw scope.reader.mistake(element, "\(what) takes files here; only overrides take pointers in them")
        }
        guard !pattern.isNegated || !patterns.isEmpty || use == .exclusion else {
          throw scope.reader.mistake(element, "'!' takes out what a pattern before it takes in; here is none before it")
        }
        patterns.append(pattern)
      }
    }
    guard mistakes.count == before else { return nil }
    guard !patterns.isEmpty else {
      // An empty `exclude` excludes nothing; an empty `files` is a slip.
      if use != .exclusion { mistakes.append(scope.reader.mistake(node, "\(what) names no files")) }
      return nil
    }
    return FilePatterns(folder: Path.folder(of: scope.path), patterns: patterns)
  }
}
