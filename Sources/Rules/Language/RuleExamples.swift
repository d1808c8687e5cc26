import Findings

extension Rule {
  static func examples(_ node: YAMLNode, _ reader: FileReader, _ id: String) throws(RuleFileError) -> [RuleExample] {
    let members = try reader.members(node, keys: ["valid", "invalid"], of: "examples")
    var out: [RuleExample] = []
    for (key, isValid) in [("valid", true), ("invalid", false)] {
      let list = try reader.list(try reader.required(key, members, node, of: "examples"), of: key)
      guard !list.isEmpty else { throw reader.mistake(node, "a rule has at least one \(key) example") }
      for element in list { out.append(try example(element, isValid: isValid, reader)) }
    }
    return out
  }

  private static func example(
    _ node: YAMLNode, isValid: Bool, _ reader: FileReader
  ) throws(RuleFileError) -> RuleExample {
    let members = try reader.members(
      node,
      keys: ["name", "body", "bytes", "operation", "apiVersion", "request", "facts", "now"]
        + (isValid ? [] : ["expect"]),
      of: isValid ? "a valid example" : "an invalid example")
    let body: [UInt8]
    let text = try reader.optionalText(members["body"])
    if let text, let node = members["body"] {
      body = Array(try expanded(text, node, reader).utf8)
    } else {
      let bytes = try reader.required("bytes", members, node, of: "an example without a body")
      body = try hexadecimal(bytes, reader)
    }
    var facts: [String: String] = [:]
    if let node = members["facts"] {
      for (key, value) in try reader.pairs(node, of: "facts") { facts[try reader.text(key)] = try reader.text(value) }
    }
    var expected: [ExpectedFinding] = []
    if !isValid {
      let list = try reader.list(try reader.required("expect", members, node, of: "an invalid example"), of: "expect")
      guard !list.isEmpty else { throw reader.mistake(node, "an invalid example expects at least one finding") }
      for element in list { expected.append(try expectation(element, reader)) }
    }
    return RuleExample(
      name: try reader.text(reader.required("name", members, node, of: "an example")), body: body, text: text,
      operation: try reader.optionalText(members["operation"]),
      apiVersion: try reader.optionalText(members["apiVersion"]),
      request: try reader.optionalText(members["request"]), facts: facts,
      now: try reader.optionalText(members["now"]), expected: expected, isValid: isValid,
      line: node.line)
  }

  private static func expectation(_ node: YAMLNode, _ reader: FileReader) throws(RuleFileError) -> ExpectedFinding {
    let members = try reader.members(
      node, keys: ["at", "request", "message", "severity", "property"], of: "an expected finding")
    guard members["at"] != nil || members["request"] != nil else {
      throw reader.mistake(node, "an expected finding says where: 'at', or 'request'")
    }
    return ExpectedFinding(
      pointer: try reader.optionalText(members["at"]), parameter: try reader.optionalText(members["request"]),
      message: try reader.optionalText(members["message"]).map(collapsed),
      severity: try members["severity"].map { node throws(RuleFileError) in
        try reader.word(node, Severity.self, what: "severity")
      },
      property: try reader.optionalText(members["property"]))
  }

  /// The most that a macro makes: enough for every documented limit, too little to hurt.
  private static let macroLengthMax = 1 << 20

  /// `{{text 80}}` and `{{base64 65535}}`, for boundaries that nobody wants to read.
  private static func expanded(
    _ text: String, _ node: YAMLNode, _ reader: FileReader
  ) throws(RuleFileError) -> String {
    var out = ""
    var rest = text[...]
    while let open = rest.firstRange(of: "{{") {
      out += rest[..<open.lowerBound]
      rest = rest[open.lowerBound...]
      guard let close = rest.firstRange(of: "}}") else { break }
      let macro = rest[open.upperBound..<close.lowerBound]
      if let made = try made(by: macro, node, reader) {
        out += made
        rest = rest[close.upperBound...]
      } else {
        // Not a macro of ours: a placeholder that is the example's point.
        out += "{{"
        rest = rest[open.upperBound...]
      }
    }
    return out + rest
  }

  private static func made(
    by macro: Substring, _ node: YAMLNode, _ reader: FileReader
  ) throws(RuleFileError) -> String? {
    for prefix in ["base64 of ", "gzip of "] where macro.hasPrefix(prefix) {
      var text = ""
      var rest = macro.dropFirst(prefix.count)
      while let lineBreak = rest.firstRange(of: "\\n") {
        text += rest[..<lineBreak.lowerBound] + "\n"
        rest = rest[lineBreak.upperBound...]
      }
      let bytes = Array((text + rest).utf8)
      return base64(prefix.hasPrefix("gzip") ? gzipped(bytes) : bytes)
    }
    if let times = macro.firstRange(of: " times "), let count = Int(macro[..<times.lowerBound]) {
      let piece = macro[times.upperBound...]
      guard count >= 0, count <= macroLengthMax / max(1, piece.utf8.count) else {
        throw reader.mistake(node, "a macro makes at most \(macroLengthMax) characters")
      }
      return String(repeating: String(piece), count: count)
    }
    let words = macro.split(separator: " ")
    guard words.count == 2, words[0] == "text" || words[0] == "base64", let count = Int(words[1]) else { return nil }
    guard count >= 0, count <= macroLengthMax else {
      throw reader.mistake(node, "a macro makes at most \(macroLengthMax) characters")
    }
    return words[0] == "text" ? String(repeating: "a", count: count) : base64([UInt8](repeating: 0, count: count))
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count / 3 * 4 + 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = 0
      for position in 0..<3 { bits = bits << 8 | (position < group.count ? Int(group[start + position]) : 0) }
      for position in 0..<4 {
        out.append(position <= group.count ? alphabet[bits >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func hexadecimal(_ node: YAMLNode, _ reader: FileReader) throws(RuleFileError) -> [UInt8] {
    let digits = try reader.text(node).filter { !$0.isWhitespace }
    guard digits.count % 2 == 0 else { throw reader.mistake(node, "bytes are written as pairs of hexadecimal digits") }
    var out: [UInt8] = []
    var rest = digits[...]
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else {
        throw reader.mistake(node, "bytes are written as pairs of hexadecimal digits")
      }
      out.append(byte)
      rest = rest.dropFirst(2)
    }
    return out
  }
}
