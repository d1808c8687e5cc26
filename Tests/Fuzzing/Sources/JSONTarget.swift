import JSONText

/// The parsers: the tape is well-formed, the two agree on what they both read, and every place can be told.
///
/// That they agree with another JSON reader, on what is JSON and on its values, is compared outside: ``valuesLine(_:)``.
struct JSONTarget: FuzzTarget {
  private let reader = DocumentReader()
  private let other = DocumentReader()

  func run(_ bytes: UnsafeBufferPointer<UInt8>) {
    for (comments, variables) in [(false, false), (true, false), (false, true)] {
      let document = reader.read(bytes, allowsComments: comments, allowsVariables: variables)
      hold(document)
      let lines = LineMap(bytes)
      for fault in reader.faults {
        always(fault.range.lowerBound >= 0 && fault.range.upperBound <= bytes.count, "a fault outside of the text")
        always(!fault.message.isEmpty && !fault.message.contains("\n"), "a message is one line")
        always(lines.column(at: fault.range.lowerBound, in: bytes) >= 0, "a column")
      }
      for pair in reader.duplicateNames {
        always(document[pair.first].kind == .name && document[pair.later].kind == .name, "duplicates are names")
      }
      if reader.faults.isEmpty { agree(document, bytes) }
    }
  }

  /// Sound text behind a comment is read by the other parser; the tapes are the same but for their offsets. The comment has a
  /// line of its own: one that the text may begin with counts only where nothing else is on its line.
  private func agree(_ document: Document, _ bytes: UnsafeBufferPointer<UInt8>) {
    let mark = reader.hasByteOrderMark ? 3 : 0
    let comment = Array("/**/\n".utf8)
    (comment + bytes.dropFirst(mark)).withUnsafeBufferPointer { text in
      let again = other.read(text, allowsComments: true, allowsVariables: true)
      always(other.faults.isEmpty, "sound text has faults for the recovering parser")
      always(again.nodeCount == document.nodeCount, "the parsers read another number of nodes")
      for index in 0..<UInt32(document.nodeCount) {
        let (one, two) = (document[index], again[index])
        always(
          one.kind == two.kind && one.length == two.length && one.next == two.next
            && one.flags.rawValue == two.flags.rawValue
            && Int(one.offset) + comment.count - mark == Int(two.offset), "the parsers disagree on node \(index)")
      }
    }
  }

  /// Every subtree ends inside of the one around it, and every range inside of the text.
  private func hold(_ document: Document) {
    var ends: [UInt32] = []
    var isName = false
    for index in 0..<UInt32(document.nodeCount) {
      while let end = ends.last, end == index { ends.removeLast() }
      let node = document[index]
      always(node.next > index && Int(node.next) <= document.nodeCount, "node \(index) ends at \(node.next)")
      always(ends.last.map { node.next <= $0 } ?? true, "node \(index) ends behind the one around it")
      always(
        node.tokenRange.lowerBound >= 0 && node.tokenRange.upperBound <= document.byteCount,
        "a node outside of the text")
      always(!isName || node.kind != .name, "a name without a value")
      isName = node.kind == .name
      if node.kind == .name || node.kind == .string { _ = document.text(node) }
      if node.kind == .object || node.kind == .array { ends.append(node.next) }
    }
    always(!isName, "the last name has no value")
  }
}

/// What a text is to the parser, on one line: `reject`, or its values in the order of the text. Strings are hexadecimal
/// UTF-8, so that nothing but what they say matters; numbers stand as they are written.
func valuesLine(_ bytes: [UInt8]) -> String {
  bytes.withUnsafeBufferPointer { bytes in
    let reader = DocumentReader()
    let document = reader.read(bytes, limits: TextLimits(byteCountMax: 1 << 30, depthMax: 100_000))
    guard reader.faults.isEmpty, document.nodeCount > 0 else { return "reject" }
    var out = ""
    var ends: [(end: UInt32, bracket: String)] = []
    for index in 0..<UInt32(document.nodeCount) {
      while let last = ends.last, last.end == index {
        out += last.bracket
        ends.removeLast()
      }
      let node = document[index]
      switch node.kind {
      case .null, .true, .false, .number: out += String(decoding: document.raw(node), as: UTF8.self) + " "
      case .string: out += "\"" + hexadecimal(document.text(node)) + " "
      case .name: out += ":" + hexadecimal(document.text(node)) + " "
      case .array, .object:
        out += node.kind == .array ? "[ " : "{ "
        ends.append((node.next, node.kind == .array ? "] " : "} "))
      case .missing: return "reject"
      }
    }
    return out + ends.reversed().map(\.bracket).joined()
  }
}

private func hexadecimal(_ text: String) -> String {
  text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
