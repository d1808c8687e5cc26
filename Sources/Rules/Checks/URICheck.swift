import CScan

/// `uri: {schemes: [https, http]}`, `uri: {pathSuffix: .vhd}`, `uri: {pathSegments: {max: 2}}`
enum URICheck: Check {
  static let keyword = "uri"
  static let opcode = Opcode.uri
  static let subject = CheckSubject.text
  static let placeholders = ["actual", "problem", "suffix", "max"]
  static let summary = "The string is an absolute URI (RFC 3986) of these schemes, or its path has this form."
  static let argumentSchema =
    #"{"type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"properties":{"schemes":{"type":"array","items":{"type":"string"}},"pathSuffix":{"type":"string"},"pathSegments":{"type":"object","additionalProperties":false,"required":["max"],"properties":{"max":{"type":"integer"}}}}}"#

  private enum Aspect: UInt32 { case schemes, pathSuffix, pathSegments }

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    let members = try scope.reader.members(argument, keys: ["schemes", "pathSuffix", "pathSegments"], of: "uri")
    guard members.count == 1, let (key, value) = members.first else {
      throw scope.reader.mistake(argument, "uri takes one of schemes, pathSuffix and pathSegments")
    }
    switch key {
    case "schemes":
      scope.emit(Aspect.schemes.rawValue)
      try scope.emitTexts(value)
    case "pathSuffix":
      scope.emit(Aspect.pathSuffix.rawValue)
      scope.emit(try scope.reader.text(value))
    default:
      let limits = try scope.reader.members(value, keys: ["max"], of: "pathSegments")
      scope.emit(Aspect.pathSegments.rawValue)
      let max = try scope.reader.integer(try scope.reader.required("max", limits, value, of: "pathSegments"))
      scope.emit(UInt32(clamping: max))
    }
  }

  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands) {
    switch Aspect(rawValue: operands[0])! {
    case .schemes: sound.require(schemes: operands.texts(1))
    case .pathSuffix: sound.require(pathSuffix: operands.text(1))
    case .pathSegments: sound.require(segmentsMax: Int(operands[1]))
    }
  }

  static func outcome(
    _ uri: AbsoluteURI, _ text: UnsafeBufferPointer<UInt8>, _ operands: UnsafePointer<UInt32>,
    _ program: Program.Tables
  ) -> UInt8 {
    switch Aspect(rawValue: operands[0])! {
    case .schemes:
      guard uri.problem == .none else { return 1 }
      return hasScheme(uri, text, operands + 1, program) ? 0 : 1
    case .pathSuffix:
      guard uri.problem == .none else { return 0 }
      let suffix = program.bytes(program.text(at: operands + 1))
      guard uri.path.count >= suffix.count else { return 1 }
      let end = UnsafeBufferPointer(rebasing: text[(uri.path.upperBound - suffix.count)..<uri.path.upperBound])
      return equalIgnoringCase(end, suffix) ? 0 : 1
    case .pathSegments:
      guard uri.problem == .none else { return 0 }
      return segmentCount(uri, text) <= Int(operands[1]) ? 0 : 1
    }
  }

  private static func hasScheme(
    _ uri: AbsoluteURI, _ text: UnsafeBufferPointer<UInt8>, _ schemes: UnsafePointer<UInt32>,
    _ program: Program.Tables
  ) -> Bool {
    for index in 0..<Int(schemes[0]) {
      let scheme = program.bytes(program.text(at: schemes + 1 + index * 2))
      if equalIgnoringCase(scheme, UnsafeBufferPointer(rebasing: text[uri.scheme])) { return true }
    }
    return false
  }

  private static func segmentCount(_ uri: AbsoluteURI, _ text: UnsafeBufferPointer<UInt8>) -> Int {
    text[uri.path].count { $0 == UInt8(ascii: "/") }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    let aspect = Aspect(rawValue: operands[0])!
    return switch name {
    case "actual" where aspect == .pathSegments:
      context.withBytes(of: fault) { String(segmentCount(AbsoluteURI($0), $0)) }
    case "actual": context.text(fault)
    case "problem" where aspect == .schemes:
      context.withBytes(of: fault) { problem(AbsoluteURI($0), operands, context) }
    case "suffix" where aspect == .pathSuffix: context.tables.string(context.tables.text(at: operands + 1))
    case "max" where aspect == .pathSegments: String(operands[1])
    default: nil
    }
  }

  private static func problem(_ uri: AbsoluteURI, _ operands: UnsafePointer<UInt32>, _ context: FaultContext) -> String
  {
    guard uri.problem == .none else { return uri.problem.words }
    let schemes = (0..<Int(operands[1])).map { context.tables.string(context.tables.text(at: operands + 2 + $0 * 2)) }
    return "its scheme is not \(listed(schemes, "or"))"
  }
}

/// The parts of an absolute URI with an authority (RFC 3986 section 3), as far as rules ask for them.
struct AbsoluteURI {
  enum Problem {
    case none, noScheme, noHost, space, character

    var words: String {
      switch self {
      case .none: ""
      case .noScheme: "it has no scheme"
      case .noHost: "it has no host"
      case .space: "there is a space in it"
      case .character: "there is a character in it that URIs write in percent-encoding"
      }
    }
  }

  private(set) var scheme = 0..<0
  private(set) var host = 0..<0
  private(set) var path = 0..<0
  private(set) var problem = Problem.none

  init(_ text: UnsafeBufferPointer<UInt8>) {
    var position = 0
    while position < text.count, Self.isSchemeByte(text[position], isFirst: position == 0) { position += 1 }
    guard position > 0, position + 2 < text.count, text[position] == UInt8(ascii: ":"),
      text[position + 1] == UInt8(ascii: "/"), text[position + 2] == UInt8(ascii: "/")
    else {
      problem = position > 0 && position < text.count && text[position] == UInt8(ascii: ":") ? .noHost : .noScheme
      return
    }
    scheme = 0..<position
    position += 3
    let authority = position
    while position < text.count, !Self.endsAuthority(text[position]) { position += 1 }
    host = authority..<position
    let pathStart = position
    while position < text.count, text[position] != UInt8(ascii: "?"), text[position] != UInt8(ascii: "#") {
      position += 1
    }
    path = pathStart..<position
    if let fault = text.first(where: { cscan_uri_excludes($0) != 0 }) {
      problem = fault == 0x20 ? .space : .character
      return
    }
    if host.isEmpty || text[host.lowerBound] == UInt8(ascii: ":") { problem = .noHost }
  }

  private static func isSchemeByte(_ byte: UInt8, isFirst: Bool) -> Bool {
    if (byte | 0x20) &- UInt8(ascii: "a") < 26 { return true }
    guard !isFirst else { return false }
    return byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".")
  }

  private static func endsAuthority(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
  }
}
