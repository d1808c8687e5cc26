import Configuration

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
  private let changeSeconds: Int
  private let changeNanoseconds: Int

  init(_ info: stat) {
    device = info.st_dev
    inode = info.st_ino
    size = info.st_size
    #if canImport(Darwin)
      seconds = info.st_mtimespec.tv_sec
      nanoseconds = info.st_mtimespec.tv_nsec
      changeSeconds = info.st_ctimespec.tv_sec
      changeNanoseconds = info.st_ctimespec.tv_nsec
    #else
      seconds = info.st_mtim.tv_sec
      nanoseconds = info.st_mtim.tv_nsec
      changeSeconds = info.st_ctim.tv_sec
      changeNanoseconds = info.st_ctim.tv_nsec
    #endif
  }
}

/// Writes a file anew as a whole: at every moment there is either the old text or the new one.
///
/// The text goes into a file beside it, `.bodylint-XXXXXX`, which then takes its place. Permissions, owner and group stay, or
/// nothing is written; a link stays a link, and what it leads to is written. Extended attributes do not stay, and neither do
/// access control lists: they are the old file's.
struct FileReplacement {
  private let target: String
  private let temporary: String
  private let file: Int32

  /// Begins a new text for a file that need not be there.
  static func begin(_ path: String) -> Result<FileReplacement, SystemError> {
    let target: String
    switch resolved(path) {
    case .success(let path): target = path
    case .failure(let error): return .failure(error)
    }
    var info = stat()
    let exists = stat(target, &info) == 0
    // A file that must not be written is not replaced either.
    if exists, access(target, W_OK) != 0 { return .failure(SystemError()) }
    // Not the file's own name, which may be as long as names can be.
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    var pattern = Array((folder + ".bodylint-XXXXXX").utf8CString)
    let file = mkstemp(&pattern)
    guard file >= 0 else { return .failure(SystemError()) }
    let temporary = String(decoding: pattern.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let replacement = FileReplacement(target: target, temporary: temporary, file: file)
    if let error = replacement.takeOver(exists ? info : nil) {
      replacement.discard()
      return .failure(error)
    }
    return .success(replacement)
  }

  /// Adds to the text.
  func append(_ bytes: [UInt8]) -> SystemError? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { writeSome(file, $0.baseAddress!, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return SystemError()
      }
      rest = rest.dropFirst(written)
    }
    return nil
  }

  /// Puts the text into its place. Whatever comes of it, this replacement is over.
  ///
  /// - Parameter state: what the file has to be still; nil where that does not matter.
  func commit(expecting state: FileState? = nil) -> SystemError? {
    guard fsync(file) == 0 else { return gaveUp(SystemError()) }
    // Writing took time, and somebody may have written meanwhile.
    if let state, let error = Self.difference(of: target, from: state) { return gaveUp(error) }
    guard rename(temporary, target) == 0 else { return gaveUp(SystemError()) }
    close(file)
    return nil
  }

  /// Gives the text up.
  func discard() {
    close(file)
    unlink(temporary)
  }

  private func gaveUp(_ error: SystemError) -> SystemError {
    discard()
    return error
  }

  /// Writes a whole text.
  ///
  /// - Parameter state: what the file was when it was read; where it is something else now, it is left alone. Nil where
  ///   it need not be there. One that has several names is left alone as well: the others would keep the old text.
  /// - Returns: what went wrong; nil where nothing did.
  static func write(_ bytes: [UInt8], to path: String, expecting state: FileState?) -> SystemError? {
    if let state, let error = difference(of: path, from: state) { return error }
    switch begin(path) {
    case .failure(let error): return error
    case .success(let replacement):
      if let error = replacement.append(bytes) { return replacement.gaveUp(error) }
      return replacement.commit(expecting: state)
    }
  }

  /// Why a file is not the regular one that it was, or cannot be replaced as a whole; nil where all is well.
  private static func difference(of path: String, from state: FileState) -> SystemError? {
    var info = stat()
    guard stat(path, &info) == 0 else { return SystemError() }
    guard FileState(info) == state else { return SystemError("somebody else has changed it meanwhile") }
    guard info.st_mode & S_IFMT == S_IFREG else { return SystemError("it is not a regular file") }
    guard info.st_nlink <= 1 else {
      return SystemError("it has \(info.st_nlink) names (hard links); the others would keep the old text")
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

  /// What is written to either path replaces one file, be it there already or not.
  static func isSameTarget(_ one: String, _ other: String) -> Bool {
    if isSame(one, other) { return true }
    guard !FileKind(one).exists, !FileKind(other).exists else { return false }
    guard case .success(let first) = resolved(one), case .success(let second) = resolved(other) else { return false }
    return first == second
  }

  /// The file is the one that standard input is read from.
  static func isStandardInput(_ path: String) -> Bool {
    var file = stat()
    var input = stat()
    guard stat(path, &file) == 0, fstat(STDIN_FILENO, &input) == 0 else { return false }
    guard file.st_mode & S_IFMT == S_IFREG else { return false }
    return file.st_dev == input.st_dev && file.st_ino == input.st_ino
  }

  /// The file that is written to, links followed, has a name of configurations and rules.
  static func isYAML(_ path: String) -> Bool {
    guard case .success(let target) = resolved(path) else { return false }
    return [".yaml", ".yml"].contains { target.hasSuffix($0) }
  }

  /// Gives the new file the owner, the group and the permissions of the old one, or those that new files have.
  ///
  /// - Returns: why it cannot have them; whoever could read or write the old file might not be able to do so with the new one.
  private func takeOver(_ old: stat?) -> SystemError? {
    guard let old else {
      let mask = umask(0)
      umask(mask)
      return fchmod(file, 0o666 & ~mask) == 0 ? nil : SystemError()
    }
    // Apart: a group that one is in may be given by anybody, an owner by root alone. What came of it is looked at below.
    _ = fchown(file, uid_t.max, old.st_gid)
    _ = fchown(file, old.st_uid, gid_t.max)
    var new = stat()
    guard fstat(file, &new) == 0 else { return SystemError() }
    guard new.st_uid == old.st_uid else {
      return SystemError("it belongs to another user (\(old.st_uid)), whom its new text would be taken from")
    }
    guard new.st_gid == old.st_gid else {
      return SystemError("it belongs to another group (\(old.st_gid)), which its new text would be taken from")
    }
    return fchmod(file, old.st_mode & 0o7777) == 0 ? nil : SystemError()
  }

  /// The file that a path leads to, links followed; also where it is not there yet.
  private static func resolved(_ path: String, depth: Int = 0) -> Result<String, SystemError> {
    if let resolved = realPath(path) { return .success(resolved) }
    // A link in a circle leads to no file, and is none to be replaced.
    guard errno != ELOOP, depth < linkCountMax else { return .failure(SystemError()) }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(path, &target, target.count - 1)
    guard count > 0 else {
      // It is not there yet: one path for all that would lead to it.
      let name = String(path.dropFirst(folder.count))
      guard !name.isEmpty, let there = realPath(folder.isEmpty ? "." : folder) else { return .success(path) }
      return .success((there == "/" ? "" : there) + "/" + name)
    }
    let way = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return resolved(way.hasPrefix("/") ? way : folder + way, depth: depth + 1)
  }

  /// As many links as systems follow.
  private static let linkCountMax = 40
}

private func writeSome(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int { write(file, buffer, count) }
