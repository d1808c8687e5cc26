import JSONText

/// An HTTP archive (HAR 1.2), as browsers and proxies record: bodies are strings inside of a JSON document.
struct HARFile {
  struct Body {
    /// The string's content with its escapes decoded.
    var bytes: [UInt8]
    /// For each decoded byte, and for the end, where it stands in the file.
    var offsets: [Int]
    /// `/log/entries/0/request/postData/text`
    var pointer: JSONPointer
    /// With its quotes.
    var tokenRange: Range<Int>
  }

  struct Entry {
    var method: String
    var url: String
    var urlRange: Range<Int>
    /// The URL up to its query, which may have a signature; without a user and password before the host.
    var shownURLRange: Range<Int>
    var urlPointer: JSONPointer
    var request: Body?
    var status: Int
    var response: Body?
  }

  private(set) var entries: [Entry] = []

  /// Nil where the document is no archive.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, _ reader: DocumentReader, limits: TextLimits) {
    let document = reader.read(bytes, limits: limits)
    guard reader.faults.isEmpty, document.nodeCount > 0, let log = document.member("log", of: 0),
      let list = document.member("entries", of: log), document[list].kind == .array
    else { return nil }
    var index = list + 1
    var number = 0
    while index < document[list].next {
      if let entry = Self.entry(index, ["log", "entries", String(number)], document) { entries.append(entry) }
      index = document[index].next
      number += 1
    }
  }

  private static func entry(_ node: UInt32, _ path: [String], _ document: Document) -> Entry? {
    guard let request = document.member("request", of: node), let url = document.member("url", of: request),
      document[url].kind == .string
    else { return nil }
    let method = document.member("method", of: request).map { document.text(document[$0]) } ?? "GET"
    var entry = Entry(
      method: method, url: document.text(document[url]), urlRange: document[url].tokenRange,
      shownURLRange: shown(of: document[url], document),
      urlPointer: JSONPointer(path + ["request", "url"]), status: 0)
    if let data = document.member("postData", of: request), let text = document.member("text", of: data) {
      entry.request = body(text, path + ["request", "postData", "text"], document)
    }
    if let response = document.member("response", of: node) {
      entry.status = document.member("status", of: response).flatMap { Int(document.text(document[$0])) } ?? 0
      if let content = document.member("content", of: response), let text = document.member("text", of: content),
        document.member("encoding", of: content) == nil
      {
        entry.response = body(text, path + ["response", "content", "text"], document)
      }
    }
    return entry
  }

  /// What has to be hidden of a stretch between texts that may be shown; nil where it has only what is between JSON's tokens.
  static func hidden(_ stretch: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    func says(_ index: Int) -> Bool { text[index] > 0x20 && !"\"{}[],:".utf8.contains(text[index]) }
    guard let first = stretch.first(where: says), let last = stretch.last(where: says) else { return nil }
    return first..<last + 1
  }

  private static func shown(of url: TapeNode, _ document: Document) -> Range<Int> {
    let text = document.raw(url)
    let query = text.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? text.endIndex
    let user = text[..<query].lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? text.startIndex
    return Int(url.offset) + user..<Int(url.offset) + query
  }

  private static func body(_ node: UInt32, _ path: [String], _ document: Document) -> Body? {
    guard document[node].kind == .string, document[node].length > 0 else { return nil }
    let raw = document.raw(document[node])
    let start = Int(document[node].offset)
    var bytes: [UInt8] = []
    var offsets: [Int] = []
    bytes.reserveCapacity(raw.count)
    offsets.reserveCapacity(raw.count + 1)
    var index = 0
    while index < raw.count {
      // One character, or one escape (of a surrogate pair both), at a time: decoded as the parser decodes it.
      var end = index + 1
      if raw[index] == UInt8(ascii: "\\") {
        end = index + (raw[index + 1] == UInt8(ascii: "u") ? 6 : 2)
        let isHigh =
          end - index == 6 && (raw[index + 2] | 0x20) == UInt8(ascii: "d") && raw[index + 3] >= UInt8(ascii: "8")
        if isHigh { end += 6 }
      }
      end = min(end, raw.count)
      let decoded = end - index == 1 ? [raw[index]] : unescaped(UnsafeBufferPointer(rebasing: raw[index..<end]))
      bytes += decoded
      for _ in decoded { offsets.append(start + index) }
      index = end
    }
    offsets.append(start + raw.count)
    return Body(bytes: bytes, offsets: offsets, pointer: JSONPointer(path), tokenRange: document[node].tokenRange)
  }
}
