import JSONText

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
  ///   - allowsVariables: the URL stands in a file of requests, with ``RequestVariable``s.
  init(
    method: String?, url: String, template: UnsafeBufferPointer<UInt8>, apiVersion: String?, allowsVariables: Bool
  ) {
    self.method = method
    self.url = url
    if let apiVersion { values["api-version"] = apiVersion }
    guard !url.isEmpty else { return }
    let target = RequestTarget(url, allowsVariables: allowsVariables)
    if let version = target.apiVersion {
      values["api-version"] = Self.isRepeatable(version, allowsVariables) ? version : Self.hiddenVersion
    }
    guard target.fits(template) else { return }
    matchesPath = true
    let wanted = template.split(separator: UInt8(ascii: "/"))
    for (segment, pattern) in zip(target.segments, wanted) where pattern.first == UInt8(ascii: "{") {
      values[String(decoding: pattern.dropFirst().dropLast(), as: UTF8.self)] = RequestTarget.percentDecoded(segment)
    }
  }

  /// The decoded value of a path or query parameter, or nil where it is not given. An api-version that does not look like
  /// one is ``hiddenVersion``.
  func value(of parameter: String) -> String? { values[parameter] }

  /// What stands for an api-version that no output may repeat. It is none either.
  static let hiddenVersion = FaultContext.hiddenText

  /// Whether an api-version looks like one, or like a placeholder for one: anything else that stands in its place could be a
  /// token, or a password.
  private static func isRepeatable(_ version: String, _ allowsVariables: Bool) -> Bool {
    // Placeholders are short, and there are few of them.
    guard version.utf8.count <= 128 + (allowsVariables ? RequestVariable.byteCountMax : 0) else { return false }
    if looksLikeVersion(version) { return true }
    var text = version
    let rest = text.withUTF8 { bytes -> String? in
      guard let found = Placeholder.find(bytes, .structured, allowsVariables: allowsVariables) else { return nil }
      return String(decoding: bytes[..<found.range.lowerBound], as: UTF8.self)
        + String(decoding: bytes[found.range.upperBound...], as: UTF8.self)
    }
    return rest.map { isRepeatable($0, allowsVariables) } ?? false
  }

  /// Digits of any script are a mistake that somebody has to see.
  private static func looksLikeVersion(_ text: String) -> Bool {
    text.unicodeScalars.count <= 32
      && text.unicodeScalars.allSatisfy { scalar in
        if scalar.properties.numericType == .decimal || scalar == "-" || scalar == "." { return true }
        return scalar.isASCII && scalar.properties.isAlphabetic
      }
  }
}

/// The parts of a URL that tell an operation: taken apart once, held against the paths of all operations.
struct RequestTarget {
  /// What stands between the slashes of the path. Braces of a placeholder may hold a slash only by mistake; they are not
  /// looked into, but those of a variable are left out of account.
  let segments: [ArraySlice<UInt8>]
  /// Decoded; nil where the query does not say it.
  let apiVersion: String?

  /// No operation's path has as many.
  private static let segmentCountMax = 64

  /// - Parameter allowsVariables: the URL stands in a file of requests, with ``RequestVariable``s.
  init(_ url: String, allowsVariables: Bool) {
    let bytes = Array(url.utf8)
    // The parts are looked for in an outline of the same length.
    let outline = allowsVariables ? Self.outline(bytes) : bytes
    let (path, query) = Self.split(outline[...], allowsVariables)
    let inner = path.drop { $0 == UInt8(ascii: "/") }
    segments = (inner.last == UInt8(ascii: "/") ? inner.dropLast() : inner)
      .split(separator: UInt8(ascii: "/"), maxSplits: Self.segmentCountMax, omittingEmptySubsequences: false)
      .map { bytes[$0.startIndex..<$0.endIndex] }
    apiVersion = Self.apiVersionRange(query).map { Self.percentDecoded(bytes[$0]) }
  }

  /// A URL in which nothing inside of a variable separates anything: the whole of it is opening braces.
  private static func outline(_ url: [UInt8]) -> [UInt8] {
    var out = url
    url.withUnsafeBufferPointer { text in
      var index = 0
      while index < text.count {
        guard let end = RequestVariable.end(in: text, at: index) else {
          index += 1
          continue
        }
        for place in index..<end { out[place] = UInt8(ascii: "{") }
        index = end
      }
    }
    return out
  }

  /// Whether this is a path as a template has it, in any letter case.
  func fits(_ template: UnsafeBufferPointer<UInt8>) -> Bool {
    let slash = UInt8(ascii: "/")
    var rest = template[...].drop { $0 == slash }
    for segment in segments {
      let pattern = rest.prefix { $0 != slash }
      guard !pattern.isEmpty, pattern.first == UInt8(ascii: "{") || Self.isSame(segment, pattern) else { return false }
      rest = rest[pattern.endIndex...].drop { $0 == slash }
    }
    return rest.isEmpty
  }

  private static func isSame(_ segment: ArraySlice<UInt8>, _ pattern: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    segment.count == pattern.count && zip(segment, pattern).allSatisfy { lowercased($0) == lowercased($1) }
  }

  /// The path and the query of a URL, or of its outline.
  private static func split(
    _ url: ArraySlice<UInt8>, _ allowsVariables: Bool
  ) -> (path: ArraySlice<UInt8>, query: ArraySlice<UInt8>) {
    var rest = url
    if let slash = rest.firstIndex(of: UInt8(ascii: "/")), slash > 0 {
      if rest[slash - 1] == UInt8(ascii: ":"), rest[slash...].starts(with: "//".utf8) {
        let host = rest[(slash + 2)...]
        let end = host.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
        rest = host[(end ?? host.endIndex)...]
      } else if isBase(rest[..<slash], allowsVariables) {
        rest = rest[slash...]
      }
    }
    if let fragment = rest.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<fragment] }
    guard let question = rest.firstIndex(of: UInt8(ascii: "?")) else { return (rest, []) }
    return (rest[..<question], rest[(question + 1)...])
  }

  /// Whether what stands before the first slash is no segment of a path: a placeholder for scheme and host, which come later
  /// (`{{baseUrl}}/subscriptions/…`). In files of requests it may be one in part, as `{{host}}:443`, or a host as it stands.
  private static func isBase(_ text: ArraySlice<UInt8>, _ allowsVariables: Bool) -> Bool {
    if allowsVariables {
      // The slash is one of the query.
      guard !text.contains(UInt8(ascii: "?")), !text.contains(UInt8(ascii: "#")) else { return false }
      if text.contains(UInt8(ascii: "{")) || isHost(text) { return true }
    }
    return text.withUnsafeBufferPointer { Placeholder.find($0, .whole, allowsVariables: false) != nil }
  }

  /// `management.azure.com`, `localhost:8080`; `v1.0` is a segment of a path.
  private static func isHost(_ text: ArraySlice<UInt8>) -> Bool {
    let name = text.prefix { $0 != UInt8(ascii: ":") }
    let port = text[name.endIndex...].dropFirst()
    guard !name.isEmpty, name.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == dot }),
      port.allSatisfy(isDigit)
    else { return false }
    if !port.isEmpty { return true }
    guard let last = name.lastIndex(of: dot) else { return false }
    let domain = name[(last + 1)...]
    return !domain.isEmpty && domain.allSatisfy(isLetter)
  }

  private static let dot = UInt8(ascii: ".")

  /// Where a query says the api-version.
  private static func apiVersionRange(_ query: ArraySlice<UInt8>) -> Range<Int>? {
    var version: Range<Int>?
    for pair in query.split(separator: UInt8(ascii: "&")) {
      let name = pair.prefix { $0 != UInt8(ascii: "=") }
      guard name.count == 11, zip(name, "api-version".utf8).allSatisfy({ lowercased($0) == $1 }) else { continue }
      version = min(name.endIndex + 1, pair.endIndex)..<pair.endIndex
    }
    return version
  }

  static func percentDecoded(_ text: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = text
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
