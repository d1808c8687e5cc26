/// What a node of the tape stands for.
@frozen
package enum NodeKind: UInt8, Sendable {
  /// A value that is not there, or not readable, in a document with syntax faults. No check speaks of it.
  case missing
  case null
  case `false`
  case `true`
  case number
  case string
  /// The name of an object's member; its value is the node after it.
  case name
  case array
  case object

  /// ``rawValue``, which is a call from other modules otherwise, as is the comparison that the compiler makes.
  @inlinable @inline(__always)
  package var code: UInt8 { unsafeBitCast(self, to: UInt8.self) }

  @inlinable @inline(__always)
  package static func == (one: NodeKind, other: NodeKind) -> Bool { one.code == other.code }
  @inlinable @inline(__always)
  package static func != (one: NodeKind, other: NodeKind) -> Bool { one.code != other.code }
}

/// One value, or one member name, of a document: sixteen bytes that say where its text stands.
///
/// Nodes follow one another in the order of the text. A container is followed by its content; ``next`` jumps over it.
@frozen
package struct TapeNode: Sendable {
  /// Byte offset of the content: of a string or name the first byte after its quote, of the rest its first byte.
  package var offset: UInt32
  /// Length of the content in bytes; quotes are not counted.
  package var length: UInt32
  /// Index of the first node that is not part of this one's subtree.
  package var next: UInt32
  package var kind: NodeKind
  package var flags: Flags
  package var reserved: UInt16

  @frozen
  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt8
    @inlinable @inline(__always)
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    // The standard library's generic ones are calls, several for each node of a body.
    @inlinable @inline(__always)
    package func contains(_ flag: Flags) -> Bool { rawValue & flag.rawValue == flag.rawValue }
    @inlinable @inline(__always)
    package func isDisjoint(with other: Flags) -> Bool { rawValue & other.rawValue == 0 }

    /// A string or name with at least one backslash: its text has to be decoded before it is compared.
    @inlinable package static var escaped: Flags { Flags(rawValue: 1) }
    /// A string or name with at least one byte beyond ASCII.
    @inlinable package static var nonASCII: Flags { Flags(rawValue: 2) }
    /// A number without fraction and exponent.
    @inlinable package static var integer: Flags { Flags(rawValue: 4) }
    /// A string or name that lacks its closing quote, or both quotes; a container that the text, or the parser's
    /// patience, ended in: what it lacks may have been meant to follow.
    @inlinable package static var unclosed: Flags { Flags(rawValue: 8) }
    /// A string or name that lacks its opening quote too.
    @inlinable package static var bare: Flags { Flags(rawValue: 16) }
    /// Its text is not simply the bytes: ``escaped`` or ``damaged``. One number, because a set made of two at every name
    /// of a body costs more than the name.
    @inlinable package static var indirect: Flags { Flags(rawValue: 1 | 32) }
    /// Read from text with a fault: what it says is a guess, and nothing is said about its content.
    @inlinable package static var damaged: Flags { Flags(rawValue: 32) }
  }

  @inlinable @inline(__always)
  package init(offset: UInt32, length: UInt32, next: UInt32, kind: NodeKind, flags: Flags = []) {
    self.offset = offset
    self.length = length
    self.next = next
    self.kind = kind
    self.flags = flags
    self.reserved = 0
  }

  /// The bytes of the token, quotes included: what an editor would underline.
  package var tokenRange: Range<Int> {
    var start = Int(offset)
    var end = start + Int(length)
    if kind == .string || kind == .name {
      if !flags.contains(.bare) {
        start -= 1
        if !flags.contains(.unclosed) { end += 1 }
      }
    }
    return start..<end
  }
}
