import Bodylint
import Configuration
import Findings
import JSONText
import Rules

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a team writes beside its bodies: `.bodylint.yaml`, baselines, patterns, comments that suppress.
struct ConfigurationTarget: FuzzTarget {
  private let vocabulary: Configuration.Vocabulary
  private let folder: String
  private let finding = Finding(
    rule: "duplicate-lun", severity: .error, message: "lun 1 is already used", pointer: JSONPointer("/properties/a/1"),
    range: 2..<3)

  init() {
    let rules = RuleSet.bundled
    vocabulary = Configuration.Vocabulary(
      rules: rules.ruleIDs, operations: rules.operations.map(\.name), facts: rules.facts)
    var template = Array("/tmp/bodylint-fuzz-XXXXXX\0".utf8CString.dropLast())
    folder = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
  }

  func run(_ bytes: UnsafeBufferPointer<UInt8>) {
    let path = folder + "/configuration"
    write(bytes, path)
    do {
      let configuration = try Configuration.read(path, vocabulary: vocabulary)
      for file in ["a.json", "requests/b/c.json", "über/x.ndjson"] {
        let settings = configuration.settings(for: folder + "/" + file, today: "2026-11-21")
        _ = settings.judge(finding)
        _ = settings.explanation()
      }
      _ = configuration.excludes(folder: folder + "/requests")
      _ = configuration.expired(today: "2026-11-21")
    } catch { hold(error) }
    do {
      var baseline = try Baseline.read(path)
      let text = baseline.updatedText()
      // What it writes it reads, and then writes again.
      Array(text.utf8).withUnsafeBufferPointer { write($0, path) }
      baseline = try Baseline.read(path)
      always(baseline.updatedText() == text, "a baseline changes by being written")
    } catch { hold(error) }
    let text = String(decoding: bytes.prefix(2_000), as: UTF8.self)
    if let glob = try? Glob(text) {
      for path in ["a.json", "requests/b/c.json", text] { _ = glob.matches(path) }
    }
    if let glob = try? PointerGlob(text) { _ = glob.matches(JSONPointer(["properties", "a", "1"])) }
    let lines = LineMap(bytes)
    let suppressions = InlineSuppressions(bytes, lines: lines, knownRules: vocabulary.rules)
    if bytes.count > 3 { _ = suppressions.apply([finding], lines: lines, bytes: bytes, file: "a.jsonc") }
  }

  private func hold(_ error: ConfigurationError) {
    always(!error.mistakes.isEmpty, "an error without a mistake")
    for mistake in error.mistakes {
      always(!mistake.message.isEmpty && !mistake.message.contains("\n"), "a message is one line: \(mistake.message)")
    }
  }

  private func write(_ bytes: UnsafeBufferPointer<UInt8>, _ path: String) {
    guard let file = fopen(path, "wb") else { fatalError("\(path) cannot be written") }
    fwrite(bytes.baseAddress, 1, bytes.count, file)
    fclose(file)
  }
}
