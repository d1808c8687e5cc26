package import Findings
import JSONText

/// Findings for people: header, place, frame, related places, the documented sentence.
package struct TextRenderer: Renderer {
  private let isColored: Bool
  private let showsSummary: Bool

  package init(color: Bool, showsSummary: Bool = true) {
    isColored = color
    self.showsSummary = showsSummary
  }

  package var isIndependent: Bool { true }

  package var shownText: ShownText { .lines }

  package mutating func render(_ source: SourceText, into bytes: inout [UInt8]) {
    var out = TextBytes(isColored: isColored)
    swap(&out.bytes, &bytes)
    out.bytes.reserveCapacity(out.bytes.count + source.findings.count * 1024)
    // The sentence behind a rule is said once a document; the second time it is noise.
    var quoted: Set<String> = []
    // By index: findings are large to copy.
    for index in source.findings.indices {
      let isAgain = index > 0 && source.findings[index].rule == source.findings[index - 1].rule
      let isFirst = source.findings.count == 1 || !isAgain && quoted.insert(source.findings[index].rule).inserted
      render(source.findings[index], source, quotes: isFirst, &out)
      out.add("\n")
    }
    swap(&out.bytes, &bytes)
  }

  private func render(_ finding: Finding, _ source: SourceText, quotes: Bool, _ out: inout TextBytes) {
    begin(finding.severity, &out)
    out.add(finding.severity.rawValue)
    out.add("[")
    out.add(finding.rule)
    out.add("]")
    out.endColor()
    out.beginColor("1")
    out.add(": ")
    out.add(printable(finding.message))
    out.endColor()
    out.add("\n")
    var gutter = 3
    if let range = finding.range {
      gutter = frame(finding, range, source, &out)
    } else {
      out.add(" ", count: gutter - 1)
      drawn("--> ", &out)
      out.add(printable(source.name))
      out.add("  request line")
      if let parameter = finding.parameter, parameter != "request" {
        out.add(": {")
        out.add(printable(parameter))
        out.add("}")
      }
      out.add("\n")
    }
    guard quotes else { return }
    if let sentence = finding.source {
      note(gutter, sentence.isReport ? " reported: \u{201C}" : " documented: \u{201C}", &out)
      out.add(printable(sentence.quote))
      out.add("\u{201D}\n")
      note(gutter, " see: ", &out)
      out.beginColor("4")
      out.add(printable(sentence.url))
      out.endColor()
      out.add("\n")
    }
    if let advice = finding.advice {
      note(gutter, " fix: ", &out)
      out.add(printable(advice))
      out.add("\n")
    }
  }

  /// The place, and the lines around it that belong to the finding. Returns the width of the gutter.
  private func frame(_ finding: Finding, _ range: Range<Int>, _ source: SourceText, _ out: inout TextBytes) -> Int {
    let (line, column) = source.place(range.lowerBound)
    var lines = [(line, range, "", true)]
    for related in finding.related {
      lines.append((source.place(related.range.lowerBound).line, related.range, related.message, false))
    }
    if lines.count > 1 { lines.sort { ($0.0, $0.1.lowerBound) < ($1.0, $1.1.lowerBound) } }
    let gutter = max(3, digitCount(lines.last!.0) + 1)
    out.add(" ", count: gutter - 1)
    drawn("--> ", &out)
    out.add(printable(source.name))
    out.add(":")
    out.add(line)
    out.add(":")
    out.add(column)
    if let pointer = finding.pointer {
      out.add("  ")
      out.add(pointer.isRoot ? "(root)" : printable(pointer.description))
    }
    out.add("\n")
    out.add(" ", count: gutter)
    drawn("|", &out)
    out.add("\n")
    var previous = 0
    var shown = 0..<0
    for (line, range, label, isPrimary) in lines {
      if previous != 0, line > previous + 1 {
        out.add(" ", count: gutter - 1)
        drawn("...", &out)
        out.add("\n")
      }
      let frame = FrameLine(source, line: line - 1, highlight: range)
      // Of a long line another part may be shown: the mark stands in that one.
      if line != previous || frame.window != shown {
        out.add(" ", count: gutter - 1 - digitCount(line))
        out.beginColor(Self.frameColor)
        out.add(line)
        out.add(" |")
        out.endColor()
        out.add(" ")
        frame.add(to: &out, source)
        out.add("\n")
      }
      out.add(" ", count: gutter)
      drawn("|", &out)
      out.add(" ", count: 1 + frame.markStart)
      if isPrimary { begin(finding.severity, &out) } else { out.beginColor(Self.frameColor) }
      out.add(isPrimary ? "^" : "-", count: max(1, frame.markWidth))
      out.endColor()
      if !label.isEmpty {
        out.add(" ")
        out.beginColor(Self.frameColor)
        out.add(printable(label))
        out.endColor()
      }
      out.add("\n")
      previous = line
      shown = frame.window
    }
    return gutter
  }

  private static let frameColor: StaticString = "34"

  private func begin(_ severity: Severity, _ out: inout TextBytes) {
    switch severity {
    case .error: out.beginColor("1;31")
    case .warning: out.beginColor("1;33")
    case .info: out.beginColor("1;36")
    }
  }

  /// Part of the frame around the document's text.
  private func drawn(_ text: StaticString, _ out: inout TextBytes) {
    out.beginColor(Self.frameColor)
    out.add(text)
    out.endColor()
  }

  private func note(_ gutter: Int, _ label: StaticString, _ out: inout TextBytes) {
    out.add(" ", count: gutter)
    drawn("=", &out)
    out.add(label)
  }

  package mutating func finish(_ summary: Summary) -> String {
    guard showsSummary else { return "" }
    return Self.summaryLine(summary) + "\n"
  }

  /// `2 errors and 1 warning in 1 of 3 files`, `3 files checked, nothing to report`.
  package static func summaryLine(_ summary: Summary) -> String {
    let parts = Severity.allCases.reversed().compactMap { severity -> String? in
      guard let count = summary.counts[severity], count > 0 else { return nil }
      return "\(count) \(severity == .info ? "info" : severity.rawValue)\(count == 1 || severity == .info ? "" : "s")"
    }
    let files = summary.files == 1 ? "1 file" : "\(summary.files) files"
    guard !parts.isEmpty else {
      return summary.files == summary.unrecognized.count && summary.files > 0
        ? "\(files) read, none recognized" : "\(files) checked, nothing to report"
    }
    let counts = parts.count > 1 ? parts.dropLast().joined(separator: ", ") + " and " + parts.last! : parts[0]
    return summary.files == 1 ? "\(counts) in 1 file" : "\(counts) in \(summary.filesWithFindings) of \(files)"
  }
}

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

  init(_ source: SourceText, line number: Int, highlight: Range<Int>) {
    let line = source.lines.content(ofLine: number - source.firstLine, in: source.bytes)
    let from = Self.boundary(max(line.lowerBound, highlight.lowerBound - Self.reach), source.bytes, line)
    let to = Self.boundary(min(line.upperBound, highlight.lowerBound + Self.reach), source.bytes, line)
    if show(plain: source, from..<to, line, highlight) { return }
    // What is shown, as bytes, and where each cell of it ends.
    var shown: [UInt8] = []
    var cells: [Cell] = []
    shown.reserveCapacity(2 * Self.reach)
    cells.reserveCapacity(2 * Self.reach)
    var nextSecret = source.firstSecret(endingAfter: from)
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
    var out = TextBytes(isColored: false)
    add(to: &out, source)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  /// Adds the line as it is shown.
  func add(to out: inout TextBytes, _ source: SourceText) {
    if isCutLeft { out.add("…") }
    switch content {
    case .plain(let range): out.bytes += source.bytes[range]
    case .made(let text): out.add(text)
    }
    if isCutRight { out.add("…") }
  }

  /// Printable ASCII without secrets, as nearly all lines are: a byte is a cell. False where there is anything else.
  private mutating func show(
    plain source: SourceText, _ reach: Range<Int>, _ line: Range<Int>, _ highlight: Range<Int>
  ) -> Bool {
    let marked = highlight.isEmpty ? highlight.lowerBound..<highlight.lowerBound + 1 : highlight
    guard reach.contains(marked.lowerBound) else { return false }
    let mark = marked.clamped(to: reach)
    let part = FrameWindow.plain(around: mark, in: reach)
    // Of what is left out only the mark counts.
    let looked = part.lowerBound..<max(part.upperBound, mark.upperBound)
    let secret = source.firstSecret(endingAfter: looked.lowerBound)
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
