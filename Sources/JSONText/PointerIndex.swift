/// From tape nodes to JSON Pointers: knows every node's parent.
///
/// Filled in one pass, and only for a document that has findings, so that many findings in a large document cost no more
/// than its length. The memory is kept for the next document.
package final class PointerIndex {
  private struct Place {
    /// The container; of a member's value the container of its name.
    var parent: UInt32
    /// The position of an array's element among its siblings; of what is in an object it says nothing.
    var position: UInt32
  }

  @exclusivity(unchecked) private var document: Document?
  /// One for each node.
  @exclusivity(unchecked) private var places: UnsafeMutablePointer<Place>
  @exclusivity(unchecked) private var capacity = PointerIndex.capacityMin
  /// For each node whether a name on the way to it must not be shown; empty where all may be.
  @exclusivity(unchecked) private var hidden: [Bool] = []

  /// A pointer has at most so many tokens. Places deeper than that get the pointer of the nearest ancestor that has not:
  /// nothing readable is lost, and a document of a hundred thousand brackets does not make as long a line.
  private static let tokenCountMax = 256
  /// And at most so many bytes, for the same reason: ten thousand findings may stand below one long name.
  private static let byteCountMax = 4096
  /// Of a longer name only the beginning, with an ellipsis.
  private static let nameByteCountMax = 1024

  private static let capacityMin = 256
  /// Memory for more nodes than this is given back after use.
  private static let capacityKept = 1 << 16

  package init() { places = .allocate(capacity: capacity) }

  deinit { places.deallocate() }

  /// Whether it knows a document.
  package var isFilled: Bool { document != nil }

  /// Takes a document, which has to stay readable until ``removeAll()``.
  ///
  /// - Parameter isHidden: which name nodes must not be shown; nil where all may be.
  package func fill(_ document: Document, isHidden: ((UInt32) -> Bool)? = nil) {
    let count = document.nodeCount
    if count > capacity { makeRoom(for: count) }
    self.document = document
    let nodes = document.nodes
    let places = self.places
    places.initialize(repeating: Place(parent: 0, position: 0), count: max(1, count))
    // A container comes before what is in it.
    for container in 0..<count where nodes[container].kind == .array || nodes[container].kind == .object {
      let end = Int(nodes[container].next)
      var child = container + 1
      var position: UInt32 = 0
      while child < end {
        places[child] = Place(parent: UInt32(truncatingIfNeeded: container), position: position)
        position &+= 1
        child = nodes[child].kind == .name ? child + 1 : Int(nodes[child].next)
      }
    }
    if let isHidden { hide(document, isHidden) }
  }

  private func hide(_ document: Document, _ isHidden: (UInt32) -> Bool) {
    let nodes = document.nodes
    hidden = [Bool](repeating: false, count: document.nodeCount)
    for index in 0..<document.nodeCount {
      // A value is hidden with its name, and so is all that is in it.
      let container = Int(places[index].parent)
      let hasName = index > 0 && nodes[container].kind == .object && nodes[index - 1].kind == .name
      hidden[index] =
        hidden[container] || nodes[index].kind == .name && isHidden(UInt32(index)) || hasName && hidden[index - 1]
    }
  }

  private func makeRoom(for count: Int) {
    places.deallocate()
    capacity = max(count, Self.capacityMin)
    places = .allocate(capacity: capacity)
  }

  /// Forgets the document.
  package func removeAll() {
    document = nil
    if !hidden.isEmpty { hidden = [] }
    if capacity > Self.capacityKept { makeRoom(for: Self.capacityMin) }
  }

  /// The pointer to a value, or to the member that a name node begins.
  package func pointer(to node: UInt32) -> JSONPointer {
    guard let document, node < document.nodeCount else { return JSONPointer() }
    var place = node
    while place != 0, hides(place) { place = parent(of: place) }
    guard place != 0 else { return JSONPointer() }
    return plainPointer(to: place, document) ?? longPointer(to: place, document)
  }

  /// Whether a name on the way to a node must not be shown: its pointer is that of the nearest ancestor that may be.
  package func hides(_ node: UInt32) -> Bool { !hidden.isEmpty && hidden[Int(node)] }

  /// The pointer whose names all stand in it as they stand in the document; nil where one does not, or it is too long.
  private func plainPointer(to node: UInt32, _ document: Document) -> JSONPointer? {
    var byteCount = 0
    var tokenCount = 0
    var place = node
    while place != 0 {
      tokenCount += 1
      if document[parent(of: place)].kind == .array {
        byteCount += 1 + digitCount(Int(places[Int(place)].position))
      } else {
        let name = document[Self.name(of: place, document)]
        byteCount += 1 + Int(name.length)
        guard Self.isPlain(name, document) else { return nil }
      }
      place = parent(of: place)
    }
    guard tokenCount <= Self.tokenCountMax, byteCount <= Self.byteCountMax else { return nil }
    // From its end on: the way leads up.
    return JSONPointer(
      checked: String(unsafeUninitializedCapacity: byteCount) { out in
        var end = byteCount
        var place = node
        while place != 0 {
          if document[parent(of: place)].kind == .array {
            var rest = places[Int(place)].position
            repeat {
              end -= 1
              out[end] = UInt8(ascii: "0") + UInt8(rest % 10)
              rest /= 10
            } while rest > 0
          } else {
            let name = document.raw(document[Self.name(of: place, document)])
            end -= name.count
            _ = UnsafeMutableBufferPointer(rebasing: out[end..<end + name.count]).update(fromContentsOf: name)
          }
          end -= 1
          out[end] = UInt8(ascii: "/")
          place = parent(of: place)
        }
        return byteCount
      })
  }

  /// A value in an object stands behind its name.
  private static func name(of place: UInt32, _ document: Document) -> UInt32 {
    document[place].kind == .name ? place : place - 1
  }

  private static func isPlain(_ name: TapeNode, _ document: Document) -> Bool {
    !name.flags.contains(.escaped) && name.length <= nameByteCountMax
      && !document.raw(name).contains(where: JSONPointer.isEscaped)
  }

  private func longPointer(to node: UInt32, _ document: Document) -> JSONPointer {
    var path: [UInt32] = []
    var place = node
    while place != 0 {
      path.append(place)
      place = parent(of: place)
    }
    var text = ""
    for place in path.reversed().prefix(Self.tokenCountMax) {
      let isElement = document[parent(of: place)].kind == .array
      let token =
        isElement
        ? String(places[Int(place)].position) : Self.beginning(of: document[Self.name(of: place, document)], document)
      let longer = text + JSONPointer([token]).description
      guard longer.utf8.count <= Self.byteCountMax else { break }
      text = longer
    }
    return JSONPointer(checked: text)
  }

  /// A name, cut where it is long: between characters.
  private static func beginning(of name: TapeNode, _ document: Document) -> String {
    let raw = document.raw(name)
    // An escape of six bytes stands for one byte at least. What comes behind those may be half of one, and is cut off.
    let looked = UnsafeBufferPointer(rebasing: raw[..<min(raw.count, 6 * nameByteCountMax + 12)])
    let decoded = name.flags.contains(.escaped) ? unescaped(looked) : Array(looked)
    guard decoded.count > nameByteCountMax else { return String(decoding: decoded, as: UTF8.self) }
    var end = nameByteCountMax
    while end > 0, decoded[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: decoded[..<end], as: UTF8.self) + "…"
  }

  /// The container that a node stands in; the root stands in itself.
  package func parent(of node: UInt32) -> UInt32 { places[Int(node)].parent }
}

/// How many decimal digits a number has that is not negative.
package func digitCount(_ number: Int) -> Int {
  var count = 1
  var rest = number / 10
  while rest > 0 {
    count += 1
    rest /= 10
  }
  return count
}
