package import Findings

/// What a report says of a rule beside its findings.
package struct RuleDescription: Sendable {
  package var id: String
  package var title: String
  package var severity: Severity
  package var why: String
  package var fix: String
  /// The documented sentence, where there is one.
  package var quote: String?
  package var url: String?

  package init(
    id: String, title: String, severity: Severity, why: String, fix: String, quote: String? = nil, url: String? = nil
  ) {
    self.id = id
    self.title = title
    self.severity = severity
    self.why = why
    self.fix = fix
    self.quote = quote
    self.url = url
  }

  /// One of each, by id.
  static func sorted(_ rules: [RuleDescription]) -> [RuleDescription] {
    var ids: Set<String> = []
    return rules.sorted { $0.id < $1.id }.filter { ids.insert($0.id).inserted }
  }

  /// The address, if following it does no more than to open a page.
  var link: String? { url.flatMap(webLink) }
}

/// A text that is an address on the web, or nil: a pack of rules may say `javascript:`.
func webLink(_ text: String) -> String? {
  guard text.hasPrefix("https://") || text.hasPrefix("http://") else { return nil }
  return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? text : nil
}
