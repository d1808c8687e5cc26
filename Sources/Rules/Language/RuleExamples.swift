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
      node, keys: ["name", "body", "bytes", "operation", "apiVersion", "request", "facts"] + (isValid ? [] : ["expect"]),
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
      request: try reader.optionalText(members["request"]), facts: facts, expected: expected, isValid: isValid,
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
      let words = rest[open.upperBound..<close.lowerBound].split(separator: " ")
      guard words.count == 2, words[0] == "text" || words[0] == "base64", let count = Int(words[1]) else {
        // Not a macro of ours: a placeholder that is the example's point.
        out += "{{"
        rest = rest[open.upperBound...]
        continue
      }
      guard count >= 0, count <= macroLengthMax else {
        throw reader.mistake(node, "a macro makes at most \(macroLengthMax) characters")
      }
      out += words[0] == "text" ? String(repeating: "a", count: count) : base64OfZeros(count)
      rest = rest[close.upperBound...]
    }
    return out + rest
  }

  private static func base64OfZeros(_ count: Int) -> String {
    let tail = count % 3
    return String(repeating: "AAAA", count: count / 3) + (tail == 0 ? "" : tail == 1 ? "AA==" : "AAA=")
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
