/// Reads documents, one after the other, into buffers that it keeps.
///
/// One reader belongs to one thread at a time. A sound document of a size it has met before costs no allocation.
package final class DocumentReader {
  private var tape = Tape()
  private var duplicates = DuplicateNames()

  /// What there is to say of the text itself, beside its values.
  package private(set) var faults: [SyntaxFault] = []
  /// The text begins with a UTF-8 byte order mark.
  package private(set) var hasByteOrderMark = false
  /// The text has more bytes than ``TextLimits/byteCountMax``: nothing of it was read.
  package private(set) var isOversized = false
  /// Members of one object with the same name.
  package var duplicateNames: [DuplicateNames.Pair] { duplicates.pairs }

  /// A tape longer than this is given back after use: 1 Mi nodes, 16 MiB.
  private static let tapeKept = 1 << 20

  package init() {}

  /// Reads one text. The document borrows `bytes` and this reader's tape until the next call.
  ///
  /// - Parameters:
  ///   - bytes: the text; may begin with a byte order mark.
  ///   - allowsVariables: `{{name}}` may stand in the place of a value, as in `.http` files.
  ///   - allowsComments: JSONC: `//` and `/* */` comments and trailing commas are no faults.
  package func read(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: TextLimits = .standard, allowsComments: Bool = false,
    allowsVariables: Bool = false
  ) -> Document {
    tape.count = 0
    tape.shrink(above: Self.tapeKept)
    duplicates.removeAll()
    if !faults.isEmpty { faults.removeAll() }
    hasByteOrderMark = false
    isOversized = bytes.count > limits.byteCountMax
    guard !isOversized, let start = bytes.baseAddress else {
      if !isOversized { faults = [SyntaxFault(.grammar, 0..<0, in: 0, Self.emptyMessage)] }
      return Document(
        bytes: bytes.baseAddress ?? UnsafePointer(Self.nothing), byteCount: bytes.count,
        nodes: tape.nodes, nodeCount: 0)
    }
    let end = start + bytes.count
    var first = start
    if bytes.count >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF {
      hasByteOrderMark = true
      first += 3
    }
    if let name = WideEncoding.name(of: bytes) {
      faults = [
        SyntaxFault(
          .encoding, 0..<2, in: 0, "the text is \(name), not UTF-8; PowerShell writes UTF-8 with -Encoding utf8")
      ]
    } else if !parseStrictly(from: first, start: start, end: end, limits) {
      recover(from: first, start: start, end: end, limits, allowsComments: allowsComments, allowsVariables)
    }
    return Document(bytes: start, byteCount: bytes.count, nodes: tape.nodes, nodeCount: tape.count)
  }

  private static let emptyMessage = "the document is empty; a JSON value was expected"
  /// An address for documents without bytes; never read.
  nonisolated(unsafe) private static let nothing = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

  private func parseStrictly(
    from first: UnsafePointer<UInt8>, start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, _ limits: TextLimits
  ) -> Bool {
    var parser = StrictParser(start: start, from: first, end: end, depthMax: limits.depthMax)
    return parser.parse(into: &tape, duplicates: &duplicates)
  }

  private func recover(
    from first: UnsafePointer<UInt8>, start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, _ limits: TextLimits,
    allowsComments: Bool, _ allowsVariables: Bool
  ) {
    tape.count = 0
    duplicates.removeAll()
    var parser = RecoveringParser(
      start: start, from: first, end: end, depthMax: limits.depthMax, allowsComments: allowsComments,
      allowsVariables: allowsVariables)
    parser.parse(into: &tape, duplicates: &duplicates)
    faults = parser.faults
  }
}
