import Foundation
import JSONText
import TestRandom
import Testing

/// The strict parser takes objects and arrays that the recovering one finds no fault in, and nothing else, and makes the same of
/// them.
@Suite struct ParserAgreementTests {
  @Test(arguments: Conformance.files("accept"))
  func conformance(_ file: URL) throws {
    let readings = compare(Array(try Data(contentsOf: file)), window: StructuralIndex.usualCapacity)
    #expect(readings.isSound)
  }

  /// Random documents, with windows of all sizes, sound and with a few bytes changed.
  @Test(arguments: 0..<8)
  func random(_ part: UInt64) {
    var random = Seeded(seed: 4096 + part)
    var read = 0
    var refused = 0
    for round in 0..<60 {
      // Most are small, so that the changes meet each other; some have several windows.
      let size = round % 12 == 0 ? 60_000 : Int.random(in: 2...400, using: &random)
      var text: [UInt8] = []
      write(&text, size, 0, &random)
      if round % 3 == 0 { text += space(&random) }
      #expect(compare(text, window: window(&random)).isRead)
      for _ in 0..<(size > 1000 ? 6 : 60) {
        var damaged = text
        for _ in 0...Int.random(in: 0...2, using: &random) { damage(&damaged, &random) }
        if compare(damaged, window: window(&random)).isRead { read += 1 } else { refused += 1 }
      }
    }
    #expect(read > 300 && refused > 300, "\(read) were sound, \(refused) not")
  }

  private func window(_ random: inout Seeded) -> Int {
    [79, Int.random(in: 79...200, using: &random), StructuralIndex.usualCapacity].randomElement(using: &random)!
  }

  /// Lets both parsers read a text: whether the strict one does, and whether the recovering one finds no fault.
  private func compare(_ text: [UInt8], window: Int) -> (isRead: Bool, isSound: Bool) {
    let frames = UnsafeMutablePointer<StrictParser.Frame>.allocate(capacity: 128)
    defer { frames.deallocate() }
    return text.withUnsafeBufferPointer { text in
      guard let start = text.baseAddress else { return (false, false) }
      let end = start + text.count
      let first = text.starts(with: [0xEF, 0xBB, 0xBF]) ? start + 3 : start
      var tape = Tape()
      var duplicates = DuplicateNames()
      var index = StructuralIndex(capacity: window)
      let strict = StrictParser(start: start, from: first, end: end, frames: frames, depthMax: 128)
      let isRead = strict.parse(into: &tape, duplicates: &duplicates, index: &index)
      var otherTape = Tape()
      var otherDuplicates = DuplicateNames()
      var other = RecoveringParser(start: start, from: first, end: end, depthMax: 128, allowsComments: false)
      other.parse(into: &otherTape, duplicates: &otherDuplicates)
      let isContainer = otherTape.count > 0 && [.object, .array].contains(otherTape.nodes[0].kind)
      let shown = String(decoding: text.prefix(500), as: UTF8.self)
      #expect(isRead == (isContainer && other.faults.isEmpty), "\(shown)")
      guard isRead else { return (false, other.faults.isEmpty) }
      #expect(tape.count == otherTape.count, "\(shown)")
      for node in 0..<min(tape.count, otherTape.count) {
        guard describe(tape.nodes[node]) != describe(otherTape.nodes[node]) else { continue }
        Issue.record("node \(node) is \(tape.nodes[node]), and not \(otherTape.nodes[node]): \(shown)")
        break
      }
      #expect(Set(duplicates.pairs) == Set(otherDuplicates.pairs), "\(shown)")
      return (true, other.faults.isEmpty)
    }
  }

  private func describe(_ node: TapeNode) -> [UInt32] {
    [node.offset, node.length, node.next, UInt32(node.kind.rawValue), UInt32(node.flags.rawValue)]
  }

  /// Writes a value of about so many bytes.
  private func write(_ text: inout [UInt8], _ size: Int, _ depth: Int, _ random: inout Seeded) {
    let end = text.count + size
    let isObject = Bool.random(using: &random)
    text.append(UInt8(ascii: isObject ? "{" : "["))
    var isFirst = true
    while text.count < end {
      if !isFirst { text.append(UInt8(ascii: ",")) }
      isFirst = false
      text += space(&random)
      if isObject {
        writeString(&text, &random)
        text += space(&random)
        text.append(UInt8(ascii: ":"))
        text += space(&random)
      }
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1: writeString(&text, &random)
      case 2: text += ["true", "false", "null"].randomElement(using: &random)!.utf8
      case 3, 4:
        text += ["0", "7", "-12", "1234567", "12345678", "1.5", "2e10", "-0.25E-3"].randomElement(using: &random)!.utf8
      default:
        let rest = end - text.count
        if depth < 60, rest > 4 {
          write(&text, Int.random(in: 0...min(rest, 2000), using: &random), depth + 1, &random)
        } else {
          text += Array("[]".utf8)
        }
      }
      text += space(&random)
    }
    text.append(UInt8(ascii: isObject ? "}" : "]"))
  }

  private func writeString(_ text: inout [UInt8], _ random: inout Seeded) {
    text.append(UInt8(ascii: "\""))
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      text += Self.pieces.randomElement(using: &random)!.utf8
    }
    text.append(UInt8(ascii: "\""))
  }

  private static let pieces = [
    "a", "b", "name", "diskSizeGB", "/subscriptions/0f3e5d7c-9a1b-4c2d-8e6f-0123456789ab/resourceGroups/", "é", "日本",
    "\\n",
    "\\\"", "\\\\", "\\u00e9", "{[:,]}", " ", "x y", String(repeating: "A", count: 400),
  ]

  private func space(_ random: inout Seeded) -> [UInt8] {
    Array(
      ["", "", "", "", " ", "\n  ", "\t", "\r\n", String(repeating: " ", count: 70)].randomElement(using: &random)!.utf8
    )
  }

  private func damage(_ text: inout [UInt8], _ random: inout Seeded) {
    guard !text.isEmpty else { return }
    let place = Int.random(in: 0..<text.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: text.remove(at: place)
    case 1: text.insert(Self.others.randomElement(using: &random)!, at: place)
    // The same byte again, or a letter for a letter, may well be sound.
    case 2: text[place] = text.randomElement(using: &random)!
    default: text[place] = Self.others.randomElement(using: &random)!
    }
  }

  private static let others = Array("{}[]:,\"\"\\ \n\t0-.eax\u{0}\u{1}\u{C}\u{1A}\u{7F}é".utf8) + [0xFF, 0xC3, 0x80]
}
