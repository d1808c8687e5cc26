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
    /// One bit for each member name seen, chosen by its length and three of its bytes.
    var bloom: UInt64
    var node: UInt32
    var isObject: Bool
    /// Two names may be the same, or one has escapes: the members are compared when the object closes.
    var isSuspect: Bool
  }

  private let first: UnsafePointer<UInt8>
  private let start: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
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
        guard string(.string, &position, &writer, &tape).stop == .quote else { return false }
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

  /// A string from its opening quote: where it ends, or what stopped it.
  @inline(__always)
  private func string(
    _ kind: NodeKind, _ position: inout UnsafePointer<UInt8>, _ writer: inout TapeWriter, _ tape: inout Tape
  ) -> StringScan {
    let content = position + 1
    let scan = StringScan.scan(content, end: end)
    if scan.stop == .quote {
      append(kind, from: content, length: scan.position - content, flags: scan.flags, &writer, &tape)
      position = scan.position + 1
    }
    return scan
  }

  /// A member's name from its opening quote, and the colon behind it.
  @inline(__always)
  private func name(
    _ frame: UnsafeMutablePointer<Frame>, _ position: inout UnsafePointer<UInt8>, _ writer: inout TapeWriter,
    _ tape: inout Tape
  ) -> Bool {
    let content = position + 1
    let scan = string(.name, &position, &writer, &tape)
    guard scan.stop == .quote else { return false }
    let bit = nameBit(content, scan.position - content)
    if frame.pointee.bloom & bit != 0 || scan.flags.contains(.escaped) { suspect(frame, writer) }
    frame.pointee.bloom |= bit
    guard nextNonSpace(&position) == UInt8(ascii: ":") else { return false }
    position += 1
    return true
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

/// The bit of a 64-bit Bloom filter that a member name falls on.
@inline(__always)
func nameBit(_ name: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  guard count > 0 else { return 1 }
  let mix = UInt64(name[0]) &* 31 &+ UInt64(name[count &- 1]) &* 7 &+ UInt64(name[count >> 1]) &* 131
  return 1 << ((mix &+ UInt64(truncatingIfNeeded: count) &* 37) & 63)
}
