@_exported public import Findings
@_exported public import JSONText
@_exported public import Rules
import Synchronization

/// Checks request bodies against what the documents say the service accepts.
///
/// ```swift
/// let linter = Linter()
/// let findings = try linter.check(body, as: Request(operation: "Images_CreateOrUpdate"))
/// ```
///
/// A linter is made once and shared by all threads: the compiled rules are never written again, and each check takes a
/// ``Checker`` of its own from those that are free.
public final class Linter: Sendable {
  /// The rules that it checks by.
  public let rules: RuleSet
  /// How large documents may be.
  public let limits: TextLimits
  private let free: Mutex<FreeCheckers>

  private struct FreeCheckers: @unchecked Sendable {
    // Unchecked: a checker stands in this list only while nobody uses it.
    var list: [Checker] = []
  }

  public init(_ rules: RuleSet = .bundled, limits: TextLimits = .standard) {
    self.rules = rules
    self.limits = limits
    free = Mutex(FreeCheckers())
  }

  /// The findings of one body, in the order of ``Finding/precedes(_:_:)``; empty where there is nothing to say.
  ///
  /// Malformed JSON is a finding, not an error.
  ///
  /// - Parameters:
  ///   - body: the document's bytes. They are read during the call and not kept.
  ///   - request: what it is to be judged as; without an operation the document is asked what it is.
  /// - Throws: ``RequestError`` where the request names an operation or fact that does not exist.
  public func check(_ body: some Sequence<UInt8>, as request: Request = Request()) throws(RequestError) -> [Finding] {
    try report(body, as: request).findings
  }

  /// The findings of a body given as text.
  public func check(_ body: String, as request: Request = Request()) throws(RequestError) -> [Finding] {
    try report(body.utf8, as: request).findings
  }

  /// The findings, and what the body was judged as: ``Report/judgement`` is nil where no operation fits.
  public func report(_ body: some Sequence<UInt8>, as request: Request = Request()) throws(RequestError) -> Report {
    let checker = free.withLock { $0.list.popLast() } ?? Checker(rules, limits: limits)
    defer { free.withLock { $0.list.append(checker) } }
    let prepared = try checker.prepare(request)
    if let report = body.withContiguousStorageIfAvailable({ checker.check($0, as: prepared) }) { return report }
    return Array(body).withUnsafeBufferPointer { checker.check($0, as: prepared) }
  }
}
