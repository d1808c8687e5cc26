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
    var out = TextBytes(isColored: isColored, capacity: min(source.findings.count, 1024) * 1024)
    // The sentence behind a rule is said once a document; the second time it is noise.
    // Few rules, as a rule: a set would cost more than looking through them.
    var quoted: [String] = []
    // By index: findings are large to copy.
    for index in source.findings.indices {
      let isFirst = !quoted.contains(source.findings[index].rule)
      if isFirst { quoted.append(source.findings[index].rule) }
      render(source.findings[index], source, quotes: isFirst, &out)
      out.add("\n")
    }
    bytes.append(contentsOf: out.bytes)
  }

  private func render(
    _ finding: borrowing Finding, _ source: borrowing SourceText, quotes: Bool, _ out: inout TextBytes
  ) {
    begin(finding.severity, &out)
    out.add(text: finding.severity.rawValue)
    out.add("[")
    out.add(text: finding.rule)
    out.add("]")
    out.endColor()
    out.beginColor("1")
    out.add(": ")
    out.add(printable: finding.message)
    out.endColor()
    out.add("\n")
    var gutter = 3
    if let range = finding.range {
      gutter = frame(finding, range, source, &out)
    } else {
      out.add(" ", count: gutter - 1)
      drawn("--> ", &out)
      out.add(printable: source.name)
      out.add("  request line")
      if let parameter = finding.parameter, parameter != "request" {
        out.add(": {")
        out.add(printable: parameter)
        out.add("}")
      }
      out.add("\n")
    }
    guard quotes else { return }
    if let sentence = finding.source {
      note(gutter, sentence.isReport ? " reported: \u{201C}" : " documented: \u{201C}", &out)
      out.add(printable: sentence.quote)
      out.add("\u{201D}\n")
      note(gutter, " see: ", &out)
      out.beginColor("4")
      out.add(printable: sentence.url)
      out.endColor()
      out.add("\n")
    }
    if let advice = finding.advice {
      note(gutter, " fix: ", &out)
      out.add(printable: advice)
      out.add("\n")
    }
  }

  /// The place, and the lines around it that belong to the finding. Returns the width of the gutter.
  private func frame(
    _ finding: borrowing Finding, _ range: Range<Int>, _ source: borrowing SourceText, _ out: inout TextBytes
  ) -> Int {
    let (line, column) = source.place(range.lowerBound)
    var marks = Marks(line: line, range: range, related: finding.related, source)
    let gutter = max(3, digitCount(marks.lastLine) + 1)
    out.add(" ", count: gutter - 1)
    drawn("--> ", &out)
    out.add(printable: source.name)
    out.add(":")
    out.add(line)
    out.add(":")
    out.add(column)
    if let pointer = finding.pointer {
      out.add("  ")
      if pointer.isRoot { out.add("(root)") } else { out.add(printable: pointer.description) }
    }
    out.add("\n")
    out.add(" ", count: gutter)
    drawn("|", &out)
    out.add("\n")
    var previous = 0
    var shown = 0..<0
    while let mark = marks.next() {
      if previous != 0, mark.line > previous + 1 {
        out.add(" ", count: gutter - 1)
        drawn("...", &out)
        out.add("\n")
      }
      let frame = FrameLine(source, line: mark.line - 1, highlight: mark.range)
      // Of a long line another part may be shown: the mark stands in that one.
      if mark.line != previous || frame.window != shown {
        out.add(" ", count: gutter - 1 - digitCount(mark.line))
        out.beginColor(Self.frameColor)
        out.add(mark.line)
        out.add(" |")
        out.endColor()
        out.add(" ")
        frame.add(to: &out, source)
        out.add("\n")
      }
      out.add(" ", count: gutter)
      drawn("|", &out)
      out.add(" ", count: 1 + frame.markStart)
      if let label = mark.label {
        out.beginColor(Self.frameColor)
        out.add("-", count: max(1, frame.markWidth))
        out.endColor()
        if !label.isEmpty {
          out.add(" ")
          out.beginColor(Self.frameColor)
          out.add(printable: label)
          out.endColor()
        }
      } else {
        begin(finding.severity, &out)
        out.add("^", count: max(1, frame.markWidth))
        out.endColor()
      }
      out.add("\n")
      previous = mark.line
      shown = frame.window
    }
    return gutter
  }

  /// What a frame marks, in the order of the lines: the place of a finding, and those that belong to it.
  private struct Marks {
    struct Mark {
      let line: Int
      let range: Range<Int>
      /// What is said of a place that belongs to the finding; nil for the finding's own.
      let label: String?
    }

    private let own: Mark
    /// All of them; none where there is only ``own``, as usual.
    private var several: [Mark] = []
    private var given = 0

    init(line: Int, range: Range<Int>, related: [RelatedPlace], _ source: borrowing SourceText) {
      own = Mark(line: line, range: range, label: nil)
      guard !related.isEmpty else { return }
      several.append(own)
      for place in related {
        several.append(
          Mark(line: source.place(place.range.lowerBound).line, range: place.range, label: place.message))
      }
      several.sort { ($0.line, $0.range.lowerBound) < ($1.line, $1.range.lowerBound) }
    }

    var lastLine: Int { several.last?.line ?? own.line }

    mutating func next() -> Mark? {
      defer { given += 1 }
      if several.isEmpty { return given == 0 ? own : nil }
      return given < several.count ? several[given] : nil
    }
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
      let count = summary.findings[severity]
      guard count > 0 else { return nil }
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
