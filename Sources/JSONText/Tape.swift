/// The growing buffer that a parser writes nodes into; kept from document to document.
package struct Tape: ~Copyable {
  package private(set) var nodes: UnsafeMutablePointer<TapeNode>
  private(set) var capacity: Int
  package var count = 0

  package init() {
    capacity = 256
    nodes = .allocate(capacity: capacity)
  }

  deinit { nodes.deallocate() }

  @inline(__always)
  mutating func append(_ node: TapeNode) {
    if count == capacity { grow(for: 1) }
    (nodes + count).initialize(to: node)
    count &+= 1
  }

  @inline(never)
  fileprivate mutating func grow(for more: Int) {
    while capacity < count + more { capacity *= 2 }
    let larger = UnsafeMutablePointer<TapeNode>.allocate(capacity: capacity)
    larger.moveInitialize(from: nodes, count: count)
    nodes.deallocate()
    nodes = larger
  }

  /// The memory goes back to the system if one document made it this large: a linter lives on after a 1 GB file.
  mutating func shrink(above limit: Int) {
    guard capacity > limit else { return }
    nodes.deallocate()
    capacity = limit
    nodes = .allocate(capacity: limit)
    count = 0
  }
}

/// Writes nodes where a tape ends. A copy of where that is, so that it stays in registers; the tape is told by
/// ``finish(_:)``.
struct TapeWriter {
  private(set) var nodes: UnsafeMutablePointer<TapeNode>
  private(set) var count: Int
  private var capacity: Int

  init(_ tape: borrowing Tape) {
    nodes = tape.nodes
    count = tape.count
    capacity = tape.capacity
  }

  /// Sees to it that so many nodes can be appended.
  @inline(__always)
  mutating func makeRoom(for more: Int, _ tape: inout Tape) {
    guard count &+ more > capacity else { return }
    tape.count = count
    tape.grow(for: more)
    nodes = tape.nodes
    capacity = tape.capacity
  }

  /// Appends a node; there has to be room.
  @inline(__always)
  mutating func append(_ node: TapeNode) {
    (nodes + count).initialize(to: node)
    count &+= 1
  }

  func finish(_ tape: inout Tape) { tape.count = count }
}
