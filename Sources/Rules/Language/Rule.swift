public import Findings
import JSONText

/// A rule as its file says it: the whole truth about one fault.
public struct Rule: Sendable {
  /// The id, which is the file's name and names the fault.
  public let id: String
  /// A sentence stating the fault.
  public let title: String
  public let severity: Severity
  /// The version of bodylint that had it first.
  public let since: String
  /// Where the documents say it; the first is quoted in findings.
  public let sources: [Source]
  /// What contradicts it, where documents do.
  public let contradiction: String?
  /// Operations and response schemas it speaks of; empty for all.
  public let operations: [String]
  /// Why the service or the document wants it.
  public let why: String
  /// What to do about it.
  public let fix: String
  public let examples: [RuleExample]
  /// The engine itself reports it: it has no check of its own.
  public let isStructural: Bool
  /// The file it was read from.
  public let file: String

  let versions: ClosedRange<Int32>
  let places: [Selector]
  let cases: [RuleCase]

  static let keys = [
    "id", "title", "severity", "since", "source", "contradiction", "operations", "apiVersions", "at", "when", "of",
    "check",
    "cases", "message", "why", "fix", "examples", "formerly",
  ]
}

/// One check of a rule, with what may differ from the rule's own.
struct RuleCase: Sendable {
  let places: [Selector]
  let condition: YAMLNode?
  /// The place below that the check judges, where it is not the place itself.
  let subject: YAMLNode?
  let check: any Check.Type
  let argument: YAMLNode
  /// The check is asked of the member's name.
  let isOfName: Bool
  let severity: Severity
  /// A message for each outcome.
  let messages: [String]
  let place: YAMLNode
}

/// Where a rule looks: a place in the body, or a URI parameter.
struct Selector: Sendable {
  enum Target: Sendable {
    case place([String])
    case parameter(String)
  }

  let target: Target
  let node: YAMLNode
}

/// An example in a rule's file: documentation and test in one.
public struct RuleExample: Sendable {
  /// What a valid example shows, or what is wrong in an invalid one.
  public let name: String
  /// The body as bytes, macros expanded.
  public let body: [UInt8]
  /// The body as it stands in the rule file; nil where it was given in hexadecimal.
  public let text: String?
  public let operation: String?
  public let apiVersion: String?
  /// `PUT https://…`
  public let request: String?
  public let facts: [String: String]
  /// The clock, where the example hangs on it.
  public let now: String?
  /// The findings of this rule that it must give; empty for a valid example.
  public let expected: [ExpectedFinding]
  public let isValid: Bool
  /// 1-based line in the rule file.
  public let line: Int
}

/// A finding that an example must give.
public struct ExpectedFinding: Sendable {
  /// The pointer, where the finding is in the body.
  public let pointer: String?
  /// The URI parameter, where it is in the request line.
  public let parameter: String?
  public let message: String?
  public let severity: Severity?
  public let property: String?
}

extension Rule {
  init(_ text: String, file: String) throws(RuleFileError) {
    let reader = FileReader(file: file)
    let root = try YAMLReader.read(text, file: file)
    let members = try reader.members(root, keys: Self.keys, of: "a rule")
    func required(_ key: String) throws(RuleFileError) -> YAMLNode {
      try reader.required(key, members, root, of: "a rule")
    }
    self.file = file
    let idNode = try required("id")
    id = try reader.text(idNode)
    let stem = file.split(separator: "/").last.map { $0.split(separator: ".").first.map(String.init) ?? "" } ?? ""
    guard stem == id else { throw reader.mistake(idNode, "the id is '\(id)', but the file is named '\(stem)'") }
    guard !id.isEmpty,
      id.utf8.allSatisfy({
        $0 == UInt8(ascii: "-") || Character(Unicode.Scalar($0)).isLowercase || Character(Unicode.Scalar($0)).isNumber
      })
    else { throw reader.mistake(idNode, "an id has lower-case letters, digits and hyphens") }
    title = try reader.text(required("title"))
    let severity = try reader.word(try required("severity"), Severity.self, what: "severity")
    self.severity = severity
    since = try reader.text(required("since"))
    sources = try Self.sources(try required("source"), reader)
    contradiction = try reader.optionalText(members["contradiction"])
    let operations = try reader.texts(required("operations"))
    self.operations = operations == ["any"] ? [] : operations
    versions = try Self.versions(members["apiVersions"], reader)
    why = try reader.text(required("why"))
    fix = try reader.text(required("fix"))
    let places = try members["at"].map { node throws(RuleFileError) in try Self.selectors(node, reader) } ?? []
    self.places = places

    let message = members["message"]
    if let node = members["check"], case .mapping(let pairs) = node.content, pairs.count == 1,
      case .scalar("structural") = pairs[0].key.content
    {
      guard members["at"] == nil, members["when"] == nil, members["of"] == nil, message == nil, members["cases"] == nil
      else {
        throw reader.mistake(
          node, "the engine itself reports a structural fault: at, when, cases and message are not asked")
      }
      guard StructuralFault(rawValue: id) != nil else {
        throw reader.mistake(
          idNode, reader.unknown("structural fault", id, of: nil, known: StructuralFault.allCases.map(\.rawValue)))
      }
      isStructural = true
      cases = []
    } else {
      isStructural = false
      cases = try Self.cases(members, root, severity, places, reader)
    }
    examples = try Self.examples(try required("examples"), reader, id)
  }

  private static func sources(_ node: YAMLNode, _ reader: FileReader) throws(RuleFileError) -> [Source] {
    var out: [Source] = []
    for element in reader.elements(node) {
      let members = try reader.members(element, keys: ["quote", "url", "note"], of: "a source")
      let quote = try reader.text(reader.required("quote", members, element, of: "a source"))
      let urlNode = try reader.required("url", members, element, of: "a source")
      let url = try reader.text(urlNode)
      guard url.hasPrefix("https://") else { throw reader.mistake(urlNode, "a source's url begins with https://") }
      out.append(Source(quote: collapsed(quote), url: url))
    }
    return out
  }

  /// `2019-03-01..`, `..2018-10-01`, `A..B`, one version, `any`.
  private static func versions(_ node: YAMLNode?, _ reader: FileReader) throws(RuleFileError) -> ClosedRange<Int32> {
    guard let node else { return .min ... .max }
    let text = try reader.text(node)
    guard text != "any" else { return .min ... .max }
    let bounds = text.contains("..") ? split(text) : (text, text)
    func order(_ bound: String, _ open: Int32) throws(RuleFileError) -> Int32 {
      guard !bound.isEmpty else { return open }
      guard let version = APIVersion(bound) else {
        throw reader.mistake(
          node, "'\(bound)' is no api-version; a range is written 2019-03-01..2024-03-01, either end open")
      }
      return version.order
    }
    let low = try order(bounds.0, .min)
    let high = try order(bounds.1, .max)
    guard low <= high else { throw reader.mistake(node, "the range ends before it begins") }
    return low...high
  }

  private static func split(_ range: String) -> (String, String) {
    let dots = range.firstRange(of: "..")!
    return (String(range[..<dots.lowerBound]), String(range[dots.upperBound...]))
  }

  private static func selectors(_ node: YAMLNode, _ reader: FileReader) throws(RuleFileError) -> [Selector] {
    var out: [Selector] = []
    for element in reader.elements(node) {
      let text = try reader.text(element)
      if text.hasPrefix("{"), text.hasSuffix("}") {
        out.append(Selector(target: .parameter(String(text.dropFirst().dropLast())), node: element))
      } else if let pointer = JSONPointer(text) {
        out.append(Selector(target: .place(pointer.tokens), node: element))
      } else {
        throw reader.mistake(
          element, "'\(text)' is no selector: a JSON Pointer ('/properties/…', '' for the body) or '{parameter}'")
      }
    }
    return out
  }

  private static func cases(
    _ members: [String: YAMLNode], _ root: YAMLNode, _ severity: Severity, _ places: [Selector], _ reader: FileReader
  ) throws(RuleFileError) -> [RuleCase] {
    guard let list = members["cases"] else {
      guard let check = members["check"] else { throw reader.mistake(root, "a rule lacks its 'check' (or 'cases')") }
      return [
        try oneCase(
          check, members["when"], members["of"], members["message"], severity, places, root, reader)
      ]
    }
    if let extra = members["check"] ?? members["when"] ?? members["of"] {
      throw reader.mistake(extra, "beside 'cases', 'check', 'when' and 'of' stand in the cases")
    }
    var out: [RuleCase] = []
    for element in try reader.list(list, of: "cases") {
      let own = try reader.members(element, keys: ["at", "when", "of", "check", "severity", "message"], of: "a case")
      let ownPlaces = try own["at"].map { node throws(RuleFileError) in try selectors(node, reader) } ?? places
      let ownSeverity =
        try own["severity"].map { node throws(RuleFileError) in
          try reader.word(node, Severity.self, what: "severity")
        } ?? severity
      out.append(
        try oneCase(
          try reader.required("check", own, element, of: "a case"), own["when"], own["of"],
          own["message"] ?? members["message"], ownSeverity, ownPlaces, element, reader))
    }
    return out
  }

  private static func oneCase(
    _ check: YAMLNode, _ condition: YAMLNode?, _ subject: YAMLNode?, _ message: YAMLNode?, _ severity: Severity,
    _ places: [Selector],
    _ node: YAMLNode, _ reader: FileReader
  ) throws(RuleFileError) -> RuleCase {
    guard !places.isEmpty else { throw reader.mistake(node, "'at' is missing: where the check looks") }
    var (type, argument) = try word(check, reader)
    var isOfName = false
    if type == nil {
      isOfName = true
      (type, argument) = try word(argument, reader)
    }
    guard let type, !isOfName || type.subject == .text else {
      throw reader.mistake(argument, "a name is a string: the checks of strings can be asked of it")
    }
    guard let message else { throw reader.mistake(node, "'message' is missing") }
    return RuleCase(
      places: places, condition: condition, subject: subject, check: type, argument: argument, isOfName: isOfName,
      severity: severity, messages: try messages(message, type, reader), place: node)
  }

  /// A check's word and argument; a nil word is `name`, whose argument is a check.
  private static func word(
    _ node: YAMLNode, _ reader: FileReader
  ) throws(RuleFileError) -> (type: (any Check.Type)?, argument: YAMLNode) {
    let pairs = try reader.pairs(node, of: "a check")
    guard pairs.count == 1 else { throw reader.mistake(node, "a check has one word; it has \(pairs.count)") }
    let keyword = try reader.text(pairs[0].key)
    if keyword == "name" { return (nil, pairs[0].value) }
    guard let type = vocabulary.first(where: { $0.keyword == keyword }) else {
      throw reader.mistake(
        pairs[0].key,
        reader.unknown("check", keyword, of: nil, known: vocabulary.map { $0.keyword } + ["name", "structural"]))
    }
    return (type, pairs[0].value)
  }

  private static func messages(
    _ node: YAMLNode, _ check: any Check.Type, _ reader: FileReader
  ) throws(RuleFileError) -> [String] {
    let known = check.placeholders + ["property", "at"]
    func template(_ node: YAMLNode) throws(RuleFileError) -> String {
      let text = collapsed(try reader.text(node))
      for name in MessageTemplate(text).placeholders where !known.contains(name) {
        throw reader.mistake(
          node, reader.unknown("placeholder", name, of: "messages of \(check.keyword)", known: known))
      }
      return text
    }
    let count = max(1, check.outcomes.count)
    guard case .mapping = node.content else {
      return Array(repeating: try template(node), count: count)
    }
    guard !check.outcomes.isEmpty else {
      throw reader.mistake(node, "\(check.keyword) has one outcome: its message is a text")
    }
    let members = try reader.members(node, keys: check.outcomes, of: "the messages of \(check.keyword)")
    var out: [String] = []
    for outcome in check.outcomes {
      out.append(try template(try reader.required(outcome, members, node, of: "the message")))
    }
    return out
  }
}

/// Text with its line breaks and runs of spaces made single spaces: how folded YAML is meant.
func collapsed(_ text: String) -> String {
  text.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" }).joined(separator: " ")
}
