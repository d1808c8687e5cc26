import Foundation
import Testing

/// What the benchmark's own executable says of the bodies beside it.
@Suite struct BenchTests {
  private struct Figures: Decodable {
    let bodies: Int
    let findings: Int
    let allocations: Int
  }

  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func run(_ mode: String, _ files: [String]) throws -> Figures {
    let folder = try #require(Answer.executable).deletingLastPathComponent()
    let process = Process()
    process.executableURL = folder.appendingPathComponent("bodylint-bench")
    process.arguments = [mode] + files
    process.environment = ["ROUNDS": "50"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try JSONDecoder().decode(Figures.self, from: data)
  }

  /// Reading and judging a sound body asks for no memory, once there is as much as the largest needs.
  @Test(arguments: ["parse", "validate-text", "validate"], ["images", "reimage", "gallery", "cloudpc"])
  func cleanBodiesAllocateNothing(_ mode: String, _ system: String) throws {
    let file = Self.repository.appendingPathComponent("Benchmarks/bodies/\(system).ndjson").path
    let figures = try Self.run(mode, [file])
    #expect(figures.findings == 0)
    #expect(figures.bodies >= 50)
    // Elsewhere than with glibc nothing is counted.
    #expect(figures.allocations <= 0)
  }

  #if canImport(Glibc)
    /// The counter counts: wording findings takes memory.
    @Test func findingsAllocate() throws {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let body = folder.appendingPathComponent("images.ndjson")
      try Data(#"{"location":"westus","properties":{"hyperVGeneration":"V3"}}"#.utf8).write(to: body)
      let figures = try Self.run("errors", [body.path])
      #expect(figures.findings > 0)
      #expect(figures.allocations > 0)
    }
  #endif
}
