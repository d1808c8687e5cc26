/// Text that cannot do anything to a terminal, a log or a reader: control characters, line separators and
/// bidirectional overrides are written as `\u{…}`; longer text is cut with an ellipsis.
package func printable(_ text: String, limit: Int = .max) -> String {
  // Nearly all text is plain.
  if text.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) {
    return text.utf8.count <= limit ? text : String(text.prefix(limit)) + "…"
  }
  var out = ""
  var count = 0
  for scalar in text.unicodeScalars {
    if count == limit { return out + "…" }
    count += 1
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      // The joiners inside of emoji and scripts are format characters that do no harm.
      if scalar.value == 0x200D || scalar.value == 0x200C {
        out.unicodeScalars.append(scalar)
      } else {
        out += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      }
    default: out.unicodeScalars.append(scalar)
    }
  }
  return out
}
