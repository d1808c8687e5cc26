/// Text for XML and HTML, in elements and in quoted attributes.
///
/// Characters that XML 1.0 has no way to write are made visible: `\u{0}`. Tabs and line breaks are written as references,
/// since a parser makes spaces of them in attributes.
func xmlEscaped(_ text: String) -> String {
  var out = ""
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x26: out += "&amp;"
    case 0x3C: out += "&lt;"
    case 0x3E: out += "&gt;"
    case 0x22: out += "&quot;"
    case 0x27: out += "&#39;"
    case 0x09, 0x0A, 0x0D: out += "&#\(scalar.value);"
    case 0x00..<0x20, 0x7F...0x9F, 0xFFFE, 0xFFFF:
      out += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    default: out.unicodeScalars.append(scalar)
    }
  }
  return out
}
