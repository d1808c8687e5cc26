/// What a node of the tape stands for.
@frozen
public enum NodeKind: UInt8, Sendable {
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
  public var code: UInt8 { unsafeBitCast(self, to: UInt8.self) }

  /// Two kinds are the same.
  @inlinable @inline(__always)
  public static func == (one: NodeKind, other: NodeKind) -> Bool { one.code == other.code }
  /// Two kinds differ.
  @inlinable @inline(__always)
  public static func != (one: NodeKind, other: NodeKind) -> Bool { one.code != other.code }
}

/// One value, or one member name, of a document: sixteen bytes that say where its text stands.
///
/// Nodes follow one another in the order of the text. A container is followed by its content; ``next`` jumps over it.
@frozen
public struct TapeNode: Sendable {
  /// Byte offset of the content: of a string or name the first byte after its quote, of the rest its first byte.
  public var offset: UInt32
  /// Length of the content in bytes; quotes are not counted.
  public var length: UInt32
  /// Index of the first node that is not part of this one's subtree.
  public var next: UInt32
  /// What the node stands for.
  public var kind: NodeKind
  /// What there is to know of its text.
  public var flags: Flags
  /// Zero.
  public var reserved: UInt16

  /// What there is to know of a node's text.
  @frozen
  public struct Flags: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// A set of these bits.
    @inlinable @inline(__always)
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    // The standard library's generic ones are calls, several for each node of a body.
    /// Whether all bits of a flag are set.
    @inlinable @inline(__always)
    public func contains(_ flag: Flags) -> Bool { rawValue & flag.rawValue == flag.rawValue }
    /// Whether no bit of the other is set.
    @inlinable @inline(__always)
    public func isDisjoint(with other: Flags) -> Bool { rawValue & other.rawValue == 0 }

    /// A string or name with at least one backslash: its text has to be decoded before it is compared.
    @inlinable @inline(__always) public static var escaped: Flags { Flags(rawValue: 1) }
    /// A string or name with at least one byte beyond ASCII.
    @inlinable @inline(__always) public static var nonASCII: Flags { Flags(rawValue: 2) }
    /// A number without fraction and exponent.
    @inlinable @inline(__always) public static var integer: Flags { Flags(rawValue: 4) }
    /// A string or name that lacks its closing quote, or both quotes; a container that the text, or the parser's
    /// patience, ended in: what it lacks may have been meant to follow.
    @inlinable @inline(__always) public static var unclosed: Flags { Flags(rawValue: 8) }
    /// A string or name that lacks its opening quote too.
    @inlinable @inline(__always) public static var bare: Flags { Flags(rawValue: 16) }
    /// Its text is not simply the bytes: ``escaped`` or ``damaged``. One number, because a set made of two at every name
    /// of a body costs more than the name.
    @inlinable @inline(__always) public static var indirect: Flags { Flags(rawValue: 1 | 32) }
    /// Read from text with a fault: what it says is a guess, and nothing is said about its content.
    @inlinable @inline(__always) public static var damaged: Flags { Flags(rawValue: 32) }
  }

  /// ``kind`` in the lower byte, ``flags`` in the upper one: for asking about both at once.
  @inlinable @inline(__always)
  public var kindAndFlags: UInt16 { Self.kindAndFlags(kind, flags) }

  /// ``kindAndFlags`` of a node of this kind.
  @inlinable @inline(__always)
  public static func kindAndFlags(_ kind: NodeKind, _ flags: Flags = []) -> UInt16 {
    UInt16(kind.code) | UInt16(flags.rawValue) &<< 8
  }

  /// A node; ``reserved`` is zero.
  @inlinable @inline(__always)
  public init(offset: UInt32, length: UInt32, next: UInt32, kind: NodeKind, flags: Flags = []) {
    self.offset = offset
    self.length = length
    self.next = next
    self.kind = kind
    self.flags = flags
    self.reserved = 0
  }

  /// The bytes of the token, quotes included: what an editor would underline.
  public var tokenRange: Range<Int> {
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
