package import Findings

// A fix is made from the document, secrets and all. Before an output shows one it asks here.
extension SourceText {
  /// Some text that the fix puts into the document holds a secret of it.
  package func insertsSecrets(_ fix: Fix) -> Bool {
    guard !secrets.isEmpty else { return false }
    return fix.edits.contains { edit in
      let text = Array(edit.text.utf8)
      return secrets.contains { Self.holds(text, unquoted($0)) }
    }
  }

  /// The fix replaces bytes of a secret, or inserts among them.
  func takesSecretsAway(_ fix: Fix) -> Bool {
    fix.edits.contains { edit in
      secrets.contains { $0.lowerBound < edit.range.upperBound && edit.range.lowerBound < $0.upperBound }
    }
  }

  /// The bytes of a secret, without the quotes that a string has in the document.
  private func unquoted(_ secret: Range<Int>) -> Slice<UnsafeBufferPointer<UInt8>> {
    let text = bytes[secret]
    let quote = UInt8(ascii: "\"")
    return text.count >= 2 && text.first == quote && text.last == quote ? text.dropFirst().dropLast() : text
  }

  private static func holds(_ text: [UInt8], _ part: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard !part.isEmpty, part.count <= text.count else { return false }
    return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
  }
}
