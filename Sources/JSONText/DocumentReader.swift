/// Reads documents, one after the other, into buffers that it keeps.
///
/// One reader belongs to one thread at a time. A sound document of a size it has met before costs no allocation.
package final class DocumentReader {
  /// What changes from document to document. Behind a pointer, because a class checks at run time that nobody else uses a
  /// field while it is written, and that costs as much as a dozen nodes.
  private struct State: ~Copyable {
    var tape = Tape()
    var duplicates = DuplicateNames()
    var index = StructuralIndex()
    var faults: [SyntaxFault] = []
    var hasByteOrderMark = false
    var hasComments = false
    var isOversized = false
    var isSound = true
    var frames: UnsafeMutablePointer<StrictParser.Frame>
    var frameCount: Int

    init(depthMax: Int) {
      frameCount = depthMax
      frames = .allocate(capacity: depthMax)
    }

    mutating func makeRoom(depthMax: Int) {
      guard frameCount < depthMax else { return }
      frames.deallocate()
      frameCount = depthMax
      frames = .allocate(capacity: depthMax)
    }

    deinit { frames.deallocate() }
  }

  /// Gives back what a large document has taken, once nobody looks at it any more; whether there was any.
  package func trim() -> Bool {
    guard state.pointee.tape.count > Self.tapeKept else { return false }
    state.pointee.tape.shrink(above: Self.tapeKept)
    state.pointee.duplicates.removeAll()
    return true
  }

  private let state: UnsafeMutablePointer<State>

  /// What there is to say of the text itself, beside its values.
  package var faults: [SyntaxFault] { state.pointee.faults }
  /// Whether there are ``faults``.
  package var hasFaults: Bool { !state.pointee.faults.isEmpty }
  /// The text begins with a UTF-8 byte order mark.
  package var hasByteOrderMark: Bool { state.pointee.hasByteOrderMark }
  /// The text has comments, which were allowed.
  package var hasComments: Bool { state.pointee.hasComments }
  /// The text has more bytes than ``TextLimits/byteCountMax``: nothing of it was read.
  package var isOversized: Bool { state.pointee.isOversized }
  /// Members of one object with the same name.
  package var duplicateNames: [DuplicateNames.Pair] { state.pointee.duplicates.pairs }
  /// There is nothing to say of the text itself.
  package var isSound: Bool { state.pointee.isSound }

  /// A tape longer than this is given back after use: 64 Ki nodes, 1 MiB.
  private static let tapeKept = 1 << 16

  package init() {
    state = .allocate(capacity: 1)
    state.initialize(to: State(depthMax: TextLimits.standard.depthMax))
  }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Reads one text. The document borrows `bytes` and this reader's tape until the next call.
  ///
  /// - Parameters:
  ///   - bytes: the text; may begin with a byte order mark.
  ///   - allowsVariables: as in `.http` files, ``RequestVariable``s may stand in the place of a value, and comments on
  ///     lines of their own.
  ///   - allowsComments: JSONC: `//` and `/* */` comments and trailing commas are no faults.
  package func read(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: TextLimits = .standard, allowsComments: Bool = false,
    allowsVariables: Bool = false
  ) -> Document {
    state.pointee.isSound = read(bytes, limits, allowsComments, allowsVariables, &state.pointee)
    return Document(
      bytes: bytes.baseAddress ?? UnsafePointer(Self.nothing), byteCount: bytes.count, nodes: state.pointee.tape.nodes,
      nodeCount: state.pointee.tape.count)
  }

  private func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ limits: TextLimits, _ allowsComments: Bool, _ allowsVariables: Bool,
    _ state: inout State
  ) -> Bool {
    state.tape.count = 0
    // The parser asks for room for all tokens at hand.
    state.tape.shrink(above: Self.tapeKept + StructuralIndex.usualCapacity)
    state.duplicates.removeAll()
    if !state.faults.isEmpty { state.faults.removeAll() }
    state.hasByteOrderMark = false
    state.hasComments = false
    state.isOversized = bytes.count > limits.byteCountMax
    guard !state.isOversized, let start = bytes.baseAddress, bytes.count > 0 else {
      if !state.isOversized { state.faults = [SyntaxFault(.grammar, 0..<0, in: 0, Self.emptyMessage)] }
      return false
    }
    let end = start + bytes.count
    var first = start
    if bytes.count >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF {
      state.hasByteOrderMark = true
      first += 3
    }
    if let name = WideEncoding.name(of: bytes) {
      state.faults = [
        SyntaxFault(
          .encoding, 0..<2, in: 0, "the text is \(name), not UTF-8; PowerShell writes UTF-8 with -Encoding utf8")
      ]
      return false
    }
    state.makeRoom(depthMax: limits.depthMax)
    let parser = StrictParser(start: start, from: first, end: end, frames: state.frames, depthMax: limits.depthMax)
    if !parser.parse(into: &state.tape, duplicates: &state.duplicates, index: &state.index) {
      recover(from: first, start: start, end: end, limits, allowsComments: allowsComments, allowsVariables, &state)
    }
    return state.faults.isEmpty && !state.hasByteOrderMark && state.duplicates.pairs.isEmpty
  }

  private static let emptyMessage = "the document is empty; a JSON value was expected"
  /// An address for documents without bytes; never read.
  nonisolated(unsafe) private static let nothing = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

  @inline(never)
  private func recover(
    from first: UnsafePointer<UInt8>, start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, _ limits: TextLimits,
    allowsComments: Bool, _ allowsVariables: Bool, _ state: inout State
  ) {
    state.tape.count = 0
    state.duplicates.removeAll()
    var parser = RecoveringParser(
      start: start, from: first, end: end, depthMax: limits.depthMax, allowsComments: allowsComments,
      allowsVariables: allowsVariables)
    parser.parse(into: &state.tape, duplicates: &state.duplicates)
    state.faults = parser.faults
    state.hasComments = parser.hasComments
  }
}
