import Bodylint
import Testing

/// What is told of a run, with rules that the test makes up: there is a finding for each letter of a text.
@Suite struct FixRunTests {
  /// `a` can be taken out, `b` is a guess, and `c` has no fix. `!` makes a text that cannot be read.
  private static func check(_ bytes: UnsafeBufferPointer<UInt8>) -> [Finding] {
    bytes.enumerated().compactMap { index, byte -> Finding? in
      let edit = Edit(range: index..<index + 1, text: "")
      var finding = Finding(
        rule: "letter-" + String(UnicodeScalar(byte)), severity: .error, message: "m", pointer: JSONPointer(),
        range: index..<index + 1)
      switch byte {
      case UInt8(ascii: "a"): finding.fix = Fix(description: "remove a", isSafe: true, edits: [edit])
      case UInt8(ascii: "b"): finding.fix = Fix(description: "remove b", isSafe: false, edits: [edit])
      case UInt8(ascii: "c"): break
      case UInt8(ascii: "!"): finding.rule = "malformed-json"
      default: return nil
      }
      return finding
    }
  }

  private static func mend(_ text: String, allowsUnsafe: Bool) throws -> FixRun.Outcome {
    let bytes = Array(text.utf8)
    let run = FixRun(allowsUnsafe: allowsUnsafe) { Self.check($0) }
    return try bytes.withUnsafeBufferPointer { try run.mend($0, Self.check($0)) }
  }

  @Test func whatIsLeftIsWhatTheLastCheckFound() throws {
    let safe = try Self.mend("xaxbxc", allowsUnsafe: false)
    #expect(safe.bytes == Array("xxbxc".utf8))
    #expect(safe.fixedCount == 1)
    #expect(safe.remaining.map { $0.rule } == ["letter-b", "letter-c"])
    #expect(safe.remaining.map { $0.range } == [2..<3, 4..<5])
    let all = try Self.mend("xaxbxc", allowsUnsafe: true)
    #expect(all.bytes == Array("xxxc".utf8))
    #expect(all.remaining.map { $0.rule } == ["letter-c"])
    let none = try Self.mend("xc", allowsUnsafe: true)
    #expect(none.bytes == nil)
    #expect(none.remaining.map { $0.rule } == ["letter-c"])
  }

  /// Guesses that leave a text unreadable are taken back, and said to be for that reason.
  @Test func guessesAreTakenBackWhereTheTextIsStillNoJSON() throws {
    let outcome = try Self.mend("abb!", allowsUnsafe: true)
    #expect(outcome.bytes == Array("bb!".utf8))
    #expect(outcome.fixedCount == 1)
    #expect(outcome.unreadableCount == 2)
    #expect(outcome.refusedCount == 0)
    #expect(outcome.remaining.map { $0.rule } == ["letter-b", "letter-b", "malformed-json"])
  }
}
