import CScan

/// Whether a text is certainly well-formed YAML, told at a glance.
///
/// It knows what start-up files are mostly made of: comments, block sequences and block mappings with plain or quoted
/// scalars of one line, and literal text behind `|` and `>`, all in ASCII. Anything else it does not judge, and libyaml
/// is asked; tests hold that libyaml takes whatever this takes.
struct BlockYAML: ~Copyable {
  private let text: UnsafePointer<UInt8>
  private let count: Int
  private var position = 0
  /// The open collections, outermost first: their columns, and with the top bit which are sequences.
  private let open: UnsafeMutablePointer<UInt16>
  private var depth = 0
  /// The last line ended in a key or a dash without a value: a deeper collection may follow.
  private var isPending = false

  private static let depthMax = 32
  private static let sequence: UInt16 = 1 << 15

  /// - Parameter text: may be read up to 16 bytes beyond its end.
  static func isCertain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = text.baseAddress else { return false }
    return withUnsafeTemporaryAllocation(of: UInt16.self, capacity: depthMax) { open in
      var reader = BlockYAML(start, text.count, open.baseAddress!)
      return reader.read()
    }
  }

  private init(_ text: UnsafePointer<UInt8>, _ count: Int, _ open: UnsafeMutablePointer<UInt16>) {
    self.text = text
    self.count = count
    self.open = open
  }

  private mutating func read() -> Bool {
    while position < count {
      let start = position
      while position < count, text[position] == 0x20 { position &+= 1 }
      guard position < count else { break }
      switch text[position] {
      case 0x0A: position &+= 1
      case UInt8(ascii: "#"):
        guard restOfLine() else { return false }
      default:
        guard plainEntries(from: start) || node(column: position &- start) else { return false }
      }
    }
    return depth > 0
  }

  /// Takes printable characters up to the end of the line, and the line's end.
  @inline(__always)
  private mutating func restOfLine() -> Bool {
    while position < count {
      let stops = cscan_unprintable(text + position)
      position &+= stops == 0 ? 16 : stops.trailingZeroBitCount
      if stops != 0 { break }
    }
    position = min(position, count)
    return endOfLine()
  }

  /// Moves to the next character that may end a plain scalar.
  @inline(__always)
  private mutating func skipScalar() { position = cscan_scalar_end(text, position, count) }

  /// What a plain scalar begins with, so that it is no other token.
  @inline(__always)
  private static func beginsScalar(_ byte: UInt8) -> Bool {
    if (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 { return true }
    switch byte {
    // Not the period: three of them end a document.
    case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: "+"),
      UInt8(ascii: "="), UInt8(ascii: "~"):
      return true
    default: return false
    }
  }

  @inline(__always)
  private mutating func endOfLine() -> Bool {
    if position == count { return true }
    guard text[position] == 0x0A else { return false }
    position &+= 1
    return true
  }

  // MARK: Structure

  /// What most lines are: the next entries of the innermost sequence, a plain scalar each and nothing else. Whether there
  /// was one; moves behind them.
  @inline(__always)
  private mutating func plainEntries(from start: Int) -> Bool {
    let column = position &- start
    guard depth > 0, !isPending, Int(open[depth &- 1]) == column | Int(Self.sequence) else { return false }
    // Many at once, then what is left of them one by one.
    var lineStart = cscan_plain_entries(text, start, count, column)
    while isPlainEntry(lineStart, column) {
      let end = cscan_scalar_end(text, lineStart &+ column &+ 3, count)
      guard end < count, text[end] == 0x0A else { break }
      lineStart = end &+ 1
    }
    guard lineStart > start else { return false }
    position = lineStart
    return true
  }

  /// Whether a line begins with a dash at a column, and what a plain scalar begins with.
  @inline(__always)
  private func isPlainEntry(_ lineStart: Int, _ column: Int) -> Bool {
    let dash = lineStart &+ column
    guard dash &+ 2 < count, text[dash] == UInt8(ascii: "-"), text[dash &+ 1] == 0x20,
      Self.beginsScalar(text[dash &+ 2])
    else { return false }
    for place in lineStart..<dash where text[place] != 0x20 { return false }
    return true
  }

  /// A line that is neither empty nor a comment.
  private mutating func node(column: Int) -> Bool {
    guard column < 1024 else { return false }
    if text[position] == UInt8(ascii: "-"), position &+ 1 == count || text[position &+ 1] <= 0x20 {
      guard enter(column, isSequence: true) else { return false }
      position &+= 1
      let dash = position
      while position < count, text[position] == 0x20 { position &+= 1 }
      if position == count || text[position] == 0x0A {
        isPending = true
        return endOfLine()
      }
      if text[position] == UInt8(ascii: "#") { return false }
      isPending = false
      // A mapping inside of the entry begins at its first key.
      return value(column: column &+ 1 &+ position &- dash, mayBeKey: true)
    }
    return value(column: column, mayBeKey: true, isEntry: false)
  }

  /// Makes the collection at a column the innermost one.
  private mutating func enter(_ column: Int, isSequence: Bool) -> Bool {
    let entry = UInt16(truncatingIfNeeded: column) | (isSequence ? Self.sequence : 0)
    let wasPending = isPending
    if wasPending {
      // A sequence may stand in the column of the key that it belongs to.
      let top = depth > 0 ? open[depth &- 1] : 0
      let isDeeper = depth == 0 || column > Int(top & ~Self.sequence)
      let isLevel = depth > 0 && isSequence && top == UInt16(truncatingIfNeeded: column)
      if isDeeper || isLevel {
        guard depth < Self.depthMax else { return false }
        open[depth] = entry
        depth &+= 1
        return true
      }
    }
    if depth == 0 {
      open[0] = entry
      depth = 1
      return true
    }
    while depth > 0 {
      let top = open[depth &- 1]
      if top == entry { return true }
      // Into the space between two columns nothing fits.
      guard Int(top & ~Self.sequence) > column || top == entry | Self.sequence else { return false }
      depth &-= 1
    }
    return false
  }

  // MARK: Values

  /// A scalar, or a key with what follows it.
  private mutating func value(column: Int, mayBeKey: Bool, isEntry: Bool = true) -> Bool {
    let first = text[position]
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return isEntry && quoted(first) }
    if !mayBeKey || isEntry, first == UInt8(ascii: "|") || first == UInt8(ascii: ">") {
      return literal(below: Int(open[depth &- 1] & ~Self.sequence))
    }
    guard Self.beginsScalar(first) else { return false }
    let start = position
    while true {
      skipScalar()
      guard position < count, text[position] != 0x0A else {
        // A scalar of its own line belongs to the one before, or to nothing.
        return isEntry && endOfLine()
      }
      let isColon = text[position] == UInt8(ascii: ":")
      if isColon {
        if position &+ 1 == count || text[position &+ 1] <= 0x20 { break }
      } else if text[position] != UInt8(ascii: "#") || text[position &- 1] == 0x20 {
        return false
      }
      position &+= 1
    }
    guard mayBeKey, position &- start <= 128, text[position &- 1] != 0x20 else { return false }
    // An entry that is a mapping: its column is that of the key.
    if isEntry { isPending = true }
    guard enter(column, isSequence: false) else { return false }
    isPending = false
    position &+= 1
    while position < count, text[position] == 0x20 { position &+= 1 }
    if position == count || text[position] == 0x0A {
      isPending = true
      return endOfLine()
    }
    return value(column: column, mayBeKey: false)
  }

  /// A quoted scalar without escapes, alone on the rest of its line.
  private mutating func quoted(_ quote: UInt8) -> Bool {
    position &+= 1
    while position < count, text[position] != quote {
      guard text[position] >= 0x20, text[position] < 0x7F, text[position] != UInt8(ascii: "\\") else { return false }
      position &+= 1
    }
    guard position < count else { return false }
    position &+= 1
    while position < count, text[position] == 0x20 { position &+= 1 }
    return endOfLine()
  }

  /// Literal or folded text: the lines that are indented more than what it belongs to.
  private mutating func literal(below parent: Int) -> Bool {
    position &+= 1
    if position < count, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") { position &+= 1 }
    guard position < count, text[position] == 0x0A else { return false }
    position &+= 1
    var indentation = -1
    while position < count {
      let start = position
      while position < count, text[position] == 0x20 { position &+= 1 }
      guard position < count, text[position] != 0x0A else {
        // Lines of spaces before the first one with text could be indented too far.
        guard indentation >= 0 || position == start else { return false }
        position = min(position &+ 1, count)
        continue
      }
      let column = position &- start
      if indentation < 0 {
        guard column > parent else {
          position = start
          return true
        }
        indentation = column
      }
      guard column >= indentation else {
        position = start
        return column <= parent
      }
      guard restOfLine() else { return false }
    }
    return true
  }
}
