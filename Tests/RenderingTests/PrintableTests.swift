import Findings
import Testing

/// Text that does no harm is told from the rest in blocks of bytes.
@Suite struct PrintableTests {
  /// What ``isPlain(_:)`` says, byte by byte.
  private static func isPlainBytewise(_ text: [UInt8]) -> Bool {
    let pairs = zip(text, text.dropFirst())
    return text.allSatisfy { 0x20..<0x7F ~= $0 }
      && !pairs.contains { $0 == $1 && ($0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "#")) }
  }

  /// Every byte, and every pair of marks, at every place of texts that end before, at and behind a block.
  @Test func plainTextIsToldWhereverTheRestOfItStands() {
    for count in 0...67 {
      let plain = [UInt8](repeating: UInt8(ascii: "x"), count: count)
      #expect(plain.withUnsafeBufferPointer(isPlain))
      for place in 0..<count {
        for byte in UInt8.min...UInt8.max {
          var text = plain
          text[place] = byte
          #expect(
            text.withUnsafeBufferPointer(isPlain) == Self.isPlainBytewise(text), "\(byte) at \(place) of \(count)")
        }
        for (one, other) in [(":", ":"), ("#", "#"), (":", "#"), ("#", ":"), ("::", ""), ("a", "a")] {
          let text = Array(plain[..<place]) + Array((one + other).utf8) + Array(plain[place...])
          #expect(text.withUnsafeBufferPointer(isPlain) == Self.isPlainBytewise(text), "\(text)")
        }
      }
    }
  }
}
