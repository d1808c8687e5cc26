import CScan

/// A message with `{placeholders}`; `{{` and `}}` stand for braces.
struct MessageTemplate {
  enum Piece {
    case text(String)
    case placeholder(String)
  }

  let pieces: [Piece]

  init(_ template: String) {
    var pieces: [Piece] = []
    var text = ""
    var rest = template[...]
    while let character = rest.first {
      if rest.hasPrefix("{{") || rest.hasPrefix("}}") {
        text.append(character)
        rest = rest.dropFirst(2)
      } else if character == "{", let end = rest.firstIndex(of: "}") {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = ""
        pieces.append(.placeholder(String(rest[rest.index(after: rest.startIndex)..<end])))
        rest = rest[rest.index(after: end)...]
      } else {
        text.append(character)
        rest = rest.dropFirst()
      }
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    self.pieces = pieces
  }

  var placeholders: [String] {
    pieces.compactMap { if case .placeholder(let name) = $0 { name } else { nil } }
  }

  /// A template with its placeholders filled in: what ``init(_:)`` reads, without taking it apart first.
  ///
  /// - Parameter text: what stands for a placeholder; nil where it is none.
  static func filled(
    _ template: UnsafeBufferPointer<UInt8>, _ text: (PlaceholderName) -> String?
  ) -> String {
    // Nearly all messages fit.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 512) { memory in
      var out = MessageBytes(memory)
      fill(template, text, &out)
      return out.text
    }
  }

  private static func fill(
    _ template: UnsafeBufferPointer<UInt8>, _ text: (PlaceholderName) -> String?, _ out: inout MessageBytes
  ) {
    var index = 0
    while index < template.count {
      let end =
        index
        + min(
          template.distance(toNext: UInt8(ascii: "{"), from: index),
          template.distance(toNext: UInt8(ascii: "}"), from: index))
      out.add(template[index..<end])
      index = end
      guard index < template.count else { break }
      let byte = template[index]
      if index + 1 < template.count, template[index + 1] == byte {
        out.add(template[index...index])
        index += 2
        continue
      }
      let length = template.distance(toNext: UInt8(ascii: "}"), from: index)
      guard byte == UInt8(ascii: "{"), index + length < template.count else {
        out.add(template[index...index])
        index += 1
        continue
      }
      let name = PlaceholderName(bytes: UnsafeBufferPointer(rebasing: template[index + 1..<index + length]))
      if var value = text(name) {
        value.withUTF8 { out.add($0[...]) }
      } else {
        out.add(template[index...index + length])
      }
      index += length + 1
    }
  }
}

/// What stands between the braces of a placeholder, to be told apart by `switch`.
struct PlaceholderName {
  let bytes: UnsafeBufferPointer<UInt8>

  static func ~= (word: StaticString, name: PlaceholderName) -> Bool {
    name.bytes.count == word.utf8CodeUnitCount
      && (name.bytes.isEmpty || equal(name.bytes.baseAddress!, word.utf8Start, name.bytes.count))
  }
}

/// A message in the making: in memory of the stack, as long as that is enough.
private struct MessageBytes: ~Copyable {
  private var memory: UnsafeMutableBufferPointer<UInt8>
  private var count = 0
  private var isOwned = false

  init(_ memory: UnsafeMutableBufferPointer<UInt8>) { self.memory = memory }

  deinit { if isOwned { memory.deallocate() } }

  @inline(__always)
  mutating func add(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    guard !bytes.isEmpty else { return }
    if memory.count - count < bytes.count { grow(bytes.count) }
    (memory.baseAddress! + count).update(from: bytes.base.baseAddress! + bytes.startIndex, count: bytes.count)
    count += bytes.count
  }

  @inline(never)
  private mutating func grow(_ wanted: Int) {
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * memory.count + wanted)
    _ = larger.update(fromContentsOf: memory[..<count])
    if isOwned { memory.deallocate() }
    memory = larger
    isOwned = true
  }

  var text: String { String(decoding: UnsafeBufferPointer(rebasing: memory[..<count]), as: UTF8.self) }
}

extension UnsafeBufferPointer<UInt8> {
  /// How far a byte is from an index on; where there is none, how far the end is.
  func distance(toNext byte: UInt8, from index: Int) -> Int {
    index < count ? cscan_find(baseAddress! + index, count - index, byte) : 0
  }
}
