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

  /// A pointer has at most so many tokens. Places deeper than that get the pointer of the ancestor there: nothing
  /// readable is lost, and a document of a hundred thousand brackets does not make as long a line.
  private static let tokenCountMax = 256
  /// And about so many bytes, for the same reason.
  private static let byteCountMax = 65_536
  /// Of a longer name only the beginning: a name of megabytes may stand above ten thousand findings.
  private static let nameByteCountMax = 4096

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
    guard node < document.nodeCount else { return JSONPointer() }
    var tokens: [String] = []
    var place = node
    var byteCount = 0
    while place != 0 {
      let parent = parents[Int(place)]
      if document[parent].kind == .array {
        tokens.append(String(positions[Int(place)]))
      } else {
        // A value in an object stands behind its name.
        let name = document[place].kind == .name ? place : place - 1
        let token = text(document[name])
        byteCount += token.utf8.count
        tokens.append(token)
      }
      place = parent
    }
    if byteCount > Self.byteCountMax {
      var rest = Self.byteCountMax
      tokens = tokens.reversed().prefix {
        rest -= $0.utf8.count
        return rest >= 0
      }.reversed()
    }
    if tokens.count > Self.tokenCountMax { tokens.removeFirst(tokens.count - Self.tokenCountMax) }
    return JSONPointer(tokens.reversed())
  }

  private func text(_ name: TapeNode) -> String {
    guard name.length > Self.nameByteCountMax else { return document.text(name) }
    var beginning = name
    beginning.length = UInt32(Self.nameByteCountMax)
    return document.text(beginning) + "…"
  }

  /// The container that a node stands in; the root stands in itself.
  package func parent(of node: UInt32) -> UInt32 { parents[Int(node)] }
}
