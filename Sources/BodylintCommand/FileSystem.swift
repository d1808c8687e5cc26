import Bodylint

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The last system error, in the system's words.
struct SystemError: Error, CustomStringConvertible {
  let description: String

  init() { description = String(cString: strerror(errno)).lowercasedFirst }
  init(_ description: String) { self.description = description }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

/// What a path leads to.
enum FileKind {
  /// A pipe can be read where it was named, as `<(command)` of a shell is; in a folder somebody may wait at it for ever.
  case file, pipe, folder, other
  case missing(String)

  init(_ path: String) {
    var info = stat()
    guard stat(path, &info) == 0 else {
      self = .missing(SystemError().description)
      return
    }
    switch info.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFIFO: self = .pipe
    case S_IFDIR: self = .folder
    default: self = .other
    }
  }

  /// Something is there.
  var exists: Bool { if case .missing = self { false } else { true } }
}

/// The bytes of one file at a time, in memory that is kept for the next.
struct FileBuffer {
  private var bytes: [UInt8] = []
  private var count = 0
  private let folder = LastFolder()
  /// What the file was when it was read.
  private(set) var state: FileState?

  /// One byte more than the largest document that is looked into: what is longer is not read to its end.
  private static let byteCountMax = TextLimits.standard.byteCountMax + 1

  mutating func read(_ path: String) -> Result<Void, SystemError> {
    let file = folder.open(path)
    guard file >= 0 else { return .failure(SystemError()) }
    defer { close(file) }
    var info = stat()
    guard fstat(file, &info) == 0 else { return .failure(SystemError()) }
    state = FileState(info)
    guard info.st_mode & S_IFMT == S_IFREG else {
      // Somebody may be waited for, and folders be moved meanwhile.
      folder.leave()
      return read(file, expecting: 0)
    }
    return read(file, expecting: Int(info.st_size))
  }

  mutating func readStandardInput() -> Result<Void, SystemError> { read(STDIN_FILENO, expecting: 0) }

  private mutating func read(_ file: Int32, expecting size: Int) -> Result<Void, SystemError> {
    count = 0
    // One byte more than the file has, so that a single call sees its end.
    reserve(min(max(size + 1, 16_384), Self.byteCountMax))
    while true {
      if count == bytes.count { reserve(min(bytes.count * 2, Self.byteCountMax)) }
      let got = bytes.withUnsafeMutableBufferPointer { readOnce(file, $0.baseAddress! + count, $0.count - count) }
      guard got >= 0 else { return .failure(SystemError()) }
      count += got
      // A call that gave less than it could, and all that there should be, has seen the end.
      let isWhole = count == size && count < bytes.count
      if got == 0 || isWhole || count >= Self.byteCountMax { return .success(()) }
    }
  }

  private mutating func reserve(_ capacity: Int) {
    if bytes.count < capacity { bytes += [UInt8](repeating: 0, count: capacity - bytes.count) }
  }

  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[..<count])) }
  }

  /// Takes other bytes for those of the file: the ones that were just written to it.
  mutating func replace(with text: [UInt8]) {
    bytes = text
    count = text.count
  }
}

/// Waits for a pipe that somebody has set not to block; false where that cannot be waited for.
private func waitUntil(_ file: Int32, _ event: Int32) -> Bool {
  var request = pollfd(fd: file, events: Int16(event), revents: 0)
  return poll(&request, 1, -1) > 0 || errno == EINTR
}

/// Opens a file for reading: its descriptor; negative where there is none, as `errno` says.
func openForReading(_ path: UnsafePointer<CChar>, _ flags: Int32 = 0) -> Int32 {
  open(path, O_RDONLY | O_CLOEXEC | flags)
}

/// What a file gives at once: the number of bytes, 0 at its end; negative where it cannot be read, as `errno` says.
func readOnce(_ file: Int32, _ buffer: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
  while true {
    let got = read(file, buffer, count)
    if got >= 0 { return got }
    guard errno == EINTR || errno == EAGAIN && waitUntil(file, POLLIN) else { return got }
  }
}

/// Standard output, standard error or a file, written whole and past no buffer of C's.
final class StandardStream: @unchecked Sendable {
  // Unchecked: the command writes from one thread.
  static let output = StandardStream(STDOUT_FILENO)
  static let error = StandardStream(STDERR_FILENO)

  private let file: Int32
  /// The regular file that all of the text replaces in the end; nil where it is written as it comes.
  private var path: String?
  private var isGivenUp = false
  private var pending: [UInt8] = []
  private static let pendingMax = 1 << 16
  /// What ``path`` is replaced by, once there is more than ``pendingMax``.
  private var replacement: FileReplacement?
  private var failure: SystemError?

  /// A file that is written anew.
  ///
  /// The text of a regular file is written when it is whole; devices and pipes are written to as the text comes.
  static func file(_ path: String) -> Result<StandardStream, SystemError> {
    switch FileKind(path) {
    case .folder: return .failure(SystemError("it is a folder"))
    case .file, .missing:
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
      guard access(FileKind(path).exists ? path : folder, W_OK) == 0 else { return .failure(SystemError()) }
      return .success(StandardStream(-1, replacing: path))
    case .pipe, .other:
      let file = open(path, O_WRONLY | O_CLOEXEC)
      return file < 0 ? .failure(SystemError()) : .success(StandardStream(file))
    }
  }

  /// Writes what is left; whether all of it could be written.
  ///
  /// - Parameter what: what it is, for the word that it could not.
  func finish(_ what: String = "the output") -> Bool {
    flush()
    if let path, failure == nil {
      if let replacement {
        failure = replacement.commit()
        self.replacement = nil
      } else {
        failure = FileReplacement.write(pending, to: path, expecting: nil)
      }
    }
    guard let failure else { return true }
    self.failure = nil
    StandardStream.error.write("bodylint: \(what) could not be written: \(failure)\n")
    return false
  }

  /// Leaves the file as it is that would have been replaced; ``finish(_:)`` then has nothing to do.
  func giveUp() {
    replacement?.discard()
    replacement = nil
    path = nil
    isGivenUp = true
    pending = []
  }

  /// Writes what there is beside the file that it will replace.
  private func spill(_ path: String) {
    defer { pending.removeAll(keepingCapacity: true) }
    guard failure == nil else { return }
    if replacement == nil {
      switch FileReplacement.begin(path) {
      case .success(let begun): replacement = begun
      case .failure(let error): failure = error
      }
    }
    if let error = replacement?.append(pending) {
      failure = error
      replacement?.discard()
      replacement = nil
    }
  }

  private init(_ file: Int32, replacing path: String? = nil) {
    self.file = file
    self.path = path
  }

  var isTerminal: Bool { isatty(file) == 1 }

  func write(_ text: String) { write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) {
    if isGivenUp { return }
    // Notes on standard error stand behind the findings that were written before them.
    if file == STDERR_FILENO { StandardStream.output.flush() }
    guard path != nil || bytes.count < Self.pendingMax else {
      flush()
      writeAll(bytes)
      return
    }
    pending += bytes
    if file == STDERR_FILENO || pending.count > Self.pendingMax { flush() }
  }

  func flush() {
    if let path {
      if replacement != nil || pending.count > Self.pendingMax { spill(path) }
      return
    }
    writeAll(pending)
    pending.removeAll(keepingCapacity: true)
  }

  private func writeAll(_ bytes: [UInt8]) {
    // What comes behind a gap is worse than nothing.
    guard failure == nil else { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { systemWrite(file, $0.baseAddress!, $0.count) }
      if written < 0 {
        if errno == EINTR || errno == EAGAIN && waitUntil(file, POLLOUT) { continue }
        // Nobody reads any more (a closed pipe): there is nothing left to say, and no one to say it to.
        if errno != EPIPE { failure = failure ?? SystemError() }
        break
      }
      rest = rest.dropFirst(written)
    }
  }
}

private func systemWrite(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, buffer, count)
}

func terminate(_ status: Int32) -> Never { exit(status) }

/// What has to be so before anything is opened or written.
func settleStreams() {
  // Otherwise a file that is opened would take the number of a stream that is closed, and its text. Opened the wrong way round,
  // so that reading and writing fail as they did.
  for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
    _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
  // A write beyond `ulimit -f` then fails with a word, as on a full disk.
  signal(SIGXFSZ, SIG_IGN)
}

/// The first argument that is not UTF-8: decoded, it would name another file.
func argumentThatIsNoText() -> Int? {
  (1..<max(1, Int(CommandLine.argc))).first { index in
    CommandLine.unsafeArgv[index].map { String(validatingCString: $0) == nil } ?? false
  }
}

enum Environment {
  /// A variable is set and not empty.
  static func has(_ name: String) -> Bool { getenv(name).map { $0.pointee != 0 } ?? false }
}
