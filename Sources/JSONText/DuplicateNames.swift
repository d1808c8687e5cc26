/// Members of one object that have the same name.
///
/// The parsers suspect, this type knows: it compares decoded names, pair by pair in small objects and by a hash in
/// large ones, so that its cost grows with the number of members and not with its square.
package struct DuplicateNames {
  package struct Pair: Sendable, Hashable {
    /// The name node of the later member.
    package let later: UInt32
    /// The name node of the first member with that name.
    package let first: UInt32
  }

  /// In the order in which the objects closed; within an object in the order of the text.
  package private(set) var pairs: [Pair] = []

  /// Up to so many members, comparing each with each is quicker than filling a table.
  static let pairwiseMax = 16

  package init() {}

  mutating func removeAll() {
    if !pairs.isEmpty { pairs.removeAll() }
  }

  @inline(never)
  mutating func search(object: UInt32, nodes: UnsafePointer<TapeNode>, bytes: UnsafePointer<UInt8>) {
    let end = nodes[Int(object)].next
    var names: [UInt32] = []
    var index = object + 1
    while index < end {
      if !nodes[Int(index)].flags.contains(.damaged) { names.append(index) }
      index = nodes[Int(index) + 1].next
    }
    if names.count <= Self.pairwiseMax {
      for later in names.indices.dropFirst() {
        if let first = names[..<later].first(where: { same($0, names[later], nodes, bytes) }) {
          pairs.append(Pair(later: names[later], first: first))
        }
      }
    } else {
      var firsts: [Name: UInt32] = [:]
      firsts.reserveCapacity(names.count)
      for name in names {
        let key = Name(content: content(name, nodes, bytes), isEscaped: nodes[Int(name)].flags.contains(.escaped))
        if let first = firsts[key] {
          pairs.append(Pair(later: name, first: first))
        } else {
          firsts[key] = name
        }
      }
    }
  }

  private func content(
    _ name: UInt32, _ nodes: UnsafePointer<TapeNode>, _ bytes: UnsafePointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    let node = nodes[Int(name)]
    return UnsafeBufferPointer(start: bytes + Int(node.offset), count: Int(node.length))
  }

  private func same(
    _ one: UInt32, _ other: UInt32, _ nodes: UnsafePointer<TapeNode>, _ bytes: UnsafePointer<UInt8>
  ) -> Bool {
    Name(content: content(one, nodes, bytes), isEscaped: nodes[Int(one)].flags.contains(.escaped))
      == Name(content: content(other, nodes, bytes), isEscaped: nodes[Int(other)].flags.contains(.escaped))
  }

  /// A name as it counts: decoded. Swift's `Hasher` is seeded anew in every process, so that names cannot be chosen to
  /// collide.
  private struct Name: Hashable {
    let content: UnsafeBufferPointer<UInt8>
    let isEscaped: Bool

    static func == (one: Name, other: Name) -> Bool {
      if one.isEscaped || other.isEscaped { return one.decoded == other.decoded }
      return one.content.elementsEqual(other.content)
    }

    func hash(into hasher: inout Hasher) {
      if isEscaped {
        decoded.withUnsafeBytes { hasher.combine(bytes: $0) }
      } else {
        hasher.combine(bytes: UnsafeRawBufferPointer(content))
      }
    }

    private var decoded: [UInt8] { isEscaped ? unescaped(content) : Array(content) }
  }
}
