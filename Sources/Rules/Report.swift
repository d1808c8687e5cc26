public import Findings
public import JSONText

/// What there is to say of one document.
public struct Report: Sendable {
  /// In their order: request line, place, rule id. Empty for a clean body.
  public var findings: [Finding]
  /// What the document was judged as, and how that was found out; nil where nothing fits, and only its syntax was
  /// judged. Of a document with several bodies the first.
  public var judgement: Judgement?
  /// The other bodies of a document that has several: the resources of a template, the answers of an example.
  public var furtherJudgements: [Judgement] = []
  /// How many more bodies were judged: a file of requests may have hundreds of thousands, of which not each is listed.
  package var unlistedJudgementCount = 0
  /// How many requests a file of requests has, and how many of them are none of a known operation.
  package var requests = (found: 0, unrecognized: 0)
  /// It is known what the document is. A template is recognized even where it has no resource of a known type.
  public var isRecognized: Bool
  /// Bytes that no output may show. Filled only where there are findings.
  public var secrets: [Range<Int>]

  package init(findings: [Finding], judgement: Judgement?, isRecognized: Bool, secrets: [Range<Int>]) {
    self.findings = findings
    self.judgement = judgement
    self.isRecognized = isRecognized
    self.secrets = secrets
  }

  /// All bodies that were judged.
  public var judgements: [Judgement] { (judgement.map { [$0] } ?? []) + furtherJudgements }

  /// How many bodies were judged.
  package var bodyCount: Int { (judgement == nil ? 0 : 1) + furtherJudgements.count + unlistedJudgementCount }
}

/// What a body was judged as.
public struct Judgement: Sendable, Hashable {
  /// How the operation was found.
  public enum Reason: Sendable, Hashable {
    case asked, requestLine, envelope, example, template, odataType, resourceType, names
  }

  /// Number of the operation or response in ``RuleSet/operations``.
  public let operation: Int
  public let reason: Reason
  /// Where the body stands in the document.
  public let pointer: JSONPointer
}
