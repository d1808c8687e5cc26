public import JSONText

/// One fault in one body: what, where, what the documents say, and what would mend it.
///
/// A value: nothing in it holds on to the document, and nothing in it repeats a secret but the edits of its ``fix``, which are made
/// from the document.
public struct Finding: Sendable, Hashable {
  // Findings are moved about by the hundred thousand, and each reference in them is counted each time. So what all findings of a rule
  // have in common is behind one reference, and what few findings have behind another, which is nil for most.
  @usableFromInline package var common: FindingsOfRule
  @usableFromInline package var rest: Shared<Rest>?

  public var severity: Severity
  /// The fact, then the limit: lower case, one line, no period. Values in it are cut at 80 characters and never secret.
  public var message: String
  /// Where in the document, from its root; nil where the fault is in a request line that is not part of the document.
  public var pointer: JSONPointer?
  /// What the body was judged as: `Images_CreateOrUpdate`, `Image`; nil where that is not known.
  public var operation: String?
  /// The bytes at fault, counted from the first byte of the document; nil together with ``pointer``.
  public var range: Range<Int>?

  public init(
    rule: String, severity: Severity, message: String, pointer: JSONPointer?, range: Range<Int>?,
    property: String? = nil, parameter: String? = nil, worlds: [String] = [], related: [RelatedPlace] = [],
    source: Source? = nil, advice: String? = nil, fix: Fix? = nil
  ) {
    self.init(FindingsOfRule(id: rule, source: source, advice: advice), severity: severity)
    self.message = message
    self.pointer = pointer
    self.range = range
    self.property = property
    self.parameter = parameter
    self.worlds = worlds
    self.related = related
    self.fix = fix
  }

  /// A finding of which only the rule is known so far.
  package init(_ common: FindingsOfRule, severity: Severity) {
    self.common = common
    self.severity = severity
    message = ""
  }

  /// The id of the rule, which names the fault: `duplicate-lun`.
  public var rule: String {
    @inlinable get { common.id }
    set { common = FindingsOfRule(id: newValue, source: source, advice: advice) }
  }
  /// The documented sentence.
  public var source: Source? {
    @inlinable get { common.source }
    set { common = FindingsOfRule(id: rule, source: newValue, advice: advice) }
  }
  /// What the rule's file says to do about it, for people.
  public var advice: String? {
    @inlinable get { common.advice }
    set { common = FindingsOfRule(id: rule, source: source, advice: newValue) }
  }

  /// Where in the body, from the body's own root; nil where the document is the body, and where ``pointer`` is nil.
  public var bodyPointer: JSONPointer? {
    @inlinable get { rest?.value.bodyPointer }
    set { change(newValue != nil) { $0.bodyPointer = newValue } }
  }
  /// The api-version that the body was judged by, where one is known.
  public var apiVersion: String? {
    @inlinable get { rest?.value.apiVersion }
    set { change(newValue != nil) { $0.apiVersion = newValue } }
  }
  /// The missing, unknown, duplicate or misspelt property; nil where the fault is not about a property's name.
  public var property: String? {
    @inlinable get { rest?.value.property }
    set { change(newValue != nil) { $0.property = newValue } }
  }
  /// The URI parameter at fault (`imageName`, `api-version`), for findings on the request line.
  public var parameter: String? {
    @inlinable get { rest?.value.parameter }
    set { change(newValue != nil) { $0.parameter = newValue } }
  }
  /// The worlds in which the body fails, where a fact is not known: `os=Windows`. Empty where it fails in all.
  public var worlds: [String] {
    @inlinable get { rest?.value.worlds ?? [] }
    set { change(!newValue.isEmpty) { $0.worlds = newValue } }
  }
  /// Other places that belong to the fault: the first of two duplicates.
  public var related: [RelatedPlace] {
    @inlinable get { rest?.value.related ?? [] }
    set { change(!newValue.isEmpty) { $0.related = newValue } }
  }
  /// Edits that mend it, where edits can.
  public var fix: Fix? {
    @inlinable get { rest?.value.fix }
    set { change(newValue != nil) { $0.fix = newValue } }
  }

  /// What only some findings have.
  @usableFromInline package struct Rest: Hashable, Sendable {
    @usableFromInline package var bodyPointer: JSONPointer?
    @usableFromInline package var apiVersion: String?
    @usableFromInline package var property: String?
    @usableFromInline package var parameter: String?
    @usableFromInline package var worlds: [String] = []
    @usableFromInline package var related: [RelatedPlace] = []
    @usableFromInline package var fix: Fix?
  }

  /// - Parameter isSomething: there is nothing to do where nothing is to become nothing.
  private mutating func change(_ isSomething: Bool, _ edit: (inout Rest) -> Void) {
    guard rest != nil || isSomething else { return }
    var changed = rest?.value ?? Rest()
    edit(&changed)
    // No rest and one without content are the same.
    rest = isSomething || changed != Rest() ? Shared(changed) : nil
  }

  /// The order in which findings are reported: the request line first, then by place, then by rule id; the rest only
  /// decides between findings that a reader could not tell apart, so that the same input gives the same bytes.
  public static func precedes(_ one: Finding, _ other: Finding) -> Bool {
    let start = one.range?.lowerBound ?? -1
    let otherStart = other.range?.lowerBound ?? -1
    if start != otherStart { return start < otherStart }
    if one.rule != other.rule { return one.rule < other.rule }
    if one.parameter != other.parameter { return (one.parameter ?? "") < (other.parameter ?? "") }
    let end = one.range?.upperBound ?? -1
    let otherEnd = other.range?.upperBound ?? -1
    if end != otherEnd { return end < otherEnd }
    return one.message < other.message
  }
}

/// What all findings of one rule have in common.
@usableFromInline
package final class FindingsOfRule: Sendable, Hashable {
  @usableFromInline package let id: String
  @usableFromInline package let source: Source?
  @usableFromInline package let advice: String?

  package init(id: String, source: Source?, advice: String?) {
    self.id = id
    self.source = source
    self.advice = advice
  }

  @usableFromInline package static func == (one: FindingsOfRule, other: FindingsOfRule) -> Bool {
    one === other || one.id == other.id && one.source == other.source && one.advice == other.advice
  }

  @usableFromInline package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// A value behind a reference.
@usableFromInline
package final class Shared<Value: Hashable & Sendable>: Sendable, Hashable {
  @usableFromInline package let value: Value

  init(_ value: Value) { self.value = value }

  @usableFromInline package static func == (one: Shared, other: Shared) -> Bool {
    one === other || one.value == other.value
  }
  @usableFromInline package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// A place that helps to understand a finding.
public struct RelatedPlace: Sendable, Hashable {
  /// What is there: `first used here`.
  public var message: String
  public var pointer: JSONPointer
  /// Bytes from the start of the document.
  public var range: Range<Int>

  public init(message: String, pointer: JSONPointer, range: Range<Int>) {
    self.message = message
    self.pointer = pointer
    self.range = range
  }
}

/// The sentence in the documents that a rule stands on.
public struct Source: Sendable, Hashable {
  public var quote: String
  public var url: String
  /// The sentence is the service's own, as somebody reported it, and stands in no document.
  public let isReport: Bool

  public init(quote: String, url: String) {
    self.quote = quote
    self.url = url
    isReport = url.contains("/issues/") || url.contains("/pull/")
  }
}

/// Edits that mend one finding. Where the document has secrets, they may repeat or touch them: `Report.secrets` says where those
/// are; look before you show an edit to somebody.
public struct Fix: Sendable, Hashable {
  /// What they do, as an order: `remove id`.
  public var description: String
  /// The edits cannot change what the service does with the body. An unsafe fix is a good guess.
  public var isSafe: Bool
  /// In order of place; they do not overlap.
  public var edits: [Edit]

  public init(description: String, isSafe: Bool, edits: [Edit]) {
    precondition(!edits.isEmpty, "A fix changes something.")
    self.description = description
    self.isSafe = isSafe
    self.edits = edits
  }
}

/// Replaces some bytes of the document.
public struct Edit: Sendable, Hashable {
  /// Bytes from the start of the document; empty to insert.
  public var range: Range<Int>
  public var text: String

  public init(range: Range<Int>, text: String) {
    self.range = range
    self.text = text
  }
}
