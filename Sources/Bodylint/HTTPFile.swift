/// A file of HTTP requests, as editors send them (`.http`, `.rest`): requests between lines of `###`.
struct HTTPFile {
  struct Request {
    var method: String?
    /// As it stands, lines that continue it joined.
    var url: String
    /// The bytes of the URL's first line.
    var urlRange: Range<Int>
    /// The body's bytes; empty where there is none.
    var body: Range<Int>
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  /// Where the next line begins.
  private var start: Int

  /// - Parameter bytes: may begin with a UTF-8 byte order mark, which is passed over.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    start = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
  }

  /// The next request; nil at the end. One at a time, so that memory does not grow with their number.
  mutating func next() -> Request? {
    while start < bytes.count {
      if let request = Self.request(nextBlock(), bytes) { return request }
    }
    return nil
  }

  /// The lines up to the next separator, which is left behind.
  private mutating func nextBlock() -> [Range<Int>] {
    var block: [Range<Int>] = []
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      let line = start..<(end > start && bytes[end - 1] == 0x0D ? end - 1 : end)
      start = end + 1
      if Self.begins(line, "###", bytes) { break }
      block.append(line)
    }
    return block
  }

  /// The request that stands in the lines between two separators.
  private static func request(_ lines: [Range<Int>], _ bytes: UnsafeBufferPointer<UInt8>) -> Request? {
    var rest = lines[...]
    rest = rest.drop { Self.isBlank($0, bytes) || Self.isComment($0, bytes) || Self.begins($0, "@", bytes) }
    guard let first = rest.popFirst() else { return nil }
    var text = Self.text(first, bytes)
    // `?api-version=…` and `&…` may stand on lines of their own.
    while let line = rest.first, let continuation = Self.continuation(line, bytes) {
      text += continuation
      rest = rest.dropFirst()
    }
    // The headers, and what stands between them and the body.
    rest = rest.drop { !Self.isBlank($0, bytes) }
    rest = rest.drop { Self.isBlank($0, bytes) }
    var words = text.split(separator: " ").map(String.init)
    if let last = words.last, last.hasPrefix("HTTP/") { words.removeLast() }
    let hasMethod = words.count > 1 && words[0].allSatisfy { $0.isASCII && $0.isLetter }
    let method = hasMethod ? words.removeFirst() : nil
    let urlStart = first.lowerBound + (method.map { Self.offset(behind: $0, first, bytes) } ?? 0)
    return Request(
      method: method ?? "GET", url: words.joined(separator: " "),
      urlRange: urlStart..<max(urlStart, first.upperBound), body: Self.body(rest, bytes))
  }

  /// From the first line behind the headers to the last that is not blank; a reference to a file (`< body.json`) and a
  /// script (`> {% … %}`) are none.
  private static func body(_ lines: ArraySlice<Range<Int>>, _ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    guard let first = lines.first, !begins(first, "<", bytes), !begins(first, ">", bytes) else { return 0..<0 }
    var end = first.lowerBound
    for line in lines {
      if begins(line, "> ", bytes) || begins(line, ">>", bytes) { break }
      if !isBlank(line, bytes) { end = line.upperBound }
    }
    return first.lowerBound..<end
  }

  private static func text(_ line: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[line]), as: UTF8.self)
  }

  private static func continuation(_ line: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard let first = bytes[line].first, first == 0x20 || first == 0x09 else { return nil }
    let trimmed = text(line, bytes).drop { $0 == " " || $0 == "\t" }
    return trimmed.hasPrefix("?") || trimmed.hasPrefix("&") || trimmed.hasPrefix("/") ? String(trimmed) : nil
  }

  private static func offset(
    behind word: String, _ line: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Int {
    var index = line.lowerBound
    while index < line.upperBound, bytes[index] == 0x20 { index += 1 }
    index += word.utf8.count
    while index < line.upperBound, bytes[index] == 0x20 { index += 1 }
    return index - line.lowerBound
  }

  private static func begins(_ line: Range<Int>, _ prefix: StaticString, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes[line].starts(with: UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
  }

  private static func isBlank(_ line: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes[line].allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }

  private static func isComment(_ line: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    begins(line, "#", bytes) || begins(line, "//", bytes)
  }
}
