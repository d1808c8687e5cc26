package import Findings
package import JSONText

/// A document with findings, as renderers see it: while its bytes are there.
package struct SourceText {
  /// The file's name as the user gave it; `<stdin>` for standard input.
  package let name: String
  package let bytes: UnsafeBufferPointer<UInt8>
  package let findings: [Finding]
  /// Bytes that no output may show, in order.
  package let secrets: [Range<Int>]
  /// The 1-based number of the record that the findings are of, in files with a body a line.
  package let record: Int?
  package let lines: LineMap
  /// Lines and bytes of the file before these: a record of a file of records is looked at alone.
  package let firstLine: Int
  package let firstOffset: Int

  package init(
    name: String, bytes: UnsafeBufferPointer<UInt8>, findings: [Finding], secrets: [Range<Int>], record: Int? = nil,
    firstLine: Int = 0, firstOffset: Int = 0
  ) {
    self.name = name
    self.bytes = bytes
    self.findings = findings
    self.secrets = secrets
    self.record = record
    self.firstLine = firstLine
    self.firstOffset = firstOffset
    lines = LineMap(bytes)
  }

  /// 1-based line and UTF-16 column of a byte.
  package func place(_ offset: Int) -> (line: Int, column: Int) {
    (lines.line(at: offset) + 1 + firstLine, lines.column(at: offset, in: bytes) + 1)
  }
}

/// What a run came to.
package struct Summary {
  package var files = 0
  package var filesWithFindings = 0
  package var bodies = 0
  /// All findings.
  package var findings = FindingCount()
  package var unrecognized: [String] = []

  package init() {}

  /// Counts a document with findings.
  package mutating func add(_ findings: FindingCount) {
    if findings.total > 0 { filesWithFindings += 1 }
    self.findings.add(findings)
  }
}

/// An output format: text for each document with findings, and for the end of the run.
package protocol Renderer {
  /// What is rendered of a document does not hang on those before it: several threads may render, each with a copy.
  var isIndependent: Bool { get }
  /// What is shown of a document beside findings.
  var shownText: ShownText { get }
  /// Adds what there is to say of a document.
  mutating func render(_ source: SourceText, into out: inout [UInt8])
  mutating func finish(_ summary: Summary) -> String
}

extension Renderer {
  package var isIndependent: Bool { false }
  package var shownText: ShownText { [.lines, .fixes] }

  /// What there is to say of a document.
  package mutating func render(_ source: SourceText) -> String {
    var out: [UInt8] = []
    render(source, into: &out)
    return String(decoding: out, as: UTF8.self)
  }
}

/// Adds a text to the bytes of an output.
func += (bytes: inout [UInt8], text: String) { bytes += text.utf8 }
