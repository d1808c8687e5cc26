import JSONText

/// A file of HTTP requests, as editors send them (`.http`, `.rest`): requests between lines of `###`.
///
/// It is read as forgivingly as editors do, so that no request is lost: whatever stands where a request line would is one.
struct HTTPFile {
  struct Request {
    /// One of the registered methods as it stands, `GET` where there is none. Nil where another word stands in its place: it
    /// could be anything, and is not repeated anywhere.
    var method: String?
    /// Whether the line has a method.
    var hasMethod: Bool
    /// As it stands, lines that continue it joined.
    var url: String
    /// The bytes of the URL's first line.
    var urlRange: Range<Int>
    /// Where the line begins that may be shown: the method, or the URL.
    var start: Int
    /// Behind the URL, and behind the version of HTTP where there is one.
    var end: Int
    /// The body's bytes, comments between its lines among them; empty where there is none.
    var body: Range<Int>
    /// The body stands in a file of its own: `< body.json`, `<@ body.json`.
    var isBodyElsewhere = false

    /// Where a body is expected, there is none.
    var lacksBody: Bool {
      guard body.isEmpty, !isBodyElsewhere, let method else { return false }
      return ["PUT", "POST", "PATCH"].contains(method.uppercased())
    }

    /// Only a path can tell an operation.
    var hasPath: Bool { url.utf8.contains(UInt8(ascii: "/")) }
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var lines: Lines

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    lines = Lines(bytes, 0..<bytes.count)
  }

  /// The next request; nil at the end. One at a time, so that memory does not grow with their number.
  mutating func next() -> Request? {
    while lines.start < lines.end {
      let block = nextBlock()
      if let request = request(in: block) { return request }
    }
    return nil
  }

  /// The lines up to the next separator, which is left behind.
  private mutating func nextBlock() -> Range<Int> {
    let first = lines.start
    while true {
      let end = lines.start
      guard let line = lines.next(), !begins(content(line), "###") else { return first..<end }
    }
  }

  // MARK: A request

  /// The request that stands between two separators.
  private func request(in block: Range<Int>) -> Request? {
    var lines = Lines(bytes, block)
    guard let line = requestLine(&lines) else { return nil }
    var request = read(line)
    // `?api-version=…` and `&…` may stand on lines of their own.
    var ahead = lines
    while let next = ahead.next(), let more = continuation(next) {
      request.url += text(more)
      lines = ahead
    }
    readBody(&lines, of: &request)
    return request
  }

  /// The first line that is not blank, a comment, a variable, or of a script that is run before the request.
  private func requestLine(_ lines: inout Lines) -> Range<Int>? {
    var mayHaveScripts = true
    while let line = lines.next() {
      let content = content(line)
      if content.isEmpty || isComment(content) || begins(content, "@") { continue }
      guard begins(content, "<"), isScript(content) else { return content }
      // Of a script without an end only the first line is passed over; there is no need to look for the end of another.
      if mayHaveScripts { mayHaveScripts = passOver(scriptIn: content, &lines) }
    }
    return nil
  }

  /// `< {% … %}` or `< prepare.js`, or behind a body `> {% … %}`; `<host>/…` is a URL.
  private func isScript(_ content: Range<Int>) -> Bool {
    let rest = content.lowerBound + 1..<content.upperBound
    return rest.isEmpty || self.content(rest) != rest || begins(rest, "{%")
  }

  /// False where the script has no end.
  private func passOver(scriptIn first: Range<Int>, _ lines: inout Lines) -> Bool {
    guard begins(content(first.lowerBound + 1..<first.upperBound), "{%"), !endsScript(first) else { return true }
    var ahead = lines
    while let line = ahead.next() {
      guard endsScript(line) else { continue }
      lines = ahead
      return true
    }
    return false
  }

  private func endsScript(_ line: Range<Int>) -> Bool {
    line.dropLast().contains { bytes[$0] == UInt8(ascii: "%") && bytes[$0 + 1] == UInt8(ascii: "}") }
  }

  /// Method and URL. What else stands on the line, such as the options of a `curl`, is no part of either.
  private func read(_ line: Range<Int>) -> Request {
    let first = line.lowerBound..<wordEnd(line)
    let rest = content(first.upperBound..<line.upperBound)
    let hasWord = !rest.isEmpty && bytes[first].allSatisfy(isLetter)
    let url = hasWord ? rest.lowerBound..<wordEnd(rest) : first
    let method = hasWord ? method(first) : nil
    let version = content(url.upperBound..<line.upperBound)
    return Request(
      method: hasWord ? method : "GET", hasMethod: method != nil, url: text(url), urlRange: url,
      start: method == nil ? url.lowerBound : first.lowerBound,
      end: isVersion(version) ? version.upperBound : url.upperBound, body: 0..<0)
  }

  private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]

  private func method(_ word: Range<Int>) -> String? {
    guard word.count <= 7 else { return nil }
    let text = text(word)
    return Self.methods.contains(text.uppercased()) ? text : nil
  }

  /// `HTTP/1.1`
  private func isVersion(_ text: Range<Int>) -> Bool {
    guard begins(text, "HTTP/"), text.count <= 12 else { return false }
    return bytes[text].dropFirst(5).allSatisfy { $0 == 0x20 || $0 == UInt8(ascii: ".") || isDigit($0) }
  }

  /// What an indented line adds to the URL.
  private func continuation(_ line: Range<Int>) -> Range<Int>? {
    let content = content(line)
    guard content.lowerBound > line.lowerBound, !isComment(content),
      begins(content, "?") || begins(content, "&") || begins(content, "/")
    else { return nil }
    return content.lowerBound..<wordEnd(content)
  }

  /// From the first line behind the headers to the last that says something. A reference to a file (`< body.json`), a script
  /// (`> {% … %}`), a recorded answer (`<> answer.json`) and comments, which are not sent, are none.
  private func readBody(_ lines: inout Lines, of request: inout Request) {
    passOverHeaders(&lines)
    while let line = lines.next() {
      let content = content(line)
      if content.isEmpty || isComment(content) { continue }
      if isBehindBody(content) { return }
      if request.body.isEmpty {
        request.isBodyElsewhere = begins(content, "<")
        guard !request.isBodyElsewhere, !begins(content, ">") else { return }
        request.body = line
      } else {
        request.body = request.body.lowerBound..<line.upperBound
      }
    }
  }

  /// To behind the blank line, or to a body that somebody forgot to put one before.
  private func passOverHeaders(_ lines: inout Lines) {
    var ahead = lines
    while let line = ahead.next() {
      let content = content(line)
      guard !beginsBody(content) else { return }
      lines = ahead
      if content.isEmpty { return }
    }
  }

  /// No header begins like this; one may begin with a variable.
  private func beginsBody(_ content: Range<Int>) -> Bool {
    if begins(content, "{") { return variableEnd(content) == nil }
    return begins(content, "[") || begins(content, "<") || begins(content, ">")
  }

  /// `> {% … %}`, `>{% … %}`, `> check.js`, `>> answer.json` and `<> answer.json`.
  private func isBehindBody(_ content: Range<Int>) -> Bool {
    begins(content, ">") && isScript(content) || begins(content, ">>") || begins(content, "<>")
  }

  // MARK: What may be shown

  /// What may be shown of a request's line: method and URL, without a user and a password in it, and without a query that
  /// is more than an api-version.
  func shown(of request: Request) -> [Range<Int>] {
    let url = request.urlRange
    let host = hostStart(url)
    let before = request.start..<host
    let places = placesOutsideOfVariables(url)
    let mark = places.first { bytes[$0] == UInt8(ascii: "?") || bytes[$0] == UInt8(ascii: "#") } ?? url.upperBound
    guard let at = places.last(where: { bytes[$0] == UInt8(ascii: "@") }) else {
      return [before, host..<shownEnd(of: request, mark)]
    }
    // In doubt a password has the mark, and the query the password.
    return at < mark ? [before, at + 1..<shownEnd(of: request, mark)] : [before]
  }

  /// What separates the parts of a URL separates none inside of a variable.
  private func placesOutsideOfVariables(_ url: Range<Int>) -> [Int] {
    var places: [Int] = []
    var index = url.lowerBound
    while index < url.upperBound {
      if let end = variableEnd(index..<url.upperBound) {
        index = end
      } else {
        places.append(index)
        index += 1
      }
    }
    return places
  }

  /// Behind `https://`, or where there is none where the URL begins.
  private func hostStart(_ url: Range<Int>) -> Int {
    let isSchemeByte: (UInt8) -> Bool = { Self.isVersionByte($0) || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
    guard let colon = bytes[url].firstIndex(where: { !isSchemeByte($0) }), begins(colon..<url.upperBound, "://")
    else { return url.lowerBound }
    return colon + 3
  }

  /// - Parameter mark: where the query begins, or the URL ends.
  private func shownEnd(of request: Request, _ mark: Int) -> Int {
    let query = mark..<request.urlRange.upperBound
    guard !query.isEmpty else { return request.end }
    guard begins(query, "?api-version=") else { return mark }
    let version = mark + 13..<query.upperBound
    let isVersion = version.count <= 32 && bytes[version].allSatisfy(Self.isVersionByte)
    return isVersion || variableEnd(version) == version.upperBound ? request.end : mark
  }

  /// What may be shown of a request's body: comments have tokens and passwords.
  func shownBody(of request: Request) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = request.body.lowerBound
    var lines = Lines(bytes, request.body)
    while let line = lines.next() {
      guard isComment(content(line)) else { continue }
      if start < line.lowerBound { parts.append(start..<line.lowerBound) }
      start = line.upperBound
    }
    if start < request.body.upperBound { parts.append(start..<request.body.upperBound) }
    return parts
  }

  /// What has to be hidden of a stretch between texts that may be shown: headers, comments and variables have tokens and
  /// passwords. Nil where there are only separators and white space.
  func hidden(_ stretch: Range<Int>) -> Range<Int>? {
    var (start, end) = (stretch.lowerBound, stretch.upperBound)
    while start < end {
      let length = isLineEnd(bytes[start]) ? 1 : blankLength(start, end)
      if length == 0 { break }
      start += length
    }
    while end > start, isLineEnd(bytes[end - 1]) || blankLength(end - 1, end) > 0 { end -= 1 }
    let says = bytes[start..<end].contains { $0 != UInt8(ascii: "#") && $0 > 0x20 }
    return says ? start..<end : nil
  }

  // MARK: Bytes

  /// The lines of a stretch, one after the other. They end as in ``LineMap``: with LF, CR LF or a lone CR.
  private struct Lines {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Where the next line begins.
    private(set) var start: Int
    let end: Int

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ stretch: Range<Int>) {
      self.bytes = bytes
      start = stretch.lowerBound
      end = stretch.upperBound
    }

    /// The next line, without its end.
    mutating func next() -> Range<Int>? {
      guard start < end else { return nil }
      var index = start
      while index < end, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
      let line = start..<index
      let isPair = index + 1 < end && bytes[index] == 0x0D && bytes[index + 1] == 0x0A
      start = min(end, index + (isPair ? 2 : 1))
      return line
    }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  private func begins(_ text: Range<Int>, _ prefix: StaticString) -> Bool {
    bytes[text].starts(with: UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
  }

  private func isComment(_ content: Range<Int>) -> Bool { begins(content, "#") || begins(content, "//") }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  private static func isVersionByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }

  /// A line without the white space before it.
  private func content(_ line: Range<Int>) -> Range<Int> {
    var start = line.lowerBound
    while start < line.upperBound {
      let length = blankLength(start, line.upperBound)
      if length == 0 { break }
      start += length
    }
    return start..<line.upperBound
  }

  /// Behind the word that a text begins with: at the first blank or control character that is not in a `{{ variable }}`.
  private func wordEnd(_ text: Range<Int>) -> Int {
    var index = text.lowerBound
    while index < text.upperBound {
      if let end = variableEnd(index..<text.upperBound) {
        index = end
      } else if isControl(index, text.upperBound) || blankLength(index, text.upperBound) > 0 {
        break
      } else {
        index += 1
      }
    }
    return index
  }

  /// Behind the variable that a text begins with.
  private func variableEnd(_ text: Range<Int>) -> Int? {
    RequestVariable.end(in: bytes, at: text.lowerBound, before: text.upperBound)
  }

  private func isControl(_ index: Int, _ end: Int) -> Bool {
    let byte = bytes[index]
    if byte < 0x20 || byte == 0x7F { return true }
    return byte == 0xC2 && index + 1 < end && bytes[index + 1] <= 0x9F
  }

  /// How many bytes the white space at a place has, a byte order mark among it; 0 where there is none. It ends no line.
  private func blankLength(_ index: Int, _ end: Int) -> Int {
    switch bytes[index] {
    case 0x20, 0x09, 0x0B, 0x0C: return 1
    case 0xC2: return index + 1 < end && (bytes[index + 1] == 0xA0 || bytes[index + 1] == 0x85) ? 2 : 0
    case 0xE2, 0xE3, 0xEF:
      guard index + 2 < end, bytes[index + 1] & 0xC0 == 0x80, bytes[index + 2] & 0xC0 == 0x80 else { return 0 }
      let high = UInt32(bytes[index] & 0x0F) << 12
      switch high | UInt32(bytes[index + 1] & 0x3F) << 6 | UInt32(bytes[index + 2] & 0x3F) {
      case 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF: return 3
      default: return 0
      }
    default: return 0
    }
  }
}
