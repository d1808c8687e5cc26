import Foundation
import Testing

/// The command in the hands of real clients: scripts of Tests/Clients.
///
/// Where PyPI cannot be reached, or there is no Python or git for a client, its test says so and passes. What a script
/// installs stays beside the command, for the next run.
@Suite(.serialized) struct ClientTests {
  /// Bodies as Azure's own Python SDK writes them.
  @Test func bodiesOfTheSDKAreJudgedRightly() async throws { try await run("azure_sdk.py", cache: "azure-sdk") }

  /// The hooks of .pre-commit-hooks.yaml, run by the real pre-commit.
  @Test func hooksWorkInTheRealPreCommit() async throws { try await run("pre_commit.py", cache: "pre-commit") }

  /// The script's word for "PyPI cannot be reached", and env's for "there is no python3".
  private static let skipped: Int32 = 77
  private static let withoutPython: Int32 = 127
  private static let secondsMax = 480.0

  private func run(_ name: String, cache: String) async throws {
    let executable = try #require(Answer.executable, "there is no executable 'bodylint' beside the tests")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Clients/\(name)")
    let folder = executable.deletingLastPathComponent().appendingPathComponent(cache)
    let (status, output) = try await Self.python(name, [script.path, executable.path, "--cache", folder.path])
    switch status {
    case 0: break
    case Self.skipped, Self.withoutPython: print("\(name) was not run: \(output)")
    default: Issue.record("\(name) ended with \(status):\n\(output)")
    }
  }

  private static func python(_ name: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
    // A file, not a pipe: nobody has to empty it while the script runs.
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("bodylint-client-" + UUID().uuidString)
    guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
      throw ScenarioError("\(file.path) cannot be written")
    }
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }

    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONUTF8": "1"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    let deadline = Date(timeIntervalSinceNow: secondsMax)
    // Asleep without a thread: the other tests need it.
    while process.isRunning, Date() < deadline {
      do { try await Task.sleep(nanoseconds: 50_000_000) } catch { break }
    }
    let tookTooLong = process.isRunning
    if tookTooLong { process.terminate() }
    process.waitUntilExit()
    let output = String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
    guard !tookTooLong else { throw ScenarioError("\(name) took more than \(Int(secondsMax)) seconds:\n\(output)") }
    guard process.terminationReason == .exit else {
      throw ScenarioError("\(name) ended with signal \(process.terminationStatus):\n\(output)")
    }
    return (process.terminationStatus, output)
  }
}
