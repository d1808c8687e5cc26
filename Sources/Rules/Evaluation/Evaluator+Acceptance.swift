import CScan

/// Asks whether a text is certainly sound, see ``Acceptance``.
///
/// These methods change nothing; they are `mutating` because only so the evaluator is passed as a pointer: for the others
/// the compiler copies it, which costs more than what they do.
extension Evaluator {
  @inline(__always)
  mutating func accepts(_ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UInt32) -> Bool {
    let acceptance = program.acceptances + Int(acceptance)
    switch acceptance.pointee.form {
    case .plain: return acceptsPlain(text, count, acceptance)
    case .resourceID: return acceptsResourceID(text, count, acceptance)
    case .uri: return acceptsURI(text, count, acceptance)
    case .dotted: return acceptsDotted(text, count, acceptance)
    case .uuid: return UUIDCheck.outcome(UnsafeBufferPointer(start: text, count: count)) == 0
    }
  }

  /// The name of a map's member.
  @inline(__always)
  mutating func acceptsName(_ member: UInt32, _ acceptance: UInt32) -> Bool {
    let name = nodes[Int(member)]
    return name.flags.isDisjoint(with: .indirect) && accepts(bytes + Int(name.offset), Int(name.length), acceptance)
  }

  /// Where the text of the document ends: nothing is read from there on.
  @inline(__always)
  private var limit: UnsafePointer<UInt8> { bytes + document.byteCount }

  /// How many bytes of a text are in the set at a place of an acceptance: 0 is ``Acceptance/bytes``, 16
  /// ``Acceptance/first``.
  @inline(__always)
  private mutating func span(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>, set offset: Int = 0
  ) -> Int {
    cscan_span(
      text, count, (UnsafeRawPointer(acceptance) + offset).assumingMemoryBound(to: UInt8.self), limit)
  }

  @inline(__always)
  private mutating func hasSoundEnds(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    acceptance.pointee.hasEnds == 0
      || acceptance.pointee.first.contains(text[0]) && acceptance.pointee.last.contains(text[count &- 1])
  }

  /// Whether a text has the lengths, the bytes and the ends of an acceptance.
  @inline(__always)
  func isPlain(_ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>) -> Bool {
    cscan_is_plain(text, count, Self.plain(acceptance), limit) != 0
  }

  @inline(__always)
  private static func plain(_ acceptance: UnsafePointer<Acceptance>) -> UnsafePointer<cscan_plain> {
    UnsafeRawPointer(acceptance).assumingMemoryBound(to: cscan_plain.self)
  }

  @inline(__always)
  private mutating func acceptsPlain(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    isPlain(text, count, acceptance) && (acceptance.pointee.hasMore == 0 || acceptsMore(text, count, acceptance))
  }

  @inline(never)
  private mutating func acceptsMore(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    !beginsExcluded(text, count, acceptance)
      && (acceptance.pointee.classesMin == 0
        || CharacterClassesCheck.outcome(
          UnsafeBufferPointer(start: text, count: count), least: Int(acceptance.pointee.classesMin)) == 0)
  }

  private mutating func beginsExcluded(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    var operands = program.operands + Int(acceptance.pointee.excluded.start)
    // By two letters: many names share the first one with some beginning, and nobody could guess which.
    let initials = Self.initials(text)
    for _ in 0..<Int(acceptance.pointee.excluded.count) {
      let beginning = program.text(at: operands)
      operands += 2
      let difference = Self.initials(program.strings + Int(beginning.offset)) ^ initials
      guard beginning.length > 1 ? difference == 0 : difference & 0xFF == 0, Int(beginning.length) <= count else {
        continue
      }
      let start = UnsafeBufferPointer(start: text, count: Int(beginning.length))
      if equalIgnoringCase(start, program.bytes(beginning)) { return true }
    }
    return false
  }

  /// Two bytes, of letters the small ones. Behind a text's last byte stands its quote, or more text.
  @inline(__always)
  private static func initials(_ text: UnsafePointer<UInt8>) -> UInt16 { cscan_load2(text) | 0x2020 }

  /// Numbers with periods between them.
  @inline(never)
  private mutating func acceptsDotted(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    guard count >= Int(acceptance.pointee.lengthMin), count <= Int(acceptance.pointee.lengthMax),
      hasSoundEnds(text, count, acceptance), acceptance.pointee.excluded.count == 0
    else { return false }
    // Without branches on what the characters are: nobody could guess how many digits a number has.
    var periods: UInt32 = 0
    var faults: UInt8 = 0
    var wasPeriod: UInt8 = 1
    for position in 0..<count {
      let isDigit: UInt8 = text[position] &- UInt8(ascii: "0") < 10 ? 1 : 0
      let isPeriod: UInt8 = text[position] == UInt8(ascii: ".") ? 1 : 0
      faults |= (isDigit | isPeriod) ^ 1 | isPeriod & wasPeriod
      periods &+= UInt32(isPeriod)
      wasPeriod = isPeriod
    }
    return (faults | wasPeriod) == 0 && periods &+ 1 >= acceptance.pointee.countMin
      && periods &+ 1 <= acceptance.pointee.countMax
  }

  @inline(never)
  mutating func acceptsResourceID(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    let literal = program.bytes(acceptance.pointee.literal)
    let group = program.acceptances + Int(acceptance.pointee.group)
    let name = program.acceptances + Int(acceptance.pointee.name)
    var form = cscan_resource_id(
      group: Self.plain(group), literal: literal.baseAddress, literal_n: literal.count, name: Self.plain(name))
    let groupCount = cscan_resource_group(text, count, &form, limit)
    guard groupCount > 0 else { return false }
    let groupStart = Int(cscan_group_start)
    let nameStart = groupStart &+ groupCount &+ literal.count
    return (group.pointee.hasMore == 0 || acceptsMore(text + groupStart, groupCount, group))
      && (name.pointee.hasMore == 0 || acceptsMore(text + nameStart, count &- nameStart, name))
  }

  private static let scheme: StaticString = "https://"

  /// `https://`, a host, segments that do not look like placeholders, and the ending that is asked for.
  @inline(never)
  private mutating func acceptsURI(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    let ending = program.bytes(acceptance.pointee.literal)
    guard count > 8 &+ ending.count, equal(text, Self.scheme.utf8Start, 8) else { return false }
    var position = 8 &+ span(text + 8, count &- 8, acceptance, set: 16)
    guard position > 8, text[8] != UInt8(ascii: "."), text[8] != UInt8(ascii: "-") else { return false }
    let path = position
    var segments: UInt32 = 0
    while position < count {
      guard text[position] == UInt8(ascii: "/") else { return false }
      position &+= 1
      segments &+= 1
      if position < count, text[position] == UInt8(ascii: "_") { return false }
      position &+= span(text + position, count &- position, acceptance)
    }
    return segments <= acceptance.pointee.countMax && count &- path >= ending.count
      && (ending.isEmpty || equal(text + (count &- ending.count), ending.baseAddress!, ending.count))
  }
}
