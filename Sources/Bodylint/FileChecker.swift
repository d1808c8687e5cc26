import Findings
package import JSONText
package import Rules

/// Checks files: what the bytes are is told by the file's name, and by the content.
///
/// A JSON file has one body, or wraps several (an envelope, a template, an example); `.http` and `.rest` files have requests
/// with bodies, `.har` archives have bodies as strings. Ranges in findings always count from the start of the file.
///
/// One file checker belongs to one thread at a time.
package final class FileChecker {
  private let checker: Checker
  private let reader = DocumentReader()
  private let limits: TextLimits
  private let findingCountMax: Int

  /// - Parameters:
  ///   - findingCountMax: how many findings of a file are written.
  ///   - notedSecrets: what ``Report/secrets`` has.
  package init(
    _ rules: RuleSet, limits: TextLimits = .standard, findingCountMax: Int = Checker.findingCountMax,
    notedSecrets: Checker.NotedSecrets = .all
  ) {
    checker = Checker(rules, limits: limits, findingCountMax: findingCountMax)
    self.limits = limits
    self.findingCountMax = findingCountMax
    checker.notedSecrets = notedSecrets
  }

  /// A request at one api-version, for texts without and with comments. A reference: there is much in it to copy for each record.
  package final class Version: Sendable {
    let name: String
    let plain: Checker.Prepared
    let withComments: Checker.Prepared

    init(_ name: String, plain: Checker.Prepared, withComments: Checker.Prepared) {
      self.name = name
      self.plain = plain
      self.withComments = withComments
    }
  }

  /// A request whose names were looked up once; with several api-versions, one for each.
  package struct Prepared: Sendable {
    let versions: [Version]
    let request: Request
  }

  /// - Parameter apiVersions: the versions to judge by; with several, findings say where they differ.
  package func prepare(_ request: Request, apiVersions: [String] = []) throws(RequestError) -> Prepared {
    var versions: [Version] = []
    for version in apiVersions.isEmpty ? [request.apiVersion] : apiVersions.map(Optional.some) {
      var request = request
      request.apiVersion = version
      let plain = try checker.prepare(request)
      request.allowsComments = true
      versions.append(Version(version ?? "", plain: plain, withComments: try checker.prepare(request)))
    }
    return Prepared(versions: versions, request: request)
  }

  /// The form of a file, by its name.
  package enum Form: Sendable {
    case json, jsonc, lines, http, archive

    package init?(fileName: String) {
      // Nearly every name, without a look at its characters.
      let isJSON: Bool? = fileName.utf8.withContiguousStorageIfAvailable { name in
        let extensionStart = name.count - 5
        return extensionStart >= 0 && name[extensionStart] == UInt8(ascii: ".")
          && name[extensionStart + 1] == UInt8(ascii: "j") && name[extensionStart + 2] == UInt8(ascii: "s")
          && name[extensionStart + 3] == UInt8(ascii: "o") && name[extensionStart + 4] == UInt8(ascii: "n")
      }
      if isJSON == true {
        self = .json
        return
      }
      let name = fileName.split(separator: "/").last ?? ""
      guard let dot = name.lastIndex(of: ".") else { return nil }
      switch name[name.index(after: dot)...].lowercased() {
      case "json": self = .json
      case "jsonc", "json5": self = .jsonc
      case "ndjson", "jsonl": self = .lines
      case "http", "rest": self = .http
      case "har": self = .archive
      default: return nil
      }
    }
  }

  /// Judges the bytes of a file, or of one line of a file of lines.
  package func check(_ bytes: UnsafeBufferPointer<UInt8>, _ form: Form, as prepared: Prepared) throws(RequestError)
    -> Report
  {
    switch form {
    case .json, .lines: return compare(prepared) { checker.check(bytes, as: $0.plain) }
    case .jsonc: return compare(prepared) { checker.check(bytes, as: $0.withComments) }
    case .http:
      if let report = unreadable(bytes, prepared) { return report }
      return requests(bytes, prepared)
    case .archive:
      guard let archive = HARFile(bytes, reader, limits: limits) else {
        return compare(prepared) { checker.check(bytes, as: $0.plain) }
      }
      return exchanges(archive, bytes, prepared)
    }
  }

  // MARK: Versions

  /// Judges by each version; what stands in some only says in which.
  private func compare(_ prepared: Prepared, _ judge: (Version) -> Report) -> Report {
    guard prepared.versions.count > 1 else { return judge(prepared.versions[0]) }
    var report = judge(prepared.versions[0])
    var found: [(finding: Finding, versions: [String])] = report.findings.map { ($0, [prepared.versions[0].name]) }
    var places: [Said: Int] = [:]
    for (index, entry) in found.enumerated() where places[Said(entry.finding)] == nil {
      places[Said(entry.finding)] = index
    }
    for version in prepared.versions.dropFirst() {
      let other = judge(version)
      report.secrets = (report.secrets + other.secrets).merged()
      for finding in other.findings {
        if let same = places[Said(finding)] {
          found[same].versions.append(version.name)
        } else {
          places[Said(finding)] = found.count
          found.append((finding, [version.name]))
        }
      }
    }
    let all = prepared.versions.map(\.name)
    report.findings = found.map { finding, versions in
      var finding = finding
      if versions.count < all.count {
        let others = all.filter { !versions.contains($0) }.map { printable($0, limit: 40) }
        let own = versions.map { printable($0, limit: 40) }
        finding.worlds = own.map { "api-version=" + $0 }
        finding.apiVersion = own[0]
        finding.message +=
          " (with api-version \(own.joined(separator: ", ")); not with \(others.joined(separator: ", ")))"
      }
      return finding
    }.sorted(by: Finding.precedes)
    return report
  }

  /// What makes findings of two versions one.
  private struct Said: Hashable {
    let rule: String
    let severity: Severity
    let range: Range<Int>?
    let parameter: String?
    let message: String

    init(_ finding: Finding) {
      rule = finding.rule
      severity = finding.severity
      range = finding.range
      parameter = finding.parameter
      message = finding.message
    }
  }

  // MARK: Requests in other files

  /// What a text gets of which no request can be read, as JSON would: it is too large, or UTF-16.
  private func unreadable(_ bytes: UnsafeBufferPointer<UInt8>, _ prepared: Prepared) -> Report? {
    if bytes.count > limits.byteCountMax { return compare(prepared) { checker.check(bytes, as: $0.plain) } }
    let head = UnsafeBufferPointer(rebasing: bytes.prefix(Self.headByteCount))
    let zero = head.firstIndex(of: 0)
    guard let first = head.first, first >= 0xFE || zero != nil else { return nil }
    // The first bytes tell the encoding, or where these belong to a letter without zeros, those around the first zero do.
    for start in [0, (zero ?? 0) & ~1, ((zero ?? 0) & ~3) + 4] where start < head.count {
      let text = UnsafeBufferPointer(rebasing: head[start...])
      var report = compare(prepared) { checker.check(text, as: $0.plain) }
      guard report.findings.contains(where: Self.namesEncoding) else { continue }
      // Nobody can say what in it is a secret.
      report.secrets = [0..<bytes.count]
      return report
    }
    return nil
  }

  private static let headByteCount = 1024

  private static func namesEncoding(_ finding: Finding) -> Bool {
    finding.rule == "malformed-encoding" && finding.range == 0..<2 && finding.message.hasPrefix("the text is UTF-")
  }

  private func requests(_ bytes: UnsafeBufferPointer<UInt8>, _ prepared: Prepared) -> Report {
    var whole = Report(findings: [], judgement: nil, isRecognized: true, secrets: [])
    var unlisted = FindingCount()
    var file = HTTPFile(bytes)
    var hasRequests = false
    var isRecognized = false
    // All else is hidden: headers, comments, variables, and the requests that nothing is said of.
    var shown: [Range<Int>] = []
    while let request = file.next() {
      hasRequests = true
      let judged = judge(request, bytes, prepared)
      // Any text may stand where a request would: what has neither a method nor a path is hardly one.
      if request.hasMethod || request.hasPath {
        whole.requests.found += 1
        if judged == nil { whole.requests.unrecognized += 1 }
      }
      guard let report = judged else { continue }
      isRecognized = true
      guard whole.add(report, findingCountMax, &unlisted) else { continue }
      whole.secrets += report.secrets
      shown += file.shown(of: request) + file.shownBody(of: request)
    }
    if !whole.findings.isEmpty { whole.hide(allBut: shown, of: bytes.count, file.hidden) }
    // Where nothing in it is known, nothing of it was checked.
    whole.isRecognized = isRecognized || !hasRequests
    return finished(whole, unlisted)
  }

  /// What there is to say of a request of a file; nil where it is none of those that are known.
  private func judge(
    _ request: HTTPFile.Request, _ bytes: UnsafeBufferPointer<UInt8>, _ prepared: Prepared
  ) -> Report? {
    guard request.hasPath || request.hasMethod && prepared.request.operation != nil else { return nil }
    let body = UnsafeBufferPointer(rebasing: bytes[request.body])
    var report = compare(prepared) { version in
      let own = version.plain.with(
        method: request.method, url: request.url, isResponse: prepared.request.isResponse, allowsVariables: true)
      // Without a body here only the request line can be judged.
      guard body.isEmpty else { return checker.check(body, as: own) }
      return checker.checkRequestLine(as: own, lacksBody: request.lacksBody)
    }
    guard report.isRecognized else { return nil }
    let start = request.body.lowerBound
    report.move { $0 + start }
    for index in report.findings.indices {
      if report.findings[index].parameter != nil {
        report.findings[index].range = request.urlRange
      } else if body.isEmpty {
        // There is no place in a body that is not there.
        report.findings[index].range = request.start..<request.urlRange.upperBound
      }
    }
    return report
  }

  private func exchanges(
    _ archive: HARFile, _ bytes: UnsafeBufferPointer<UInt8>, _ prepared: Prepared
  ) -> Report {
    var whole = Report(findings: [], judgement: nil, isRecognized: true, secrets: [])
    var unlisted = FindingCount()
    // The rest of the archive is hidden: headers, cookies, parameters, and the bodies that nothing is said of.
    var shown: [Range<Int>] = []
    for entry in archive.entries {
      for (body, isResponse) in [(entry.request, false), (entry.response, true)] {
        guard let body else { continue }
        var report = body.bytes.withUnsafeBufferPointer { bytes in
          compare(prepared) { version in
            let own = version.plain.with(method: entry.method, url: entry.url, isResponse: isResponse)
            return checker.check(bytes, as: own)
          }
        }
        // What does not even have a shape here (another service's traffic) is passed over.
        guard report.judgement != nil else { continue }
        report.move { body.offsets[min($0, body.offsets.count - 1)] }
        report.findings = report.findings.compactMap { finding in
          var finding = finding
          if finding.parameter != nil {
            // Said of the request; the answer has the same URL.
            if isResponse { return nil }
            finding.range = entry.urlRange
            finding.pointer = entry.urlPointer
          } else {
            finding.bodyPointer = finding.pointer
            finding.pointer = body.pointer
          }
          finding.fix = nil
          return finding
        }
        guard whole.add(report, findingCountMax, &unlisted) else { continue }
        whole.secrets += report.secrets
        shown.append(body.tokenRange)
        if report.findings.contains(where: { $0.parameter != nil }) { shown.append(entry.shownURLRange) }
      }
    }
    if !whole.findings.isEmpty { whole.hide(allBut: shown, of: bytes.count) { HARFile.hidden($0, bytes) } }
    return finished(whole, unlisted)
  }

  /// What there is to say of all bodies of a file.
  private func finished(_ report: Report, _ unlisted: FindingCount) -> Report {
    var report = report
    if unlisted.total > 0 {
      report.findings.append(checker.tooManyFindings(listed: report.findings.count, unlisted: unlisted))
    }
    report.findings.sort(by: Finding.precedes)
    return report
  }
}

extension Report {
  /// Counts offsets anew: of a body that stands inside of another text.
  fileprivate mutating func move(_ offset: (Int) -> Int) {
    func moved(_ range: Range<Int>) -> Range<Int> {
      let start = offset(range.lowerBound)
      return start..<max(start, offset(range.upperBound))
    }
    secrets = secrets.map(moved)
    for index in findings.indices {
      findings[index].range = findings[index].range.map(moved)
      for related in findings[index].related.indices {
        findings[index].related[related].range = moved(findings[index].related[related].range)
      }
      if let fix = findings[index].fix {
        findings[index].fix = Fix(
          description: fix.description, isSafe: fix.isSafe,
          edits: fix.edits.map { Edit(range: moved($0.range), text: $0.text) })
      }
    }
  }

  /// Adds to the secrets what stands outside of some stretches of a text.
  ///
  /// - Parameter hidden: what has to be hidden between two of them; nil where that says nothing.
  fileprivate mutating func hide(
    allBut shown: [Range<Int>], of byteCount: Int, _ hidden: (Range<Int>) -> Range<Int>?
  ) {
    var end = 0
    for range in shown.sorted(by: { $0.lowerBound < $1.lowerBound }) + [byteCount..<byteCount] {
      if end < range.lowerBound, let hidden = hidden(end..<range.lowerBound) { secrets.append(hidden) }
      end = max(end, range.upperBound)
    }
    secrets = secrets.merged()
  }

  /// So many bodies of a file are listed; the others are counted.
  private static let judgementCountMax = 10_000

  /// Adds what was found in another body of the file; findings beyond a number are only counted, and so are bodies.
  ///
  /// - Returns: whether any of its findings is listed, so that its text is shown.
  fileprivate mutating func add(_ other: Report, _ findingCountMax: Int, _ unlisted: inout FindingCount) -> Bool {
    let room = max(0, findingCountMax - findings.count)
    findings += other.findings.prefix(room)
    for finding in other.findings.dropFirst(room) { unlisted.add(finding.severity) }
    for judgement in other.judgements {
      if self.judgement == nil {
        self.judgement = judgement
      } else if furtherJudgements.count < Self.judgementCountMax {
        furtherJudgements.append(judgement)
      } else {
        unlistedJudgementCount += 1
      }
    }
    return room > 0 && !other.findings.isEmpty
  }
}
