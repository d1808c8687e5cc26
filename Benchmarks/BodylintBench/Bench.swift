import Bodylint
import CAllocations
import JSONText
import Rules

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `bodylint-bench MODE FILE…`: how long judging takes, without processes and files.
///
/// The files have a body a line; their names say of which operation: `images`, `reimage`, `gallery`, `cloudpc`, or an
/// operation id. Modes:
/// - `parse`: reading the text.
/// - `validate-text`: reading and judging; no body may have an error.
/// - `validate`: judging what was read before; no body may have an error.
/// - `errors`: reading and judging, and the line and column of every finding; every body has to have one.
///
/// Loops for at least `$MIN_S` seconds, or exactly `$ROUNDS` times where that is set (for counting instructions), and
/// prints `{"bodies":N,"bytes":N,"seconds":S,"findings":N,"allocations":N}`: the findings of one round, and how often the
/// measured rounds asked for memory (-1 where that is not counted). `$RULES` names a folder of rules to be judged by
/// beside the bundled ones.
@main
struct Bench {
  /// The bodies of a file, and what they are to be judged as.
  struct Bodies {
    /// In memory that is never given back, so that the loops count no references.
    let texts: UnsafeBufferPointer<UnsafeBufferPointer<UInt8>>
    let prepared: Checker.Prepared
  }

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let mode = arguments.first, arguments.count > 1 else { fail("usage: bodylint-bench MODE FILE…") }
    let checker = Checker(try rules(), limits: limits)
    // Nothing of the text is shown here.
    checker.notedSecrets = .shown([])
    let files = lasting(try arguments.dropFirst().map { try load($0, checker) })
    let round = try self.round(mode, files, checker)
    // Once to see that the results are right, and to have memory and patterns in place.
    let findings = round()
    let least = getenv("MIN_S").flatMap { Double(String(cString: $0)) } ?? 1
    let exactly = getenv("ROUNDS").flatMap { Int(String(cString: $0)) }
    var rounds = 0
    let allocations = bodylint_allocation_count()
    let start = seconds()
    var elapsed = 0.0
    repeat {
      guard round() == findings else { fail("the same bodies gave other findings") }
      rounds += 1
      elapsed = seconds() - start
    } while exactly.map { rounds < $0 } ?? (elapsed < least)
    let allocated = allocations < 0 ? -1 : bodylint_allocation_count() - allocations
    let bodies = files.reduce(0) { $0 + $1.texts.count }
    let bytes = files.reduce(0) { $0 + $1.texts.reduce(0) { $0 + $1.count } }
    print(
      "{\"bodies\":\(bodies * rounds),\"bytes\":\(bytes * rounds),\"seconds\":\(elapsed),\"findings\":\(findings),\"allocations\":\(allocated)}"
    )
  }

  /// Larger than what is checked in earnest, so that growth can be seen.
  private static let limits = TextLimits(byteCountMax: 1 << 30, depthMax: TextLimits.standard.depthMax)

  private static func rules() throws -> RuleSet {
    guard let folder = getenv("RULES").map({ String(cString: $0) }) else { return .bundled }
    return try RuleSet(files: RuleSet.bundled.files + RuleFolder.read(folder))
  }

  /// One pass over all bodies; the number of findings.
  private static func round(_ mode: String, _ files: UnsafeBufferPointer<Bodies>, _ checker: Checker) throws -> () ->
    Int
  {
    switch mode {
    case "parse":
      let reader = DocumentReader()
      return {
        var unread = 0
        for index in files.indices {
          for text in files[index].texts where reader.read(text, limits: limits).nodeCount == 0 { unread += 1 }
        }
        return unread
      }
    case "validate-text":
      return {
        var count = 0
        for index in files.indices {
          let prepared = files[index].prepared
          for text in files[index].texts { count += clean(checker.count(text, as: prepared)) }
        }
        return count
      }
    case "validate":
      let read = lasting(files.map { lasting($0.texts.map(document)) })
      return {
        var count = 0
        for index in files.indices {
          let prepared = files[index].prepared
          for document in read[index] { count += clean(checker.count(sound: document, as: prepared)) }
        }
        return count
      }
    case "errors":
      return {
        var count = 0
        for index in files.indices {
          let prepared = files[index].prepared
          for text in files[index].texts { count += places(of: text, prepared, checker) }
        }
        return count
      }
    default: fail("there are the modes parse, validate-text, validate and errors")
    }
  }

  nonisolated(unsafe) private static let reader = DocumentReader()

  /// Reads a text into memory of its own that is never given back.
  private static func document(_ text: UnsafeBufferPointer<UInt8>) -> Document {
    let document = reader.read(text, limits: limits)
    if !reader.isSound { fail("a text that should be sound has faults") }
    let nodes = UnsafeMutablePointer<TapeNode>.allocate(capacity: document.nodeCount)
    nodes.initialize(from: document.nodes, count: document.nodeCount)
    return Document(bytes: document.bytes, byteCount: document.byteCount, nodes: nodes, nodeCount: document.nodeCount)
  }

  /// Judges a body that has to have findings, and finds the line and column of each.
  private static func places(
    of text: UnsafeBufferPointer<UInt8>, _ prepared: Checker.Prepared, _ checker: Checker
  ) -> Int {
    let findings = checker.check(text, as: prepared).findings
    if findings.isEmpty { fail("a body that should have findings has none") }
    let lines = LineMap(text)
    // By index: nothing of a finding is needed but its place.
    for index in findings.indices {
      guard let start = findings[index].range?.lowerBound else { continue }
      if lines.line(at: start) + lines.column(at: start, in: text) < 0 { fail("a place is wrong") }
    }
    return findings.count
  }

  /// How many findings a clean body has: no errors. The workload's clean bodies have what a linter warns of, and what a
  /// JSON Schema cannot say.
  private static func clean(_ count: FindingCount) -> Int {
    if count.errors > 0 { fail("a body that should be clean has errors") }
    return count.total
  }

  /// The lines of a file, in memory that is never given back.
  private static func load(_ path: String, _ checker: Checker) throws -> Bodies {
    guard let file = fopen(path, "rb") else { fail("\(path) cannot be read") }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let count = ftell(file)
    rewind(file)
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
    guard fread(bytes, 1, count, file) == count else { fail("\(path) cannot be read") }
    let name = path.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
    let operations = [
      "images": "Images_CreateOrUpdate", "reimage": "VirtualMachines_Reimage",
      "gallery": "GalleryImages_CreateOrUpdate", "cloudpc": "cloudPcDeviceImage",
    ]
    // The clean bodies are so at every api-version: none is given.
    let prepared = try checker.prepare(Request(operation: operations[name] ?? name, now: "2026-01-01"))
    let texts = UnsafeBufferPointer(start: bytes, count: count).split(separator: 0x0A)
    return Bodies(texts: lasting(texts.map { UnsafeBufferPointer(rebasing: $0) }), prepared: prepared)
  }

  private static func lasting<Element>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = memory.initialize(fromContentsOf: elements)
    return UnsafeBufferPointer(memory)
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func fail(_ message: String) -> Never {
    let text = Array("bodylint-bench: \(message)\n".utf8)
    _ = write(STDERR_FILENO, text, text.count)
    exit(1)
  }
}
