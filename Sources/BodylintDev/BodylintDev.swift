import ArgumentParser
import Bodylint
import Rules

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Commands for those who work on bodylint itself. Not installed.
@main
struct BodylintDev: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bodylint-dev", abstract: "Generates what is generated; run from the top of the repository.",
    subcommands: [Embed.self, Schemas.self, Docs.self])
}

struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compile rules/ into Sources/CBundledRules/bundled-rules.bin.")

  @Flag(help: "Change nothing; fail if the file is not current.") var check = false

  func run() throws {
    let files = try RuleFolder.read("rules")
    let bytes = BundledRules.encode(try RuleSet.compile(files), files)
    try Generated.write(bytes, to: "Sources/CBundledRules/bundled-rules.bin", check: check)
  }
}

struct Schemas: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Write the editor schemas of rule and shape files.")

  @Flag(help: "Change nothing; fail if a file is not current.") var check = false

  func run() throws {
    try Generated.write(Array(EditorSchema.rule.utf8), to: "rules/schemas/rule.schema.json", check: check)
    try Generated.write(Array(EditorSchema.shape.utf8), to: "rules/schemas/shape.schema.json", check: check)
  }
}

/// A file that is written by a command and never by hand.
enum Generated {
  static func write(_ bytes: [UInt8], to path: String, check: Bool) throws {
    let current = read(path)
    if current == bytes { return }
    guard !check else { throw ValidationError("\(path) is not current: run 'make generate'") }
    guard let file = fopen(path, "wb") else { throw ValidationError("\(path): \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw ValidationError("\(path): \(String(cString: strerror(errno)))")
    }
    print("wrote \(path) (\(bytes.count) bytes)")
  }

  static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var out: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { out += chunk[..<count] }
    return out
  }
}
