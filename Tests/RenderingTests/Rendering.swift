import Bodylint
import Rendering

/// Renders findings of a text that the caller made up.
func rendered(
  _ text: String, _ findings: [Finding], secrets: [Range<Int>] = [], name: String = "image.json",
  with renderer: any Renderer = TextRenderer(color: false, showsSummary: false)
) -> String {
  rendered(bytes: Array(text.utf8), findings, secrets: secrets, name: name, with: renderer)
}

func rendered(
  bytes: [UInt8], _ findings: [Finding], secrets: [Range<Int>] = [], name: String = "image.json",
  with renderer: any Renderer = TextRenderer(color: false, showsSummary: false)
) -> String {
  var renderer = renderer
  return bytes.withUnsafeBufferPointer { buffer in
    renderer.render(SourceText(name: name, bytes: buffer, findings: findings, secrets: secrets))
  }
}

/// A finding on the first place of a text that reads so.
func finding(
  on part: String, in text: String, rule: String = "test-rule", severity: Severity = .error, message: String = "m",
  pointer: JSONPointer = JSONPointer(["text"]), related: [RelatedPlace] = [], source: Source? = nil,
  advice: String? = nil
) -> Finding {
  Finding(
    rule: rule, severity: severity, message: message, pointer: pointer, range: place(of: part, in: text),
    related: related, source: source, advice: advice)
}

/// The bytes of the first place of a text that reads so; empty at its start where there is none.
func place(of part: String, in text: String) -> Range<Int> {
  let bytes = Array(text.utf8)
  let wanted = Array(part.utf8)
  guard !wanted.isEmpty, bytes.count >= wanted.count else { return 0..<0 }
  for start in 0...(bytes.count - wanted.count) where Array(bytes[start..<(start + wanted.count)]) == wanted {
    return start..<(start + wanted.count)
  }
  return 0..<0
}

/// Split at line feeds only, as a terminal does.
func lines(_ text: String) -> [String] {
  var lines = Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false).map {
    String(decoding: $0, as: UTF8.self)
  }
  if lines.last == "" { lines.removeLast() }
  return lines
}

/// Characters that would do something to a terminal or a reader instead of standing there.
func harmful(_ text: String) -> [String] {
  var found: [String] = []
  for scalar in text.unicodeScalars where scalar != "\n" {
    let isHarmful: Bool
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: isHarmful = true
    // The joiners inside of emoji and scripts do no harm.
    case .format: isHarmful = scalar.value != 0x200D && scalar.value != 0x200C
    default: isHarmful = false
    }
    if isHarmful { found.append(String(scalar.value, radix: 16)) }
  }
  return found
}
