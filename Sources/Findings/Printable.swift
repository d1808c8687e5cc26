import CScan

/// Text that cannot do anything to a terminal, a log or a reader: control characters, line separators and
/// bidirectional overrides are written as `\u{…}`; longer text is cut with an ellipsis.
///
/// So is what would make a command of a line of a log: Azure Pipelines takes `##[…]` and `##vso[…]` for one wherever it
/// stands, GitHub Actions `::name` at the start.
package func printable(_ text: String, limit: Int = .max) -> String {
  // Nearly all text is plain.
  if isPlain(text) { return text.utf8.count <= limit ? text : String(text.prefix(limit)) + "…" }
  // Bytes: appending to a String costs a hundred instructions a character.
  var out: [UInt8] = []
  out.reserveCapacity(min(text.utf8.count, limit) + 16)
  var count = 0
  var pairs = HashPairs()
  var beginsCommand = isCommand(text)
  for scalar in text.unicodeScalars {
    if count == limit {
      out += "…".utf8
      break
    }
    count += 1
    let endsPair = pairs.end(with: scalar)
    let isColonOfCommand = beginsCommand && scalar == ":"
    if isColonOfCommand { beginsCommand = false }
    if endsPair || isColonOfCommand || isHarmful(scalar) {
      out += escaped(scalar).utf8
    } else if scalar.isASCII {
      out.append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      out += UTF8.encode(scalar)!
    }
  }
  return String(decoding: out, as: UTF8.self)
}

/// Text of several lines, each of them ``printable(_:limit:)``.
package func printableLines(_ text: String) -> String {
  if isPlain(text) { return text }
  let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
  return lines.map { printable(String($0)) }.joined(separator: "\n")
}

/// Finds each `#` behind another, as a text goes by: without them no `##[…]` and no `##vso[…]` is left of it.
package struct HashPairs {
  private var isAfterHash = false

  package init() {}

  /// Whether this character is the second of a pair; with the next one counting begins anew.
  package mutating func end(with scalar: Unicode.Scalar) -> Bool {
    let isSecond = isAfterHash && scalar == "#"
    isAfterHash = scalar == "#" && !isSecond
    return isSecond
  }
}

/// Is not seen, ends a line, or turns the direction of reading.
package func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
  if 0x20..<0x7F ~= scalar.value { return false }
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
    // The joiners inside of emoji and scripts are format characters that do no harm.
    return scalar.value != 0x200D && scalar.value != 0x200C
  default: return false
  }
}

/// `\u{2028}`.
package func escaped(_ scalar: Unicode.Scalar) -> String {
  "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
}

private func isPlain(_ text: String) -> Bool {
  var text = text
  return text.withUTF8(isPlain)
}

/// Printable ASCII, without pairs of `#` or `:`: text that ``printable(_:limit:)`` leaves as it is.
package func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  guard let start = bytes.baseAddress else { return true }
  return cscan_is_plain_text(start, bytes.count) != 0
}

/// Begins, white space aside, as a workflow command does; the address `::1` does not.
private func isCommand(_ text: String) -> Bool {
  let start = text.unicodeScalars.drop { $0.properties.isWhitespace }.prefix(3)
  guard start.count == 3, start.prefix(2).allSatisfy({ $0 == ":" }), let last = start.last else { return false }
  return last.properties.isAlphabetic
}
