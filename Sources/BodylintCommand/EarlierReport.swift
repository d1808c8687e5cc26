/// Tells a report of an earlier run from a body.
enum EarlierReport {
  /// What the formats begin with whose files a walk would take for bodies: no body does. Those of people and logs have no such
  /// names.
  private static let beginnings = [
    "{\"version\":1,\"findings\":[", "{\"rule\":\"", "{\"summary\":{\"files\":",
    "{\"$schema\":\"https://json.schemastore.org/sarif", "[]\n", "[\n{\"description\":\"", "<?xml ", "<!DOCTYPE html>",
  ]

  /// Nothing is lost where a file is replaced: it is a report, or empty.
  static func isOne(_ path: String) -> Bool {
    var buffer = FileBuffer()
    guard case .success = buffer.read(path) else { return false }
    return buffer.withBytes { bytes in
      bytes.isEmpty || beginnings.contains { bytes.starts(with: $0.utf8) }
    }
  }
}
