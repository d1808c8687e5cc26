import CScan
import ScanLevels
import TestRandom
import Testing

/// The scans of CScan, at every level of processor, against a plain reading of what they promise; and none reads beyond
/// what it says that it reads.
@Suite struct ScanTests {
  private static var levels: [scan_level] { [scan_portable, scan_sse2, scan_ssse3, scan_avx2, scan_native] }

  /// Calls with texts of all lengths up to 150, mostly of one kind of byte with a few others in it.
  ///
  /// - Parameter behind: how many bytes can be read behind each text.
  private static func eachText(
    behind: Int, _ body: (UnsafePointer<UInt8>, Int, _ random: inout Seeded) -> Void
  ) {
    var size = 0
    guard let memory = scan_guarded(&size) else {
      Issue.record("no memory")
      return
    }
    var random = Seeded(seed: 32)
    let usual = Array("abcdefgXYZ0189 -".utf8)
    let others = Array("\"\\:#=-.AKASchp_/é\u{1}\u{7F}\n\u{0}z".utf8)
    for round in 0..<30 {
      for count in 0...150 {
        let start = memory + (size - behind - count)
        for index in 0..<(count + behind) { start[index] = usual.randomElement(using: &random)! }
        for _ in 0..<(round % 4) where count > 0 {
          start[Int.random(in: 0..<count, using: &random)] = others.randomElement(using: &random)!
        }
        body(start, count, &random)
      }
    }
  }

  private static func set(_ characters: String) -> [UInt8] {
    var set = [UInt8](repeating: 0, count: 16)
    for byte in characters.utf8 { set[Int(byte & 15)] |= 1 << (byte >> 4) }
    return set
  }

  private static func isIn(_ set: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
    byte < 0x80 && set[set.startIndex + Int(byte & 15)] >> (byte >> 4) & 1 != 0
  }

  @Test func sets() {
    let levels = Self.levels
    let sets = Self.set("abcdefgXYZ0189 -.") + Self.set("abcdefg") + Self.set("abcdefgXYZ0189")
    Self.eachText(behind: 0) { text, count, random in
      let bytes = UnsafeBufferPointer(start: text, count: count)
      let span = bytes.prefix { Self.isIn(sets[..<16], $0) }.count
      var plain = Self.plain(sets)
      plain.takes_high = UInt8.random(in: 0...1, using: &random)
      plain.has_ends = UInt8.random(in: 0...1, using: &random)
      plain.length_min = UInt32.random(in: 1...3, using: &random)
      plain.length_max = [40, 120, UInt32.max].randomElement(using: &random)!
      let isInSet = bytes.allSatisfy { Self.isIn(sets[..<16], $0) || plain.takes_high != 0 && $0 >= 0x80 }
      let hasLength = count >= plain.length_min && count <= plain.length_max
      let hasEnds = count > 0 && Self.isIn(sets[16..<32], bytes[0]) && Self.isIn(sets[32...], bytes[count - 1])
      for level in levels {
        #expect(level.span!(text, count, sets, text + count) == span)
        guard count > 0 else { continue }
        let isPlain = level.is_plain!(text, count, &plain, text + count) != 0
        #expect(isPlain == (hasLength && isInSet && (plain.has_ends == 0 || hasEnds)))
      }
    }
  }

  private static func plain(_ sets: [UInt8]) -> cscan_plain {
    var plain = cscan_plain()
    withUnsafeMutableBytes(of: &plain) { $0.copyBytes(from: sets) }
    (plain.length_min, plain.length_max) = (1, .max)
    return plain
  }

  /// Ids with names of all lengths, often with a fault somewhere, and their end where the memory ends.
  @Test func resourceIDs() {
    var size = 0
    guard let memory = scan_guarded(&size) else { return }
    var random = Seeded(seed: 67)
    let characters = "abcdefgXYZ0189-_."
    let ends = "abcdefgXYZ0189"
    var plain = Self.plain(Self.set(characters) + Self.set(ends) + Self.set(ends))
    plain.has_ends = 1
    plain.length_max = 70
    let literals = [
      "/p/", "/providers/Microsoft.Compute/disks/", "/providers/Microsoft.Compute/galleries/a/images/b/c/d/ee/",
    ]
    var accepted = 0
    for round in 0..<20_000 {
      let literal = Array(literals.randomElement(using: &random)!.utf8)
      var id = Array("/subscriptions/0f3e5d7c-9A1B-4c2d-8e6f-0123456789aB/resourceGroups/".utf8)
      id += text(characters, Int.random(in: 0...(round % 3 == 0 ? 72 : 34), using: &random), &random) + literal
      id += text(characters, Int.random(in: 0...(round % 5 == 0 ? 72 : 34), using: &random), &random)
      if Bool.random(using: &random) {
        id[Int.random(in: 0..<id.count, using: &random)] = "/-.gGa0\u{0}é@".utf8.randomElement(using: &random)!
      }
      let wanted = Self.group(of: id, literal, Array(characters.utf8), Array(ends.utf8))
      let start = memory + (size - id.count)
      start.update(from: id, count: id.count)
      let found = literal.withUnsafeBufferPointer { literal in
        withUnsafePointer(to: plain) { plain in
          var form = cscan_resource_id(
            group: plain, literal: literal.baseAddress, literal_n: literal.count, name: plain)
          return Self.levels.map { $0.resource_group!(start, id.count, &form, start + id.count) }
        }
      }
      if wanted > 0 { accepted += 1 }
      #expect(found.allSatisfy { $0 == wanted }, "\(String(decoding: id, as: UTF8.self)): \(found), not \(wanted)")
    }
    #expect((4_000..<16_000).contains(accepted), "\(accepted)")
  }

  /// How long the name of the group is; 0 where the text is no such id.
  private static func group(of id: [UInt8], _ literal: [UInt8], _ characters: [UInt8], _ ends: [UInt8]) -> Int {
    func isName(_ name: some BidirectionalCollection<UInt8>) -> Bool {
      (1...70).contains(name.count) && ends.contains(name.first!) && ends.contains(name.last!)
        && name.allSatisfy(characters.contains)
    }
    let subscription = Array("/subscriptions/".utf8)
    let mark = Array("/resourceGroups/".utf8)
    guard id.starts(with: subscription), id.dropFirst(51).starts(with: mark) else { return 0 }
    for (place, byte) in id[15..<51].enumerated() {
      let isDash = [8, 13, 18, 23].contains(place)
      guard isDash ? byte == 0x2D : "0123456789abcdefABCDEF".utf8.contains(byte) else { return 0 }
    }
    let group = id[67...].prefix { characters.contains($0) }
    let rest = id[group.endIndex...]
    return isName(group) && rest.starts(with: literal) && isName(rest.dropFirst(literal.count)) ? group.count : 0
  }

  /// URIs with hosts and paths of all lengths, often with a fault somewhere, and their end where the memory ends, or before it.
  @Test func uris() {
    var size = 0
    guard let memory = scan_guarded(&size) else { return }
    var random = Seeded(seed: 3986)
    let (host, segment) = ("abcXYZ019-.", "abcXYZ019-._~")
    let sets = Self.set(host) + Self.set(segment)
    var accepted = 0
    for round in 0..<30_000 {
      let ending = Array(["", ".vhd", "/eula"].randomElement(using: &random)!.utf8)
      var uri = Array("https://".utf8)
      uri += text(host, Int.random(in: 0...(round % 5 == 0 ? 70 : 20), using: &random), &random)
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        uri += Array("/".utf8) + text(segment, Int.random(in: 0...(round % 7 == 0 ? 40 : 9), using: &random), &random)
      }
      if Bool.random(using: &random) { uri += ending }
      if Int.random(in: 0..<3, using: &random) == 0 {
        uri[Int.random(in: 0..<uri.count, using: &random)] = "/-._:A%\u{0}é@".utf8.randomElement(using: &random)!
      }
      let segmentsMax = [1, 3, Int(UInt32.max)].randomElement(using: &random)!
      let wanted = Self.isURI(uri, Array(host.utf8), Array(segment.utf8), ending, segmentsMax)
      let behind = [0, 5, 100].randomElement(using: &random)!
      let start = memory + (size - behind - uri.count)
      start.update(from: uri, count: uri.count)
      let found = ending.withUnsafeBufferPointer { ending in
        sets.withUnsafeBufferPointer { sets in
          // Of an empty ending nothing is read.
          var form = cscan_uri(
            host: sets.baseAddress, segment: sets.baseAddress! + 16, ending: ending.baseAddress ?? sets.baseAddress,
            ending_n: ending.count, segments_max: UInt64(segmentsMax))
          return Self.levels.map { $0.is_uri!(start, uri.count, &form, start + uri.count + behind) != 0 }
        }
      }
      if wanted { accepted += 1 }
      #expect(found.allSatisfy { $0 == wanted }, "\(String(decoding: uri, as: UTF8.self)): \(found), not \(wanted)")
    }
    #expect((3_000..<24_000).contains(accepted), "\(accepted)")
  }

  private static func isURI(
    _ uri: [UInt8], _ host: [UInt8], _ segment: [UInt8], _ ending: [UInt8], _ segmentsMax: Int
  ) -> Bool {
    guard uri.starts(with: "https://".utf8) else { return false }
    let name = uri[8...].prefix { host.contains($0) }
    guard let first = name.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
    let path = Array(uri[name.endIndex...])
    guard path.count >= ending.count, path.suffix(ending.count) == ending[...] else { return false }
    guard !path.isEmpty else { return true }
    guard path[0] == UInt8(ascii: "/") else { return false }
    let segments = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return segments.count <= segmentsMax
      && segments.allSatisfy { $0.first != UInt8(ascii: "_") && $0.allSatisfy(segment.contains) }
  }

  private func text(_ characters: String, _ count: Int, _ random: inout Seeded) -> [UInt8] {
    (0..<count).map { _ in characters.utf8.randomElement(using: &random)! }
  }

  @Test func strings() {
    let levels = Self.levels
    Self.eachText(behind: 0) { text, count, _ in
      let bytes = UnsafeBufferPointer(start: text, count: count)
      let end = bytes.prefix { $0 != 0x22 && $0 != 0x5C && $0 >= 0x20 && $0 < 0x80 }.count
      let ascii = bytes.prefix { $0 < 0x80 }.count
      let isWord = bytes.allSatisfy { $0 >= 0x80 || "abcdefgzXYZASKchp0189_-".utf8.contains($0) }
      let isPlainText =
        bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        && !zip(bytes, bytes.dropFirst()).contains { $0 == $1 && ($0 == 0x3A || $0 == 0x23) }
      for level in levels {
        #expect(level.string_end!(text, text + count) == text + end)
        #expect(level.ascii_length!(text, count) == ascii)
        #expect((level.is_word!(text, count) != 0) == isWord)
        #expect((level.is_plain_text!(text, count) != 0) == isPlainText)
      }
    }
  }

  /// A string longer than all blocks, with one stop anywhere.
  @Test func longStrings() {
    var size = 0
    guard let memory = scan_guarded(&size) else { return }
    memory.update(repeating: UInt8(ascii: "x"), count: size)
    for level in Self.levels {
      #expect(level.string_end!(memory, memory + size) == UnsafePointer(memory + size))
      for place in stride(from: 0, to: 1200, by: 1) {
        memory[place] = UInt8(ascii: "\"")
        #expect(level.string_end!(memory, memory + size) == UnsafePointer(memory + place))
        memory[place] = UInt8(ascii: "x")
      }
    }
  }

  @Test func startUpFiles() {
    let levels = Self.levels
    Self.eachText(behind: 17) { text, count, random in
      let bytes = UnsafeBufferPointer(start: text, count: count + 2)
      let start = Int.random(in: 0...count, using: &random)
      let scalar = (start..<count).first { bytes[$0] < 0x20 || bytes[$0] >= 0x7F || ":#".utf8.contains(bytes[$0]) }
      let marks = ["--", "AK", "AS", "chp"].map { Array($0.utf8) }
      let mark = (0..<count).first { place in
        ":=".utf8.contains(bytes[place])
          || marks.contains { mark in
            // The rest of a mark may stand behind the text, where nobody says what there is.
            zip(mark, bytes[place...]).allSatisfy { $0 == $1 } && place + mark.count <= count
          }
      }
      for level in levels {
        #expect(level.scalar_end!(text, start, count) == scalar ?? count)
        let found = level.secret_mark!(text, count)
        #expect(found <= mark ?? count && found >= min(mark ?? count, count - 2))
      }
    }
  }

  /// Lists of plain scalars, with something else in them now and then, at the end of the memory.
  @Test func entries() {
    var size = 0
    guard let memory = scan_guarded(&size) else { return }
    var random = Seeded(seed: 64)
    let odd = [
      ":", "#", "\t", "\r", "\n", "\n\n", "é", "\u{8A}", "\u{AD}", "\u{A0}", "-", " - ", "- ", "\u{7F}", "\u{0}", "~",
    ]
    for round in 0..<20_000 {
      let column = [0, 2, 1, 4, 32, 33][round % 6]
      let indentation = String(repeating: " ", count: column)
      var text = ""
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        let length = Int.random(in: 0...(round % 90), using: &random)
        text += indentation + "- " + ["a", "Z", "0", "9"].randomElement(using: &random)!
        text += String(repeating: "word -", count: length / 6) + String(repeating: "z", count: length % 6) + "\n"
      }
      var bytes = Array(text.utf8)
      for _ in 0..<(round % 3) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes.replaceSubrange(place..<place + (round % 2), with: odd.randomElement(using: &random)!.utf8)
      }
      if bytes.count > size { continue }
      let start = memory + (size - bytes.count)
      start.update(from: bytes, count: bytes.count)
      // From the beginning, or from a line behind it.
      var first = 0
      if round % 5 == 0, let feed = bytes.firstIndex(of: 0x0A), feed < bytes.count - 1 { first = feed + 1 }
      let lines = Self.entryLines(bytes, from: first, column)
      // As far as whole blocks of 64 bytes go.
      let blocks = first + (bytes.count - first) / 64 * 64
      for level in Self.levels {
        let hasBlocks = column <= 32 && String(cString: level.name) != "portable"
        let wanted = hasBlocks ? lines.last { $0 <= blocks } : first
        #expect(level.plain_entries!(start, first, bytes.count, column) == wanted)
      }
    }
  }

  /// Where the first line begins, and each behind one that is an entry.
  private static func entryLines(_ bytes: [UInt8], from first: Int, _ column: Int) -> [Int] {
    var lines = [first]
    let beginning = [UInt8](repeating: 0x20, count: column) + [UInt8(ascii: "-"), 0x20]
    while let end = bytes[lines.last!...].firstIndex(of: 0x0A) {
      let line = bytes[lines.last!..<end]
      guard line.starts(with: beginning), let letter = line.dropFirst(column + 2).first,
        letter < 0x80, Character(Unicode.Scalar(letter)).isLetter || Character(Unicode.Scalar(letter)).isNumber,
        line.allSatisfy({ 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "#") })
      else { break }
      lines.append(end + 1)
    }
    return lines
  }

  /// Texts of pieces of JSON, sound or not, at the end of the memory, and room for their tokens at the end of another; from
  /// the beginning or from somewhere behind it.
  @Test func tokens() {
    var size = 0
    guard let memory = scan_guarded(&size), let out = scan_guarded(&size) else { return }
    var random = Seeded(seed: 8259)
    let pieces = [
      "{", "}", "[", "]", ":", ",", "\"", "\"", "\"name\":", "\"value\",", " ", "\n    ", "\t\r", "12", "-1.5e3",
      "true", "nul", "\\", "\\\\",
      "\\\"", "\\u00e9", "é", "\u{1}", "\u{0C}", "\u{1A}", "\u{7F}", "\u{0}", "abcdefghijklmnopqrstuvwxyz",
    ].map { Array($0.utf8) }
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 700)
    for round in 0..<12_000 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...(round % 40), using: &random) { text += pieces.randomElement(using: &random)! }
      if round % 4 == 0 {
        text.insert(
          contentsOf: long.prefix(Int.random(in: 200...700, using: &random)),
          at: Int.random(in: 0...text.count, using: &random))
      }
      let start = memory + (size - text.count)
      start.update(from: text, count: text.count)
      let first = min(text.count, [0, 0, 3, 17].randomElement(using: &random)!)
      let wanted = Self.tokens(of: text[first...])
      let room = [64, 65, 130, 2000].randomElement(using: &random)!
      let places = UnsafeMutableRawPointer(out + size).assumingMemoryBound(to: UInt32.self) - room
      for level in Self.levels {
        var scan = cscan_structure(
          text: start, count: text.count, position: first, is_inside: 0, is_escape: 0, is_scalar: 0)
        var found: [UInt32] = []
        while scan.position < scan.count {
          let before = scan.position
          found += UnsafeBufferPointer(start: places, count: level.structure_next!(&scan, places, room))
          // It goes on as long as there is room.
          guard scan.position > before else { break }
        }
        #expect(found == wanted, "\(String(cString: level.name)): \(String(decoding: text, as: UTF8.self))")
      }
    }
  }

  private static func tokens(of text: ArraySlice<UInt8>) -> [UInt32] {
    var tokens: [UInt32] = []
    var isInside = false
    var isEscaped = false
    var isInWord = false
    for (place, byte) in zip(text.indices, text) {
      let isQuote = byte == 0x22 && !isEscaped
      let isMark = "{}[]:,".utf8.contains(byte)
      let isSpace = " \t\r\n".utf8.contains(byte)
      let isWord = !isInside && !isQuote && !isMark && !isSpace
      if isQuote || isInside && (byte == 0x5C || byte < 0x20 || byte >= 0x80) || !isInside && isMark
        || isWord && !isInWord
      {
        tokens.append(UInt32(place))
      }
      isInWord = isWord
      isEscaped = byte == 0x5C && !isEscaped
      if isQuote { isInside.toggle() }
    }
    return tokens
  }

  @Test func base64() {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var random = Seeded(seed: 64)
    var size = 0
    guard let memory = scan_guarded(&size) else { return }
    for count in (0..<200).flatMap({ [$0, $0, $0] }) {
      var text = (0..<count).map { _ in alphabet.randomElement(using: &random)! }
      if count > 0, Bool.random(using: &random) {
        text[Int.random(in: 0..<count, using: &random)] = "=.- \u{0}é".utf8.randomElement(using: &random)!
      }
      let room = Int.random(in: 0...160, using: &random)
      let outputs = Self.levels.map { level in
        let out = memory + (size - room - 16)
        out.update(repeating: 0xEE, count: room + 16)
        let taken = level.base64_decode!(text, count, out, room)
        let behind = taken / 4 * 3 + 16
        #expect((behind..<max(behind, room + 16)).allSatisfy { out[$0] == 0xEE })
        return (taken, Array(UnsafeBufferPointer(start: out, count: taken / 4 * 3)))
      }
      let sixes = text.prefix { alphabet.contains($0) }.map { alphabet.firstIndex(of: $0)! }
      let groups = min(sixes.count / 4, room / 3)
      let wanted = (0..<groups).flatMap { group in
        let value = sixes[(group * 4)..<(group * 4 + 4)].reduce(0) { $0 << 6 | $1 }
        return [UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255)]
      }
      for (taken, bytes) in outputs {
        #expect(taken == groups * 4)
        #expect(bytes == wanted)
      }
    }
  }

  @Test func comparisons() {
    var random = Seeded(seed: 5)
    for _ in 0..<2_000 {
      let one = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      var other = one
      let place = Int.random(in: 0..<32, using: &random)
      other[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let rest = UInt32.random(in: .min ... .max, using: &random)
      for level in Self.levels {
        #expect(level.equal_of32!(one, one, rest) != 0)
        #expect((level.equal_of32!(one, other, rest) != 0) == (rest >> UInt32(place) & 1 != 0))
      }
    }
  }

  @Test func digits() {
    var random = Seeded(seed: 10)
    for byte in UInt8.min...UInt8.max {
      let isDigit = (0x30...0x39).contains(byte)
      for place in 0..<8 {
        var bytes = (0..<8).map { _ in UInt8.random(in: 0x30...0x39, using: &random) }
        bytes[place] = byte
        #expect(cscan_digit_count8(bytes) == (isDigit ? 8 : UInt32(place)))
        bytes[Int.random(in: place..<8, using: &random)] = 0xFF
        if !isDigit { #expect(cscan_digit_count8(bytes) == UInt32(place)) }
      }
    }
  }

  @Test func letterCase() {
    func lower(_ bytes: [UInt8]) -> [UInt8] { bytes.map { (65...90).contains($0) ? $0 + 32 : $0 } }
    var random = Seeded(seed: 26)
    for byte in UInt64(0)...255 {
      #expect(
        cscan_lowercased8(byte * 0x0101_0101_0101_0101) == UInt64(lower([UInt8(byte)])[0]) * 0x0101_0101_0101_0101)
    }
    for round in 0..<20_000 {
      let count = Int.random(in: 0...40, using: &random)
      let one = (0..<count).map { _ in UInt8.random(in: round % 2 == 0 ? 0x39...0x7B : 0...255, using: &random) }
      var other = one.map { Bool.random(using: &random) ? $0 ^ (lower([$0]) == [$0] ? 0 : 0x20) : $0 }
      if count > 0, Bool.random(using: &random) {
        other[Int.random(in: 0..<count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      #expect((cscan_equal_ignoring_case(one, other, count) != 0) == (lower(one) == lower(other)))
      #expect((cscan_equal(one, other, count) != 0) == (one == other))
    }
  }

  @Test func integers() {
    for number in 0...9999 {
      let digits = String(number)
      for length in digits.utf8.count...4 {
        let text = String(repeating: "0", count: length - digits.utf8.count) + digits
        #expect(number4(Array("9999\(text)".utf8), length) == number)
      }
    }
    for number in ["0", "7", "10", "64", "123", "1023", "0001"] {
      let bytes = Array(("9999" + number).utf8)
      for place in bytes.indices.dropFirst(4) {
        for other in UInt8.min...UInt8.max where !(0x30...0x39).contains(other) {
          var damaged = bytes
          damaged[place] = other
          #expect(number4(damaged, number.utf8.count) == -1)
        }
      }
    }
  }

  private func number4(_ bytes: [UInt8], _ count: Int) -> Int {
    bytes.withUnsafeBufferPointer { Int(cscan_digits4($0.baseAddress! + bytes.count, UInt32(count))) }
  }

  @Test(arguments: [
    ("", 0), ("abc", 1), ("ABC", 2), ("019", 4), (" _!~\u{7F}", 8), ("aB3$", 15), ("é", 16), ("aé1", 21),
  ])
  func characterClasses(_ text: String, _ classes: UInt8) {
    #expect(cscan_character_classes(Array(text.utf8), text.utf8.count) == classes)
    for byte in UInt8.min...UInt8.max {
      let scalar = Character(Unicode.Scalar(byte))
      let wanted: UInt8 =
        byte >= 0x80 ? 16 : scalar.isLowercase ? 1 : scalar.isUppercase ? 2 : scalar.isNumber ? 4 : 8
      #expect(cscan_character_classes([byte], 1) == wanted)
    }
  }

  /// Texts of more than a block have what their characters have.
  @Test func characterClassesOfLongTexts() {
    var random = Seeded(seed: 16)
    let characters = Array("aaaabbbbzA0_{`@[/:\u{0}é".utf8)
    for count in (1..<100).flatMap({ Array(repeating: $0, count: 20) }) {
      let few = (0..<3).map { _ in characters.randomElement(using: &random)! }
      let text = (0..<count).map { _ in few.randomElement(using: &random)! }
      #expect(cscan_character_classes(text, count) == text.reduce(0) { $0 | cscan_character_classes([$1], 1) })
    }
  }
}
