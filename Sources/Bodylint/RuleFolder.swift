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

  /// Every `.yaml` and `.yml` file below a folder, in the order of their paths, which are relative to it.
  package static func read(_ folder: String) throws(RuleSetError) -> [RuleSet.RuleFile] {
    var files: [RuleSet.RuleFile] = []
    var visited: Set<FolderID> = []
    try read(folder, prefix: "", depth: 0, &visited, into: &files)
    return files.sorted { $0.path < $1.path }
  }

  /// A folder, by whatever path: links may lead in circles.
  private struct FolderID: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private static func read(
    _ folder: String, prefix: String, depth: Int, _ visited: inout Set<FolderID>, into files: inout [RuleSet.RuleFile]
  ) throws(RuleSetError) {
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
        try read(path, prefix: prefix + name + "/", depth: depth + 1, &visited, into: &files)
      } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        guard files.count < fileCountMax else { throw mistake(folder, "more than \(fileCountMax) rule files") }
        guard info.st_mode & S_IFMT == S_IFREG else { throw mistake(path, "is not a regular file") }
        guard let text = text(path) else { throw mistake(path, "cannot be read: \(reason())") }
        files.append(RuleSet.RuleFile(path: prefix + name, text: text))
      }
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

  private static func text(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = readChunk(file, &chunk, chunk.count)
      if count < 0 { return nil }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
      // Beyond what any rule file has; the reader says so.
      if bytes.count > 2 << 20 { return String(decoding: bytes, as: UTF8.self) }
    }
  }
}

/// Outside the type, whose own `read` would hide the system's.
private func readChunk(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, buffer, count)
}
