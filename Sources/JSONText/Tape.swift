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
    if count == capacity { grow() }
    (nodes + count).initialize(to: node)
    count &+= 1
  }

  @inline(never)
  fileprivate mutating func grow() {
    let larger = UnsafeMutablePointer<TapeNode>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: nodes, count: count)
    nodes.deallocate()
    nodes = larger
    capacity *= 2
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

  @inline(__always)
  mutating func append(_ node: TapeNode, _ tape: inout Tape) {
    if count == capacity { grow(&tape) }
    (nodes + count).initialize(to: node)
    count &+= 1
  }

  private mutating func grow(_ tape: inout Tape) {
    tape.count = count
    tape.grow()
    nodes = tape.nodes
    capacity = tape.capacity
  }

  func finish(_ tape: inout Tape) { tape.count = count }
}
