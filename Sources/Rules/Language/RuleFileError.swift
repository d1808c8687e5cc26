import Findings

/// A mistake in a rule, shape or facts file: where it is, what is wrong, what would be right.
public struct RuleFileError: Error, Sendable, Hashable, CustomStringConvertible {
  public let file: String
  /// 1-based; 0 where the mistake has no place (an unreadable file).
  public let line: Int
  /// 1-based, in characters.
  public let column: Int
  public let message: String

  public init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// `file:line:column: message`, as compilers and editors write it.
  public var description: String {
    let place = line > 0 ? "\(printable(file)):\(line):\(column)" : printable(file)
    return "\(place): \(printable(message))"
  }
}

/// All the mistakes that loading met: one for each file at least tried.
public struct RuleSetError: Error, Sendable, CustomStringConvertible {
  public let mistakes: [RuleFileError]

  public init(_ mistakes: [RuleFileError]) { self.mistakes = mistakes }

  public var description: String { mistakes.map(\.description).joined(separator: "\n") }
}
