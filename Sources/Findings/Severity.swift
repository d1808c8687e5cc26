/// How much a finding matters.
public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable, Codable {
  /// Worth knowing; nothing has to change.
  case info
  /// Accepted, or accepted by some, but hardly meant so; or the documents contradict each other.
  case warning
  /// The documents say that the service cannot accept the body.
  case error

  public static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .error: 2
    }
  }
}
