import CScan
import ScanLevels
import Testing

/// The scans of CScan, at every level of processor, against a plain reading of what they promise; and none reads beyond
/// what it says that it reads.
@Suite struct ScanTests {
  private static var levels: [scan_level] { [scan_portable, scan_sse2, scan_ssse3, scan_native] }

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
      let high = Int32.random(in: 0...1, using: &random)
      let ends = Int32.random(in: 0...1, using: &random)
      let isInSet = bytes.allSatisfy { Self.isIn(sets[..<16], $0) || high != 0 && $0 >= 0x80 }
      let hasEnds = count > 0 && Self.isIn(sets[16..<32], bytes[0]) && Self.isIn(sets[32...], bytes[count - 1])
      for level in levels {
        #expect(level.span!(text, count, sets, text + count) == span)
        guard count > 0 else { continue }
        let isPlain = level.is_plain!(text, count, sets, text + count, high, ends) != 0
        #expect(isPlain == (isInSet && (ends == 0 || hasEnds)))
      }
    }
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

  @Test func base64() {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var random = Seeded(seed: 64)
    for count in 0..<200 {
      var text = (0..<count).map { _ in alphabet.randomElement(using: &random)! }
      if count > 0, Bool.random(using: &random) {
        text[Int.random(in: 0..<count, using: &random)] = "=.- \u{0}é".utf8.randomElement(using: &random)!
      }
      let room = Int.random(in: 0...160, using: &random)
      let outputs = Self.levels.map { level in
        var out = [UInt8](repeating: 0, count: room + 16)
        let taken = level.base64_decode!(text, count, &out, room)
        return (taken, Array(out[..<(taken / 4 * 3)]))
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

  @Test func integers() {
    let numbers = ["0", "7", "10", "64", "123", "1023", "65535", "99999", "123456", "7654321", "99999999", "00000001"]
    for number in numbers {
      let bytes = Array(("99999999" + number).utf8)
      #expect(number8(bytes, UInt32(number.utf8.count), end: bytes.count) == Int64(number))
      for place in number.utf8.indices {
        for other in "-.eE+/:\u{0}\"é".utf8 {
          var damaged = bytes
          damaged[8 + number.utf8.distance(from: number.utf8.startIndex, to: place)] = other
          #expect(number8(damaged, UInt32(number.utf8.count), end: bytes.count) == -1)
        }
      }
    }
  }

  private func number8(_ bytes: [UInt8], _ count: UInt32, end: Int) -> Int64 {
    bytes.withUnsafeBufferPointer { cscan_digits8($0.baseAddress! + end, count) }
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
}
