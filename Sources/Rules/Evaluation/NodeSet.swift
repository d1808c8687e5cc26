/// Some of a document's nodes: a byte each, in memory that is kept for the next document.
struct NodeSet: ~Copyable {
  private var marks: UnsafeMutablePointer<Bool>?
  private var capacity = 0
  /// How many nodes the document has; 0 until one is put in.
  private var count = 0

  deinit { marks?.deallocate() }

  func contains(_ node: UInt32) -> Bool { node < count && marks![Int(node)] }

  /// - Parameter nodeCount: how many nodes the document has.
  mutating func insert(_ node: UInt32, of nodeCount: Int) {
    if count == 0 {
      if capacity < nodeCount {
        marks?.deallocate()
        capacity = max(nodeCount, 256)
        marks = .allocate(capacity: capacity)
      }
      marks!.initialize(repeating: false, count: nodeCount)
      count = nodeCount
    }
    marks![Int(node)] = true
  }

  mutating func removeAll() { count = 0 }

  /// Gives back the memory.
  mutating func forget() {
    self = NodeSet()
  }
}
