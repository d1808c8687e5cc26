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

  /// Every `.yaml` and `.yml` file below a folder, in the order of their paths, which are relative to it.
  ///
  /// - Throws: ``RuleSetError`` where something in it cannot be read, or there is no such file.
  package static func read(_ folder: String) throws(RuleSetError) -> [RuleSet.RuleFile] {
    var walk = Walk()
    try walk.read(folder, prefix: "", depth: 0)
    if walk.files.isEmpty { throw mistake(folder, "there is no rule file (*.yaml, *.yml) in the folder") }
    return walk.files.sorted { $0.path < $1.path }
  }

  private struct Walk {
    /// A folder, by whatever path: links may lead in circles.
    private struct FolderID: Hashable {
      let device: UInt64
      let inode: UInt64
    }

    private(set) var files: [RuleSet.RuleFile] = []
    private var visited: Set<FolderID> = []
    private var byteCount = 0

    mutating func read(_ folder: String, prefix: String, depth: Int) throws(RuleSetError) {
      guard let names = names(in: folder) else { throw mistake(folder, "the folder cannot be read: \(reason())") }
      var own = stat()
      guard stat(folder, &own) == 0 else { throw mistake(folder, "the folder cannot be read: \(reason())") }
      let id = FolderID(
        device: UInt64(truncatingIfNeeded: own.st_dev), inode: UInt64(truncatingIfNeeded: own.st_ino))
      guard visited.insert(id).inserted else { return }
      for name in names where !name.hasPrefix(".") {
        let path = folder + "/" + name
        var info = stat()
        guard stat(path, &info) == 0 else { throw mistake(path, "cannot be read: \(reason())") }
        if info.st_mode & S_IFMT == S_IFDIR {
          guard depth < depthMax else { throw mistake(path, "rule files stand at most \(depthMax) folders deep") }
          try read(path, prefix: prefix + name + "/", depth: depth + 1)
        } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
          guard files.count < fileCountMax else { throw mistake(folder, "more than \(fileCountMax) rule files") }
          guard info.st_mode & S_IFMT == S_IFREG else { throw mistake(path, "is not a regular file") }
          files.append(RuleSet.RuleFile(path: prefix + name, text: try text(path)))
        }
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

  /// The names of what a folder has, in order; nil where it cannot be read.
  package static func names(in folder: String) -> [String]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      names.append(name)
    }
    return names.sorted()
  }

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
