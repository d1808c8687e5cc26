import Findings

/// SARIF 2.1.0, with the members that GitHub's code scanning wants.
///
/// No snippets: a line of a body may hold a password. For the same reason GitHub's own hash of a line is left to GitHub.
package struct SARIFRenderer: Renderer {
  private let rules: [RuleDescription]
  private let version: String
  private let indexes: [String: Int]
  private var fingerprints = Fingerprints()
  private var hasBegun = false
  private var isFirst = true

  /// - Parameters:
  ///   - rules: all that took part in the run, whether they found something or not.
  ///   - version: of bodylint.
  package init(rules: [RuleDescription], version: String) {
    self.rules = RuleDescription.sorted(rules)
    self.version = version
    indexes = Dictionary(uniqueKeysWithValues: self.rules.enumerated().map { ($1.id, $0) })
  }

  package mutating func render(_ source: SourceText, into out: inout [UInt8]) {
    out += begin()
    for finding in source.findings {
      out += isFirst ? "\n" : ",\n"
      isFirst = false
      out += result(finding, source)
    }
  }

  package mutating func finish(_ summary: Summary) -> String { begin() + (isFirst ? "" : "\n") + "]}]}\n" }

  private mutating func begin() -> String {
    guard !hasBegun else { return "" }
    hasBegun = true
    var out = "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n"
    out += "\"tool\":{\"driver\":{\"name\":\"bodylint\","
    out += version.isEmpty ? "" : "\"semanticVersion\":\(quoted(version)),"
    out += "\"rules\":[" + rules.map { "\n" + Self.descriptor($0) }.joined(separator: ",") + "]}},\n"
    return out + "\"columnKind\":\"utf16CodeUnits\",\n\"results\":["
  }

  // MARK: Rules

  private static func descriptor(_ rule: RuleDescription) -> String {
    // GitHub refuses empty texts, and texts that are longer.
    func text(_ text: String, or other: String) -> String {
      let text = text.isEmpty ? other : text
      let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(1023)))
      return "{\"text\":" + quoted(text.unicodeScalars.count > 1024 ? start + "…" : text) + "}"
    }
    let problem = rule.severity == .info ? "recommendation" : rule.severity.rawValue
    var members = ["\"id\":\(quoted(rule.id))"]
    members.append("\"shortDescription\":" + text(rule.title, or: rule.id))
    members.append("\"fullDescription\":" + text(rule.why, or: rule.title.isEmpty ? rule.id : rule.title))
    members.append("\"help\":" + help(rule))
    if let link = rule.link { members.append("\"helpUri\":\(quoted(link))") }
    members.append("\"defaultConfiguration\":{\"level\":\"\(level(rule.severity))\"}")
    members.append(
      "\"properties\":{\"tags\":[\"azure\",\"request-body\"],\"precision\":\"high\",\"problem.severity\":\"\(problem)\"}"
    )
    return "{" + members.joined(separator: ",") + "}"
  }

  private static func help(_ rule: RuleDescription) -> String {
    var text: [String] = []
    var markdown: [String] = []
    func add(_ paragraph: String, markdown marked: String? = nil) {
      text.append(paragraph)
      markdown.append(marked ?? self.markdown(paragraph))
    }
    if !rule.title.isEmpty { add(rule.title, markdown: "**" + self.markdown(rule.title) + "**") }
    if !rule.why.isEmpty { add(rule.why) }
    if !rule.fix.isEmpty { add("Fix: " + rule.fix, markdown: "**Fix:** " + self.markdown(rule.fix)) }
    if let quote = rule.quote {
      add("Documented: \u{201C}\(quote)\u{201D}", markdown: "> \u{201C}" + self.markdown(quote) + "\u{201D}")
    }
    if let link = rule.link { add("See: " + link, markdown: "[Documentation](<\(link)>)") }
    if text.isEmpty { add(rule.id) }
    return "{\"text\":\(quoted(text.joined(separator: "\n\n"))),"
      + "\"markdown\":\(quoted(markdown.joined(separator: "\n\n")))}"
  }

  /// Text that Markdown shows as it is, on one line.
  private static func markdown(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "<", ">", "#", "|", "~", "&": out += "\\" + String(scalar)
      case "\n", "\r": out += " "
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private static func level(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .info: "note"
    }
  }

  // MARK: Results

  private mutating func result(_ finding: Finding, _ source: SourceText) -> String {
    var members = ["\"ruleId\":\(quoted(finding.rule))"]
    if let index = indexes[finding.rule] { members.append("\"ruleIndex\":\(index)") }
    members.append("\"level\":\"\(Self.level(finding.severity))\"")
    var message = Self.plain(messageWithPlace(finding))
    // GitHub shows a related place only where the message refers to it.
    for (index, place) in finding.related.enumerated() {
      message += "; [" + Self.linkText(printable(place.message)) + "](\(index + 1))"
    }
    members.append("\"message\":{\"text\":\(quoted(message))}")
    members.append("\"locations\":[{\(Self.physical(finding.range, source)),\(Self.logical(finding))}]")
    if !finding.related.isEmpty {
      let related = finding.related.enumerated().map { index, place in
        "{\"id\":\(index + 1),\(Self.physical(place.range, source)),"
          + "\"logicalLocations\":[\(Self.logical(place.pointer.tokens, place.pointer.description))],"
          + "\"message\":{\"text\":\(quoted(Self.plain(printable(place.message))))}}"
      }
      members.append("\"relatedLocations\":[\(related.joined(separator: ","))]")
    }
    members.append("\"partialFingerprints\":{\"bodylint/v1\":\(quoted(fingerprints.next(finding, source)))}")
    if let fix = finding.fix, !source.takesSecretsAway(fix), !source.insertsSecrets(fix) {
      members.append("\"fixes\":[\(Self.fix(fix, source))]")
    }
    members.append("\"properties\":" + Self.properties(finding, source))
    return "{" + members.joined(separator: ",") + "}"
  }

  private static func physical(_ range: Range<Int>?, _ source: SourceText) -> String {
    "\"physicalLocation\":{\(artifact(source)),\"region\":\(region(range, source))}"
  }

  private static func artifact(_ source: SourceText) -> String {
    "\"artifactLocation\":{\"uri\":\(quoted(uriReference(source.name)))}"
  }

  /// A region with something in it: viewers show nothing of an empty one. What is not part of the document, as the line
  /// of a request, is at its start.
  private static func region(_ range: Range<Int>?, _ source: SourceText) -> String {
    guard let range else { return "{\"startLine\":1,\"startColumn\":1,\"endLine\":1,\"endColumn\":2}" }
    guard range.isEmpty else { return exactRegion(range, source) }
    let (line, column) = source.place(range.lowerBound)
    return "{\"startLine\":\(line),\"startColumn\":\(column),\"endLine\":\(line),\"endColumn\":\(column + 1)}"
  }

  private static func exactRegion(_ range: Range<Int>, _ source: SourceText) -> String {
    let start = source.place(range.lowerBound)
    let end = source.place(range.upperBound)
    return "{\"startLine\":\(start.line),\"startColumn\":\(start.column),\"endLine\":\(end.line),"
      + "\"endColumn\":\(end.column),\"byteOffset\":\(range.lowerBound + source.firstOffset),\"byteLength\":\(range.count)}"
  }

  private static func logical(_ finding: Finding) -> String {
    if let pointer = finding.pointer { return "\"logicalLocations\":[\(logical(pointer.tokens, pointer.description))]" }
    let name = quoted(finding.parameter ?? "request")
    return "\"logicalLocations\":[{\"name\":\(name),\"fullyQualifiedName\":\(name),\"kind\":\"parameter\"}]"
  }

  private static func logical(_ tokens: [String], _ pointer: String) -> String {
    guard let name = tokens.last else { return "{\"name\":\"(root)\",\"fullyQualifiedName\":\"\",\"kind\":\"value\"}" }
    // Items of arrays have numbers for names.
    let isItem = !name.isEmpty && name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return "{\"name\":\(quoted(name)),\"fullyQualifiedName\":\(quoted(pointer)),"
      + "\"kind\":\"\(isItem ? "value" : "property")\"}"
  }

  private static func fix(_ fix: Fix, _ source: SourceText) -> String {
    let replacements = fix.edits.map { edit in
      "{\"deletedRegion\":\(exactRegion(edit.range, source))"
        + (edit.text.isEmpty ? "" : ",\"insertedContent\":{\"text\":\(quoted(edit.text))}") + "}"
    }
    return "{\"description\":{\"text\":\(quoted(plain(printable(fix.description))))},"
      + "\"artifactChanges\":[{\(artifact(source)),\"replacements\":[\(replacements.joined(separator: ","))]}],"
      + "\"properties\":{\"safe\":\(fix.isSafe)}}"
  }

  private static func properties(_ finding: Finding, _ source: SourceText) -> String {
    var members: [String] = []
    func text(_ name: String, _ value: String?) {
      if let value { members.append("\"\(name)\":\(quoted(value))") }
    }
    text("pointer", finding.pointer?.description)
    text("bodyPointer", finding.bodyPointer?.description)
    text("operation", finding.operation)
    text("apiVersion", finding.apiVersion)
    text("property", finding.property)
    text("parameter", finding.parameter)
    if let record = source.record { members.append("\"record\":\(record)") }
    if !finding.worlds.isEmpty {
      members.append("\"worlds\":[\(finding.worlds.map(quoted).joined(separator: ","))]")
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  /// A message in which nothing is a link: `[text](address)` would be one.
  private static func plain(_ text: String) -> String { text.contains("](") ? linkText(text) : text }

  private static func linkText(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      if scalar == "[" || scalar == "]" || scalar == "\\" { out += "\\" }
      out.unicodeScalars.append(scalar)
    }
    return out
  }
}
