#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Some lines of a file, and the memory that they and what is written of them are in: for one batch after the other.
final class RecordBatch {
  struct Record {
    /// Valid as long as the batch is.
    let bytes: UnsafeBufferPointer<UInt8>
    /// 1-based.
    let line: Int
    /// Where the line begins, in bytes from the start of the file.
    let offset: Int
  }

  fileprivate(set) var records: [Record] = []
  /// The findings in every format that was asked for, where they can be rendered beforehand.
  var rendered = RenderedFindings()
  fileprivate var buffer: UnsafeMutableBufferPointer<UInt8>

  fileprivate init(byteCount: Int) { buffer = .allocate(capacity: byteCount) }

  deinit { buffer.deallocate() }

  /// The memory that its lines are in.
  var byteCount: Int { buffer.count }
}

/// Reads a file line by line, in memory that does not grow with the file.
struct RecordReader: ~Copyable {
  typealias Record = RecordBatch.Record

  private static let chunkCount = 1 << 17
  /// A batch has no more records: there may be much to say of each.
  private static let recordCountMax = 1024
  /// So much memory of what was written of a batch is kept for the next.
  private static let renderedCountMax = 1 << 20
  /// A line that is longer is no record: what is more of it is reported as too large, and passed over.
  ///
  /// The largest document, its line break of two bytes, and one byte more, by which what was cut off is too large.
  private static let lineCountMax = (64 << 20) + 3

  private let file: Int32
  private let owns: Bool
  private var buffer: UnsafeMutableBufferPointer<UInt8>
  private var start = 0
  /// Up to here there is no line break.
  private var scanned = 0
  private var end = 0
  /// There is no more to be read.
  private(set) var isAtEnd = false
  private var line = 0
  private var offset = 0
  /// Bytes of the line at the front of the buffer that were read and not kept.
  private var skipped = 0
  /// Batches that were given back.
  private var spares: [RecordBatch] = []

  private init(_ file: Int32, owns: Bool) {
    self.file = file
    self.owns = owns
    buffer = .allocate(capacity: Self.chunkCount)
  }

  deinit {
    buffer.deallocate()
    if owns { close(file) }
  }

  /// - Parameter path: nil for standard input.
  static func open(_ path: String?) -> OpenedRecords {
    guard let path else { return .success(RecordReader(STDIN_FILENO, owns: false)) }
    let file = openForReading(path)
    return file < 0 ? .failure(SystemError()) : .success(RecordReader(file, owns: true))
  }

  /// The next lines that are not blank, as many as a buffer has; nil at the end.
  ///
  /// - Parameter waits: until there is something to read. Without it the answer is nil where somebody has yet to write it.
  mutating func nextBatch(waits: Bool) throws(SystemError) -> RecordBatch? {
    guard let first = try next(waits) else { return nil }
    // What is left behind these lines goes on in the batch's own buffer.
    let batch = spares.popLast() ?? RecordBatch(byteCount: Self.chunkCount)
    batch.records.append(first)
    var byteCount = first.bytes.count
    // Nothing is read in between: that would move the bytes of those before.
    while byteCount < Self.chunkCount, batch.records.count < Self.recordCountMax, let record = nextInBuffer() {
      batch.records.append(record)
      byteCount += record.bytes.count
    }
    // It is no more than was read at once.
    let rest = UnsafeBufferPointer(rebasing: buffer[start..<end])
    swap(&buffer, &batch.buffer)
    _ = buffer.update(fromContentsOf: rest)
    scanned -= start
    start = 0
    end = rest.count
    return batch
  }

  /// Takes back the memory of a batch that is no longer needed.
  mutating func giveBack(_ batch: RecordBatch) {
    guard batch.buffer.count == Self.chunkCount else { return }
    batch.records.removeAll(keepingCapacity: true)
    batch.rendered.removeAll(keeping: Self.renderedCountMax)
    spares.append(batch)
  }

  /// The next line that is not blank, without its line break; nil at the end.
  private mutating func next(_ waits: Bool) throws(SystemError) -> Record? {
    while true {
      if let record = nextInBuffer() { return record }
      guard !isAtEnd else { return start < end ? take(upTo: end) : nil }
      guard waits || hasInput else { return nil }
      try fill()
    }
  }

  /// Reading does not have to wait: there is something, or the end, or trouble.
  private var hasInput: Bool {
    var request = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) != 0
  }

  /// The next line that is not blank, where the buffer has all of it.
  private mutating func nextInBuffer() -> Record? {
    while let lineEnd = lineBreak() {
      if let record = take(upTo: lineEnd) { return record }
    }
    return nil
  }

  /// The line that ends at a place of the buffer, which is left behind; nil where it is blank.
  private mutating func take(upTo lineEnd: Int) -> Record? {
    line += 1
    let contentEnd = lineEnd > start && buffer[lineEnd - 1] == 0x0D ? lineEnd - 1 : lineEnd
    let record = Record(
      bytes: UnsafeBufferPointer(rebasing: buffer[start..<contentEnd]), line: line, offset: offset)
    offset += lineEnd - start + 1 + skipped
    start = min(lineEnd + 1, end)
    scanned = start
    // What begins with blanks and was cut off may go on with more.
    if skipped > 0 {
      skipped = 0
      return record
    }
    return record.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? nil : record
  }

  private mutating func lineBreak() -> Int? {
    guard let found = lineBreak(from: scanned) else {
      scanned = end
      return nil
    }
    return found
  }

  private func lineBreak(from index: Int) -> Int? {
    guard index < end, let base = buffer.baseAddress, let found = memchr(base + index, 0x0A, end - index) else {
      return nil
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// Moves what is left to the front, grows where a line needs it, and reads on.
  private mutating func fill() throws(SystemError) {
    if start > 0 {
      memmove(buffer.baseAddress!, buffer.baseAddress! + start, end - start)
      end -= start
      scanned -= start
      start = 0
    }
    if end == buffer.count {
      guard buffer.count < Self.lineCountMax else {
        try skipLine()
        return
      }
      grow(to: min(buffer.count * 2, Self.lineCountMax))
    }
    // Even where a long line had the buffer grow: what is left behind it has to be moved.
    let got = try read(buffer.baseAddress! + end, min(buffer.count - end, Self.chunkCount))
    if got == 0 { isAtEnd = true }
    end += got
  }

  private mutating func grow(to count: Int) {
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
    memcpy(larger.baseAddress!, buffer.baseAddress!, end)
    buffer.deallocate()
    buffer = larger
  }

  /// Passes over the rest of a line that is too long; its beginning is a record that is reported as too large.
  private mutating func skipLine() throws(SystemError) {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = try chunk.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
        try read(buffer.baseAddress!, buffer.count)
      }
      if got == 0 {
        isAtEnd = true
        return
      }
      if let found = chunk[..<got].firstIndex(of: 0x0A) {
        skipped += found + 1
        // The line break takes the place of the last byte that was kept; the rest follows.
        let rest = chunk[(found + 1)..<got]
        buffer[end - 1] = 0x0A
        scanned = end - 1
        grow(to: buffer.count + rest.count)
        for byte in rest {
          buffer[end] = byte
          end += 1
        }
        return
      }
      skipped += got
    }
  }

  private func read(_ target: UnsafeMutablePointer<UInt8>, _ count: Int) throws(SystemError) -> Int {
    let got = readOnce(file, target, count)
    guard got >= 0 else { throw SystemError() }
    return got
  }
}

/// What came of opening a file of records.
enum OpenedRecords: ~Copyable {
  case success(RecordReader)
  case failure(SystemError)
}
