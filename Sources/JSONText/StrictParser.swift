import CScan

/// The parser for sound documents that are an object or an array: no allocation beyond the tape, gives up at the first fault.
///
/// It goes from token to token, as a ``StructuralIndex`` has found them, and looks only at the bytes where they begin. What
/// is between them is whitespace, or inside of a string or word whose token tells that it is to be looked at.
///
/// Nearly every document is sound, so this is the path that speed is measured on. What it gives up on,
/// ``RecoveringParser`` reads again from the start, slowly and with an eye for what was meant. A test holds the two to
/// the same tape on sound text.
///
/// A struct with pointers in its fields: as a class, or as closures over variables, the same code took five times as long
/// (dynamic exclusivity checks).
package struct StrictParser: ~Copyable {
  /// An object or array that is open.
  package struct Frame {
    /// One bit for each member name seen, see ``nameBit(_:_:)``.
    var bloom: UInt64
    var node: UInt32
    var isObject: Bool
    /// Two names may be the same, or one has escapes: the members are compared when the object closes.
    var isSuspect: Bool
  }

  private let first: UnsafePointer<UInt8>
  private let start: UnsafePointer<UInt8>
  /// Behind the last byte that is no whitespace: the bracket that closes the document.
  private let end: UnsafePointer<UInt8>
  private let frames: UnsafeMutablePointer<Frame>
  private let depthMax: Int

  /// - Parameter frames: room for `depthMax` frames, whatever is in it.
  package init(
    start: UnsafePointer<UInt8>, from first: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>,
    frames: UnsafeMutablePointer<Frame>, depthMax: Int
  ) {
    var behind = end
    while behind > first, Self.isSpace(behind[-1]) { behind -= 1 }
    self.start = start
    self.first = first
    self.end = behind
    self.frames = frames
    self.depthMax = depthMax
  }

  /// Reads the whole text into the tape. False at the first fault; the tape is then worth nothing.
  package func parse(
    into tape: inout Tape, duplicates: inout DuplicateNames, index: inout StructuralIndex
  ) -> Bool {
    guard end > first, end[-1] == UInt8(ascii: "}") || end[-1] == UInt8(ascii: "]") else { return false }
    // Local variables live in registers; fields would be written back at every step.
    var cursor = index.begin(start, from: first, end: end)
    var writer = TapeWriter(tape)
    let isSound = parse(&cursor, &index, &writer, &tape, &duplicates)
    writer.finish(&tape)
    return isSound
  }

  @inline(__always)
  private func parse(
    _ cursor: inout StructuralIndex.Cursor, _ index: inout StructuralIndex, _ writer: inout TapeWriter,
    _ tape: inout Tape, _ duplicates: inout DuplicateNames
  ) -> Bool {
    var frame = frames - 1
    let deepest = frames + (depthMax - 1)
    guard refill(&cursor, &index, &writer, &tape) else { return false }
    var place = cursor.take()
    guard byte(place) == UInt8(ascii: "{") || byte(place) == UInt8(ascii: "[") else { return false }
    value: while true {
      guard refill(&cursor, &index, &writer, &tape) else { return false }
      switch byte(place) {
      case UInt8(ascii: "\""):
        guard text(.string, place, &cursor, &index, &writer, &tape) != nil else { return false }
      case UInt8(ascii: "{"):
        guard frame < deepest else { return false }
        frame += 1
        open(.object, frame, place, &writer)
        if byte(cursor.first) != UInt8(ascii: "}") {
          guard name(frame, &cursor, &index, &writer, &tape) else { return false }
          place = cursor.take()
          continue value
        }
      case UInt8(ascii: "["):
        guard frame < deepest else { return false }
        frame += 1
        open(.array, frame, place, &writer)
        if byte(cursor.first) != UInt8(ascii: "]") {
          place = cursor.take()
          continue value
        }
      case UInt8(ascii: "t"):
        guard literal("true", .true, place, &writer) else { return false }
      case UInt8(ascii: "f"):
        guard literal("false", .false, place, &writer) else { return false }
      case UInt8(ascii: "n"):
        guard literal("null", .null, place, &writer) else { return false }
      default:
        guard number(place, &writer) else { return false }
      }
      // Behind a value, or the bracket of an empty one: close what closes, then the next member or element, or the end.
      while true {
        place = cursor.take()
        if byte(place) == UInt8(ascii: ",") {
          if frame.pointee.isObject {
            guard name(frame, &cursor, &index, &writer, &tape) else { return false }
          }
          place = cursor.take()
          continue value
        }
        guard byte(place) == (frame.pointee.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
        close(frame, place, writer, &duplicates)
        frame -= 1
        if frame < frames { return index.isAtEnd(cursor) }
        guard refill(&cursor, &index, &writer, &tape) else { return false }
      }
    }
  }

  /// Sees to it that there are tokens enough for one turn of the loop, and room for the nodes of all tokens at hand. False where
  /// the text has no more.
  @inline(__always)
  private func refill(
    _ cursor: inout StructuralIndex.Cursor, _ index: inout StructuralIndex, _ writer: inout TapeWriter,
    _ tape: inout Tape
  ) -> Bool {
    if cursor.hasFew { return true }
    guard index.refill(&cursor) else { return false }
    writer.makeRoom(for: cursor.count, &tape)
    return true
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  @inline(__always)
  private func byte(_ place: UInt32) -> UInt8 { start[Int(place)] }

  @inline(__always)
  private func append(
    _ kind: NodeKind, at offset: UInt32, length: UInt32, flags: TapeNode.Flags = [], _ writer: inout TapeWriter
  ) {
    writer.append(
      TapeNode(
        offset: offset, length: length, next: UInt32(truncatingIfNeeded: writer.count &+ 1), kind: kind, flags: flags))
  }

  @inline(__always)
  private func open(
    _ kind: NodeKind, _ frame: UnsafeMutablePointer<Frame>, _ place: UInt32, _ writer: inout TapeWriter
  ) {
    frame.initialize(
      to: Frame(
        bloom: 0, node: UInt32(truncatingIfNeeded: writer.count), isObject: kind == .object, isSuspect: false))
    append(kind, at: place, length: 0, &writer)
  }

  /// Closes the innermost container at its bracket.
  @inline(__always)
  private func close(
    _ frame: UnsafeMutablePointer<Frame>, _ place: UInt32, _ writer: TapeWriter, _ duplicates: inout DuplicateNames
  ) {
    let node = writer.nodes + Int(frame.pointee.node)
    node.pointee.length = place &+ 1 &- node.pointee.offset
    node.pointee.next = UInt32(truncatingIfNeeded: writer.count)
    if frame.pointee.isSuspect {
      duplicates.search(object: frame.pointee.node, nodes: writer.nodes, bytes: start)
    }
  }

  /// Reads a string or a name whose opening quote has been taken. What there is to know of it; nil where it is none.
  @inline(__always)
  private func text(
    _ kind: NodeKind, _ place: UInt32, _ cursor: inout StructuralIndex.Cursor, _ index: inout StructuralIndex,
    _ writer: inout TapeWriter, _ tape: inout Tape
  ) -> TapeNode.Flags? {
    let next = cursor.take()
    if byte(next) == UInt8(ascii: "\"") {
      append(kind, at: place &+ 1, length: next &- place &- 1, &writer)
      return []
    }
    guard let found = scan(place, next, cursor, &index) else { return nil }
    append(kind, at: place &+ 1, length: found.end &- place &- 1, flags: found.flags, &writer)
    cursor = found.cursor
    writer.makeRoom(for: cursor.count, &tape)
    return found.flags
  }

  /// The closing quote of a string or name that has more than plain characters, which are looked at one by one; nil where it is
  /// none.
  @inline(never)
  private func scan(
    _ place: UInt32, _ next: UInt32, _ cursor: StructuralIndex.Cursor, _ index: inout StructuralIndex
  ) -> (end: UInt32, flags: TapeNode.Flags, cursor: StructuralIndex.Cursor)? {
    let scan = StringScan.scan(start + (Int(place) &+ 1), end: end)
    guard scan.stop == .quote else { return nil }
    let last = UInt32(truncatingIfNeeded: scan.position - start)
    var (next, cursor) = (next, cursor)
    while next < last {
      guard cursor.hasFew || index.refill(&cursor) else { return nil }
      next = cursor.take()
    }
    guard next == last, cursor.hasFew || index.refill(&cursor) else { return nil }
    return (last, scan.flags, cursor)
  }

  /// Reads a member's name and the colon behind it. False where there is none.
  @inline(__always)
  private func name(
    _ frame: UnsafeMutablePointer<Frame>, _ cursor: inout StructuralIndex.Cursor, _ index: inout StructuralIndex,
    _ writer: inout TapeWriter, _ tape: inout Tape
  ) -> Bool {
    let place = cursor.take()
    guard byte(place) == UInt8(ascii: "\""), let flags = text(.name, place, &cursor, &index, &writer, &tape) else {
      return false
    }
    if flags.contains(.escaped) { suspect(frame, writer) }
    let bit = nameBit(start + (Int(place) &+ 1), (writer.nodes + (writer.count &- 1)).pointee.length)
    if frame.pointee.bloom & bit != 0 { suspect(frame, writer) }
    frame.pointee.bloom |= bit
    return byte(cursor.take()) == UInt8(ascii: ":")
  }

  /// Reads a number. False where there is none, or something behind it that belongs to no token.
  @inline(__always)
  private func number(_ place: UInt32, _ writer: inout TapeWriter) -> Bool {
    let number = start + Int(place)
    if end - number >= 8 {
      // Up to seven digits.
      let count = Int(cscan_digit_count8(number))
      if count > 0, count < 8, count == 1 || number.pointee != UInt8(ascii: "0"), isEnd(number + count) {
        append(.number, at: place, length: UInt32(truncatingIfNeeded: count), flags: .integer, &writer)
        return true
      }
    }
    guard let scan = scan(number: number) else { return false }
    append(
      .number, at: place, length: UInt32(truncatingIfNeeded: scan.end - number), flags: scan.isInteger ? .integer : [],
      &writer)
    return true
  }

  @inline(never)
  private func scan(number: UnsafePointer<UInt8>) -> (end: UnsafePointer<UInt8>, isInteger: Bool)? {
    guard let scan = scanNumber(number, end: end), isEnd(scan.end) else { return nil }
    return scan
  }

  /// Whether a number or another word can end before a byte.
  @inline(__always)
  private func isEnd(_ position: UnsafePointer<UInt8>) -> Bool {
    guard position < end else { return false }
    let byte = position.pointee
    return byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || Self.isSpace(byte)
  }

  /// Of so many members each is looked at where a name falls on a bit that another has: a body's tags are up to fifty, and
  /// some always do.
  private static let membersLookedAt = 64

  /// The last name fell on a bit that another has: members are looked at, so that not every chance costs a search.
  @inline(never)
  private func suspect(_ frame: UnsafeMutablePointer<Frame>, _ writer: TapeWriter) {
    guard !frame.pointee.isSuspect else { return }
    let last = UInt32(truncatingIfNeeded: writer.count &- 1)
    let name = writer.nodes[Int(last)]
    var member = frame.pointee.node &+ 1
    var isSuspect = name.flags.contains(.escaped)
    var count = 0
    while !isSuspect, member < last {
      let other = writer.nodes[Int(member)]
      isSuspect =
        count == Self.membersLookedAt
        || other.length == name.length
          && cscan_equal(start + Int(other.offset), start + Int(name.offset), Int(name.length)) != 0
      member = writer.nodes[Int(member) &+ 1].next
      count &+= 1
    }
    frame.pointee.isSuspect = isSuspect
  }

  @inline(__always)
  private func literal(
    _ spelling: StaticString, _ kind: NodeKind, _ place: UInt32, _ writer: inout TapeWriter
  ) -> Bool {
    let word = start + Int(place)
    let count = spelling.utf8CodeUnitCount
    guard end - word >= count else { return false }
    for offset in 0..<count where word[offset] != spelling.utf8Start[offset] { return false }
    append(kind, at: place, length: UInt32(truncatingIfNeeded: count), &writer)
    return isEnd(word + count)
  }
}

/// The bit of a 64-bit Bloom filter that a member name falls on: by its length and its first and last two bytes. Its quotes
/// are read where it has one byte only.
@inline(__always)
func nameBit(_ name: UnsafePointer<UInt8>, _ count: UInt32) -> UInt64 {
  guard count > 0 else { return 1 }
  let ends = UInt32(cscan_load2(name)) | UInt32(cscan_load2(name + (Int(count) &- 2))) &<< 16
  return 1 &<< UInt64(((ends &+ count &<< 3) &* 0x9E37_79B1) &>> 26)
}
