import Findings
import JSONText

/// One line of a document as a frame shows it: secrets masked, control characters made visible, cut to a window.
struct FrameLine {
  /// What is shown between the ellipses: bytes of the document as they stand, or text made of them.
  private enum Content {
    case plain(Range<Int>)
    case made(String)
  }

  private var content = Content.made("")
  private var isCutLeft = false
  private var isCutRight = false
  /// Where the mark begins, in terminal columns from the start of what is shown.
  private(set) var markStart = 0
  private(set) var markWidth = 1
  /// The bytes of the document between the ellipses.
  private(set) var window = 0..<0

  private static let reach = FrameWindow.reach

  init(_ source: borrowing SourceText, line number: Int, highlight: Range<Int>) {
    let line = source.lines.content(ofLine: number - source.firstLine, in: source.bytes)
    let from = Self.boundary(max(line.lowerBound, highlight.lowerBound - Self.reach), source.bytes, line)
    let to = Self.boundary(min(line.upperBound, highlight.lowerBound + Self.reach), source.bytes, line)
    if show(plain: source, from..<to, line, highlight) { return }
    // What is shown, as bytes, and where each cell of it ends.
    var shown: [UInt8] = []
    var cells: [Cell] = []
    shown.reserveCapacity(2 * Self.reach)
    cells.reserveCapacity(2 * Self.reach)
    var nextSecret = source.secrets.firstIndex(endingAfter: from)
    var offset = from
    while offset < to {
      let isMarked = highlight.contains(offset) || highlight.isEmpty && offset == highlight.lowerBound
      if nextSecret < source.secrets.count, source.secrets[nextSecret].lowerBound <= offset {
        shown += Array("*****".utf8)
        cells.append(Cell(offset: offset, end: shown.count, width: 5, isMarked: isMarked))
        offset = min(to, source.secrets[nextSecret].upperBound)
        nextSecret += 1
        continue
      }
      let byte = source.bytes[offset]
      if byte == UInt8(ascii: "#"), shown.last == byte {
        let text = escaped("#")
        shown += text.utf8
        cells.append(Cell(offset: offset, end: shown.count, width: text.utf8.count, isMarked: isMarked))
        offset += 1
        continue
      }
      if 0x20..<0x7F ~= byte {
        shown.append(byte)
        cells.append(Cell(offset: offset, end: shown.count, width: 1, isMarked: isMarked))
        offset += 1
        continue
      }
      let length = Self.scalarLength(source.bytes, offset, to)
      let scalar = String(
        decoding: UnsafeBufferPointer(rebasing: source.bytes[offset..<offset + length]), as: UTF8.self)
      let text = scalar == "\t" ? "  " : scalar == "\u{FEFF}" ? "" : printable(scalar)
      shown += text.utf8
      cells.append(Cell(offset: offset, end: shown.count, width: Self.width(text), isMarked: isMarked))
      offset += length
    }
    let first = cells.firstIndex(where: \.isMarked) ?? cells.count
    let markEnd = cells.lastIndex(where: \.isMarked).map { $0 + 1 } ?? first
    var start = 0
    var before = cells[..<first].reduce(0) { $0 + $1.width }
    let marked = cells[first..<markEnd].reduce(0) { $0 + $1.width }
    // Cut on the left until the mark, or at least its start, fits.
    while before > FrameWindow.leading(marked), start < first {
      before -= cells[start].width
      start += 1
    }
    var width = 0
    var end = start
    while end < cells.count, width + cells[end].width <= FrameWindow.widthMax {
      width += cells[end].width
      end += 1
    }
    isCutLeft = start > 0 || from > line.lowerBound
    isCutRight = end < cells.count || to < line.upperBound
    window = (start < cells.count ? cells[start].offset : to)..<(end < cells.count ? cells[end].offset : to)
    content = .made(Self.text(shown, cells, start..<end))
    markStart = before + (isCutLeft ? 1 : 0)
    let shownMark = cells[min(first, end)..<min(markEnd, end)].reduce(0) { $0 + $1.width }
    markWidth = max(1, shownMark)
  }

  /// The line as it is shown.
  func text(_ source: SourceText) -> String {
    var out = TextBytes(isColored: false, capacity: 128)
    add(to: &out, source)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  /// Adds the line as it is shown.
  func add(to out: inout TextBytes, _ source: borrowing SourceText) {
    if isCutLeft { out.add("…") }
    switch content {
    case .plain(let range): out.add(UnsafeBufferPointer(rebasing: source.bytes[range]))
    case .made(let text): out.add(text: text)
    }
    if isCutRight { out.add("…") }
  }

  /// Printable ASCII without secrets, as nearly all lines are: a byte is a cell. False where there is anything else.
  private mutating func show(
    plain source: borrowing SourceText, _ reach: Range<Int>, _ line: Range<Int>, _ highlight: Range<Int>
  ) -> Bool {
    let marked = highlight.isEmpty ? highlight.lowerBound..<highlight.lowerBound + 1 : highlight
    guard reach.contains(marked.lowerBound) else { return false }
    let mark = marked.clamped(to: reach)
    let part = FrameWindow.plain(around: mark, in: reach)
    // Of what is left out only the mark counts.
    let looked = part.lowerBound..<max(part.upperBound, mark.upperBound)
    let secret = source.secrets.firstIndex(endingAfter: looked.lowerBound)
    guard secret == source.secrets.count || source.secrets[secret].lowerBound >= looked.upperBound,
      isPlain(UnsafeBufferPointer(rebasing: source.bytes[looked]))
    else { return false }
    isCutLeft = part.lowerBound > line.lowerBound
    isCutRight = part.upperBound < line.upperBound
    content = .plain(part)
    window = part
    markStart = mark.lowerBound - part.lowerBound + (isCutLeft ? 1 : 0)
    markWidth = max(1, min(mark.upperBound, part.upperBound) - min(mark.lowerBound, part.upperBound))
    return true
  }

  /// One character as it is shown.
  private struct Cell {
    /// Where it begins in the document.
    let offset: Int
    /// Where its text ends.
    let end: Int
    /// In terminal columns.
    let width: Int
    let isMarked: Bool
  }

  private static func text(_ shown: [UInt8], _ cells: [Cell], _ range: Range<Int>) -> String {
    guard !range.isEmpty else { return "" }
    let start = range.lowerBound == 0 ? 0 : cells[range.lowerBound - 1].end
    return String(decoding: shown[start..<cells[range.upperBound - 1].end], as: UTF8.self)
  }

  /// Moves an offset back to the start of a UTF-8 sequence.
  private static func boundary(_ offset: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ content: Range<Int>) -> Int {
    var offset = offset
    while offset > content.lowerBound, offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  private static func scalarLength(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int, _ end: Int) -> Int {
    var length = 1
    while length < 4, offset + length < end, bytes[offset + length] & 0xC0 == 0x80 { length += 1 }
    return length
  }

  /// Columns that a terminal gives a text: two for wide characters and emoji, none for marks that combine.
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7F: return 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: return 0
      default: return 1
      }
    }
  }
}
