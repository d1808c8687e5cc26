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

  private var position: UnsafePointer<UInt8>
  private let start: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  private let frames: UnsafeMutablePointer<Frame>
  private let depthMax: Int
  private var depth = 0

  /// - Parameter frames: room for `depthMax` frames, whatever is in it.
  package init(
    start: UnsafePointer<UInt8>, from first: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>,
    frames: UnsafeMutablePointer<Frame>, depthMax: Int
  ) {
    self.start = start
    self.end = end
    self.frames = frames
    self.depthMax = depthMax
    position = first
  }

  /// Reads the whole text into the tape. False at the first fault; the tape is then worth nothing.
  package mutating func parse(into tape: inout Tape, duplicates: inout DuplicateNames) -> Bool {
    var byte = nextNonSpace()
    value: while true {
      switch byte {
      case UInt8(ascii: "\""):
        guard string(.string, into: &tape) else { return false }
      case UInt8(ascii: "{"):
        guard open(.object, in: &tape) else { return false }
        byte = nextNonSpace()
        if byte != UInt8(ascii: "}") {
          guard byte == UInt8(ascii: "\""), name(into: &tape) else { return false }
          byte = nextNonSpace()
          continue value
        }
        close(in: &tape, &duplicates)
      case UInt8(ascii: "["):
        guard open(.array, in: &tape) else { return false }
        byte = nextNonSpace()
        if byte != UInt8(ascii: "]") { continue value }
        close(in: &tape, &duplicates)
      case UInt8(ascii: "t"):
        guard literal("true", .true, into: &tape) else { return false }
      case UInt8(ascii: "f"):
        guard literal("false", .false, into: &tape) else { return false }
      case UInt8(ascii: "n"):
        guard literal("null", .null, into: &tape) else { return false }
      default:
        guard number(into: &tape) else { return false }
      }
      // Behind a value: close what closes, then the next member or element, or the end.
      while true {
        guard depth > 0 else { return nextNonSpace() == 0 && position == end }
        byte = nextNonSpace()
        if byte == UInt8(ascii: ",") {
          position += 1
          byte = nextNonSpace()
          if frames[depth &- 1].isObject {
            guard byte == UInt8(ascii: "\""), name(into: &tape) else { return false }
            byte = nextNonSpace()
          }
          continue value
        }
        guard byte == (frames[depth &- 1].isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
        close(in: &tape, &duplicates)
      }
    }
  }

  /// Skips whitespace; the byte it stops at, or 0 (which is legal nowhere) at the end of the text.
  @inline(__always)
  private mutating func nextNonSpace() -> UInt8 {
    guard position < end else { return 0 }
    let byte = position.pointee
    if byte > 0x20 { return byte }
    // One space after a colon or comma is the usual; longer runs are indentation.
    if byte == 0x20, end - position > 1, position[1] > 0x20 {
      position += 1
      return position.pointee
    }
    while end - position >= 16 {
      let mask = cscan_non_spaces(position)
      if mask != 0 {
        position += mask.trailingZeroBitCount
        return position.pointee
      }
      position += 16
    }
    while position < end {
      switch position.pointee {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return position.pointee
      }
    }
    return 0
  }

  @inline(__always)
  private mutating func open(_ kind: NodeKind, in tape: inout Tape) -> Bool {
    guard depth < depthMax else { return false }
    let index = UInt32(truncatingIfNeeded: tape.count)
    (frames + depth).initialize(
      to: Frame(bloom: 0, node: index, isObject: kind == .object, isSuspect: false))
    depth &+= 1
    tape.append(
      TapeNode(offset: UInt32(truncatingIfNeeded: position - start), length: 0, next: index &+ 1, kind: kind))
    position += 1
    return true
  }

  /// Closes the innermost container at its bracket.
  @inline(__always)
  private mutating func close(in tape: inout Tape, _ duplicates: inout DuplicateNames) {
    position += 1
    depth &-= 1
    let frame = frames[depth]
    let node = tape.nodes + Int(frame.node)
    node.pointee.length = UInt32(truncatingIfNeeded: position - start) &- node.pointee.offset
    node.pointee.next = UInt32(truncatingIfNeeded: tape.count)
    if frame.isSuspect {
      duplicates.search(object: frame.node, nodes: tape.nodes, bytes: start)
    }
  }

  /// A string from its opening quote.
  @inline(__always)
  private mutating func string(_ kind: NodeKind, into tape: inout Tape) -> Bool {
    let content = position + 1
    let scan = StringScan.scan(content, end: end)
    guard scan.stop == .quote else { return false }
    let index = UInt32(truncatingIfNeeded: tape.count)
    tape.append(
      TapeNode(
        offset: UInt32(truncatingIfNeeded: content - start),
        length: UInt32(truncatingIfNeeded: scan.position - content),
        next: index &+ 1, kind: kind, flags: scan.flags))
    position = scan.position + 1
    return true
  }

  /// A member's name from its opening quote, and the colon behind it.
  @inline(__always)
  private mutating func name(into tape: inout Tape) -> Bool {
    guard string(.name, into: &tape) else { return false }
    let node = tape.nodes[tape.count &- 1]
    let bit = nameBit(start + Int(node.offset), Int(node.length))
    let frame = frames + (depth &- 1)
    if frame.pointee.bloom & bit != 0 || node.flags.contains(.escaped) { suspect(node, frame, tape) }
    frame.pointee.bloom |= bit
    guard nextNonSpace() == UInt8(ascii: ":") else { return false }
    position += 1
    return true
  }

  /// A name on a bit that another has: of a few members each is looked at, so that not every chance costs a search.
  @inline(never)
  private func suspect(_ name: TapeNode, _ frame: UnsafeMutablePointer<Frame>, _ tape: borrowing Tape) {
    guard !frame.pointee.isSuspect else { return }
    var member = frame.pointee.node &+ 1
    var isSuspect = name.flags.contains(.escaped)
    var count = 0
    while !isSuspect, member < UInt32(truncatingIfNeeded: tape.count &- 1) {
      let other = tape.nodes[Int(member)]
      isSuspect =
        count == DuplicateNames.pairwiseMax
        || other.length == name.length
          && equal(start + Int(other.offset), start + Int(name.offset), Int(name.length))
      member = tape.nodes[Int(member) &+ 1].next
      count &+= 1
    }
    frame.pointee.isSuspect = isSuspect
  }

  @inline(__always)
  private mutating func literal(_ spelling: StaticString, _ kind: NodeKind, into tape: inout Tape) -> Bool {
    let count = spelling.utf8CodeUnitCount
    guard end - position >= count else { return false }
    for offset in 0..<count where position[offset] != spelling.utf8Start[offset] { return false }
    append(kind, length: count, into: &tape)
    return true
  }

  @inline(__always)
  private mutating func number(into tape: inout Tape) -> Bool {
    guard let number = scanNumber(position, end: end) else { return false }
    append(.number, length: number.end - position, flags: number.isInteger ? .integer : [], into: &tape)
    return true
  }

  @inline(__always)
  private mutating func append(
    _ kind: NodeKind, length: Int, flags: TapeNode.Flags = [], into tape: inout Tape
  ) {
    let index = UInt32(truncatingIfNeeded: tape.count)
    tape.append(
      TapeNode(
        offset: UInt32(truncatingIfNeeded: position - start), length: UInt32(truncatingIfNeeded: length),
        next: index &+ 1, kind: kind, flags: flags))
    position += length
  }
}

/// The bit of a 64-bit Bloom filter that a member name falls on.
@inline(__always)
func nameBit(_ name: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
  guard count > 0 else { return 1 }
  let mix = UInt64(name[0]) &* 31 &+ UInt64(name[count &- 1]) &* 7 &+ UInt64(name[count >> 1]) &* 131
  return 1 << ((mix &+ UInt64(truncatingIfNeeded: count) &* 37) & 63)
}

@inline(__always)
func equal(_ one: UnsafePointer<UInt8>, _ other: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  var offset = 0
  while count &- offset >= 8 {
    if cscan_load8(one + offset) != cscan_load8(other + offset) { return false }
    offset &+= 8
  }
  while offset < count {
    if one[offset] != other[offset] { return false }
    offset &+= 1
  }
  return true
}
