/// How much of a line a frame shows around its mark. Whoever looks for what has to be hidden there looks at no less.
package enum FrameWindow {
  /// Terminals are rarely wider, and nobody reads further. In terminal columns.
  package static let widthMax = 110
  /// A minified document is one line of megabytes: only so many bytes on both sides of a mark's start are looked at.
  package static let reach = 400

  /// Columns that are kept before a mark where its line is cut: so many that the mark, or much of it, is shown as well.
  ///
  /// Never more than ``widthMax``: secrets are looked for no further before a mark, nor behind its start.
  package static func leading(_ markWidth: Int) -> Int { max(40, widthMax - min(markWidth, 60)) }

  /// What is shown of plain text, in which each byte is a column.
  package static func plain(around mark: Range<Int>, in text: Range<Int>) -> Range<Int> {
    let start = max(text.lowerBound, mark.lowerBound - leading(mark.count))
    return start..<min(text.upperBound, start + widthMax)
  }
}
