import CScan

/// Where the tokens of a text are, found sixty-four bytes at a time and handed out in the order of the text: a window of them,
/// and then the next one, so that the memory is the same for all texts.
///
/// The tokens are brackets, colons, commas, the first bytes of numbers and of other words, and both quotes of strings. In strings
/// the bytes that have to be looked at are handed out too: backslashes, control characters, bytes beyond ASCII.
package struct StructuralIndex: ~Copyable {
  /// The tokens at hand.
  struct Cursor {
    fileprivate var next: UnsafePointer<UInt32>
    fileprivate var end: UnsafePointer<UInt32>

    /// The offset of the next token; there has to be one, see ``hasFew``.
    @inline(__always)
    mutating func take() -> UInt32 {
      defer { next += 1 }
      return next.pointee
    }

    /// The offset of the token that is taken next.
    @inline(__always)
    var first: UInt32 { next.pointee }

    /// How many tokens are at hand.
    var count: Int { end - next }

    /// Whether eight tokens can be taken.
    @inline(__always)
    var hasFew: Bool { end - next >= StructuralIndex.few }
  }

  /// How many tokens can be taken without asking.
  fileprivate static let few = 8
  /// Few enough to stay in the processor's cache, many enough for most bodies.
  package static let usualCapacity = 4096

  private let capacity: Int
  private let places: UnsafeMutablePointer<UInt32>
  private var scan = cscan_structure()
  /// Behind the last token of the text, once that is among those at hand.
  private var last: UnsafePointer<UInt32>?

  /// - Parameter capacity: how many tokens a window has room for; 79 or more, so that a block's are found whatever is left.
  package init(capacity: Int = Self.usualCapacity) {
    precondition(capacity >= 2 * Self.few - 1 + 64)
    self.capacity = capacity
    places = .allocate(capacity: capacity)
  }

  deinit { places.deallocate() }

  /// Begins with a text of at least one byte.
  ///
  /// - Parameters:
  ///   - start: where offsets are counted from.
  ///   - first: where the tokens begin.
  mutating func begin(
    _ start: UnsafePointer<UInt8>, from first: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>
  ) -> Cursor {
    scan = cscan_structure(
      text: start, count: end - start, position: first - start, is_inside: 0, is_escape: 0, is_scalar: 0)
    last = nil
    return Cursor(next: places, end: places)
  }

  /// Finds more tokens, so that eight can be taken again. Behind the last one of the text there are eight that repeat its last
  /// byte; false where some of those have been taken.
  @inline(__always)
  mutating func refill(_ cursor: inout Cursor) -> Bool {
    // By value: a cursor whose address is known lives in memory, and each token would wait for it.
    guard let more = tokens(behind: cursor) else { return false }
    cursor = more
    return true
  }

  @inline(never)
  private mutating func tokens(behind cursor: Cursor) -> Cursor? {
    guard last == nil else { return nil }
    let left = cursor.count
    for index in 0..<left { places[index] = cursor.next[index] }
    let count = left + cscan_structure_next(&scan, places + left, capacity - Self.few - left)
    guard scan.position >= scan.count else { return Cursor(next: places, end: places + count) }
    last = UnsafePointer(places + count)
    (places + count).update(repeating: UInt32(truncatingIfNeeded: scan.count - 1), count: Self.few)
    return Cursor(next: places, end: places + (count + Self.few))
  }

  /// Whether all tokens of the text have been taken, and no more.
  func isAtEnd(_ cursor: Cursor) -> Bool { cursor.next == last }
}
