/// The parser for documents with faults: says what was expected at each, and reads on as if it stood there.
///
/// It goes on after a missing, doubled or trailing comma, a missing colon, single quotes, unquoted names, comments,
/// misspelt literals, unclosed strings and containers; a value it cannot make sense of becomes a ``NodeKind/missing``
/// node, about which nothing else is said. After ``faultCountMax`` faults it stops: such a text is not damaged JSON but
/// something else.
package struct RecoveringParser: ~Copyable {
  /// A text with more faults than this is not worth going on with.
  package static let faultCountMax = 25

  private struct Frame {
    let node: UInt32
    let isObject: Bool
    var isEmpty = true
  }

  /// What the grammar allows next.
  private enum State {
    case value
    case firstOfArray
    case name(isFirst: Bool)
    case afterValue
  }

  private let start: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  private var position: UnsafePointer<UInt8>
  private let depthMax: Int
  private let allowsComments: Bool
  private let allowsVariables: Bool
  private var frames: [Frame] = []
  package private(set) var faults: [SyntaxFault] = []
  /// There are comments, and they are no faults.
  package private(set) var hasComments = false
  private var reportedDepth = false
  private var commentsReported = false
  /// A fault says already that the text ends too early, and inside of what.
  private var reportedEnd = false
  /// The name whose value is being read, where there is one.
  private var pendingName: UInt32?

  package init(
    start: UnsafePointer<UInt8>, from first: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, depthMax: Int,
    allowsComments: Bool, allowsVariables: Bool = false
  ) {
    self.start = start
    self.end = end
    self.depthMax = depthMax
    self.allowsComments = allowsComments
    self.allowsVariables = allowsVariables
    position = first
  }

  /// Reads the text into the tape, whatever it holds, and collects the faults in the order they were met.
  package mutating func parse(into tape: inout Tape, duplicates: inout DuplicateNames) {
    skipTrivia(&tape)
    if position == end {
      fault(
        .grammar, offset()..<offset(), &tape,
        position == start
          ? "the document is empty; a JSON value was expected" : "the document holds no value; one was expected")
      return
    }
    var state = State.value
    while faults.count < Self.faultCountMax {
      skipTrivia(&tape)
      switch state {
      case .value: state = value(&tape, &duplicates)
      case .firstOfArray:
        if peek() == UInt8(ascii: "]") {
          close(&tape, &duplicates)
          state = .afterValue
        } else {
          state = .value
        }
      case .name(let isFirst): state = name(isFirst: isFirst, &tape, &duplicates)
      case .afterValue:
        if frames.isEmpty {
          afterDocument(&tape)
          return
        }
        state = afterValue(&tape, &duplicates)
      }
    }
    closeAll(&tape, &duplicates)
  }

  // MARK: States

  private mutating func value(_ tape: inout Tape, _ duplicates: inout DuplicateNames) -> State {
    defer { if !frames.isEmpty { frames[frames.count - 1].isEmpty = false } }
    guard position < end else {
      missingValue("the document ends where a value was expected", length: 0, &tape)
      reportedEnd = true
      return .afterValue
    }
    if allowsVariables, let behind = unquotedEnd() {
      append(.missing, from: position, to: behind, flags: .damaged, &tape)
      position = behind
      pendingName = nil
      return .afterValue
    }
    switch peek() {
    case UInt8(ascii: "\""):
      string(.string, &tape)
    case UInt8(ascii: "'"):
      string(.string, &tape)
    case 0x80... where typographicQuoteLength() > 0:
      typographicString(.string, &tape)
    case UInt8(ascii: "{"):
      return open(.object, &tape) ? .name(isFirst: true) : .afterValue
    case UInt8(ascii: "["):
      return open(.array, &tape) ? .firstOfArray : .afterValue
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"):
      missingValue("a value was expected before '\(Character(Unicode.Scalar(peek())))'", length: 0, &tape)
    case UInt8(ascii: ":"):
      fault(.grammar, token(1), &tape, "a value was expected, not ':'")
      position += 1
      return .value
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      number(&tape)
    case let byte where isWordByte(byte):
      word(&tape)
    default:
      if let message = skipUnexpected() {
        fault(.grammar, message.range, &tape, "a value was expected, not \(message.what)")
      }
      // A document that does not even begin as one (HTML, YAML) is not read on.
      if frames.isEmpty { position = end }
      return position < end && !isStructural(peek()) ? .value : missingSilently(&tape)
    }
    pendingName = nil
    return .afterValue
  }

  /// Behind a value without quotes that has a variable in it: `{{size}}`, `{{tens}}{{ones}}`, `1{{zeros}}`.
  private func unquotedEnd() -> UnsafePointer<UInt8>? {
    var ahead = position
    var hasVariable = false
    while ahead < end {
      if let length = RequestVariable.end(in: UnsafeBufferPointer(start: ahead, count: end - ahead), at: 0) {
        ahead += length
        hasVariable = true
      } else if continuesNumber(ahead.pointee) {
        ahead += 1
      } else {
        break
      }
    }
    return hasVariable ? ahead : nil
  }

  private mutating func missingSilently(_ tape: inout Tape) -> State {
    append(.missing, from: position, to: position, flags: .damaged, &tape)
    pendingName = nil
    return .afterValue
  }

  private mutating func name(
    isFirst: Bool, _ tape: inout Tape, _ duplicates: inout DuplicateNames
  ) -> State {
    guard position < end else {
      closeAll(&tape, &duplicates)
      return .afterValue
    }
    switch peek() {
    case UInt8(ascii: "}"):
      close(&tape, &duplicates)
      return .afterValue
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      string(.name, &tape)
    case 0x80... where typographicQuoteLength() > 0:
      typographicString(.name, &tape)
    case UInt8(ascii: ","):
      fault(.grammar, token(1), &tape, "a member name was expected, not ','", edit: (token(1), ""))
      position += 1
      return .name(isFirst: false)
    case UInt8(ascii: "]"):
      return afterValue(&tape, &duplicates)
    case let byte where isWordByte(byte):
      let from = position
      while position < end, isWordByte(peek()) || isDigit(peek()) || peek() == UInt8(ascii: "-") { position += 1 }
      fault(.grammar, range(from, position), &tape, "a member name stands in double quotes")
      append(.name, from: from, to: position, flags: .bare, &tape)
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
      // A value without a name: read it, so that what it holds does not pass for the members of this object.
      fault(.grammar, token(1), &tape, "a member name in double quotes was expected, not a value")
      appendMissingName(&tape)
      return .value
    default:
      if let message = skipUnexpected() {
        fault(.grammar, message.range, &tape, "a member name in double quotes was expected, not \(message.what)")
      }
      return position < end && !isStructural(peek()) ? .name(isFirst: isFirst) : .afterValue
    }
    return colon(&tape)
  }

  /// The colon behind a name that was just appended.
  private mutating func colon(_ tape: inout Tape) -> State {
    let name = UInt32(tape.count - 1)
    let nameEnd = position
    skipTrivia(&tape)
    frames[frames.count - 1].isEmpty = false
    if position < end {
      switch peek() {
      case UInt8(ascii: ":"):
        position += 1
        pendingName = name
        return .value
      case UInt8(ascii: "="):
        fault(.grammar, token(1), &tape, "':' was expected after the member name, not '='")
        position += 1
        if position < end, peek() == UInt8(ascii: ">") { position += 1 }
        pendingName = name
        return .value
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"):
        fault(.grammar, range(nameEnd, nameEnd), &tape, "':' and a value were expected after the member name")
      default:
        fault(
          .grammar, range(nameEnd, nameEnd), &tape, "':' was expected after the member name",
          edit: (range(nameEnd, nameEnd), ":"))
        pendingName = name
        return .value
      }
    } else if !reportedEnd {
      fault(
        .grammar, range(nameEnd, nameEnd), &tape,
        "the document ends where ':' was expected after the member name")
      reportedEnd = true
    }
    tape.nodes[Int(name)].flags.insert(.damaged)
    append(.missing, from: position, to: position, flags: .damaged, &tape)
    return .afterValue
  }

  private mutating func afterValue(_ tape: inout Tape, _ duplicates: inout DuplicateNames) -> State {
    pendingName = nil
    let frame = frames[frames.count - 1]
    guard position < end else {
      closeAll(&tape, &duplicates)
      return .afterValue
    }
    switch peek() {
    case UInt8(ascii: ","), UInt8(ascii: ";"):
      let comma = token(1)
      if peek() == UInt8(ascii: ";") { fault(.grammar, comma, &tape, "',' was expected, not ';'", edit: (comma, ",")) }
      position += 1
      skipTrivia(&tape)
      guard position < end else { return frame.isObject ? .name(isFirst: false) : .afterValue }
      if peek() == (frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
        if !allowsComments {
          fault(
            .grammar, comma, &tape, "no \(frame.isObject ? "member" : "value") follows this comma; remove it",
            edit: (comma, ""))
        }
        close(&tape, &duplicates)
        return .afterValue
      }
      return frame.isObject ? .name(isFirst: false) : .value
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      let closesObject = peek() == UInt8(ascii: "}")
      if closesObject == frame.isObject {
        close(&tape, &duplicates)
        return .afterValue
      }
      let opened = Int(tape.nodes[Int(frame.node)].offset)
      if frames.contains(where: { $0.isObject == closesObject }) {
        fault(
          .grammar, token(1), &tape,
          "'\(frame.isObject ? "}" : "]")' was expected before '\(closesObject ? "}" : "]")'",
          related: opened..<opened + 1, "opened here")
        close(&tape, &duplicates, consuming: false)
        return .afterValue
      }
      fault(
        .grammar, token(1), &tape, "'\(closesObject ? "}" : "]")' closes nothing",
        related: opened..<opened + 1, "the open \(frame.isObject ? "object" : "array") begins here")
      position += 1
      return .afterValue
    case let byte where startsValue(byte):
      let gap = frame.isEmpty ? range(position, position) : lastValueEnd(tape)
      if frame.isEmpty { return frame.isObject ? .name(isFirst: false) : .value }
      fault(
        .grammar, gap, &tape, "',' was expected before the next \(frame.isObject ? "member" : "value")",
        edit: (gap, ","))
      return frame.isObject ? .name(isFirst: false) : .value
    case UInt8(ascii: ":"):
      fault(
        .grammar, token(1), &tape, "',' or '\(frame.isObject ? "}" : "]")' was expected, not ':'")
      if frame.isObject { appendMissingName(&tape) }
      position += 1
      return .value
    default:
      if let message = skipUnexpected() {
        fault(
          .grammar, message.range, &tape,
          "',' or '\(frame.isObject ? "}" : "]")' was expected, not \(message.what)")
      }
      return .afterValue
    }
  }

  private mutating func afterDocument(_ tape: inout Tape) {
    // Of a document that is no JSON from its first word on, that was said.
    guard position < end, faults.isEmpty || tape.nodes[0].kind != .missing else { return }
    let what: String
    switch peek() {
    case UInt8(ascii: "}"), UInt8(ascii: "]"): what = "'\(Character(Unicode.Scalar(peek())))' closes nothing"
    default: what = "the document ends with its first value; more text follows it"
    }
    fault(.grammar, token(1), &tape, what, atRoot: true)
  }

  // MARK: Tokens

  /// A text that opens more than so many, where ``depthMax`` is far less, is not read on: sixty megabytes of brackets would take
  /// gigabytes to remember, and all there is to say of them is that they are too many.
  private static let openMax = 1 << 18

  /// Whether the container at hand was opened.
  private mutating func open(_ kind: NodeKind, _ tape: inout Tape) -> Bool {
    guard frames.count < max(Self.openMax, 2 * depthMax) else {
      position = end
      reportedEnd = true
      return false
    }
    if frames.count >= depthMax, !reportedDepth {
      reportedDepth = true
      faults.append(
        SyntaxFault(
          .depth, token(1), in: UInt32(tape.count),
          "arrays and objects stand in one another more than \(depthMax) levels deep"))
    }
    let node = UInt32(tape.count)
    frames.append(Frame(node: node, isObject: kind == .object))
    tape.append(TapeNode(offset: UInt32(offset()), length: 0, next: node + 1, kind: kind))
    position += 1
    pendingName = nil
    return true
  }

  private mutating func close(
    _ tape: inout Tape, _ duplicates: inout DuplicateNames, consuming: Bool = true
  ) {
    if consuming { position += 1 }
    let frame = frames.removeLast()
    let node = tape.nodes + Int(frame.node)
    node.pointee.length = UInt32(offset()) - node.pointee.offset
    node.pointee.next = UInt32(tape.count)
    // Below the limit nothing more is said than that it is too deep.
    if frame.isObject, frames.count < depthMax {
      duplicates.search(object: frame.node, nodes: tape.nodes, bytes: start)
    }
  }

  /// The end of the text, or of patience, inside open containers: one fault speaks of them all.
  private mutating func closeAll(_ tape: inout Tape, _ duplicates: inout DuplicateNames) {
    if let frame = frames.last, !reportedEnd, faults.count < Self.faultCountMax {
      let opened = Int(tape.nodes[Int(frame.node)].offset)
      let what = frame.isObject ? "the object" : "the array"
      let others =
        switch frames.count {
        case 1: ""
        case 2: "; another one around it is open as well"
        default: "; \(frames.count - 1) more around it are open as well"
        }
      fault(
        .grammar, offset()..<offset(), &tape,
        "the document ends inside \(what) that lacks its '\(frame.isObject ? "}" : "]")'\(others)",
        related: opened..<opened + 1, "opened here")
    }
    position = end
    // Patience can end between a name and its value.
    if let name = pendingName, Int(name) == tape.count - 1 {
      append(.missing, from: position, to: position, flags: .damaged, &tape)
    }
    while let frame = frames.last {
      close(&tape, &duplicates, consuming: false)
      tape.nodes[Int(frame.node)].flags.insert(.unclosed)
    }
  }

  /// A string or name from its quote, single or double.
  private mutating func string(_ kind: NodeKind, _ tape: inout Tape) {
    let quote = peek()
    let token = position
    let content = position + 1
    var flags: TapeNode.Flags = []
    if quote == UInt8(ascii: "'") {
      fault(
        .grammar, self.token(1), &tape, "strings and names stand in double quotes, not in single ones")
    }
    position = content
    var isClosed = false
    var reported: Set<SyntaxFault.Kind> = []
    scanning: while true {
      let scan = StringScan.scan(position, end: end, quote: quote)
      flags.formUnion(scan.flags)
      position = scan.position
      switch scan.stop {
      case .quote:
        isClosed = true
        break scanning
      case .end: break scanning
      case .control:
        if position.pointee == 0x0A || position.pointee == 0x0D, !isClosedOnLaterLine(quote) { break scanning }
        if reported.insert(.grammar).inserted {
          let name =
            switch position.pointee {
            case 0x09: "a tab"
            case 0x0A, 0x0D: "a line break"
            default: "the control character U+00" + hexadecimal(position.pointee)
            }
          fault(
            .grammar, self.token(1), &tape, "\(name) stands in a string; it has to be escaped", ofString: kind)
        }
        flags.insert(.damaged)
        position += 1
      case .escape:
        if reported.insert(.grammar).inserted {
          fault(
            .grammar, range(position, min(position + 2, end)), &tape,
            "the backslash begins no escape; there are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits",
            ofString: kind)
        }
        flags.insert(.damaged)
        position += 1
        // The escaped character is read as it stands, but a quote does not end the string.
        if position < end, position.pointee == UInt8(ascii: "\\") || position.pointee == quote { position += 1 }
      case .surrogate:
        if reported.insert(.encoding).inserted {
          fault(
            .encoding, range(position, min(position + 6, end)), &tape,
            "a surrogate escape stands alone; characters above U+FFFF take two of them, high and low", ofString: kind)
        }
        flags.insert(.damaged)
        position += 6
      case .encoding:
        if position.pointee == quote || position.pointee < 0x80 {
          position += 1
        } else {
          if reported.insert(.encoding).inserted {
            fault(
              .encoding, self.token(1), &tape, "the byte 0x\(hexadecimal(position.pointee)) is not UTF-8 here",
              ofString: kind)
          }
          flags.insert(.damaged)
          position += 1
        }
      }
    }
    let contentEnd: UnsafePointer<UInt8>
    if isClosed {
      contentEnd = position
      position += 1
    } else {
      flags.formUnion([.unclosed, .damaged])
      // A comma at the end of the line was hardly meant to be part of the string.
      var last = position
      while last > content, (last - 1).pointee == 0x20 || (last - 1).pointee == 0x09 { last -= 1 }
      if last > content, (last - 1).pointee == UInt8(ascii: ",") { position = last - 1 }
      contentEnd = position
      fault(
        .grammar, range(token, token + 1), &tape,
        position == end
          ? "the document ends inside a string that lacks its closing quote"
          : "the string that begins here is not closed on its line", ofString: kind)
      if position == end { reportedEnd = true }
    }
    appendString(kind, from: content, to: contentEnd, flags: flags, &tape)
  }

  /// The length in bytes of a quotation mark that a word processor put in the place of `"`, or 0.
  private func typographicQuoteLength() -> Int {
    if end - position >= 3, position[0] == 0xE2, position[1] == 0x80, 0x98...0x9F ~= position[2] { return 3 }
    if end - position >= 2, position[0] == 0xC2, position[1] == 0xAB || position[1] == 0xBB { return 2 }
    return 0
  }

  /// A string or name from its typographic quote: to the next one of either kind on its line.
  private mutating func typographicString(_ kind: NodeKind, _ tape: inout Tape) {
    fault(
      .grammar, token(typographicQuoteLength()), &tape,
      "strings and names stand in plain double quotes, not in typographic ones", ofString: kind)
    position += typographicQuoteLength()
    let content = position
    var flags: TapeNode.Flags = .bare
    while position < end, peek() >= 0x20, peek() != UInt8(ascii: "\""), typographicQuoteLength() == 0 {
      if peek() == UInt8(ascii: "\\") { flags.insert(.damaged) }
      if peek() >= 0x80 {
        flags.insert(.nonASCII)
        let length = utf8Length(position, end: end)
        if length == 0 { flags.insert(.damaged) }
        position += max(1, length)
      } else {
        position += 1
      }
    }
    let contentEnd = position
    if position < end, peek() >= 0x20 {
      position += peek() == UInt8(ascii: "\"") ? 1 : typographicQuoteLength()
    } else {
      flags.formUnion([.damaged, .unclosed])
    }
    append(kind, from: content, to: contentEnd, flags: flags, &tape)
  }

  /// Whether a line break inside a string looks like part of it: the next quote is followed by what follows a string.
  private func isClosedOnLaterLine(_ quote: UInt8) -> Bool {
    var ahead = position
    let limit = min(end, position + 4096)
    while ahead < limit, ahead.pointee != quote {
      ahead += ahead.pointee == UInt8(ascii: "\\") && limit - ahead > 1 ? 2 : 1
    }
    guard ahead < limit else { return false }
    ahead += 1
    while ahead < limit, ahead.pointee <= 0x20 { ahead += 1 }
    guard ahead < limit else { return ahead == end }
    return ahead.pointee == UInt8(ascii: ",") || ahead.pointee == UInt8(ascii: "}")
      || ahead.pointee == UInt8(ascii: "]")
  }

  private mutating func number(_ tape: inout Tape) {
    let from = position
    if let scan = scanNumber(position, end: end), scan.end == end || !continuesNumber(scan.end.pointee) {
      position = scan.end
      append(.number, from: from, to: position, flags: scan.isInteger ? .integer : [], &tape)
      return
    }
    while position < end, continuesNumber(peek()) { position += 1 }
    let spelling = UnsafeBufferPointer(start: from, count: position - from)
    let message =
      if spelling[0] == UInt8(ascii: "+") {
        "a number has no plus sign before it"
      } else if spelling[0] == UInt8(ascii: ".") {
        "a number has at least one digit before its decimal point"
      } else if spelling.count > 1, spelling[0] == UInt8(ascii: "0"), spelling[1] | 0x20 == UInt8(ascii: "x") {
        "numbers are decimal; there are no hexadecimal ones"
      } else if hasLeadingZero(spelling) {
        "a number has no leading zeros"
      } else if spelling.last == UInt8(ascii: ".") || spelling.last == UInt8(ascii: "-") {
        "digits were expected after '\(Character(Unicode.Scalar(spelling.last!)))'"
      } else {
        "this is not a number as JSON writes them"
      }
    fault(.grammar, range(from, position), &tape, message)
    append(.missing, from: from, to: position, flags: .damaged, &tape)
  }

  private func hasLeadingZero(_ spelling: UnsafeBufferPointer<UInt8>) -> Bool {
    let digits = spelling[0] == UInt8(ascii: "-") ? spelling.dropFirst() : spelling[...]
    return digits.count > 1 && digits.first == UInt8(ascii: "0") && isDigit(digits.dropFirst().first!)
  }

  /// A literal, or what somebody took for one.
  private mutating func word(_ tape: inout Tape) {
    let from = position
    while position < end, isWordByte(peek()) || isDigit(peek()) { position += 1 }
    let spelling = String(decoding: UnsafeBufferPointer(start: from, count: position - from), as: UTF8.self)
    switch spelling {
    case "true": append(.true, from: from, to: position, &tape)
    case "false": append(.false, from: from, to: position, &tape)
    case "null": append(.null, from: from, to: position, &tape)
    default:
      let meant: (word: String, kind: NodeKind)? =
        switch spelling.lowercased() {
        case "true": ("true", .true)
        case "false": ("false", .false)
        case "null", "none", "nil": ("null", .null)
        default: nil
        }
      if let meant {
        fault(
          .grammar, range(from, position), &tape, "JSON writes it \(meant.word), in lower case",
          edit: (range(from, position), meant.word))
        append(meant.kind, from: from, to: position, flags: meant.kind == .null ? .damaged : [], &tape)
      } else if ["nan", "infinity", "inf", "undefined"].contains(spelling.lowercased()) {
        fault(.grammar, range(from, position), &tape, "JSON has no \(spelling)")
        append(.missing, from: from, to: position, flags: .damaged, &tape)
      } else {
        fault(.grammar, range(from, position), &tape, "a value was expected; a string stands in double quotes")
        append(.missing, from: from, to: position, flags: .damaged, &tape)
      }
    }
  }

  // MARK: What stands between tokens

  private mutating func skipTrivia(_ tape: inout Tape) {
    while position < end {
      switch peek() {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      case UInt8(ascii: "/") where end - position > 1 && position[1] == UInt8(ascii: "/"):
        let from = position
        skipLine()
        comment(from, isJSONC: true, &tape)
      case UInt8(ascii: "/") where end - position > 1 && position[1] == UInt8(ascii: "*"):
        let from = position
        let isClosed = skipBlock()
        comment(from, isJSONC: true, &tape)
        if !isClosed, allowsComments {
          fault(.grammar, range(from, from + 2), &tape, "the document ends inside this comment that lacks its '*/'")
          reportedEnd = true
        }
      case UInt8(ascii: "#"):
        let from = position
        skipLine()
        comment(from, isJSONC: false, &tape)
      default: return
      }
    }
  }

  private mutating func skipLine() {
    while position < end, peek() != 0x0A, peek() != 0x0D { position += 1 }
  }

  /// - Returns: whether the comment has an end.
  private mutating func skipBlock() -> Bool {
    position += 2
    while position < end {
      if peek() == UInt8(ascii: "*"), end - position > 1, position[1] == UInt8(ascii: "/") {
        position += 2
        return true
      }
      position += 1
    }
    return false
  }

  private mutating func comment(_ from: UnsafePointer<UInt8>, isJSONC: Bool, _ tape: inout Tape) {
    if allowsComments && isJSONC || allowsVariables && isWholeLine(from) {
      hasComments = true
      return
    }
    // One finding says it for all comments of the document.
    guard !commentsReported else { return }
    commentsReported = true
    fault(
      .grammar, range(from, from + (isJSONC ? 2 : 1)), &tape,
      "JSON has no comments; files named .jsonc may have them")
  }

  /// Whether a line holds nothing but a comment up to its end: whatever sends a file of requests leaves such lines out.
  private func isWholeLine(_ from: UnsafePointer<UInt8>) -> Bool {
    guard from[0] == UInt8(ascii: "#") || from[1] == UInt8(ascii: "/") else { return false }
    var first = from
    while first > start, first[-1] == 0x20 || first[-1] == 0x09 { first -= 1 }
    return first == start || first[-1] == 0x0A || first[-1] == 0x0D
  }

  /// Skips a run of bytes that can begin nothing; what to call them.
  private mutating func skipUnexpected() -> (range: Range<Int>, what: String)? {
    let from = position
    guard position < end else { return nil }
    let first = peek()
    if first >= 0x80 {
      let length = utf8Length(position, end: end)
      if length == 0 {
        position += 1
        return (range(from, position), "the byte 0x\(hexadecimal(first)), which is not UTF-8")
      }
      position += length
      let scalar = String(decoding: UnsafeBufferPointer(start: from, count: length), as: UTF8.self)
        .unicodeScalars.first!
      return (range(from, position), "the character U+" + hexadecimal(scalar.value))
    }
    position += 1
    if first < 0x20 || first == 0x7F {
      return (range(from, position), "the control character U+00" + hexadecimal(first))
    }
    return (range(from, position), "'\(Character(Unicode.Scalar(first)))'")
  }

  // MARK: Nodes and faults

  private mutating func missingValue(_ message: String, length: Int, _ tape: inout Tape) {
    fault(.grammar, token(length), &tape, message)
    append(.missing, from: position, to: position, flags: .damaged, &tape)
    pendingName = nil
  }

  /// A name for a value that stands where a member should: every value in an object has one.
  private mutating func appendMissingName(_ tape: inout Tape) {
    append(.name, from: position, to: position, flags: [.bare, .damaged], &tape)
    pendingName = UInt32(tape.count - 1)
  }

  private mutating func append(
    _ kind: NodeKind, from: UnsafePointer<UInt8>, to: UnsafePointer<UInt8>, flags: TapeNode.Flags = [],
    _ tape: inout Tape
  ) {
    appendString(kind, from: from, to: to, flags: flags, &tape)
  }

  private mutating func appendString(
    _ kind: NodeKind, from: UnsafePointer<UInt8>, to: UnsafePointer<UInt8>, flags: TapeNode.Flags,
    _ tape: inout Tape
  ) {
    tape.append(
      TapeNode(
        offset: UInt32(from - start), length: UInt32(to - from), next: UInt32(tape.count + 1), kind: kind,
        flags: flags))
  }

  private mutating func fault(
    _ kind: SyntaxFault.Kind, _ range: Range<Int>, _ tape: inout Tape, _ message: String,
    related: Range<Int>? = nil, _ relatedMessage: String = "", edit: (range: Range<Int>, text: String)? = nil,
    ofString string: NodeKind? = nil, atRoot: Bool = false
  ) {
    guard faults.count < Self.faultCountMax else { return }
    // A string that is a value of a member is read in that member's name; all else in the innermost container.
    let context: UInt32 = atRoot ? 0 : pendingName ?? frames.last?.node ?? 0
    faults.append(
      SyntaxFault(kind, range, in: context, message, related: related, relatedMessage, edit: edit))
  }

  /// Where the last token before this place ended.
  private func lastValueEnd(_ tape: borrowing Tape) -> Range<Int> {
    var last = position
    while last > start, (last - 1).pointee <= 0x20 { last -= 1 }
    return range(last, last)
  }

  // MARK: Bytes

  /// The byte here, or 0, which begins nothing, at the end.
  private func peek() -> UInt8 { position < end ? position.pointee : 0 }
  private func offset() -> Int { position - start }
  private func token(_ length: Int) -> Range<Int> { offset()..<min(offset() + length, end - start) }
  private func range(_ from: UnsafePointer<UInt8>, _ to: UnsafePointer<UInt8>) -> Range<Int> {
    from - start..<to - start
  }
  private func isWordByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "@")
  }
  private func continuesNumber(_ byte: UInt8) -> Bool {
    isDigit(byte) || isWordByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "+")
  }
  private func isStructural(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
  }
  private func startsValue(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "{")
      || byte == UInt8(ascii: "[") || isDigit(byte) || byte == UInt8(ascii: "-") || isWordByte(byte)
  }
}

/// Upper-case hexadecimal digits, at least two for a byte and four for a scalar.
private func hexadecimal(_ value: some BinaryInteger) -> String {
  let digits = String(Int(value), radix: 16, uppercase: true)
  let width = value is UInt8 ? 2 : 4
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
