import JSONText
import Testing

@Suite struct Pointers {
  /// The examples of RFC 6901 section 5.
  @Test func followsTheStandard() {
    let text = #"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}"#
    let wanted = [
      ("", "object"), ("/foo", "array"), ("/foo/0", "bar"), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"), ("/e^f", "3"),
      ("/g|h", "4"), (#"/i\j"#, "5"), ("/k\"l", "6"), ("/ ", "7"), ("/m~0n", "8"),
    ]
    let bytes = Array(text.utf8)
    bytes.withUnsafeBufferPointer { bytes in
      let document = DocumentReader().readForTest(bytes)
      let index = PointerIndex(of: document)
      for (pointer, value) in wanted {
        guard let node = document.value(at: JSONPointer(pointer)!) else {
          Issue.record("\(pointer) leads nowhere")
          continue
        }
        let kind = document[node].kind
        #expect((kind == .object ? "object" : kind == .array ? "array" : document.text(document[node])) == value)
        #expect(index.pointer(to: node).description == pointer)
      }
    }
  }

  @Test(arguments: ["a", "/~", "/~2", "/a~"])
  func refusesWhatIsNone(_ text: String) { #expect(JSONPointer(text) == nil) }

  @Test(arguments: ["", "/", "//", "/a/b", "/~0~1", "/ä/😀"])
  func printsWhatItRead(_ text: String) { #expect(JSONPointer(text)?.description == text) }

  @Test(arguments: [["a"], [""], ["a/b", "~1", "~01", "~~//"], ["0", "é", "\u{65}\u{301}"], []])
  func keepsTokens(_ tokens: [String]) {
    let pointer = JSONPointer(tokens)
    #expect(pointer.tokens == tokens)
    #expect(JSONPointer(pointer.description) == pointer)
    #expect(pointer.last == tokens.last)
    #expect(pointer.parent == JSONPointer(Array(tokens.dropLast())))
    #expect(pointer.appending("x/y").relative(to: pointer) == JSONPointer(["x/y"]))
  }

  @Test func otherBranchesAreNotBelow() {
    #expect(JSONPointer("/ab/c")!.relative(to: JSONPointer("/a")!) == nil)
    #expect(JSONPointer("/a")!.relative(to: JSONPointer("/a/b")!) == nil)
    #expect(JSONPointer("/a")!.relative(to: JSONPointer("/a")!) == JSONPointer())
  }

  /// A long name is cut between characters, escaped or not; beyond some bytes a pointer is the ancestor's.
  @Test func longNamesAreCut() {
    let names = [("é", "é"), ("😀", "😀"), (#"\ud83d\ude00"#, "😀"), (#"\\"#, #"\"#)]
    for (name, character) in names {
      for shift in ["", "a", "ab", "abc"] {
        let bytes = Array("{\"\(shift)\(String(repeating: name, count: 2000))\": 1}".utf8)
        bytes.withUnsafeBufferPointer { bytes in
          let index = PointerIndex(of: DocumentReader().readForTest(bytes))
          let text = index.pointer(to: 2).description
          let cut = String(repeating: character, count: (1024 - shift.utf8.count) / character.utf8.count)
          #expect(text == "/" + shift + cut + "…")
        }
      }
    }
    let member = "{\"\(String(repeating: "n", count: 1000))\":"
    let bytes = Array((String(repeating: member, count: 10) + "1" + String(repeating: "}", count: 10)).utf8)
    bytes.withUnsafeBufferPointer { bytes in
      let index = PointerIndex(of: DocumentReader().readForTest(bytes))
      #expect(index.pointer(to: 20).tokens == Array(repeating: String(repeating: "n", count: 1000), count: 4))
    }
  }

  @Test func countsElements() {
    let bytes = Array(#"[[], {"a": [1, {"b": 2}]}, 3]"#.utf8)
    bytes.withUnsafeBufferPointer { bytes in
      let document = DocumentReader().readForTest(bytes)
      let index = PointerIndex(of: document)
      let pointers = (0..<UInt32(document.nodeCount)).map { index.pointer(to: $0).description }
      #expect(pointers == ["", "/0", "/1", "/1/a", "/1/a", "/1/a/0", "/1/a/1", "/1/a/1/b", "/1/a/1/b", "/2"])
    }
  }
}

extension PointerIndex {
  convenience init(of document: Document) {
    self.init()
    fill(document)
  }
}

extension DocumentReader {
  /// The reader has to outlive its document; tests keep all of them.
  func readForTest(_ bytes: UnsafeBufferPointer<UInt8>) -> Document {
    _ = Unmanaged.passRetained(self)
    return read(bytes)
  }
}

@Suite struct Lines {
  @Test func breaksAtEveryKind() {
    let bytes = Array("a\nb\r\nc\rd".utf8)
    bytes.withUnsafeBufferPointer { bytes in
      let map = LineMap(bytes)
      #expect(map.starts == [0, 2, 5, 7])
      #expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map(map.line) == [0, 0, 1, 1, 1, 2, 2, 3, 3])
      #expect((0..<4).map { map.content(ofLine: $0, in: bytes).count } == [1, 1, 1, 1])
    }
  }

  /// Against the definition: every text of up to six of these bytes.
  @Test func breaksWhereverLinesEnd() {
    let letters: [UInt8] = [UInt8(ascii: "a"), 0x0A, 0x0D]
    var texts: [[UInt8]] = [[]]
    for _ in 0..<6 { texts += texts.flatMap { text in letters.map { text + [$0] } } }
    // And around blocks of sixteen bytes, and behind a first line that is long.
    for before in [9, 10, 12, 15, 250, 255, 256, 257, 300] {
      for text in texts where text.count == 5 {
        texts.append([UInt8](repeating: UInt8(ascii: "a"), count: before) + text + text + [UInt8(ascii: "a")] + text)
      }
    }
    for text in Set(texts) {
      var starts = [0]
      for (index, byte) in text.enumerated() {
        let isPair = byte == 0x0D && index + 1 < text.count && text[index + 1] == 0x0A
        if byte == 0x0A || byte == 0x0D && !isPair { starts.append(index + 1) }
      }
      // Exactly as long as it is: whatever looks beyond it is found by the address sanitizer.
      let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
      defer { memory.deallocate() }
      _ = memory.initialize(fromContentsOf: text)
      #expect(LineMap(UnsafeBufferPointer(memory)).starts == starts, "\(text)")
    }
  }

  @Test func countsUTF16() {
    // One unit, two bytes; one unit, three bytes; two units, four bytes.
    let bytes = Array("ä€😀x".utf8)
    bytes.withUnsafeBufferPointer { bytes in
      let map = LineMap(bytes)
      #expect([0, 2, 5, 9, 10].map { map.column(at: $0, in: bytes) } == [0, 1, 2, 4, 5])
    }
  }

  @Test func passesOverTheByteOrderMark() {
    let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("{}".utf8)
    bytes.withUnsafeBufferPointer { bytes in
      let map = LineMap(bytes)
      #expect([0, 3, 4].map { map.column(at: $0, in: bytes) } == [0, 0, 1])
    }
  }
}

@Suite struct Texts {
  @Test(arguments: [
    (#""plain""#, "plain"), (#""\n\t\"\\\/""#, "\n\t\"\\/"), (#""\u00e4\u20ac""#, "ä€"), (#""\ud83d\ude00""#, "😀"),
    (#""""#, ""), ("\"ä\"", "ä"),
  ])
  func decodes(_ json: String, _ text: String) {
    let bytes = Array(json.utf8)
    bytes.withUnsafeBufferPointer { bytes in
      let document = DocumentReader().readForTest(bytes)
      #expect(document.text(document[0]) == text)
    }
  }

  @Test func findsDuplicatesHoweverSpelt() {
    #expect(Reading(#"{"a": 1, "b": 2, "a": 3}"#).duplicates.count == 1)
    #expect(Reading(##"{"lun": 1, "\u006cun": 2}"##).duplicates.count == 1)
    #expect(Reading(#"{"a": {"a": 1}, "b": {"a": 2}}"#).duplicates.isEmpty)
    let many = (0..<5000).map { "\"name\($0 % 2500)\": \($0)" }.joined(separator: ",")
    #expect(Reading("{\(many)}").duplicates.count == 2500)
  }
}
