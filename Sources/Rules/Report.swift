public import Findings

/// What there is to say of one document.
public struct Report: Sendable {
  /// In their order: request line, place, rule id. Empty for a clean body.
  public var findings: [Finding]
  /// What the document was judged as, and how that was found out; nil where nothing fits, and only its syntax was
  /// judged.
  public var judgement: Judgement?
  /// Bytes that no output may show. Filled only where there are findings.
  public var secrets: [Range<Int>]
}

/// What a document was judged as.
public struct Judgement: Sendable, Hashable {
  /// How the operation was found.
  public enum Reason: Sendable, Hashable {
    case asked, requestLine, envelope, odataType, resourceType, names
  }

  /// Number of the operation or response in ``RuleSet/operations``.
  public let operation: Int
  public let reason: Reason
}
