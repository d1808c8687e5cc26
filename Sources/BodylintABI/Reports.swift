// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are those of bodylint.h.

import Bodylint
public import CBodylint
import Rendering

/// What a `bodylint_report *` points to: findings as C structures, in memory of their own.
final class ReportHandle {
  private let findings: UnsafeMutableBufferPointer<bodylint_finding>
  private let arena = Arena()
  /// The names of operations are the linter's.
  private let linter: LinterHandle
  private let judgement: Judgement?

  var count: Int { findings.count }

  var operation: UnsafePointer<CChar>? { judgement.map { linter.operationNames[$0.operation] } }

  init(_ report: Report, _ bytes: UnsafeBufferPointer<UInt8>, _ linter: LinterHandle) {
    self.linter = linter
    judgement = report.judgement
    findings = arena.array(count: report.findings.count)
    guard !report.findings.isEmpty else { return }
    let source = SourceText(name: "", bytes: bytes, findings: report.findings, secrets: report.secrets)
    for (index, finding) in report.findings.enumerated() {
      findings.initializeElement(at: index, to: structure(finding, source))
    }
  }

  /// A finding by its number; nil beyond the last.
  func finding(_ index: Int) -> UnsafePointer<bodylint_finding>? {
    findings.indices.contains(index) ? UnsafePointer(findings.baseAddress! + index) : nil
  }

  private func structure(_ finding: Finding, _ source: SourceText) -> bodylint_finding {
    var out = bodylint_finding()
    out.rule = arena.text(finding.rule)
    out.severity = finding.severity.inC
    out.message = arena.text(finding.message)
    out.pointer = arena.text(finding.pointer?.description)
    out.body_pointer = arena.text(finding.bodyPointer?.description)
    out.operation = arena.text(finding.operation)
    out.api_version = arena.text(finding.apiVersion)
    out.property = arena.text(finding.property)
    out.parameter = arena.text(finding.parameter)
    if let range = finding.range { out.place = place(range, source) }
    let worlds = arena.array(finding.worlds) { arena.text($0) as UnsafePointer<CChar>? }
    (out.worlds, out.world_count) = (worlds.baseAddress.map { UnsafePointer($0) }, worlds.count)
    let related = arena.array(finding.related) {
      bodylint_related(
        message: arena.text($0.message), pointer: arena.text($0.pointer.description), place: place($0.range, source))
    }
    (out.related, out.related_count) = (related.baseAddress.map { UnsafePointer($0) }, related.count)
    out.quote = arena.text(finding.source?.quote)
    out.url = arena.text(finding.source?.url)
    out.advice = arena.text(finding.advice)
    if let fix = finding.fix, !source.insertsSecrets(fix) {
      out.fix = arena.text(fix.description)
      out.fix_is_safe = fix.isSafe ? 1 : 0
      let edits = arena.array(fix.edits) {
        bodylint_edit(offset: $0.range.lowerBound, length: $0.range.count, text: arena.text($0.text))
      }
      (out.edits, out.edit_count) = (edits.baseAddress.map { UnsafePointer($0) }, edits.count)
    }
    return out
  }

  private func place(_ range: Range<Int>, _ source: SourceText) -> bodylint_place {
    let start = source.place(range.lowerBound)
    let end = source.place(range.upperBound)
    return bodylint_place(
      offset: range.lowerBound, length: range.count, line: start.line, column: start.column, end_line: end.line,
      end_column: end.column)
  }
}

extension Severity {
  fileprivate var inC: bodylint_severity {
    switch self {
    case .info: BODYLINT_INFO
    case .warning: BODYLINT_WARNING
    case .error: BODYLINT_ERROR
    }
  }
}

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_check(
  _ request: OpaquePointer?, _ body: UnsafePointer<CChar>?, _ length: Int,
  _ report: UnsafeMutablePointer<OpaquePointer?>?
) -> bodylint_status {
  report?.pointee = nil
  return judged(request, body, length) { request, bytes in
    guard let report else { return status(request.prepared.outcome(bytes: bytes)) }
    let found = request.prepared.report(bytes: bytes, noting: .shown(.fixes))
    report.pointee = handle(ReportHandle(found, bytes, request.linter))
    return status(found)
  }
}

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_check_json(
  _ request: OpaquePointer?, _ body: UnsafePointer<CChar>?, _ length: Int,
  _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> bodylint_status {
  json?.pointee = nil
  return judged(request, body, length) { request, bytes in
    guard let json else { return status(request.prepared.outcome(bytes: bytes)) }
    let found = request.prepared.report(bytes: bytes, noting: .shown(.fixes))
    if !found.findings.isEmpty {
      let source = SourceText(name: "", bytes: bytes, findings: found.findings, secrets: found.secrets)
      json.pointee = copy(JSONRenderer.array(source))
    }
    return status(found)
  }
}

private func judged(
  _ request: OpaquePointer?, _ body: UnsafePointer<CChar>?, _ length: Int,
  _ judge: (RequestHandle, UnsafeBufferPointer<UInt8>) -> bodylint_status
) -> bodylint_status {
  inside {
    guard let request = object(request, RequestHandle.self), let bytes = bytes(body, length) else {
      return BODYLINT_INVALID_ARGUMENT
    }
    return judge(request, bytes)
  }
}

private func status(_ report: Report) -> bodylint_status {
  status((report.findings.count, report.isRecognized))
}

private func status(_ outcome: (findings: Int, isRecognized: Bool)) -> bodylint_status {
  if outcome.findings > 0 { return BODYLINT_FINDINGS }
  return outcome.isRecognized ? BODYLINT_CLEAN : BODYLINT_UNRECOGNIZED
}

/// The bytes of a body; nil where they are not given though there should be some.
private func bytes(_ body: UnsafePointer<CChar>?, _ length: Int) -> UnsafeBufferPointer<UInt8>? {
  // A size_t beyond half of the address space is negative here.
  guard length >= 0, body != nil || length == 0 else { return nil }
  return UnsafeBufferPointer(
    start: body.map { UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self) }, count: length)
}

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_report_free(_ report: OpaquePointer?) { inside { free(report, ReportHandle.self) } }

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_report_count(_ report: OpaquePointer?) -> Int {
  inside { object(report, ReportHandle.self)?.count ?? 0 }
}

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_report_operation(_ report: OpaquePointer?) -> UnsafePointer<CChar>? {
  inside { object(report, ReportHandle.self)?.operation }
}

/// Documented in `bodylint.h`.
@c @implementation
public func bodylint_report_finding(_ report: OpaquePointer?, _ index: Int) -> UnsafePointer<bodylint_finding>? {
  inside { object(report, ReportHandle.self)?.finding(index) }
}
