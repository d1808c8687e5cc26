/// The method and URL that a body is sent with, as far as they are known.
struct RequestLine {
  let method: String?
  /// The URL as given.
  let url: String
  var hasURL: Bool { !url.isEmpty }
  /// Method and path fit an operation's template.
  private(set) var matchesPath = false
  private var values: [String: String] = [:]

  /// - Parameters:
  ///   - url: absolute or from the path on; may be empty.
  ///   - template: the operation's path: `/subscriptions/{subscriptionId}/…`.
  ///   - apiVersion: from elsewhere, where the URL does not say it.
  init(method: String?, url: String, template: String, apiVersion: String?) {
    self.method = method
    self.url = url
    if let apiVersion { values["api-version"] = apiVersion }
    guard !url.isEmpty else { return }
    let (path, query) = Self.split(url)
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts[0].lowercased() == "api-version" {
        values["api-version"] = parts.count > 1 ? Self.percentDecoded(parts[1]) : ""
      }
    }
    let segments = Self.segments(path)
    let wanted = template.split(separator: "/")
    guard segments.count == wanted.count else { return }
    var found: [String: String] = [:]
    for (segment, pattern) in zip(segments, wanted) {
      if pattern.hasPrefix("{") {
        found[String(pattern.dropFirst().dropLast())] = Self.percentDecoded(segment)
      } else if segment.lowercased() != pattern.lowercased() {
        return
      }
    }
    matchesPath = true
    values.merge(found) { $1 }
  }

  /// The decoded value of a path or query parameter, or nil where it is not given.
  func value(of parameter: String) -> String? { values[parameter] }

  /// The path and the query of a URL.
  static func split(_ url: String) -> (path: Substring, query: Substring) {
    var rest = url[...]
    if let scheme = rest.firstRange(of: "://") {
      rest = rest[scheme.upperBound...]
      rest = rest.firstIndex(where: { $0 == "/" || $0 == "?" }).map { rest[$0...] } ?? ""
    } else if !rest.hasPrefix("/"), let slash = rest.firstIndex(of: "/"), isPlaceholder(rest[..<slash]) {
      // {{baseUrl}}/subscriptions/…: scheme and host come later.
      rest = rest[slash...]
    }
    if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
    guard let question = rest.firstIndex(of: "?") else { return (rest, "") }
    return (rest[..<question], rest[rest.index(after: question)...])
  }

  private static func isPlaceholder(_ text: Substring) -> Bool {
    var text = String(text)
    return text.withUTF8 { Placeholder.find($0, .whole) != nil }
  }

  /// Segments between slashes. Braces of a placeholder may hold a slash only by mistake; they are not looked into.
  private static func segments(_ path: Substring) -> [Substring] {
    let inner = path.drop { $0 == "/" }
    return (inner.last == "/" ? inner.dropLast() : inner).split(separator: "/", omittingEmptySubsequences: false)
  }

  private static func percentDecoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
