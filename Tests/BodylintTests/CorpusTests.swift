import Bodylint
import Foundation
import JSONText
import Testing

/// Every body under corpus/ gives what stands beside it, no more and no less.
///
/// `make accept` rewrites the expectations as bodylint judges now, and then fails: read the diff, run the tests again.
@Suite struct CorpusTests {
  @Test(arguments: CorpusCase.all)
  func givesWhatIsExpected(_ body: CorpusCase) throws {
    let actual = try body.judged()
    if ProcessInfo.processInfo.environment["BODYLINT_ACCEPT"] != nil {
      if actual != body.expectation { try Data(actual.utf8).write(to: body.expectationFile) }
      Issue.record("expectations were rewritten; this run proves nothing")
      return
    }
    #expect(actual == body.expectation, "\(body) does not give what \(body.expectationFile.lastPathComponent) says")
  }

  @Test func corpusIsThere() {
    #expect(CorpusCase.all.count > 150)
    #expect(CorpusCase.all.filter { $0.file.path.contains("/invalid/Images_CreateOrUpdate/") }.count >= 60)
  }

  /// What stands under valid/ has no error, what stands under invalid/ has a finding.
  @Test(arguments: CorpusCase.all)
  func standsInTheRightFolder(_ body: CorpusCase) throws {
    let findings = try body.findings()
    if body.file.path.contains("/corpus/valid/") {
      #expect(!findings.contains { $0.severity == .error })
    } else {
      #expect(!findings.isEmpty)
    }
  }

  /// The same body in other clothes has the same findings at the same pointers: minified and with CR LF.
  @Test(arguments: CorpusCase.all.filter(\.isSound))
  func formattingChangesNothing(_ body: CorpusCase) throws {
    let expected = try body.findings()
    for (name, bytes) in [("CR LF", body.withCarriageReturns()), ("minified", try body.minified())] {
      let findings = try linter.check(bytes, as: body.request)
      #expect(
        findings.map(Self.essence) == expected.map(Self.essence), "\(body), \(name)")
    }
  }

  /// The same body with its members the other way round, and with a member whose name is an emoji in front: the same
  /// rules at the same pointers, and the emoji's own finding.
  @Test(arguments: CorpusCase.all.filter(\.isSound))
  func orderAndNeighboursChangeNothing(_ body: CorpusCase) throws {
    // Of two members that are one, the later is reported: turned round, that is the other.
    let twins = ["duplicate-property", "oversized-tags", "letter-case"]
    let expected = try body.findings()
    guard !expected.contains(where: { twins.contains($0.rule) }) else { return }
    func places(_ findings: [Finding]) -> [String] {
      findings.map { "\($0.severity) \($0.rule) \($0.pointer?.description ?? $0.parameter ?? "") \($0.property ?? "")" }
        .sorted()
    }
    let turned = try linter.check(try body.minified(isTurned: true), as: body.request)
    #expect(places(turned) == places(expected), "\(body), members turned round")
    let name = "\u{1F600}\u{301} \u{5D0}"
    guard let crowded = try body.minified(with: "\"\(name)\":0") else { return }
    let others = try linter.check(crowded, as: body.request).filter { $0.pointer?.tokens != [name] }
    #expect(places(others) == places(expected), "\(body), with another member")
  }

  private static func essence(_ finding: Finding) -> String {
    "\(finding.severity) \(finding.rule) \(finding.pointer?.description ?? finding.parameter ?? "") \(finding.message)"
  }
}

let linter = Linter()

/// The top of the repository.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// A body of the corpus and the text beside it.
///
/// The text begins with lines `# name: value` that say how the body is judged; then, for each finding, a line
/// `severity rule pointer [property]` and an indented line `line:column message`.
struct CorpusCase: CustomTestStringConvertible, CustomStringConvertible, Sendable {
  let file: URL
  let bytes: [UInt8]
  let expectationFile: URL
  let expectation: String
  let request: Request
  private let header: [String]

  static let all: [CorpusCase] = {
    let corpus = repository.appendingPathComponent("corpus")
    let files = FileManager.default.enumerator(at: corpus, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
    return files.filter { ["json", "jsonc"].contains($0.pathExtension) && !$0.path.contains("/corpus/json/") }
      .sorted { $0.path < $1.path }.map(CorpusCase.init)
  }()

  init(file: URL) {
    self.file = file
    bytes = (try? Data(contentsOf: file)).map(Array.init) ?? []
    expectationFile = file.deletingPathExtension().appendingPathExtension("expect")
    expectation = (try? String(contentsOf: expectationFile, encoding: .utf8)) ?? ""
    header = expectation.split(separator: "\n").filter { $0.hasPrefix("#") }.map(String.init)
    var request = Request(allowsComments: file.pathExtension == "jsonc")
    for line in header {
      let parts = line.dropFirst().split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "operation": request.operation = parts[1]
      case "api-version": request.apiVersion = parts[1]
      case "request": request.setRequestLine(parts[1])
      case "now": request.now = parts[1]
      case "direction": request.isResponse = parts[1] == "response"
      case "fact":
        let fact = parts[1].split(separator: "=").map(String.init)
        request.facts[fact[0]] = fact[1]
      default: break
      }
    }
    if request.url != nil { request.apiVersion = nil }
    self.request = request
  }

  var description: String { file.path.components(separatedBy: "/corpus/").last ?? file.path }
  var testDescription: String { description }

  func findings() throws -> [Finding] { try linter.check(bytes, as: request) }

  /// The expectation as it would be written now.
  func judged() throws -> String {
    let lines = bytes.withUnsafeBufferPointer { LineMap($0) }
    var out = header.map { $0 + "\n" }.joined()
    for finding in try findings() {
      let place =
        finding.pointer.map { $0.description.isEmpty ? "\"\"" : $0.description } ?? "request:\(finding.parameter ?? "")"
      out += "\(finding.severity) \(finding.rule) \(place)"
      if finding.rule == "missing-property", let property = finding.property { out += " \(property)" }
      out += "\n    "
      if let start = finding.range?.lowerBound {
        let column = bytes.withUnsafeBufferPointer { lines.column(at: start, in: $0) }
        out += "\(lines.line(at: start) + 1):\(column + 1) "
      }
      out += finding.message + "\n"
    }
    return out
  }

  /// The body is JSON, so that it can be written in another way.
  var isSound: Bool {
    let reader = DocumentReader()
    return bytes.withUnsafeBufferPointer { bytes in
      let document = reader.read(bytes)
      return reader.faults.isEmpty && !reader.hasByteOrderMark && document.nodeCount > 0
    }
  }

  func withCarriageReturns() -> [UInt8] {
    bytes.filter { $0 != 0x0D }.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
  }

  /// The body without a byte of whitespace between its tokens.
  /// With another first member, where the body is an object.
  func minified(with member: String) throws -> [UInt8]? {
    var bytes = try minified()
    guard bytes.first == UInt8(ascii: "{") else { return nil }
    bytes.insert(contentsOf: Array((member + (bytes.count > 2 ? "," : "")).utf8), at: 1)
    return bytes
  }

  /// - Parameter isTurned: the members of every object stand the other way round.
  func minified(isTurned: Bool = false) throws -> [UInt8] {
    let reader = DocumentReader()
    return bytes.withUnsafeBufferPointer { bytes in
      let document = reader.read(bytes)
      var out: [UInt8] = []
      func write(_ index: UInt32) {
        let node = document[index]
        switch node.kind {
        case .object, .array:
          out.append(UInt8(ascii: node.kind == .object ? "{" : "["))
          var children: [UInt32] = []
          var child = index + 1
          while child < node.next {
            children.append(child)
            child = node.kind == .object ? document[child + 1].next : document[child].next
          }
          if isTurned, node.kind == .object { children.reverse() }
          for (position, child) in children.enumerated() {
            if position > 0 { out.append(UInt8(ascii: ",")) }
            if node.kind == .object { out += bytes[document[child].tokenRange] + [UInt8(ascii: ":")] }
            write(node.kind == .object ? child + 1 : child)
          }
          out.append(UInt8(ascii: node.kind == .object ? "}" : "]"))
        default: out += bytes[node.tokenRange]
        }
      }
      write(0)
      return out
    }
  }
}
