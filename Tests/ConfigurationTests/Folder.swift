import Configuration
import Findings
import Foundation
import JSONText

/// A folder for one test, removed with it.
final class Folder {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    path = FileManager.default.temporaryDirectory.path + "/bodylint-configuration-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files { try write(name, text) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws {
    let target = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: target)
  }

  /// Text with the folder left out of its paths.
  func short(_ text: String) -> String { text.replacingOccurrences(of: path + "/", with: "") }
}

let vocabulary = Configuration.Vocabulary(
  rules: ["duplicate-lun", "weak-password", "missing-property", "unknown-property"],
  operations: ["Images_CreateOrUpdate", "Image"], facts: ["os": ["Windows", "Linux"]])

let today = "2026-11-21"

func finding(
  _ rule: String, _ pointer: String? = "", severity: Severity = .error, range: Range<Int>? = nil,
  property: String? = nil, parameter: String? = nil, worlds: [String] = []
) -> Finding {
  Finding(
    rule: rule, severity: severity, message: "wrong", pointer: pointer.flatMap { JSONPointer($0) }, range: range,
    property: property, parameter: parameter, worlds: worlds)
}

/// What a decision comes to, in a word.
func word(_ settings: FileSettings, _ finding: Finding) -> String {
  switch settings.judge(finding).verdict {
  case .kept: "kept"
  case .changed(let severity): severity.rawValue
  case .off: "off"
  }
}

func withBytes<Result>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
  Array(text.utf8).withUnsafeBufferPointer(body)
}
