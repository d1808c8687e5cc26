package import Rules

/// A line of a file, as notes and explanations name it.
package struct Place: Sendable, Hashable, CustomStringConvertible {
  /// As messages call it: relative to the current folder where it stands below it.
  package let file: String
  /// 1-based.
  package let line: Int

  /// `file:line`.
  package var description: String { "\(file):\(line)" }
}

/// Something to know about a configuration, a suppression or a baseline that keeps nobody from working: a warning.
package struct Note: Sendable, Hashable, CustomStringConvertible {
  /// As messages call it.
  package let file: String
  /// 1-based; 0 where the note is about the whole file.
  package let line: Int
  /// 1-based.
  package let column: Int
  /// Lower case, one line, no period.
  package let message: String

  /// `file:line:column: message`, as compilers and editors write it.
  package var description: String { line > 0 ? "\(file):\(line):\(column): \(message)" : "\(file): \(message)" }
}

/// All the mistakes in a configuration and what it extends, or the one that a baseline ends at.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// In the order of their places; those of a file that is extended stand where it is.
  package let mistakes: [RuleFileError]

  /// As many are described: nobody mends more in one go, and a file that is no configuration may have any number.
  private static let shownMax = 20

  /// A line for each: `file:line:column: message`.
  package var description: String {
    var lines = mistakes.prefix(Self.shownMax).map(\.description)
    let rest = mistakes.count - lines.count
    if rest > 0 { lines.append(rest == 1 ? "and 1 more mistake" : "and \(rest) more mistakes") }
    return lines.joined(separator: "\n")
  }
}
