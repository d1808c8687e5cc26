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

    /// The offset of the next token; there has to be one, see ``StructuralIndex/hasTokens(_:)``.
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
  private static let capacity = 4096

  private let places: UnsafeMutablePointer<UInt32>
  private var scan = cscan_structure()
  /// Behind the last token of the text, once that is among those at hand.
  private var last: UnsafePointer<UInt32>?

  package init() {
    places = .allocate(capacity: Self.capacity)
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
      text: start, end: end - start, position: first - start, is_inside: 0, is_escape: 0, is_scalar: 0)
    last = nil
    return Cursor(next: places, end: places)
  }

  /// Sees to it that eight tokens can be taken. Behind the last one of the text there are eight that repeat its last byte; false
  /// where some of those have been taken.
  @inline(__always)
  mutating func hasTokens(_ cursor: inout Cursor) -> Bool {
    if cursor.hasFew { return true }
    // By value: a cursor whose address is known lives in memory, and each token would wait for it.
    guard let more = findTokens(behind: cursor) else { return false }
    cursor = more
    return true
  }

  @inline(never)
  private mutating func findTokens(behind cursor: Cursor) -> Cursor? {
    guard last == nil else { return nil }
    let left = cursor.end - cursor.next
    for index in 0..<left { places[index] = cursor.next[index] }
    let count = left + cscan_structure_next(&scan, places + left, Self.capacity - Self.few - left)
    guard scan.position >= scan.end else { return Cursor(next: places, end: places + count) }
    last = UnsafePointer(places + count)
    (places + count).update(repeating: UInt32(truncatingIfNeeded: scan.end - 1), count: Self.few)
    return Cursor(next: places, end: places + (count + Self.few))
  }

  /// Whether all tokens of the text have been taken, and no more.
  func isAtEnd(_ cursor: Cursor) -> Bool { cursor.next == last }
}
