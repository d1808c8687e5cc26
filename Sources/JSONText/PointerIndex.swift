/// From tape nodes to JSON Pointers: knows every node's parent.
///
/// Built in one pass, and only for a document that has findings, so that many findings in a large document cost no more
/// than its length.
package struct PointerIndex {
  private let document: Document
  /// The container of each node; of a member's value the container of its name.
  private var parents: [UInt32]
  /// The position of each array element among its siblings.
  private var positions: [UInt32]

  /// A pointer has at most so many tokens. Places deeper than that get the pointer of the nearest ancestor that has not:
  /// nothing readable is lost, and a document of a hundred thousand brackets does not make as long a line.
  private static let tokenCountMax = 256
  /// And at most so many bytes, for the same reason: ten thousand findings may stand below one long name.
  private static let byteCountMax = 4096
  /// Of a longer name only the beginning, with an ellipsis.
  private static let nameByteCountMax = 1024

  package init(_ document: Document) {
    self.document = document
    parents = [UInt32](repeating: 0, count: document.nodeCount)
    positions = [UInt32](repeating: 0, count: document.nodeCount)
    var open: [(node: UInt32, position: UInt32)] = []
    for index in 0..<UInt32(document.nodeCount) {
      while let last = open.last, index >= document[last.node].next { open.removeLast() }
      if let last = open.last {
        parents[Int(index)] = last.node
        if document[last.node].kind == .array {
          positions[Int(index)] = last.position
          open[open.count - 1].position += 1
        }
      }
      let kind = document[index].kind
      if kind == .object || kind == .array, document[index].next > index + 1 { open.append((index, 0)) }
    }
  }

  /// The pointer to a value, or to the member that a name node begins.
  package func pointer(to node: UInt32) -> JSONPointer {
    guard node != 0, node < document.nodeCount else { return JSONPointer() }
    var path: [UInt32] = []
    path.reserveCapacity(16)
    var place = node
    while place != 0 {
      path.append(place)
      place = parents[Int(place)]
    }
    var text: [UInt8] = []
    text.reserveCapacity(128)
    for place in path.reversed().prefix(Self.tokenCountMax) {
      let end = text.count
      text.append(UInt8(ascii: "/"))
      if document[parents[Int(place)]].kind == .array {
        Self.append(positions[Int(place)], to: &text)
      } else {
        // A value in an object stands behind its name.
        append(nameOf: document[place].kind == .name ? place : place - 1, to: &text)
      }
      guard text.count <= Self.byteCountMax else {
        text.removeSubrange(end...)
        break
      }
    }
    return JSONPointer(checked: String(decoding: text, as: UTF8.self))
  }

  private func append(nameOf node: UInt32, to text: inout [UInt8]) {
    let name = document[node]
    let raw = document.raw(name)
    let isEscaped = name.flags.contains(.escaped)
    if !isEscaped, raw.count <= Self.nameByteCountMax, !raw.contains(where: JSONPointer.isEscaped) {
      text += raw
    } else {
      text += JSONPointer([beginning(of: raw, isEscaped: isEscaped)]).description.utf8.dropFirst()
    }
  }

  /// A name, cut where it is long: between characters.
  private func beginning(of raw: UnsafeBufferPointer<UInt8>, isEscaped: Bool) -> String {
    // An escape of six bytes stands for one byte at least. What comes behind those may be half of one, and is cut off.
    let looked = UnsafeBufferPointer(rebasing: raw[..<min(raw.count, 6 * Self.nameByteCountMax + 12)])
    let name = isEscaped ? unescaped(looked) : Array(looked)
    guard name.count > Self.nameByteCountMax else { return String(decoding: name, as: UTF8.self) }
    var end = Self.nameByteCountMax
    while end > 0, name[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: name[..<end], as: UTF8.self) + "…"
  }

  private static func append(_ number: UInt32, to text: inout [UInt8]) {
    guard number >= 10 else {
      text.append(UInt8(ascii: "0") + UInt8(number))
      return
    }
    text += String(number).utf8
  }

  /// The container that a node stands in; the root stands in itself.
  package func parent(of node: UInt32) -> UInt32 { parents[Int(node)] }
}
