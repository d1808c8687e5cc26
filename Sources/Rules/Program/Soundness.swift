/// Finds out, case by case, what is certainly sound at a place, and writes it down as an ``Acceptance``.
///
/// Each check narrows it (``Check/narrow(_:_:)``); one that cannot say in these terms what it accepts gives up, and then
/// every text of the place is judged.
struct Soundness {
  private(set) var isKnown = true
  private(set) var bytes = ByteSet.ascii
  private(set) var first = ByteSet.ascii
  private(set) var last = ByteSet.ascii
  private(set) var takesHigh = true
  private(set) var length = 1...Int(UInt32.max)
  private(set) var excluded: [String] = []
  private(set) var classesMin = 0
  /// A pattern said something of the bytes or the ends.
  private var isNarrowed = false
  private(set) var isUUID = false
  private(set) var values: [String]?
  private(set) var numbers: ClosedRange<Int>?
  private(set) var isResourceID = false
  private(set) var resourceType: String?
  private(set) var isURI = false
  private(set) var suffix = ""
  private(set) var segmentsMax = Int(UInt32.max)

  /// Nothing is certain.
  mutating func giveUp() { isKnown = false }

  // MARK: What checks ask for

  mutating func limit(length limits: Limits) {
    // UTF-16 code units are at most as many as bytes, and without bytes beyond ASCII just as many.
    if let min = limits.min, min > 1 {
      takesHigh = false
      limit(min...Int(UInt32.max))
    }
    if let max = limits.max, max < 1 {
      giveUp()
    } else if let max = limits.max {
      limit(1...max)
    }
  }

  private mutating func limit(_ range: ClosedRange<Int>) {
    guard length.overlaps(range) else {
      giveUp()
      return
    }
    length = length.clamped(to: range)
  }

  /// Not one of these texts; letter case may count, but not here.
  mutating func exclude(_ values: [String]) {
    for value in values {
      if value.isEmpty { continue }
      // What does not begin like it, is not it.
      excluded.append(asciiLowercased(value))
    }
  }

  /// One of these texts.
  mutating func require(oneOf texts: [String]) {
    values = values.map { $0.filter(texts.contains) } ?? texts
  }

  mutating func require(classes: Int) { classesMin = max(classesMin, classes) }
  mutating func requireUUID() { isUUID = true }
  mutating func requireResourceID() { isResourceID = true }

  mutating func require(resourceType type: String) {
    if let resourceType, resourceType != type { giveUp() }
    isResourceID = true
    resourceType = type
  }

  mutating func require(schemes: [String]) {
    isURI = true
    if !schemes.contains("https") { giveUp() }
  }

  mutating func require(pathSuffix: String) {
    isURI = true
    if suffix.isEmpty { suffix = pathSuffix } else if suffix != pathSuffix { giveUp() }
  }

  mutating func require(segmentsMax: Int) {
    isURI = true
    self.segmentsMax = min(self.segmentsMax, segmentsMax)
  }

  /// A pattern, of a kind that this reader knows.
  mutating func require(pattern: String) {
    guard let pattern = PatternReading(pattern) else {
      giveUp()
      return
    }
    if let set = pattern.bytes {
      bytes = bytes.intersection(set)
    }
    if !pattern.takesHigh { takesHigh = false }
    if pattern.bytes != nil || pattern.notFirst != ByteSet() || pattern.notLast != ByteSet() { isNarrowed = true }
    first = first.subtracting(pattern.notFirst)
    last = last.subtracting(pattern.notLast)
    excluded += pattern.notPrefixes
    if let numbers = pattern.numbers {
      if self.numbers != nil { giveUp() }
      self.numbers = numbers
    }
  }

  // MARK: What the engine asks for

  private static let valueCountMax = 4096
  private static let placeholderMarks = ByteSet("{<$@_%".utf8)

  /// No ``Placeholder`` is found.
  mutating func excludePlaceholders(_ strictness: Placeholder.Strictness) {
    switch strictness {
    case .whole: first = first.subtracting(Self.placeholderMarks)
    case .text:
      bytes = bytes.subtracting(ByteSet("{$@".utf8))
      first = first.subtracting(Self.placeholderMarks)
    case .structured:
      // Whole segments count there.
      bytes = bytes.subtracting(ByteSet("{<$@%/".utf8))
      first = first.subtracting(Self.placeholderMarks)
    }
  }

  // MARK: Writing

  /// Where one of certain texts is asked for, those that pass: none where each has to be judged. Nil where anything else is asked
  /// for, or nothing is certain.
  var listed: [String]? {
    guard isKnown, let values, !isURI, !isResourceID, !isUUID, numbers == nil, classesMin == 0 else { return nil }
    // A list of such a length is hardly one of names.
    return values.count <= Self.valueCountMax ? values.filter { accepts($0) } : []
  }

  /// The number of the acceptance in its section; ``Acceptance/none`` where nothing is certain.
  ///
  /// - Parameter parameters: the URI parameters whose values stand in a resource id, by the segments that tell them.
  func write(_ builder: ProgramBuilder, parameters: [String: Soundness] = [:]) -> UInt32 {
    guard isKnown, values == nil else { return Acceptance.none }
    var out = Acceptance()
    var excluded = excluded
    if isURI {
      // Of the text as a whole nothing else may be asked but how it begins.
      guard !isResourceID, !isUUID, numbers == nil, length == 1...Int(UInt32.max), !isNarrowed, classesMin == 0 else {
        return Acceptance.none
      }
      let scheme = "https://"
      guard excluded.allSatisfy({ !scheme.hasPrefix($0) && !$0.hasPrefix(scheme) }) else { return Acceptance.none }
      excluded = []
      let unreserved = ByteSet.letters.union(.digits).union(ByteSet("-._~".utf8))
      guard bytes.union(ByteSet("/".utf8)).isSuperset(of: unreserved) else { return Acceptance.none }
      out.form = .uri
      out.bytes = unreserved
      out.first = ByteSet.letters.union(.digits).union(ByteSet("-.".utf8))
      out.literal = builder.text(suffix)
      out.countMax = UInt32(clamping: segmentsMax)
    } else if isResourceID {
      return writeResourceID(builder, parameters)
    } else if isUUID {
      guard accepts(uuid: "0123456789abcdefABCDEF-") else { return Acceptance.none }
      out.form = .uuid
    } else if let numbers {
      guard bytes.isSuperset(of: ByteSet("0123456789.".utf8)), classesMin == 0 else { return Acceptance.none }
      out.form = .dotted
      (out.countMin, out.countMax) = (UInt32(clamping: numbers.lowerBound), UInt32(clamping: numbers.upperBound))
    } else {
      out.bytes = bytes
      out.takesHigh = takesHigh && classesMin == 0 ? 1 : 0
      out.classesMin = UInt32(classesMin)
      out.hasMore = classesMin > 0 || !excluded.isEmpty ? 1 : 0
    }
    if out.form == .plain || out.form == .dotted {
      (out.lengthMin, out.lengthMax) = (UInt32(clamping: length.lowerBound), UInt32(clamping: length.upperBound))
      out.first = first
      out.last = last
      out.hasEnds = first != .ascii || last != .ascii ? 1 : 0
      out.excluded = IndexRun(start: UInt32(builder.operands.count), count: UInt32(excluded.count))
      for text in excluded {
        builder.emit(text)
        let bytes = Array(text.utf8)
        out.excludedInitials |= bytes.count > 1 ? initialsBit(UInt16(bytes[0]) | UInt16(bytes[1]) << 8) : .max
      }
    }
    builder.acceptances.append(out)
    return UInt32(builder.acceptances.count - 1)
  }

  /// Whether a listed value passes all else that is asked for.
  private func accepts(_ value: String) -> Bool {
    guard let first = value.utf8.first, let last = value.utf8.last else { return false }
    return bytes.isSuperset(of: ByteSet(value.utf8)) && value.utf8.allSatisfy { $0 < 0x80 }
      && self.first.contains(first) && self.last.contains(last) && length.contains(value.utf8.count)
      && excluded.allSatisfy { !asciiLowercased(value).hasPrefix($0) }
  }

  private func accepts(uuid characters: String) -> Bool {
    let characters = ByteSet(characters.utf8)
    return isKnown && values == nil && !isURI && !isResourceID && length.contains(36) && excluded.isEmpty
      && classesMin == 0 && numbers == nil
      && bytes.isSuperset(of: characters) && first.isSuperset(of: characters) && last.isSuperset(of: characters)
  }

  private func writeResourceID(_ builder: ProgramBuilder, _ parameters: [String: Soundness]) -> UInt32 {
    // The checks on ids are about their segments; another check of the whole text would have to be asked as well.
    guard let resourceType, resourceType.split(separator: "/").count == 2, excluded.isEmpty, numbers == nil, !isUUID,
      length == 1...Int(UInt32.max), classesMin == 0, !isNarrowed,
      parameters["subscriptions"]?.accepts(uuid: "0123456789abcdefABCDEF-") ?? true
    else { return Acceptance.none }
    func part(_ parameter: Soundness?) -> UInt32 {
      var sound = parameter ?? Soundness()
      // Bytes, ends, lengths and beginnings are all that is asked of a part.
      guard sound.values == nil, sound.numbers == nil, sound.classesMin == 0, !sound.isUUID, !sound.isURI,
        !sound.isResourceID
      else { return Acceptance.none }
      sound.excludePlaceholders(.structured)
      sound.takesHigh = false
      return sound.write(builder)
    }
    var out = Acceptance()
    out.form = .resourceID
    out.group = part(parameters["resourceGroups"])
    out.name = part(parameters[resourceType])
    guard out.group != Acceptance.none, out.name != Acceptance.none else { return Acceptance.none }
    out.literal = builder.text("/providers/\(resourceType)/")
    builder.acceptances.append(out)
    return UInt32(builder.acceptances.count - 1)
  }
}

/// The operands of a compiled case, as ``Check/narrow(_:_:)`` reads them.
struct CompiledOperands {
  let builder: ProgramBuilder
  let start: Int

  subscript(index: Int) -> UInt32 { builder.operands[start + index] }

  func text(_ index: Int) -> String {
    builder.string(TextRange(offset: self[index], length: self[index + 1]))
  }

  /// How many, then each.
  func texts(_ index: Int) -> [String] { (0..<Int(self[index])).map { text(index + 1 + $0 * 2) } }

  var limits: Limits {
    builder.operands.withUnsafeBufferPointer { Limits($0.baseAddress! + start) }
  }
}

func asciiLowercased(_ text: String) -> String { String(decoding: text.utf8.map(lowercased), as: UTF8.self) }
