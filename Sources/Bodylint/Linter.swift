public import Findings
public import JSONText
public import Rules

/// Checks request bodies against what the documents say the service accepts.
///
/// ```swift
/// let linter = Linter()
/// let findings = try linter.check(body, as: Request(operation: "Images_CreateOrUpdate"))
/// ```
///
/// A linter is made once and shared by all threads: the compiled rules are never written again, and each check has memory of its
/// own, which is kept for the next one.
public final class Linter: Sendable {
  /// The version of bodylint.
  public static let version = "0.1.0"

  /// The rules that it checks by.
  public let rules: RuleSet
  /// How large documents may be.
  public let limits: TextLimits
  private let free = CheckerPool()

  public init(_ rules: RuleSet = .bundled, limits: TextLimits = .standard) {
    self.rules = rules
    self.limits = limits
  }

  /// The findings of one body, in the order of ``Finding/precedes(_:_:)``; empty where there is nothing to say.
  ///
  /// Malformed JSON is a finding, not an error. A body whose operation cannot be told has no findings either, unless its
  /// text is at fault: ``report(_:as:)`` tells the two apart.
  ///
  /// - Parameters:
  ///   - body: the document's bytes. They are read during the call and not kept.
  ///   - request: what it is to be judged as; without an operation the document is asked what it is.
  /// - Throws: ``RequestError`` where the request names an operation or fact that does not exist.
  public func check(_ body: some Sequence<UInt8>, as request: Request = Request()) throws(RequestError) -> [Finding] {
    try prepare(request).check(body)
  }

  /// The findings of a body given as text.
  public func check(_ body: String, as request: Request = Request()) throws(RequestError) -> [Finding] {
    try prepare(request).check(body)
  }

  /// The findings, and what the body was judged as: ``Report/judgement`` is nil where no operation fits.
  public func report(_ body: some Sequence<UInt8>, as request: Request = Request()) throws(RequestError) -> Report {
    try prepare(request).report(body)
  }

  /// Looks up what a request names, once for many bodies: for a small body that takes longer than judging it.
  ///
  /// - Throws: ``RequestError`` with what is not known, and the nearest that is.
  public func prepare(_ request: Request) throws(RequestError) -> PreparedRequest {
    let checker = borrow()
    defer { giveBack(checker) }
    return PreparedRequest(linter: self, prepared: try checker.prepare(request))
  }

  fileprivate func borrow() -> Checker { free.take() ?? Checker(rules, limits: limits) }

  fileprivate func giveBack(_ checker: Checker) {
    checker.trim()
    free.put(checker)
  }
}

/// A request that was looked up by a ``Linter``, and judges any number of bodies. All threads may use it at once.
public struct PreparedRequest: Sendable {
  /// The linter that judges.
  public let linter: Linter
  private let prepared: Checker.Prepared

  fileprivate init(linter: Linter, prepared: Checker.Prepared) {
    self.linter = linter
    self.prepared = prepared
  }

  /// The findings of one body, as ``Linter`` gives them.
  public func check(_ body: some Sequence<UInt8>) -> [Finding] { report(body, noting: .shown([])).findings }

  /// The findings of a body given as text.
  public func check(_ body: String) -> [Finding] { check(body.utf8) }

  /// The findings, and what the body was judged as.
  public func report(_ body: some Sequence<UInt8>) -> Report { report(body, noting: .all) }

  private func report(_ body: some Sequence<UInt8>, noting secrets: Checker.NotedSecrets) -> Report {
    if let report = body.withContiguousStorageIfAvailable({ report(bytes: $0, noting: secrets) }) { return report }
    return Array(body).withUnsafeBufferPointer { report(bytes: $0, noting: secrets) }
  }

  /// ``report(_:)`` of bytes that somebody else owns.
  ///
  /// - Parameter secrets: those that the report has: whoever shows little of a body need not know all of them.
  package func report(bytes: UnsafeBufferPointer<UInt8>, noting secrets: Checker.NotedSecrets) -> Report {
    let checker = linter.borrow()
    defer { linter.giveBack(checker) }
    checker.notedSecrets = secrets
    return checker.check(bytes, as: prepared)
  }

  /// Only how many findings ``report(_:)`` would have, and whether the body was recognized.
  package func outcome(bytes: UnsafeBufferPointer<UInt8>) -> (findings: Int, isRecognized: Bool) {
    let checker = linter.borrow()
    defer { linter.giveBack(checker) }
    return checker.outcome(bytes, as: prepared)
  }
}
