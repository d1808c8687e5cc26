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
  case file, folder, other
  case missing(String)

  init(_ path: String) {
    var info = stat()
    guard stat(path, &info) == 0 else {
      self = .missing(SystemError().description)
      return
    }
    switch info.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    default: self = .other
    }
  }
}

/// The bytes of one file at a time, in memory that is kept for the next.
struct FileBuffer {
  private var bytes: [UInt8] = []
  private var count = 0

  /// More than any document limit: what is longer is not read to its end.
  private static let byteCountMax = Int(UInt32.max)

  mutating func read(_ path: String) -> Result<Void, SystemError> {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return .failure(SystemError()) }
    defer { close(file) }
    var info = stat()
    let size = fstat(file, &info) == 0 ? Int(info.st_size) : 0
    return read(file, expecting: size)
  }

  mutating func readStandardInput() -> Result<Void, SystemError> { read(STDIN_FILENO, expecting: 0) }

  private mutating func read(_ file: Int32, expecting size: Int) -> Result<Void, SystemError> {
    count = 0
    // One byte more than the file has, so that a single call sees its end.
    reserve(max(size + 1, 16_384))
    while true {
      if count == bytes.count { reserve(bytes.count * 2) }
      let got = bytes.withUnsafeMutableBytes { systemRead(file, $0.baseAddress! + count, $0.count - count) }
      if got < 0 {
        if errno == EINTR { continue }
        return .failure(SystemError())
      }
      if got == 0 { return .success(()) }
      count += got
      guard count <= Self.byteCountMax else { return .failure(SystemError("the file has more than 4 GiB")) }
    }
  }

  private mutating func reserve(_ capacity: Int) {
    if bytes.count < capacity { bytes += [UInt8](repeating: 0, count: capacity - bytes.count) }
  }

  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
  }
}

/// Outside the type, whose own `read` hides the system's.
private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, buffer, count)
}

/// Finds the documents below a folder.
enum FolderWalk {
  struct Failure: Error {
    let path: String
    let reason: SystemError
  }

  /// Deeper than any project; links that lead in circles end here.
  private static let depthMax = 64

  /// Calls for every `.json` and `.jsonc` file below a folder in the order of their names, and for every folder that
  /// cannot be read. Hidden files and folders, and links to folders, are passed over.
  static func visit(_ folder: String, _ body: (Result<String, Failure>) -> Void) { visit(folder, depth: 0, body) }

  private static func visit(_ folder: String, depth: Int, _ body: (Result<String, Failure>) -> Void) {
    guard let directory = opendir(folder) else {
      body(.failure(Failure(path: folder, reason: SystemError())))
      return
    }
    var entries: [(name: String, type: Int32)] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { entries.append((name, Int32(entry.pointee.d_type))) }
    }
    closedir(directory)
    for entry in entries.sorted(by: { $0.name < $1.name }) {
      let path = folder.hasSuffix("/") ? folder + entry.name : folder + "/" + entry.name
      if isFolder(path, entry.type) {
        if depth < depthMax { visit(path, depth: depth + 1, body) }
      } else if entry.name.hasSuffix(".json") || entry.name.hasSuffix(".jsonc") {
        if case .file = FileKind(path) { body(.success(path)) }
      }
    }
  }

  private static func isFolder(_ path: String, _ type: Int32) -> Bool {
    if type != Int32(DT_UNKNOWN) { return type == Int32(DT_DIR) }
    var info = stat()
    return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }
}

/// Standard output and error, written whole and past no buffer of C's.
final class StandardStream: @unchecked Sendable {
  // Unchecked: the command writes from one thread.
  static let output = StandardStream(STDOUT_FILENO)
  static let error = StandardStream(STDERR_FILENO)

  private let file: Int32
  private var pending: [UInt8] = []
  private static let pendingMax = 1 << 16

  private init(_ file: Int32) { self.file = file }

  var isTerminal: Bool { isatty(file) == 1 }

  func write(_ text: String) {
    // Notes on standard error stand behind the findings that were written before them.
    if file == STDERR_FILENO { StandardStream.output.flush() }
    pending += Array(text.utf8)
    if file == STDERR_FILENO || pending.count > Self.pendingMax { flush() }
  }

  func flush() {
    var rest = pending[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { systemWrite(file, $0.baseAddress!, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        // Nobody reads any more (a closed pipe): there is nothing left to say, and no one to say it to.
        break
      }
      rest = rest.dropFirst(written)
    }
    pending.removeAll(keepingCapacity: true)
  }
}

private func systemWrite(_ file: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, buffer, count)
}

func terminate(_ status: Int32) -> Never { exit(status) }

enum Environment {
  /// A variable is set and not empty.
  static func has(_ name: String) -> Bool { getenv(name).map { $0.pointee != 0 } ?? false }
}
