/// An Azure resource id, split at its slashes:
/// `/subscriptions/{id}/resourceGroups/{name}/providers/{namespace}/{type}/{name}`, more types and names behind it.
///
/// Keeps the last id it split, because several rules ask about the same one in a row. ``free()`` gives its memory back.
struct ResourceID {
  enum Problem: UInt8 {
    case none, empty, emptySegment, noSubscription, noResourceGroup, noProvider, noName, tooLong
  }

  /// Ids of nested resources have a handful of types; ARM itself stops at some twenty segments.
  static let segmentCountMax = 32

  /// Start and length of each segment within the text.
  private let storage: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
  private(set) var problem = Problem.none
  private(set) var hasLeadingSlash = false
  private var node = UInt32.max

  init() {
    storage = .allocate(capacity: Self.segmentCountMax * 2)
    storage.initialize(repeating: 0, count: Self.segmentCountMax * 2)
  }

  func free() { storage.deallocate() }

  /// Another document is read: its nodes have nothing to do with the ones of the last.
  mutating func forget() { node = .max }

  func segment(_ index: Int) -> Range<Int> {
    let start = Int(storage[index * 2])
    return start..<start + Int(storage[index * 2 + 1])
  }

  /// Splits the text of a node, unless it is the one that was split last.
  @inline(__always)
  mutating func split(_ text: UnsafeBufferPointer<UInt8>, node: UInt32) {
    if node == self.node { return }
    self.node = node
    split(text)
  }

  mutating func split(_ text: UnsafeBufferPointer<UInt8>) {
    count = 0
    hasLeadingSlash = text.first == UInt8(ascii: "/")
    problem = parse(text)
  }

  private mutating func parse(_ text: UnsafeBufferPointer<UInt8>) -> Problem {
    guard !text.isEmpty else { return .empty }
    var start = hasLeadingSlash ? 1 : 0
    var position = start
    while true {
      if position == text.count || text[position] == UInt8(ascii: "/") {
        guard position > start else { return .emptySegment }
        guard count < Self.segmentCountMax else { return .tooLong }
        storage[count * 2] = UInt32(truncatingIfNeeded: start)
        storage[count * 2 + 1] = UInt32(truncatingIfNeeded: position - start)
        count += 1
        if position == text.count { break }
        start = position + 1
      }
      position += 1
    }
    guard count >= 2, segment(0, of: text, is: "subscriptions") else { return .noSubscription }
    guard count >= 4, segment(2, of: text, is: "resourcegroups") else { return .noResourceGroup }
    guard count >= 6, segment(4, of: text, is: "providers") else { return .noProvider }
    guard count >= 8, count % 2 == 0 else { return .noName }
    return .none
  }

  /// Compares a segment with a lower-case word, without letter case.
  private func segment(_ index: Int, of text: UnsafeBufferPointer<UInt8>, is word: StaticString) -> Bool {
    let range = segment(index)
    guard range.count == word.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count where lowercased(text[range.lowerBound + offset]) != word.utf8Start[offset] {
      return false
    }
    return true
  }

  /// Whether the id names a resource of this type: namespace and types, joined by slashes, without letter case.
  func isOf(type: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var position = 0
    var index = 5
    while index < count {
      let part = segment(index)
      if index > 5 {
        guard position < type.count, type[position] == UInt8(ascii: "/") else { return false }
        position += 1
      }
      guard position + part.count <= type.count else { return false }
      for offset in 0..<part.count
      where lowercased(text[part.lowerBound + offset]) != lowercased(type[position + offset]) { return false }
      position += part.count
      index += index == 5 ? 1 : 2
    }
    return position == type.count
  }

  /// The type that the id names, as it spells it.
  func type(_ text: UnsafeBufferPointer<UInt8>) -> String {
    var parts: [String] = []
    var index = 5
    while index < count {
      parts.append(String(decoding: UnsafeBufferPointer(rebasing: text[segment(index)]), as: UTF8.self))
      index += index == 5 ? 1 : 2
    }
    return parts.joined(separator: "/")
  }
}
