package import Findings
package import JSONText
import Rules

/// The comments of a JSONC text that suppress findings.
///
///     // bodylint-disable-next-line duplicate-lun, weak-password -- the machine lives for an hour
///     "lun": 1, // bodylint-disable-line duplicate-lun
///     /* bodylint-disable-next-line duplicate-lun */
///
/// The next line is the next one with something other than blanks and comments on it. A finding belongs to the line
/// that it begins on.
package struct InlineSuppressions: Sendable {
  /// What is left of the findings.
  package struct Outcome: Sendable {
    /// Those that are reported.
    package var kept: [Finding] = []
    /// Those that are not, each with the reason that the comment gives.
    package var suppressed: [(finding: Finding, reason: String?)] = []
    /// Warnings: comments that suppress nothing, or cannot be understood.
    package var notes: [Note] = []
  }

  private struct Directive: Sendable {
    let rule: String
    /// 0-based.
    let line: Int
    let reason: String?
    /// Of the name of the rule, for notes.
    let offset: Int
  }

  /// What a comment suppresses. Where several say the same, the first is the one that is used.
  private struct Place: Hashable {
    let rule: String
    let line: Int
  }

  private var directives: [Directive] = []
  private var troubles: [(offset: Int, message: String)] = []

  private static let nextLine = "bodylint-disable-next-line"
  private static let sameLine = "bodylint-disable-line"

  /// There are no comments for bodylint in the text.
  package var isEmpty: Bool { directives.isEmpty && troubles.isEmpty }

  /// Reads the comments of a text.
  ///
  /// - Parameters:
  ///   - bytes: the text, sound or not.
  ///   - lines: its lines.
  ///   - knownRules: the ids of all rules.
  package init(_ bytes: UnsafeBufferPointer<UInt8>, lines: LineMap, knownRules: [String]) {
    var waiting: [(comment: Range<Int>, lastLine: Int)] = []
    func settle(at offset: Int, _ this: inout InlineSuppressions) {
      guard !waiting.isEmpty else { return }
      let line = lines.line(at: offset)
      for (comment, lastLine) in waiting where lastLine < line {
        this.read(bytes, comment, Self.nextLine, line: line, knownRules)
      }
      waiting.removeAll { $0.lastLine < line }
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      case UInt8(ascii: "/") where index + 1 < bytes.count && Self.opensComment(bytes[index + 1]):
        let start = index
        let end = Self.endOfComment(bytes, from: start)
        index = end.next
        let content = start + 2..<end.content
        switch Self.directive(bytes, content) {
        case Self.nextLine: waiting.append((content, lines.line(at: end.content)))
        case Self.sameLine:
          read(bytes, content, Self.sameLine, line: lines.line(at: start), knownRules)
        case let word?: refuse(word, bytes, content)
        case nil: break
        }
      case UInt8(ascii: "\""):
        settle(at: index, &self)
        index = Self.endOfString(bytes, from: index)
      default:
        settle(at: index, &self)
        index += 1
      }
    }
    for (comment, _) in waiting {
      troubles.append((comment.lowerBound, "nothing follows this '\(Self.nextLine)'"))
    }
    directives.sort { $0.offset < $1.offset }
  }

  /// Takes out the findings that the comments suppress.
  ///
  /// - Parameters:
  ///   - findings: all of the text, before a configuration has silenced any: a comment about a rule that is off is not
  ///     called unused then.
  ///   - lines: the lines of the text.
  ///   - bytes: the text.
  ///   - file: what notes call it.
  package func apply(
    _ findings: [Finding], lines: LineMap, bytes: UnsafeBufferPointer<UInt8>, file: String
  ) -> Outcome {
    var outcome = Outcome()
    guard !isEmpty else {
      outcome.kept = findings
      return outcome
    }
    var byPlace: [Place: Int] = [:]
    for index in directives.indices.reversed() {
      byPlace[Place(rule: directives[index].rule, line: directives[index].line)] = index
    }
    var isUsed = [Bool](repeating: false, count: directives.count)
    for finding in findings {
      let line = finding.range.map { lines.line(at: $0.lowerBound) }
      guard let first = line.flatMap({ byPlace[Place(rule: finding.rule, line: $0)] }) else {
        outcome.kept.append(finding)
        continue
      }
      isUsed[first] = true
      outcome.suppressed.append((finding, directives[first].reason))
    }
    var said = troubles
    for index in directives.indices where !isUsed[index] {
      said.append((directives[index].offset, "there is no '\(directives[index].rule)' to suppress here"))
    }
    outcome.notes = said.sorted { ($0.offset, $0.message) < ($1.offset, $1.message) }.map {
      Note(
        file: file, line: lines.line(at: $0.offset) + 1, column: lines.column(at: $0.offset, in: bytes) + 1,
        message: $0.message)
    }
    return outcome
  }

  // MARK: Scanning

  private static func opensComment(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "*") }

  /// Where a comment's content ends, and where the text goes on.
  private static func endOfComment(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (content: Int, next: Int) {
    var index = start + 2
    if bytes[start + 1] == UInt8(ascii: "/") {
      while index < bytes.count, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
      return (index, index)
    }
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") { return (index, index + 2) }
      index += 1
    }
    return (bytes.count, bytes.count)
  }

  /// Behind the closing quote, or at the end of the line: no string of JSON goes on in the next.
  private static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""): return index + 1
      case 0x0A, 0x0D: return index
      case UInt8(ascii: "\\") where index + 1 < bytes.count && bytes[index + 1] >= 0x20: index += 2
      default: index += 1
      }
    }
    return bytes.count
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  /// The first word of a comment, where it is one for bodylint.
  private static func directive(_ bytes: UnsafeBufferPointer<UInt8>, _ content: Range<Int>) -> String? {
    let start = content.first { !isBlank(bytes[$0]) } ?? content.upperBound
    guard bytes[start..<content.upperBound].starts(with: "bodylint-".utf8) else { return nil }
    let end = (start..<content.upperBound).first { isBlank(bytes[$0]) } ?? content.upperBound
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func refuse(_ word: String, _ bytes: UnsafeBufferPointer<UInt8>, _ content: Range<Int>) {
    let offset = content.first { !Self.isBlank(bytes[$0]) } ?? content.lowerBound
    let known = [Self.nextLine, Self.sameLine]
    let nearest = nearestWord(to: word, in: known)
    let advice = nearest.map { "; did you mean '\($0)'?" } ?? "; there are: \(known.joined(separator: ", "))"
    troubles.append(
      (offset, (Self.isName(word) ? "there is no comment '\(word)'" : "there is no such comment") + advice))
  }

  /// What can be a rule's id. Other text is not repeated in notes: who knows what stands in a comment.
  private static func isName(_ word: String) -> Bool {
    (1...64).contains(word.utf8.count)
      && word.utf8.allSatisfy { ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10 || $0 == 0x2D }
  }

  /// Reads `RULE, RULE -- reason` behind the word of a comment.
  private mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ content: Range<Int>, _ word: String, line: Int, _ knownRules: [String]
  ) {
    let start = (content.first { !Self.isBlank(bytes[$0]) } ?? content.lowerBound)
    var index = start + word.utf8.count
    var ids: [(text: String, offset: Int)] = []
    var reason: String?
    while index < content.upperBound {
      let byte = bytes[index]
      if Self.isBlank(byte) || byte == UInt8(ascii: ",") {
        index += 1
        continue
      }
      let end = (index..<content.upperBound).first { Self.isBlank(bytes[$0]) || bytes[$0] == UInt8(ascii: ",") }
      let text = String(decoding: bytes[index..<(end ?? content.upperBound)], as: UTF8.self)
      if text == "--" {
        let words = String(decoding: bytes[(index + 2)..<content.upperBound], as: UTF8.self)
          .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        reason = words.isEmpty ? nil : printable(words, limit: 500)
        break
      }
      ids.append((text, index))
      index = end ?? content.upperBound
    }
    if ids.isEmpty { troubles.append((start, "this comment names no rule: '\(word) RULE'")) }
    for (id, offset) in ids {
      if knownRules.contains(id) {
        directives.append(Directive(rule: id, line: line, reason: reason, offset: offset))
      } else if Self.isName(id) {
        let advice =
          nearestWord(to: id, in: knownRules).map { "did you mean '\($0)'?" } ?? "'bodylint rules' lists them"
        troubles.append((offset, "there is no rule '\(id)'; \(advice)"))
      } else {
        troubles.append((offset, "this is no id of a rule; a reason stands behind ' -- '"))
      }
    }
  }
}
