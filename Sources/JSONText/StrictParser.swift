import CScan

/// The parser for sound documents: one pass, no allocation beyond the tape, gives up at the first fault.
///
/// Nearly every document is sound, so this is the path that speed is measured on. What it gives up on,
/// ``RecoveringParser`` reads again from the start, slowly and with an eye for what was meant. A test holds the two to
/// the same tape on sound text.
///
/// A struct with mutating methods and pointers in its fields: as a class, or as closures over variables, the same
/// code took five times as long (dynamic exclusivity checks).
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
  private let end: UnsafePointer<UInt8>
  /// The last place from which sixteen bytes can be read; before the text where it has fewer.
  private let lastBlock: UnsafePointer<UInt8>
  private let frames: UnsafeMutablePointer<Frame>
  private let depthMax: Int

  /// - Parameter frames: room for `depthMax` frames, whatever is in it.
  package init(
    start: UnsafePointer<UInt8>, from first: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>,
    frames: UnsafeMutablePointer<Frame>, depthMax: Int
  ) {
    self.start = start
    self.first = first
    self.end = end
    lastBlock = end - 16
    self.frames = frames
    self.depthMax = depthMax
  }

  /// Reads the whole text into the tape. False at the first fault; the tape is then worth nothing.
  package func parse(into tape: inout Tape, duplicates: inout DuplicateNames) -> Bool {
    // Local variables live in registers; fields would be written back at every step.
    var position = first
    var writer = TapeWriter(tape)
    let isSound = parse(&position, &writer, &tape, &duplicates)
    writer.finish(&tape)
    return isSound
  }

  @inline(__always)
  private func parse(
    _ position: inout UnsafePointer<UInt8>, _ writer: inout TapeWriter, _ tape: inout Tape,
    _ duplicates: inout DuplicateNames
  ) -> Bool {
    var frame = frames - 1
    let deepest = frames + (depthMax - 1)
    var byte = nextNonSpace(&position)
    value: while true {
      switch byte {
      case UInt8(ascii: "\""):
        guard string(&position, &writer, &tape) else { return false }
      case UInt8(ascii: "{"):
        guard frame < deepest else { return false }
        frame += 1
        open(.object, frame, &position, &writer, &tape)
        byte = nextNonSpace(&position)
        if byte != UInt8(ascii: "}") {
          guard byte == UInt8(ascii: "\""), name(frame, &position, &writer, &tape) else { return false }
          byte = nextNonSpace(&position)
          continue value
        }
        close(frame, &position, writer, &duplicates)
        frame -= 1
      case UInt8(ascii: "["):
        guard frame < deepest else { return false }
        frame += 1
        open(.array, frame, &position, &writer, &tape)
        byte = nextNonSpace(&position)
        if byte != UInt8(ascii: "]") { continue value }
        close(frame, &position, writer, &duplicates)
        frame -= 1
      case UInt8(ascii: "t"):
        guard literal("true", .true, &position, &writer, &tape) else { return false }
      case UInt8(ascii: "f"):
        guard literal("false", .false, &position, &writer, &tape) else { return false }
      case UInt8(ascii: "n"):
        guard literal("null", .null, &position, &writer, &tape) else { return false }
      default:
        if let numberEnd = plainIntegerEnd(position) {
          append(.number, from: position, length: numberEnd - position, flags: .integer, &writer, &tape)
          position = numberEnd
          break
        }
        guard let number = scanNumber(position, end: end) else { return false }
        append(
          .number, from: position, length: number.end - position, flags: number.isInteger ? .integer : [], &writer,
          &tape)
        position = number.end
      }
      // Behind a value: close what closes, then the next member or element, or the end.
      while true {
        guard frame >= frames else { return nextNonSpace(&position) == 0 && position == end }
        byte = nextNonSpace(&position)
        if byte == UInt8(ascii: ",") {
          position += 1
          byte = nextNonSpace(&position)
          if frame.pointee.isObject {
            guard byte == UInt8(ascii: "\""), name(frame, &position, &writer, &tape) else { return false }
            byte = nextNonSpace(&position)
          }
          continue value
        }
        guard byte == (frame.pointee.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
        close(frame, &position, writer, &duplicates)
        frame -= 1
      }
    }
  }

  /// Skips whitespace; the byte it stops at, or 0 (which is legal nowhere) at the end of the text.
  @inline(__always)
  private func nextNonSpace(_ position: inout UnsafePointer<UInt8>) -> UInt8 {
    guard position < end else { return 0 }
    let byte = position.pointee
    if byte > 0x20 { return byte }
    // One space after a colon or comma is the usual; longer runs are indentation.
    if byte == 0x20, end - position > 1, position[1] > 0x20 {
      position += 1
      return position.pointee
    }
    position = behindSpace(position)
    return position < end ? position.pointee : 0
  }

  @inline(never)
  private func behindSpace(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
    var position = start
    while end - position >= 16 {
      let mask = cscan_non_spaces(position)
      if mask != 0 { return position + mask.trailingZeroBitCount }
      position += 16
    }
    while position < end {
      switch position.pointee {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return position
      }
    }
    return position
  }

  @inline(__always)
  private func append(
    _ kind: NodeKind, from content: UnsafePointer<UInt8>, length: Int, flags: TapeNode.Flags = [],
    _ writer: inout TapeWriter, _ tape: inout Tape
  ) {
    writer.append(
      TapeNode(
        offset: UInt32(truncatingIfNeeded: content - start), length: UInt32(truncatingIfNeeded: length),
        next: UInt32(truncatingIfNeeded: writer.count &+ 1), kind: kind, flags: flags), &tape)
  }

  @inline(__always)
  private func open(
    _ kind: NodeKind, _ frame: UnsafeMutablePointer<Frame>, _ position: inout UnsafePointer<UInt8>,
    _ writer: inout TapeWriter, _ tape: inout Tape
  ) {
    frame.initialize(
      to: Frame(
        bloom: 0, node: UInt32(truncatingIfNeeded: writer.count), isObject: kind == .object, isSuspect: false))
    append(kind, from: position, length: 0, &writer, &tape)
    position += 1
  }

  /// Closes the innermost container at its bracket.
  @inline(__always)
  private func close(
    _ frame: UnsafeMutablePointer<Frame>, _ position: inout UnsafePointer<UInt8>, _ writer: TapeWriter,
    _ duplicates: inout DuplicateNames
  ) {
    position += 1
    let node = writer.nodes + Int(frame.pointee.node)
    node.pointee.length = UInt32(truncatingIfNeeded: position - start) &- node.pointee.offset
    node.pointee.next = UInt32(truncatingIfNeeded: writer.count)
    if frame.pointee.isSuspect {
      duplicates.search(object: frame.pointee.node, nodes: writer.nodes, bytes: start)
    }
  }

  /// Reads a string from its opening quote. False where it is none.
  @inline(__always)
  private func string(
    _ position: inout UnsafePointer<UInt8>, _ writer: inout TapeWriter, _ tape: inout Tape
  ) -> Bool {
    text(.string, plainEnd(ofValue: position + 1), &position, &writer, &tape) != nil
  }

  /// Reads a string or a name from its opening quote to the closing one, which is where it says where it knows. What there is to
  /// know of it; nil where it is none.
  @inline(__always)
  private func text(
    _ kind: NodeKind, _ plainEnd: UnsafePointer<UInt8>?, _ position: inout UnsafePointer<UInt8>,
    _ writer: inout TapeWriter, _ tape: inout Tape
  ) -> TapeNode.Flags? {
    let content = position + 1
    if let plainEnd {
      append(kind, from: content, length: plainEnd - content, &writer, &tape)
      position = plainEnd + 1
      return []
    }
    let scan = StringScan.scan(content, end: end)
    guard scan.stop == .quote else { return nil }
    append(kind, from: content, length: scan.position - content, flags: scan.flags, &writer, &tape)
    position = scan.position + 1
    return scan.flags
  }

  /// Reads a member's name from its opening quote, and the colon behind it. False where there is none.
  @inline(__always)
  private func name(
    _ frame: UnsafeMutablePointer<Frame>, _ position: inout UnsafePointer<UInt8>, _ writer: inout TapeWriter,
    _ tape: inout Tape
  ) -> Bool {
    let content = position + 1
    guard let flags = text(.name, plainEnd(ofName: content), &position, &writer, &tape) else { return false }
    if flags.contains(.escaped) { suspect(frame, writer) }
    let bit = nameBit(content, position - content &- 1)
    if frame.pointee.bloom & bit != 0 { suspect(frame, writer) }
    frame.pointee.bloom |= bit
    guard nextNonSpace(&position) == UInt8(ascii: ":") else { return false }
    position += 1
    return true
  }

  /// The closing quote of a name without escapes and bytes beyond ASCII; nil where it is another one, or near the end of the
  /// text.
  @inline(__always)
  private func plainEnd(ofName content: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    guard content <= lastBlock else { return nil }
    return plainEnd(content, stops: cscan_string_stops(content), in: 16)
  }

  /// The same of a string that is a value. Two blocks at once: guessing in which of them it ends costs more.
  @inline(__always)
  private func plainEnd(ofValue content: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    guard content <= lastBlock - 16 else { return plainEnd(ofName: content) }
    let stops = cscan_string_stops(content) | cscan_string_stops(content + 16) &<< 16
    return plainEnd(content, stops: stops, in: 32)
  }

  /// - Parameter stops: what `cscan_string_stops` tells of the first `count` bytes.
  @inline(__always)
  private func plainEnd(
    _ content: UnsafePointer<UInt8>, stops: UInt32, in count: Int
  ) -> UnsafePointer<UInt8>? {
    if stops != 0 {
      let stop = content + stops.trailingZeroBitCount
      return stop.pointee == UInt8(ascii: "\"") ? stop : nil
    }
    let stop = cscan_string_end(content + count, end)!
    return stop < end && stop.pointee == UInt8(ascii: "\"") ? stop : nil
  }

  /// Where an integer of up to seven digits ends; nil where it is another number, or near the end of the text.
  @inline(__always)
  private func plainIntegerEnd(_ start: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
    guard start <= lastBlock else { return nil }
    let count = Int(cscan_digit_count8(start))
    guard count > 0, count < 8, count == 1 || start.pointee != UInt8(ascii: "0") else { return nil }
    let next = start[count]
    return next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") ? nil : start + count
  }

  /// The last name fell on a bit that another has: of a few members each is looked at, so that not every chance costs a
  /// search.
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
        count == DuplicateNames.pairwiseMax
        || other.length == name.length
          && cscan_equal(start + Int(other.offset), start + Int(name.offset), Int(name.length)) != 0
      member = writer.nodes[Int(member) &+ 1].next
      count &+= 1
    }
    frame.pointee.isSuspect = isSuspect
  }

  @inline(__always)
  private func literal(
    _ spelling: StaticString, _ kind: NodeKind, _ position: inout UnsafePointer<UInt8>, _ writer: inout TapeWriter,
    _ tape: inout Tape
  ) -> Bool {
    let count = spelling.utf8CodeUnitCount
    guard end - position >= count else { return false }
    for offset in 0..<count where position[offset] != spelling.utf8Start[offset] { return false }
    append(kind, from: position, length: count, &writer, &tape)
    position += count
    return true
  }
}

/// The bit of a 64-bit Bloom filter that a member name falls on: by its length and its first and last two bytes. Its quotes
/// are read where it has one byte only.
@inline(__always)
func nameBit(_ name: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  guard count > 0 else { return 1 }
  let ends = UInt64(cscan_load2(name)) | UInt64(cscan_load2(name + (count &- 2))) &<< 16
  let key = ends | UInt64(truncatingIfNeeded: count) &<< 32
  return 1 &<< ((key &* 0x9E37_79B9_7F4A_7C15) &>> 58)
}
