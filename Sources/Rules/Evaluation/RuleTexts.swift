import Findings

/// What findings say again and again, made from a program's tables once.
final class RuleTexts {
  /// What all findings of a rule share.
  struct Entry {
    let id: String
    let source: Source?
    let advice: String?
  }

  private let tables: Program.Tables
  private var rules: [Entry?]
  private var entryNames: [String?]

  init(_ tables: Program.Tables) {
    self.tables = tables
    rules = Array(repeating: nil, count: Int(tables.header.rules))
    entryNames = Array(repeating: nil, count: Int(tables.header.entries))
  }

  func rule(_ index: Int) -> Entry {
    if let known = rules[index] { return known }
    let rule = tables.rules[index]
    let made = Entry(
      id: tables.string(rule.id),
      source: rule.url.length > 0 ? Source(quote: tables.string(rule.quote), url: tables.string(rule.url)) : nil,
      advice: rule.advice.length > 0 ? tables.string(rule.advice) : nil)
    rules[index] = made
    return made
  }

  /// The name of an operation or response.
  func entryName(_ index: Int) -> String {
    if let known = entryNames[index] { return known }
    let made = tables.string(tables.entries[index].name)
    entryNames[index] = made
    return made
  }
}
