/// What a body is to be judged as.
public struct Request: Sendable, Hashable {
  /// An operation id (`Images_CreateOrUpdate`) or a response schema (`Image`); nil to find out from the document.
  public var operation: String?
  /// `2024-03-01`; nil where it is not known: rules that hang on it are then judged in every version.
  public var apiVersion: String?
  /// `PUT`, where it is known.
  public var method: String?
  /// The URL the body is sent to, absolute or from its path on; its parameters are checked too.
  public var url: String?
  /// What the body does not say: `["os": "Linux"]`.
  public var facts: [String: String]
  /// The document is a response: of ``operation``, or of whatever operation fits.
  public var isResponse: Bool
  /// The document may have comments and trailing commas (JSONC).
  public var allowsComments: Bool
  /// `{{name}}` may stand in the place of a value, and a comment on a line of its own, as in `.http` files.
  package var allowsVariables = false
  /// What rules about the future take for the present, `2026-11-21` or with a time as ISO 8601 has it; nil for the
  /// system's clock.
  public var now: String?

  public init(
    operation: String? = nil, apiVersion: String? = nil, method: String? = nil, url: String? = nil,
    facts: [String: String] = [:], isResponse: Bool = false, allowsComments: Bool = false,
    now: String? = nil
  ) {
    self.operation = operation
    self.apiVersion = apiVersion
    self.method = method
    self.url = url
    self.facts = facts
    self.isResponse = isResponse
    self.allowsComments = allowsComments
    self.now = now
  }

  /// Takes a request line as `.http` files write it: `PUT https://…?api-version=2024-03-01`, the method optional.
  public mutating func setRequestLine(_ line: String) {
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    if parts.count == 2, parts[0].allSatisfy(\.isLetter) {
      method = parts[0]
      url = parts[1].trimmingSuffix(" HTTP/1.1")
    } else {
      url = line
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}

/// A request that no body can be judged by: its operation or one of its facts does not exist.
public struct RequestError: Error, Sendable, CustomStringConvertible {
  public let description: String
}
