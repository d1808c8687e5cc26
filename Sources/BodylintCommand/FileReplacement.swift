#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a file was at some moment: whoever writes it anew can see that nobody else has.
struct FileState: Equatable {
  private let device: dev_t
  private let inode: ino_t
  private let size: off_t
  private let seconds: Int
  private let nanoseconds: Int

  init(_ info: stat) {
    device = info.st_dev
    inode = info.st_ino
    size = info.st_size
    #if canImport(Darwin)
      seconds = info.st_mtimespec.tv_sec
      nanoseconds = info.st_mtimespec.tv_nsec
    #else
      seconds = info.st_mtim.tv_sec
      nanoseconds = info.st_mtim.tv_nsec
    #endif
  }
}

/// Writes a file anew as a whole: at every moment there is either the old text or the new one.
///
/// The text goes into a file beside it, which then takes its place. Permissions and owner stay; a link stays a link, and
/// what it leads to is written.
enum FileReplacement {
  /// - Parameter state: what the file was when it was read; where it is something else now, it is left alone. Nil where
  ///   it need not be there.
  /// - Returns: what went wrong; nil where nothing did.
  static func write(_ bytes: [UInt8], to path: String, expecting state: FileState?) -> SystemError? {
    let target = resolved(path)
    var info = stat()
    let exists = stat(target, &info) == 0
    if let state {
      guard exists else { return SystemError() }
      guard FileState(info) == state else { return SystemError("somebody else has changed it meanwhile") }
      guard info.st_mode & S_IFMT == S_IFREG else { return SystemError("it is not a regular file") }
    }
    // A file that must not be written is not replaced either.
    if exists, access(target, W_OK) != 0 { return SystemError() }
    let slash = target.lastIndex(of: "/")
    let folder = slash.map { String(target[...$0]) } ?? ""
    let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
    var pattern = Array((folder + "." + name + ".bodylint-XXXXXX").utf8CString)
    let file = mkstemp(&pattern)
    guard file >= 0 else { return SystemError() }
    let temporary = String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if let error = fill(file, bytes, exists ? info : nil) {
      close(file)
      unlink(temporary)
      return error
    }
    guard close(file) == 0, rename(temporary, target) == 0 else {
      let error = SystemError()
      unlink(temporary)
      return error
    }
    return nil
  }

  /// Both paths lead to one file that is there.
  static func isSame(_ one: String, _ other: String) -> Bool {
    var first = stat()
    var second = stat()
    guard stat(one, &first) == 0, stat(other, &second) == 0, first.st_mode & S_IFMT == S_IFREG else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  private static func fill(_ file: Int32, _ bytes: [UInt8], _ old: stat?) -> SystemError? {
    if let old {
      // Only root may give files away; for all others the owner is the same.
      if fchown(file, old.st_uid, old.st_gid) != 0, errno != EPERM { return SystemError() }
      guard fchmod(file, old.st_mode & 0o7777) == 0 else { return SystemError() }
    } else {
      let mask = umask(0)
      umask(mask)
      guard fchmod(file, 0o666 & ~mask) == 0 else { return SystemError() }
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { writeSome(file, $0.baseAddress!, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return SystemError()
      }
      rest = rest.dropFirst(written)
    }
    return fsync(file) == 0 ? nil : SystemError()
  }

  /// The file that a path leads to, links followed.
  private static func resolved(_ path: String) -> String {
    guard let pointer = realpath(path, nil) else { return path }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}

private func writeSome(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int { write(file, buffer, count) }
