import Findings

/// Text for XML and HTML, in elements and in quoted attributes.
///
/// Characters that XML 1.0 has no way to write, and those that ``printable(_:limit:)`` makes visible, are written like
/// `\u{0}`. Tabs and line breaks are written as references, since a parser makes spaces of them in attributes, and so is
/// a `#` behind another: Azure Pipelines takes `##[…]` and `##vso[…]` in a log for commands.
func xmlEscaped(_ text: String) -> String {
  var out = ""
  var pairs = HashPairs()
  for scalar in text.unicodeScalars {
    if pairs.end(with: scalar) {
      out += "&#35;"
      continue
    }
    switch scalar.value {
    case 0x26: out += "&amp;"
    case 0x3C: out += "&lt;"
    case 0x3E: out += "&gt;"
    case 0x22: out += "&quot;"
    case 0x27: out += "&#39;"
    case 0x09, 0x0A, 0x0D: out += "&#\(scalar.value);"
    default: if isHarmful(scalar) { out += escaped(scalar) } else { out.unicodeScalars.append(scalar) }
    }
  }
  return out
}
