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
    // By two letters: many names share the first one with some beginning, and nobody could guess which. Behind a text's last byte
    // stands its quote, or more text.
    guard acceptance.pointee.excludedInitials & initialsBit(cscan_load2(text)) != 0 else { return false }
    var operands = program.operands + Int(acceptance.pointee.excluded.start)
    for _ in 0..<Int(acceptance.pointee.excluded.count) {
      let beginning = program.text(at: operands)
      operands += 2
      guard Int(beginning.length) <= count else { continue }
      let start = UnsafeBufferPointer(start: text, count: Int(beginning.length))
      if equalIgnoringCase(start, program.bytes(beginning)) { return true }
    }
    return false
  }

  /// Numbers with periods between them.
  private mutating func acceptsDotted(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    guard count >= Int(acceptance.pointee.lengthMin), count <= Int(acceptance.pointee.lengthMax),
      hasSoundEnds(text, count, acceptance), acceptance.pointee.excluded.count == 0
    else { return false }
    let numbers = UInt32(clamping: count <= 16 ? shortDotted(text, count) : longDotted(text, count))
    return numbers > 0 && numbers >= acceptance.pointee.countMin && numbers <= acceptance.pointee.countMax
  }

  /// How many numbers with periods between them a text of up to sixteen characters is; 0 where it is something else. Without branches
  /// on the characters: nobody could guess how many digits a number has.
  @inline(__always)
  private mutating func shortDotted(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let all: UInt32 = 1 &<< UInt32(truncatingIfNeeded: count) &- 1
    // Where the document ends sooner, the bytes before the text are looked at as well.
    let before = UInt32(truncatingIfNeeded: max(0, 16 &- (limit - text)))
    let marks = cscan_digits_and_periods(text - Int(before))
    let digits = ((marks & 0xFFFF) &>> before) & all
    let periods = (marks &>> (16 &+ before)) & all
    // A period neither at an end nor behind another one.
    let ends = 1 | (all ^ (all &>> 1))
    let isDotted = digits | periods == all && periods & (periods &<< 1 | ends) == 0
    return isDotted ? periods.nonzeroBitCount &+ 1 : 0
  }

  /// The same of a longer text.
  @inline(never)
  private mutating func longDotted(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var numbers = 1
    var wasPeriod = true
    for position in 0..<count {
      let isPeriod = text[position] == UInt8(ascii: ".")
      guard isPeriod ? !wasPeriod : text[position] &- UInt8(ascii: "0") < 10 else { return 0 }
      numbers &+= isPeriod ? 1 : 0
      wasPeriod = isPeriod
    }
    return wasPeriod ? 0 : numbers
  }

  @inline(never)
  mutating func acceptsResourceID(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    isResourceID(text, count, acceptance)
  }

  /// ``acceptsResourceID(_:_:_:)`` without a call, for where nothing else is done.
  @inline(__always)
  mutating func isResourceID(
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

  /// `https://`, a host, segments that do not look like placeholders, and the ending that is asked for.
  @inline(__always)
  private mutating func acceptsURI(
    _ text: UnsafePointer<UInt8>, _ count: Int, _ acceptance: UnsafePointer<Acceptance>
  ) -> Bool {
    let ending = program.bytes(acceptance.pointee.literal)
    let sets = UnsafeRawPointer(acceptance).assumingMemoryBound(to: UInt8.self)
    var form = cscan_uri(
      host: sets + MemoryLayout<Acceptance>.offset(of: \.first)!, segment: sets, ending: ending.baseAddress,
      ending_n: ending.count, segments_max: UInt64(acceptance.pointee.countMax))
    return cscan_is_uri(text, count, &form, limit) != 0
  }
}
