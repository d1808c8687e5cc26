#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Paths as text: links are not followed, so that a file is where its user says it is.
enum Path {
  /// The folder that the process runs in.
  static let current: String = {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }()

  /// From the root, without `.`, `..`, doubled slashes and a slash at its end.
  static func absolute(_ path: String, in folder: String = current) -> String {
    var names: [String] = []
    for name in Self.names(path.utf8.first == slash ? path : folder + "/" + path) {
      switch name {
      case ".": break
      case "..": _ = names.popLast()
      default: names.append(name)
      }
    }
    return "/" + names.joined(separator: "/")
  }

  /// The folder an absolute path stands in; that of the root is the root.
  static func folder(of path: String) -> String { "/" + names(path).dropLast().joined(separator: "/") }

  /// The last name of a path.
  static func name(of path: String) -> String { names(path).last ?? path }

  /// The rest of an absolute path behind a folder, or nil where it does not stand below it.
  static func relative(_ path: String, below folder: String) -> String? {
    let start = folder == "/" ? "/" : folder + "/"
    guard path.utf8.count > start.utf8.count, path.utf8.starts(with: start.utf8) else { return nil }
    return String(path.utf8.dropFirst(start.utf8.count))
  }

  /// Whether a path is a folder's, a slash, and one name more. Asked for each file, and so compared as memory.
  static func isRightIn(_ folder: String, _ path: String) -> Bool {
    let isThere = path.utf8.withContiguousStorageIfAvailable { path in
      folder.utf8.withContiguousStorageIfAvailable { folder in
        guard path.count > folder.count, path[folder.count] == slash, let start = path.baseAddress else { return false }
        let isBelow = folder.isEmpty || memcmp(start, folder.baseAddress!, folder.count) == 0
        return isBelow && memchr(start + folder.count + 1, Int32(slash), path.count - folder.count - 1) == nil
      }
    }
    return isThere == true
  }

  /// The way from a folder to a path, both absolute, with `..` where it leads upward.
  static func way(to path: String, from folder: String) -> String {
    let target = names(path)
    let start = names(folder)
    var shared = 0
    while shared < start.count, shared < target.count - 1, start[shared] == target[shared] { shared += 1 }
    let up = [String](repeating: "..", count: start.count - shared)
    return (up + target[shared...]).joined(separator: "/")
  }

  private static let slash = UInt8(ascii: "/")

  /// Split at bytes: to a String a slash and the accent behind it are one character.
  private static func names(_ path: String) -> [String] {
    path.utf8.split(separator: slash).map { String(Substring($0)) }
  }

  /// What messages call a file: relative to the current folder where it stands below it.
  static func shown(_ path: String) -> String { relative(path, below: current) ?? path }

  static func exists(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0
  }

  /// Something is there that is no folder: a file, or what reading will tell to be none.
  static func isNoFolder(_ path: String) -> Bool {
    var info = stat()
    guard lstat(path, &info) == 0 else { return false }
    if info.st_mode & S_IFMT == S_IFLNK, stat(path, &info) != 0 { return true }
    return info.st_mode & S_IFMT != S_IFDIR
  }

  /// Symbolic links, of the file or of folders on the way to it, lead out of the folder that it is named from, or of the one
  /// above that `..` leads to: to a file that nobody has put there. A `..` that is written out is no link, and is meant.
  ///
  /// - Parameter folder: absolute, as the path is.
  static func isLinkOut(_ path: String, from folder: String) -> Bool {
    let way = zip(names(path).dropLast(), names(folder)).prefix(while: { $0.0 == $0.1 })
    // One that leads nowhere cannot be read, which is told in the system's words.
    guard let target = realPath(path), let home = realPath("/" + way.map { $0.0 }.joined(separator: "/")) else {
      return false
    }
    return relative(target, below: home) == nil
  }

  /// The bytes of a regular file, or why there are none.
  static func read(_ path: String, byteCountMax: Int, what: String) -> Result<[UInt8], Trouble> {
    // Not blocking: nobody might ever write to a pipe.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return .failure(Trouble("cannot be read: \(reason())")) }
    defer { close(file) }
    var info = stat()
    guard fstat(file, &info) == 0 else { return .failure(Trouble("cannot be read: \(reason())")) }
    guard info.st_mode & S_IFMT == S_IFREG else { return .failure(Trouble("is no regular file")) }
    let oversized = Trouble("the file has over \(byteCountMax) bytes; \(what)")
    guard Int(info.st_size) <= byteCountMax else { return .failure(oversized) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = readChunk(file, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        return .failure(Trouble("cannot be read: \(reason())"))
      }
      if count == 0 { return .success(bytes) }
      bytes += chunk[..<count]
      if bytes.count > byteCountMax { return .failure(oversized) }
    }
  }

  /// Why a file cannot be read.
  struct Trouble: Error {
    let message: String
    init(_ message: String) { self.message = message }
  }

  private static func reason() -> String {
    let text = String(cString: strerror(errno))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

/// Outside the type, whose own `read` would hide the system's.
private func readChunk(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, buffer, count)
}

/// The absolute path of what is there, links followed; nil where nothing is.
package func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}
