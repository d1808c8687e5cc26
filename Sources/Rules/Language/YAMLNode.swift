import CYAML

/// A piece of a YAML document, with its place. Every scalar is text: the key it stands under decides its type.
package struct YAMLNode: Sendable {
  /// What stands there.
  package indirect enum Content: Sendable {
    case scalar(String)
    case sequence([YAMLNode])
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  /// What stands there.
  package let content: Content
  /// 1-based.
  package let line: Int
  /// 1-based, in characters.
  package let column: Int

  /// What people call this kind of content.
  package var kindName: String {
    switch content {
    case .scalar: "a scalar"
    case .sequence: "a list"
    case .mapping: "a map"
    }
  }

  /// Reads one YAML document; `file` is what its mistakes call it.
  package static func read(_ text: String, file: String) throws(RuleFileError) -> YAMLNode {
    try YAMLReader.read(text, file: file)
  }
}

/// Reads YAML with libyaml, the only file that knows it.
///
/// Only the plain part of the language: one document, no anchors and aliases (so none of their bombs), no tags.
struct YAMLReader: ~Copyable {
  static let depthMax = 64

  private let file: String
  private var parser = yaml_parser_t()
  private var event = yaml_event_t()

  static func read(_ text: String, file: String) throws(RuleFileError) -> YAMLNode {
    let byteCountMax = RuleSet.RuleFile.byteCountMax
    guard text.utf8.count <= byteCountMax else {
      throw RuleFileError(
        file: file, line: 0, column: 0, message: "the file has over \(byteCountMax) bytes; rule files are small")
    }
    var reader = YAMLReader(file: file)
    // Bytes, not a String: libyaml keeps the pointer while it parses.
    let bytes = Array(text.utf8)
    return try reader.document(bytes)
  }

  private init(file: String) { self.file = file }

  private mutating func document(_ bytes: [UInt8]) throws(RuleFileError) -> YAMLNode {
    guard yaml_parser_initialize(&parser) == 1 else {
      throw RuleFileError(file: file, line: 0, column: 0, message: "out of memory")
    }
    defer { yaml_parser_delete(&parser) }
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    defer { buffer.deallocate() }
    buffer.update(from: bytes, count: bytes.count)
    yaml_parser_set_input_string(&parser, buffer, bytes.count)
    try next(YAML_STREAM_START_EVENT)
    try next(YAML_DOCUMENT_START_EVENT)
    try advance()
    let root = try node(depth: 0)
    try next(YAML_DOCUMENT_END_EVENT)
    try next(YAML_STREAM_END_EVENT)
    yaml_event_delete(&event)
    return root
  }

  private mutating func advance() throws(RuleFileError) {
    yaml_event_delete(&event)
    if yaml_parser_parse(&parser, &event) == 0 {
      let problem = parser.problem.map { String(cString: $0) } ?? "not YAML"
      throw RuleFileError(
        file: file, line: Int(parser.problem_mark.line) + 1, column: Int(parser.problem_mark.column) + 1,
        message: "this is not YAML: \(problem)")
    }
  }

  private mutating func next(_ type: yaml_event_type_t) throws(RuleFileError) {
    try advance()
    guard event.type == type else {
      throw mistake(
        type == YAML_DOCUMENT_START_EVENT ? "the file is empty" : "a file holds one YAML document; another follows")
    }
  }

  private func mistake(_ message: String) -> RuleFileError {
    RuleFileError(
      file: file, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1, message: message)
  }

  private mutating func node(depth: Int) throws(RuleFileError) -> YAMLNode {
    guard depth < Self.depthMax else { throw mistake("more than \(Self.depthMax) levels of nesting") }
    let line = Int(event.start_mark.line) + 1
    let column = Int(event.start_mark.column) + 1
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      guard scalar.anchor == nil, scalar.tag == nil else {
        throw mistake("anchors and tags are not part of the language")
      }
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return YAMLNode(content: .scalar(text), line: line, column: column)
    case YAML_SEQUENCE_START_EVENT:
      guard event.data.sequence_start.anchor == nil else { throw mistake("anchors are not part of the language") }
      var elements: [YAMLNode] = []
      try advance()
      while event.type != YAML_SEQUENCE_END_EVENT {
        elements.append(try node(depth: depth + 1))
        try advance()
      }
      return YAMLNode(content: .sequence(elements), line: line, column: column)
    case YAML_MAPPING_START_EVENT:
      guard event.data.mapping_start.anchor == nil else { throw mistake("anchors are not part of the language") }
      var members: [(key: YAMLNode, value: YAMLNode)] = []
      var names: Set<String> = []
      try advance()
      while event.type != YAML_MAPPING_END_EVENT {
        let key = try node(depth: depth + 1)
        guard case .scalar(let name) = key.content else {
          throw RuleFileError(
            file: file, line: key.line, column: key.column, message: "a key is a scalar, not \(key.kindName)")
        }
        guard names.insert(name).inserted else {
          throw RuleFileError(
            file: file, line: key.line, column: key.column, message: "the key '\(name)' stands twice in this map")
        }
        try advance()
        members.append((key, try node(depth: depth + 1)))
        try advance()
      }
      return YAMLNode(content: .mapping(members), line: line, column: column)
    case YAML_ALIAS_EVENT: throw mistake("aliases are not part of the language")
    default: throw mistake("a value was expected here")
    }
  }
}
