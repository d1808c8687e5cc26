import Bodylint
import Findings
import JSONText
import Rendering
import Rules

/// Whole requests, of every form of file. The last byte of an input says what the rest is taken for.
struct RequestsTarget: FuzzTarget {
  private static let forms: [FileChecker.Form] = [.json, .jsonc, .http, .archive]
  private let files: FileChecker
  private let quick: Checker
  private let thorough: Checker
  private let reader = DocumentReader()
  private let requests: [Request]

  init() {
    let rules = RuleSet.bundled
    files = FileChecker(rules)
    quick = Checker(rules)
    thorough = Checker(rules, isThorough: true)
    requests =
      [Request(now: "2026-11-21")]
      + rules.operations.map {
        Request(operation: $0.name, facts: ["os": "Linux"], isResponse: $0.isResponse, now: "2026-11-21")
      }
  }

  func run(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let kind = bytes.last else { return }
    let body = UnsafeBufferPointer(rebasing: bytes.dropLast())
    let request = requests[Int(kind >> 3) % requests.count]
    let form = Self.forms[Int(kind & 3)]
    do {
      let findings = try judge(body, form, request)
      if form == .json { try judgeTwice(body, request, findings) }
      try mend(body, form, request, findings, allowsUnsafe: kind & 4 != 0)
    } catch {
      fatalError("\(error)")
    }
  }

  private func judge(
    _ bytes: UnsafeBufferPointer<UInt8>, _ form: FileChecker.Form, _ request: Request
  ) throws -> [Finding] {
    let report = try files.check(bytes, form, as: try files.prepare(request))
    for finding in report.findings {
      always(!finding.message.isEmpty && !finding.message.contains("\n"), "a message is one line: \(finding.message)")
      let ranges =
        [finding.range].compactMap { $0 } + finding.related.map(\.range) + (finding.fix?.edits.map(\.range) ?? [])
      for range in ranges {
        always(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a range outside of the text")
      }
    }
    for secret in report.secrets { always(secret.upperBound <= bytes.count, "a secret outside of the text") }
    render(bytes, report)
    return report.findings
  }

  private func render(_ bytes: UnsafeBufferPointer<UInt8>, _ report: Report) {
    guard !report.findings.isEmpty else { return }
    let source = SourceText(name: "fuzz.json", bytes: bytes, findings: report.findings, secrets: report.secrets)
    var text = TextRenderer(color: true)
    _ = text.render(source)
    var json = JSONRenderer()
    let object = Array((json.render(source) + json.finish(Summary())).utf8)
    object.withUnsafeBufferPointer { _ = reader.read($0) }
    always(reader.faults.isEmpty, "the json format is no JSON")
    var html = HTMLRenderer(rules: [], version: "")
    _ = html.render(source)
  }

  // MARK: The same in other words

  /// Shortcuts change nothing; neither do white space and the order of members.
  private func judgeTwice(_ bytes: UnsafeBufferPointer<UInt8>, _ request: Request, _ findings: [Finding]) throws {
    let prepared = try quick.prepare(request)
    let one = quick.check(bytes, as: prepared).findings
    let two = thorough.check(bytes, as: prepared).findings
    always(one == two, "shortcuts change the findings: \(words(one)) and not \(words(two))")

    let document = reader.read(bytes)
    guard reader.isSound, document.nodeCount > 0, document.nodeCount < 2_000 else { return }
    let texts = Rewriting(document)
    for text in [texts.spread, texts.compact] {
      let other = text.withUnsafeBufferPointer { quick.check($0, as: prepared).findings }
      always(words(one) == words(other), "white space changes the findings: \(words(one)) and not \(words(other))")
    }
    guard !texts.hasLikeNames else { return }
    let reversed = texts.reversed.withUnsafeBufferPointer { quick.check($0, as: prepared).findings }
    always(
      places(one) == places(reversed),
      "the order of members changes the findings: \(places(one)) and not \(places(reversed))")
  }

  private func words(_ findings: [Finding]) -> [String] {
    findings.map { "\($0.rule) \($0.severity) \($0.pointer?.description ?? "") \($0.message)" }
  }

  private func places(_ findings: [Finding]) -> [String] {
    findings.map { "\($0.rule) \($0.severity) \($0.pointer?.description ?? "") \($0.property ?? "")" }.sorted()
  }

  // MARK: Fixes

  /// A second run finds nothing left to do, and the text is no worse than it was.
  private func mend(
    _ bytes: UnsafeBufferPointer<UInt8>, _ form: FileChecker.Form, _ request: Request, _ findings: [Finding],
    allowsUnsafe: Bool
  ) throws {
    guard findings.contains(where: { $0.fix != nil }) else { return }
    let prepared = try files.prepare(request)
    let run = FixRun(allowsUnsafe: allowsUnsafe) { try files.check($0, form, as: prepared).findings }
    let outcome = try run.mend(bytes, findings)
    guard let mended = outcome.bytes else { return }
    try mended.withUnsafeBufferPointer { text in
      let rest = try files.check(text, form, as: prepared).findings
      always(
        rest.count < findings.count, "\(outcome.fixedCount) fixes left \(rest.count) findings of \(findings.count)")
      let again = try run.mend(text, rest)
      always(
        again.bytes == nil || outcome.refusedCount + outcome.unreadableCount > 0,
        "a second run mends more: \(words(rest)) of \(String(decoding: text, as: UTF8.self))")
    }
  }
}

/// A sound document, written anew.
struct Rewriting {
  private let document: Document
  /// With white space wherever it may stand.
  private(set) var spread: [UInt8] = []
  /// Without any.
  private(set) var compact: [UInt8] = []
  /// With the members of all objects in the opposite order.
  private(set) var reversed: [UInt8] = []
  /// Some object has members whose names differ in letter case only: which of them counts depends on their order.
  private(set) var hasLikeNames = false

  init(_ document: Document) {
    self.document = document
    var compact: [UInt8] = []
    write(0, space: [], isReversed: false, into: &compact)
    var spread = Array(" ".utf8)
    write(0, space: Array("\n\t ".utf8), isReversed: false, into: &spread)
    spread += Array("\r\n".utf8)
    var reversed: [UInt8] = []
    write(0, space: [], isReversed: true, into: &reversed)
    (self.compact, self.spread, self.reversed) = (compact, spread, reversed)
  }

  private mutating func write(_ index: UInt32, space: [UInt8], isReversed: Bool, into out: inout [UInt8]) {
    let node = document[index]
    let end = node.next
    switch node.kind {
    case .array, .object:
      let isObject = node.kind == .object
      out.append(UInt8(ascii: isObject ? "{" : "["))
      var children: [UInt32] = []
      var child = index + 1
      while child < end {
        children.append(child)
        child = document[isObject ? child + 1 : child].next
      }
      if isObject {
        let names = children.map { document.text(document[$0]).lowercased() }
        if Set(names).count < names.count { hasLikeNames = true }
        if isReversed { children.reverse() }
      }
      for (position, child) in children.enumerated() {
        if position > 0 { out.append(UInt8(ascii: ",")) }
        out += space
        if isObject {
          token(child, &out)
          out += space
          out.append(UInt8(ascii: ":"))
          out += space
        }
        write(isObject ? child + 1 : child, space: space, isReversed: isReversed, into: &out)
        out += space
      }
      out.append(UInt8(ascii: isObject ? "}" : "]"))
    default: token(index, &out)
    }
  }

  private func token(_ index: UInt32, _ out: inout [UInt8]) {
    let range = document[index].tokenRange
    out += UnsafeBufferPointer(start: document.bytes + range.lowerBound, count: range.count)
  }
}
