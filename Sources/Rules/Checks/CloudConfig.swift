import CYAML

/// `cloudConfig: wellFormed`
enum CloudConfigCheck: Check {
  static let keyword = "cloudConfig"
  static let opcode = Opcode.cloudConfig
  static let subject = CheckSubject.text
  static let placeholders = ["problem", "line"]
  static let summary =
    "Where the base64 of the string decodes to a text that begins with #cloud-config, that text is YAML."
  static let argumentSchema = #"{"const":"wellFormed"}"#

  /// cloud-init's own files are a few levels deep; libyaml grows slow with depth.
  private static let depthMax = 64

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    try scope.take("wellFormed", argument, of: keyword)
  }

  /// - Parameter text: decoded and unpacked.
  /// - Parameter text: may be read up to 16 bytes beyond its end.
  static func outcome(_ text: UnsafeBufferPointer<UInt8>, isQuick: Bool) -> UInt8 {
    if !hasHeader(text) || isQuick && BlockYAML.isCertain(text) { return 0 }
    return fault(in: text) == nil ? 0 : 1
  }

  private static func hasHeader(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let header = StaticString("#cloud-config")
    return text.count >= header.utf8CodeUnitCount
      && equal(text.baseAddress!, header.utf8Start, header.utf8CodeUnitCount)
      && (text.count == header.utf8CodeUnitCount || text[header.utf8CodeUnitCount] <= 0x20)
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "problem": found(fault, context)?.problem ?? ""
    case "line": String(found(fault, context)?.line ?? 0)
    default: nil
    }
  }

  private static func found(_ fault: RawFault, _ context: FaultContext) -> Fault? {
    if let last = context.lastCloudConfig, last.node == fault.node { return last.fault }
    let found = context.withBytes(of: fault) {
      self.fault(in: context.decodedText.bytes(of: $0, node: fault.node))
    }
    context.lastCloudConfig = (fault.node, found)
    return found
  }

  typealias Fault = (line: Int, problem: String)

  /// What is wrong with a cloud-config, in libyaml's words, which repeat nothing of the text; nil where nothing is, or
  /// where it is no cloud-config.
  private static func fault(in text: UnsafeBufferPointer<UInt8>) -> Fault? {
    guard hasHeader(text) else { return nil }
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { return nil }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&parser, text.baseAddress, text.count)
    var event = yaml_event_t()
    var depth = 0
    while true {
      guard yaml_parser_parse(&parser, &event) == 1 else {
        let problem = parser.problem.map { String(cString: $0) } ?? "not YAML"
        let isReaderFault = parser.error == YAML_READER_ERROR
        let line =
          isReaderFault
          ? text[..<min(text.count, parser.problem_offset)].reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
          : Int(parser.problem_mark.line) + 1
        // What is not unpacked to its end is not malformed at its end: in its last line, or behind it.
        if DecodedText.isCutOff(text) {
          let lastLine: Int = text.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
          if line >= lastLine { return nil }
        }
        return (line, problem)
      }
      let type = event.type
      let line = Int(event.start_mark.line) + 1
      yaml_event_delete(&event)
      switch type {
      case YAML_STREAM_END_EVENT: return nil
      case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT:
        depth += 1
        if depth > depthMax { return (line, "more than \(depthMax) levels of nesting") }
      case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: depth -= 1
      default: break
      }
    }
  }
}
