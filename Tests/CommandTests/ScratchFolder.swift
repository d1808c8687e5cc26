import Foundation
import Testing

/// A folder for one test, with `bodylint` on the path of what is run in it.
final class ScratchFolder {
  struct Outcome: Equatable {
    let status: Int32
    let output: String
    let error: String
    /// Both are UTF-8.
    let isText: Bool
  }

  /// The programs are built for a sanitizer, which needs more memory and time: `make sanitize` says so.
  static let isSanitized = ProcessInfo.processInfo.environment["BODYLINT_SANITIZED"] != nil

  private let path: String
  private var work: String { path + "/work" }

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/bodylint-scratch-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path + "/work", withIntermediateDirectories: true)
  }

  // Not with Foundation: paths may be longer, and names stranger, than it takes.
  deinit { _ = try? shell("rm -rf '\(path)'", in: "/", nil) }

  func write(_ text: String, to name: String) throws { try write(bytes: Array(text.utf8), to: name) }

  func write(bytes: [UInt8], to name: String) throws {
    let file = work + "/" + name
    if let slash = file.lastIndex(of: "/") {
      try FileManager.default.createDirectory(atPath: String(file[..<slash]), withIntermediateDirectories: true)
    }
    guard FileManager.default.createFile(atPath: file, contents: Data(bytes)) else {
      throw ScenarioError("\(file) cannot be written")
    }
  }

  func read(_ name: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: work + "/" + name) else {
      throw ScenarioError("\(name) cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Runs a line of shell. What it writes goes to files: nobody has to empty a pipe.
  func run(_ line: String) throws -> Outcome {
    let executable = try #require(Answer.executable, "there is no executable 'bodylint' beside the tests")
    return try shell(line, in: work, executable.deletingLastPathComponent().path)
  }

  private func shell(_ line: String, in folder: String, _ programs: String?) throws -> Outcome {
    let paths = ["out", "err"].map { FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString + $0 }
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    for path in paths {
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw ScenarioError("\(path) cannot be written")
      }
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = URL(fileURLWithPath: folder, isDirectory: true)
    var variables = ProcessInfo.processInfo.environment
    for name in ["NO_COLOR", "COLUMNS", "LINES"] { variables[name] = nil }
    variables["LC_ALL"] = "C"
    variables["PATIENCE"] = Self.isSanitized ? "600" : "60"
    if let programs { variables["PATH"] = programs + ":" + (variables["PATH"] ?? "/usr/bin:/bin") }
    process.environment = variables
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: paths[0]))
    let error = try FileHandle(forWritingTo: URL(fileURLWithPath: paths[1]))
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = error
    try process.run()
    process.waitUntilExit()
    try output.close()
    try error.close()
    let data = paths.map { FileManager.default.contents(atPath: $0) ?? Data() }
    let texts = data.map { String(decoding: $0, as: UTF8.self) }
    return Outcome(
      status: process.terminationStatus, output: texts[0], error: texts[1],
      isText: zip(data, texts).allSatisfy { $0 == Data($1.utf8) })
  }
}
