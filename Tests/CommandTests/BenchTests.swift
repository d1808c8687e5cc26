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

  /// Nor does one with as many tags as a resource may have.
  @Test func manyTagsAllocateNothing() throws {
    let names = [
      "Owner", "CostCenter", "Environment", "Project", "Department", "CreatedBy", "CreatedOn", "Application", "Team",
      "Region",
    ]
    let tags = (0..<50).map { #""\#(names[$0 % 10])\#($0)":"x""# }.joined(separator: ",")
    let source =
      "/subscriptions/0f3e5d7c-9a1b-4c2d-8e6f-0123456789ab/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"
    let body = #"{"location":"westus","tags":{\#(tags)},"properties":{"sourceVirtualMachine":{"id":"\#(source)"}}}"#
    let figures = try Self.run("validate-text", on: body)
    #expect(figures.findings == 0)
    #expect(figures.allocations <= 0)
  }

  private static func run(_ mode: String, on body: String) throws -> Figures {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("images.ndjson")
    try Data(body.utf8).write(to: file)
    return try run(mode, [file.path])
  }

  #if canImport(Glibc)
    /// The counter counts: wording findings takes memory.
    @Test func findingsAllocate() throws {
      let figures = try Self.run("errors", on: #"{"location":"westus","properties":{"hyperVGeneration":"V3"}}"#)
      #expect(figures.findings > 0)
      #expect(figures.allocations > 0)
    }
  #endif
}
