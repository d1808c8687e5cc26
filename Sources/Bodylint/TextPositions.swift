import JSONText

/// Tells the line and column of a byte, as editors and SARIF count them: for ``Finding/range``.
///
/// Made once for a text with findings; a clean text needs none.
public struct TextPositions: Sendable {
  private let bytes: [UInt8]
  private let lines: LineMap

  /// Finds the lines of a text: they end with LF, CR LF or a lone CR. The text is copied.
  public init(_ text: some Sequence<UInt8>) {
    bytes = Array(text)
    lines = bytes.withUnsafeBufferPointer { LineMap($0) }
  }

  /// The line that a byte stands on, from 1. Offsets beyond the text belong to its last line.
  ///
  /// - Parameter offset: in bytes from the start of the text, from 0.
  public func line(at offset: Int) -> Int { lines.line(at: offset) + 1 }

  /// The column of a byte in UTF-16 code units, from 1. A byte order mark is not counted.
  ///
  /// - Parameter offset: in bytes from the start of the text, from 0.
  public func column(at offset: Int) -> Int {
    bytes.withUnsafeBufferPointer { lines.column(at: max(0, offset), in: $0) } + 1
  }
}
