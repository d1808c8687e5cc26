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

  /// More than anybody writes by hand.
  static let requestCountMax = 10_000

  private(set) var requests: [Request] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var block: [Range<Int>] = []
    while start < bytes.count, requests.count < Self.requestCountMax {
      var end = start
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      let line = start..<(end > start && bytes[end - 1] == 0x0D ? end - 1 : end)
      if Self.begins(line, "###", bytes) {
        read(block, bytes)
        block = []
      } else {
        block.append(line)
      }
      start = end + 1
    }
    read(block, bytes)
  }

  /// The lines between two separators.
  private mutating func read(_ lines: [Range<Int>], _ bytes: UnsafeBufferPointer<UInt8>) {
    var rest = lines[...]
    rest = rest.drop { Self.isBlank($0, bytes) || Self.isComment($0, bytes) || Self.begins($0, "@", bytes) }
    guard let first = rest.popFirst() else { return }
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
    requests.append(
      Request(
        method: method ?? "GET", url: words.joined(separator: " "),
        urlRange: urlStart..<max(urlStart, first.upperBound),
        body: Self.body(rest, bytes)))
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
