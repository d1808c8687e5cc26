/// Typed reading of one YAML file: every wrong key or type becomes a ``RuleFileError`` with its place.
package struct FileReader {
  let file: String

  /// - Parameter file: what mistakes call the file.
  package init(file: String) { self.file = file }

  /// A mistake at a node.
  package func mistake(_ node: YAMLNode, _ message: String) -> RuleFileError {
    RuleFileError(file: file, line: node.line, column: node.column, message: message)
  }

  /// The members of a map whose keys are known; an unknown key is a mistake, with the nearest known one.
  func members(_ node: YAMLNode, keys: [String], of what: String) throws(RuleFileError) -> [String: YAMLNode] {
    var found: [String: YAMLNode] = [:]
    for (key, value) in try pairs(node, of: what) {
      guard case .scalar(let name) = key.content, keys.contains(name) else {
        throw mistake(key, unknown("key", try text(key), of: what, known: keys))
      }
      found[name] = value
    }
    return found
  }

  /// The members of a map whose keys are names of the writer's own.
  package func pairs(_ node: YAMLNode, of what: String) throws(RuleFileError) -> [(key: YAMLNode, value: YAMLNode)] {
    guard case .mapping(let pairs) = node.content else {
      throw mistake(node, "\(what) is a map, not \(node.kindName)")
    }
    return pairs
  }

  func required(
    _ key: String, _ members: [String: YAMLNode], _ node: YAMLNode, of what: String
  ) throws(RuleFileError) -> YAMLNode {
    guard let value = members[key] else { throw mistake(node, "\(what) lacks its '\(key)'") }
    return value
  }

  /// The text of a scalar.
  package func text(_ node: YAMLNode) throws(RuleFileError) -> String {
    guard case .scalar(let text) = node.content else {
      throw mistake(node, "a text was expected, not \(node.kindName)")
    }
    return text
  }

  func optionalText(_ node: YAMLNode?) throws(RuleFileError) -> String? {
    guard let node else { return nil }
    return try text(node)
  }

  /// `true` or `false`.
  package func boolean(_ node: YAMLNode) throws(RuleFileError) -> Bool {
    switch try text(node) {
    case "true": return true
    case "false": return false
    default: throw mistake(node, "'true' or 'false' was expected")
    }
  }

  func integer(_ node: YAMLNode) throws(RuleFileError) -> Int {
    guard let number = Int(try text(node)) else { throw mistake(node, "a whole number was expected") }
    return number
  }

  /// A list of texts; a single text counts as a list of one.
  func texts(_ node: YAMLNode) throws(RuleFileError) -> [String] {
    var out: [String] = []
    for element in elements(node) { out.append(try text(element)) }
    return out
  }

  /// The elements of a list; anything else counts as a list of one.
  package func elements(_ node: YAMLNode) -> [YAMLNode] {
    if case .sequence(let elements) = node.content { return elements }
    return [node]
  }

  func list(_ node: YAMLNode, of what: String) throws(RuleFileError) -> [YAMLNode] {
    guard case .sequence(let elements) = node.content else {
      throw mistake(node, "\(what) is a list, not \(node.kindName)")
    }
    return elements
  }

  /// One of a few words.
  package func word<Word: RawRepresentable & CaseIterable>(
    _ node: YAMLNode, _ type: Word.Type, what: String
  ) throws(RuleFileError) -> Word where Word.RawValue == String {
    let spelling = try text(node)
    guard let word = Word(rawValue: spelling) else {
      throw mistake(node, unknown(what, spelling, of: nil, known: Word.allCases.map(\.rawValue)))
    }
    return word
  }

  /// `there is no key 'mesage' in a rule; did you mean 'message'?`
  func unknown(_ kind: String, _ name: String, of what: String?, known: [String]) -> String {
    let place = what.map { " in \($0)" } ?? ""
    if let nearest = nearestWord(to: name, in: known) {
      return "there is no \(kind) '\(name)'\(place); did you mean '\(nearest)'?"
    }
    return "there is no \(kind) '\(name)'\(place); there are: \(known.joined(separator: ", "))"
  }
}
