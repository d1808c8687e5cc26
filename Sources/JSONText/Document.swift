/// A document as it was read: its bytes and its tape, borrowed from the ``DocumentReader`` that read it.
///
/// Valid until that reader reads again. Nothing in it is counted or copied: passing it around is free.
@frozen
public struct Document {
  /// The text, byte order mark included.
  public let bytes: UnsafePointer<UInt8>
  /// How many bytes the text has.
  public let byteCount: Int
  /// The tape.
  public let nodes: UnsafePointer<TapeNode>
  /// How many nodes there are; 0 only where the text holds no value at all.
  public let nodeCount: Int

  /// A document over a text and its tape, which have to outlive it.
  @inlinable @inline(__always)
  public init(bytes: UnsafePointer<UInt8>, byteCount: Int, nodes: UnsafePointer<TapeNode>, nodeCount: Int) {
    self.bytes = bytes
    self.byteCount = byteCount
    self.nodes = nodes
    self.nodeCount = nodeCount
  }

  /// The node at an index of the tape.
  @inlinable @inline(__always)
  public subscript(index: UInt32) -> TapeNode { nodes[Int(index)] }

  /// The raw content of a string, name or number: escapes as they stand.
  @inlinable @inline(__always)
  public func raw(_ node: TapeNode) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + Int(node.offset), count: Int(node.length))
  }

  /// The decoded text of a string or name; of a number or literal its spelling. Faulty UTF-8 becomes U+FFFD.
  package func text(_ node: TapeNode) -> String {
    if node.flags.contains(.escaped) {
      return String(decoding: unescaped(raw(node)), as: UTF8.self)
    }
    return String(decoding: raw(node), as: UTF8.self)
  }

  /// Whether the decoded text of a string or name is exactly these bytes.
  package func text(of node: TapeNode, equals other: UnsafeBufferPointer<UInt8>) -> Bool {
    let content = raw(node)
    if node.flags.contains(.escaped) {
      return unescaped(content).elementsEqual(other)
    }
    return content.count == other.count && content.elementsEqual(other)
  }

  package func text(of node: TapeNode, equals other: StaticString) -> Bool {
    text(of: node, equals: UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
  }

  /// The value of the first member with this name, or nil. For the few look-ups outside of the walk over a body.
  package func member(_ name: StaticString, of object: UInt32) -> UInt32? {
    guard self[object].kind == .object else { return nil }
    let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    var index = object + 1
    while index < self[object].next {
      if text(of: self[index], equals: wanted) { return index + 1 }
      index = self[index + 1].next
    }
    return nil
  }

  /// The value at a pointer below `root`, or nil. Of members with the same name the first is taken.
  package func value(at pointer: JSONPointer, from root: UInt32 = 0) -> UInt32? {
    guard nodeCount > 0 else { return nil }
    var place = root
    for token in pointer.tokens {
      let container = self[place]
      var found: UInt32?
      var index = place + 1
      if container.kind == .object {
        while index < container.next {
          if text(self[index]) == token {
            found = index + 1
            break
          }
          index = self[index + 1].next
        }
      } else if container.kind == .array, let wanted = UInt32(token) {
        var position: UInt32 = 0
        while index < container.next {
          if position == wanted {
            found = index
            break
          }
          position += 1
          index = self[index].next
        }
      }
      guard let found else { return nil }
      place = found
    }
    return place
  }
}
