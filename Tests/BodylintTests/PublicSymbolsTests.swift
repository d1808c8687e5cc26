import Foundation
import Testing

/// What `import Bodylint` gives to those who depend on the package, held against `PublicSymbols.txt`: a change there is a
/// change of the interface, and somebody has to mean it. `make accept` rewrites the list.
@Suite struct PublicSymbolsTests {
  private static let list = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("PublicSymbols.txt")

  @Test func areAsListed() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("symbols-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.extract(into: folder)
    var lines: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      let graph = try JSONDecoder().decode(SymbolGraph.self, from: Data(contentsOf: file))
      for symbol in graph.symbols { lines.insert(symbol.line(graph.conformances(of: symbol))) }
    }
    if ProcessInfo.processInfo.environment["BODYLINT_ACCEPT"] != nil {
      try Data((lines.sorted().joined(separator: "\n") + "\n").utf8).write(to: Self.list)
      Issue.record("expectations were rewritten")
      return
    }
    let text = String(decoding: try Data(contentsOf: Self.list), as: UTF8.self)
    let expected = Set(text.split(separator: "\n").map(String.init))
    #expect(lines.subtracting(expected).sorted() == [], "they are not in PublicSymbols.txt")
    #expect(expected.subtracting(lines).sorted() == [], "they are no longer there")
    #expect(lines.count > 100)
  }

  /// Writes the symbols of the library, as it was built, into a folder: its own and those that it re-exports.
  private static func extract(into out: URL) throws {
    let build = try #require(buildFolder, "there is no folder 'Modules' beside the tests")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    var arguments = ["swift", "symbolgraph-extract", "-module-name", "Bodylint", "-output-dir", out.path]
    arguments += ["-experimental-allowed-reexported-modules=Findings,JSONText,Rules"]
    arguments += ["-minimum-access-level", "public", "-skip-synthesized-members", "-target", try target()]
    arguments += ["-I", build.path + "/Modules"]
    for module in ["CPCRE2", "CYAML", "CZlib"] { arguments += ["-I", repository.path + "/Sources/" + module] }
    for module in ["CScan", "CBundledRules"] {
      arguments += ["-Xcc", "-fmodule-map-file=\(build.path)/\(module).build/module.modulemap"]
    }
    process.arguments = arguments
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "swift symbolgraph-extract")
  }

  private static func target() throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["swift", "-print-target-info"]
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let info = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return try #require((info?["target"] as? [String: Any])?["triple"] as? String)
  }

  /// The folder that the tests and the modules were built into.
  private static let buildFolder: URL? = {
    var folder = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0])
    for _ in 0..<5 {
      folder = folder.deletingLastPathComponent()
      if FileManager.default.fileExists(atPath: folder.path + "/Modules/Bodylint.swiftmodule") { return folder }
    }
    return nil
  }()
}

/// The part of a symbol graph that is asked for.
private struct SymbolGraph: Decodable {
  struct Symbol: Decodable {
    struct Fragment: Decodable { let spelling: String }
    struct Identifier: Decodable { let precise: String }
    let identifier: Identifier
    let pathComponents: [String]
    let declarationFragments: [Fragment]

    /// `Linter.limits` and how it is declared.
    func line(_ conformances: [String]) -> String {
      let declaration = declarationFragments.map(\.spelling).joined().split(whereSeparator: \.isWhitespace)
      return pathComponents.joined(separator: ".") + "\t" + declaration.joined(separator: " ")
        + (conformances.isEmpty ? "" : ": " + conformances.joined(separator: ", "))
    }
  }
  struct Relationship: Decodable {
    let kind: String
    let source: String
    let targetFallback: String?
  }
  let symbols: [Symbol]
  let relationships: [Relationship]

  func conformances(of symbol: Symbol) -> [String] {
    let names = relationships.filter { $0.kind == "conformsTo" && $0.source == symbol.identifier.precise }
      .compactMap(\.targetFallback).map { $0.replacingOccurrences(of: "Swift.", with: "") }
    // Those that every type has, and those that the compiler adds to others.
    return Set(names).subtracting(["Copyable", "Escapable", "SendableMetatype"]).sorted()
  }
}
