package import Rules

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads a folder of rule files.
package enum RuleFolder {
  /// A folder of rules has a few hundred files; one with more is some other folder.
  static let fileCountMax = 10_000
  static let depthMax = 16
  /// Of all files together; each has a limit of its own.
  static let byteCountMax = 64 << 20

  /// Every `.yaml` and `.yml` file below a folder, in the order of their paths, which are relative to it. Links to folders
  /// are not followed: one inside is found by itself, and one outside is none of these rules.
  ///
  /// - Throws: ``RuleSetError`` where something in it cannot be read, or there is no such file.
  package static func read(_ folder: String) throws(RuleSetError) -> [RuleSet.RuleFile] {
    var walk = Walk()
    try walk.read(folder, prefix: "", depth: 0)
    if walk.files.isEmpty { throw mistake(folder, "there is no rule file (*.yaml, *.yml) in the folder") }
    return walk.files.sorted { $0.path < $1.path }
  }

  private struct Walk {
    private(set) var files: [RuleSet.RuleFile] = []
    private var byteCount = 0

    mutating func read(_ folder: String, prefix: String, depth: Int) throws(RuleSetError) {
      guard let entries = FolderEntry.all(in: folder) else {
        throw mistake(folder, "the folder cannot be read: \(reason())")
      }
      for entry in entries where !entry.isHidden {
        let hasRules = entry.name.hasSuffix(".yaml") || entry.name.hasSuffix(".yml")
        guard hasRules || entry.kind == .folder else { continue }
        let path = folder + "/" + entry.name
        guard entry.isText else { throw mistake(path, "has a name that is not UTF-8; rename it") }
        if entry.kind == .folder {
          guard depth < depthMax else { throw mistake(path, "rule files stand at most \(depthMax) folders deep") }
          try read(path, prefix: prefix + entry.name + "/", depth: depth + 1)
          continue
        }
        var info = stat()
        guard stat(path, &info) == 0 else { throw mistake(path, "cannot be read: \(reason())") }
        // A link to a folder, whatever it is called.
        if info.st_mode & S_IFMT == S_IFDIR { continue }
        guard files.count < fileCountMax else { throw mistake(folder, "more than \(fileCountMax) rule files") }
        guard info.st_mode & S_IFMT == S_IFREG else { throw mistake(path, "is not a regular file") }
        files.append(RuleSet.RuleFile(path: prefix + entry.name, text: try text(path)))
      }
    }

    private mutating func text(_ path: String) throws(RuleSetError) -> String {
      guard let bytes = bytes(path) else { throw mistake(path, "cannot be read: \(reason())") }
      guard bytes.count <= RuleSet.RuleFile.byteCountMax else {
        throw mistake(path, "the file has over \(RuleSet.RuleFile.byteCountMax) bytes; rule files are small")
      }
      byteCount += bytes.count
      guard byteCount <= byteCountMax else {
        throw mistake(path, "with it the rule files of the folder have over \(byteCountMax) bytes together")
      }
      guard let text = String(validating: bytes, as: UTF8.self) else { throw mistake(path, "is not UTF-8") }
      return text
    }
  }

  private static func mistake(_ path: String, _ message: String) -> RuleSetError {
    RuleSetError([RuleFileError(file: path, line: 0, column: 0, message: message)])
  }

  private static func reason() -> String { String(cString: strerror(errno)) }

  /// The content of a file; nil where it cannot be read. Of one that is larger than any rule file may be only so much that one
  /// can tell.
  private static func bytes(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= RuleSet.RuleFile.byteCountMax {
      let count = readChunk(file, &chunk, chunk.count)
      if count < 0 { return nil }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }
}

/// Outside the type, whose own `read` would hide the system's.
private func readChunk(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, buffer, count)
}
