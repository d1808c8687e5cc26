/// Shapes and rules, compiled and ready to be shared.
public struct RuleSet: Sendable {
  /// A body that can be checked.
  public struct Operation: Sendable, Hashable {
    /// `Images_CreateOrUpdate`, or for a response the name of its schema: `Image`.
    public let name: String
    public let title: String
    /// Of the request: `PUT`.
    public let method: String
    /// The path template.
    public let path: String
    public let isResponse: Bool
    /// Ascending; empty for services without api-versions.
    public let apiVersions: [APIVersion]
    /// The version whose documents the shape was written from, where the service has api-versions.
    public let writtenVersion: APIVersion?
  }

  package let program: Program
  /// The texts that the program was compiled from: made when somebody asks, since a check never does.
  private let source: @Sendable () -> [RuleFile]

  /// A file of rules, shapes or facts.
  package struct RuleFile: Sendable, Hashable {
    /// Rule files have a few kilobytes; one beyond a mebibyte is no rule file.
    package static let byteCountMax = 1 << 20

    /// The path relative to the rules folder: `images/duplicate-lun.yaml`.
    package let path: String
    package let text: String

    package init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// Compiles files.
  ///
  /// - Throws: ``RuleSetError`` with a mistake for every file that has one.
  package init(files: [RuleFile]) throws(RuleSetError) {
    program = Program(copying: try Self.compile(files))!
    source = { files }
  }

  /// Takes a program that was compiled from these files before.
  package init(program: Program, files: @escaping @Sendable () -> [RuleFile]) {
    self.program = program
    source = files
  }

  package var files: [RuleFile] { source() }

  /// What can be checked, in the order of ``Judgement/operation``. Made anew at each call.
  public var operations: [Operation] {
    let tables = program.tables
    return (0..<Int(tables.header.entries)).map { index in
      let entry = tables.entries[index]
      return Operation(
        name: tables.string(entry.name), title: tables.string(entry.title), method: tables.string(entry.method),
        path: tables.string(entry.path), isResponse: entry.isResponse != 0,
        apiVersions: (0..<Int(entry.versions.count)).map {
          APIVersion(order: tables.versions[Int(entry.versions.start) + $0])
        },
        writtenVersion: entry.versions.count > 0 ? APIVersion(order: entry.writtenVersion) : nil)
    }
  }

  /// The ids of all rules, without reading their files.
  package var ruleIDs: [String] {
    let tables = program.tables
    return (0..<Int(tables.header.rules)).map { tables.string(tables.rules[$0].id) }
  }

  /// The facts that rules ask for, with their values.
  package var facts: [String: [String]] {
    let tables = program.tables
    var out: [String: [String]] = [:]
    for index in 0..<Int(tables.header.facts) {
      let fact = tables.facts[index]
      out[tables.string(fact.name)] = (0..<Int(fact.values.count)).map {
        tables.string(tables.text(at: tables.operands + Int(fact.values.start) + $0 * 2))
      }
    }
    return out
  }

  /// The properties that a shape marks as secret.
  var secretNames: [String] {
    let tables = program.tables
    var secrets: [String] = []
    for index in 0..<Int(tables.header.names) where tables.names[index].flags.contains(.secret) {
      let name = tables.string(tables.names[index].name)
      if !secrets.contains(name) { secrets.append(name) }
    }
    return secrets
  }

  /// The properties whose objects have such a property: a string in their place may be the whole object, quoted.
  var secretParents: [String] {
    let tables = program.tables
    var parents: [String] = []
    for index in 0..<Int(tables.header.names) {
      let entry = tables.names[index]
      guard entry.shape < tables.header.shapes else { continue }
      let properties = tables.shapes[Int(entry.shape)].properties
      let hasSecret = (0..<Int(properties.count)).contains {
        tables.names[Int(properties.start) + $0].flags.contains(.secret)
      }
      let name = tables.string(entry.name)
      if hasSecret, !parents.contains(name) { parents.append(name) }
    }
    return parents
  }

  /// Files → the block of a ``Program``.
  package static func compile(_ files: [RuleFile]) throws(RuleSetError) -> [UInt8] {
    let parsed = try ParsedFiles(files)
    var compiler = Compiler(shapes: parsed.shapes, rules: parsed.rules, facts: parsed.facts)
    return try compiler.compile()
  }

  /// The rules as their files say them: documentation, examples. Parsed anew at each call.
  public func rules() throws(RuleSetError) -> [Rule] {
    try ParsedFiles(files).rules.sorted { $0.id < $1.id }
  }

  /// These rules and others. A file with the path of one that is there already takes its place; a rule with the id of
  /// another one is a mistake.
  package func adding(_ others: [RuleFile]) throws(RuleSetError) -> RuleSet {
    let replaced = Set(others.map(\.path))
    return try RuleSet(files: files.filter { !replaced.contains($0.path) } + others)
  }
}

/// What a list of files says, before it is compiled.
struct ParsedFiles {
  var shapes: [ShapeFile] = []
  var rules: [Rule] = []
  var facts: [Fact] = []

  init(_ files: [RuleSet.RuleFile]) throws(RuleSetError) {
    var mistakes: [RuleFileError] = []
    for file in files {
      do throws(RuleFileError) {
        if file.path.contains("shapes/") {
          shapes.append(try ShapeFile(file.text, file: file.path))
        } else if file.path.hasSuffix("facts.yaml") {
          facts += try Fact.read(file.text, file: file.path)
        } else {
          let rule = try Rule(file.text, file: file.path)
          if let other = rules.first(where: { $0.id == rule.id }) {
            throw RuleFileError(
              file: file.path, line: 1, column: 1, message: "the rule '\(rule.id)' is in \(other.file) already")
          }
          rules.append(rule)
        }
      } catch {
        mistakes.append(error)
      }
    }
    guard mistakes.isEmpty else { throw RuleSetError(mistakes) }
  }
}
