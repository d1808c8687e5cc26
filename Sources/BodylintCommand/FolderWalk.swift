import Bodylint
import Configuration

/// Finds the files with bodies below a folder, in the order of their names.
///
/// Hidden files and folders, links, and what `.gitignore` files ignore are passed over. What a link leads to is found under its
/// own name, was left out by it, or is somebody else's.
struct FolderWalk {
  struct Failure: Error {
    let path: String
    let reason: SystemError
  }

  private struct Level {
    var entries: ArraySlice<FolderEntry>
    /// How many ignore files were read above and in this folder.
    let ignoreCount: Int
    /// The folder, with the slash at its end.
    private let start: String

    init(folder: String, entries: ArraySlice<FolderEntry>, ignoreCount: Int) {
      self.entries = entries
      self.ignoreCount = ignoreCount
      start = folder.utf8.last == UInt8(ascii: "/") ? folder : folder + "/"
    }

    func path(of entry: FolderEntry) -> String { start + entry.name }
  }

  /// Deeper than any project.
  private static let depthMax = 64

  private var levels: [Level] = []
  private var ignores: [IgnoreFile] = []
  private var failure: Failure?

  init(_ folder: String) {
    ignores = IgnoreFile.above(folder)
    enter(folder)
  }

  /// The next file, or the next folder that cannot be read; nil at the end.
  ///
  /// - Parameter excluding: whether a folder is passed over as a whole, or a file that cannot be named.
  mutating func next(excluding: (String) -> Bool) -> Result<String, Failure>? {
    while true {
      if let failure {
        self.failure = nil
        return .failure(failure)
      }
      guard var level = levels.popLast() else { return nil }
      guard let entry = level.entries.popFirst() else {
        ignores.removeLast(ignores.count - (levels.last?.ignoreCount ?? ignores.count))
        continue
      }
      levels.append(level)
      let path = level.path(of: entry)
      let isFolder = entry.kind == .folder
      guard isFolder || entry.kind == .file && FileChecker.Form(fileName: entry.name) != nil else { continue }
      if isIgnored(path, isFolder: isFolder) { continue }
      if isFolder || !entry.isText, excluding(path) { continue }
      guard entry.isText else {
        // Decoded, it would be the name of another file.
        let reason = "has a name that is not UTF-8; rename it, or have it ignored"
        return .failure(Failure(path: path, reason: SystemError(reason)))
      }
      guard isFolder else { return .success(path) }
      guard levels.count < Self.depthMax else {
        let reason = "is more than \(Self.depthMax) folders deep; name it, and it is walked as well"
        return .failure(Failure(path: path, reason: SystemError(reason)))
      }
      enter(path)
    }
  }

  /// What the innermost ignore file says that says anything of it.
  private func isIgnored(_ path: String, isFolder: Bool) -> Bool {
    for file in ignores.reversed() {
      if let says = file.says(path, isFolder: isFolder) { return says }
    }
    return false
  }

  private mutating func enter(_ folder: String) {
    guard let entries = FolderEntry.all(in: folder) else {
      failure = Failure(path: folder, reason: SystemError())
      return
    }
    if entries.contains(where: { $0.name == ".gitignore" }), let file = IgnoreFile(folder: folder) {
      ignores.append(file)
    }
    let visible = entries.filter { !$0.isHidden }
    levels.append(Level(folder: folder, entries: visible[...], ignoreCount: ignores.count))
  }
}

/// A `.gitignore` file.
struct IgnoreFile {
  private let folder: String
  private let patterns: [(glob: Glob, isNegated: Bool)]

  /// More than any project writes.
  private static let byteCountMax = 1 << 20

  /// Nil where it cannot be read: git passes over such a file too.
  init?(folder: String) {
    var buffer = FileBuffer()
    // Nobody may ever write to a pipe, and a device has no end.
    guard case .file = FileKind(folder + "/.gitignore") else { return nil }
    guard case .success = buffer.read(folder + "/.gitignore") else { return nil }
    let text = buffer.withBytes { $0.count > Self.byteCountMax ? "" : String(decoding: $0, as: UTF8.self) }
    self.folder = folder
    patterns = text.split(whereSeparator: \.isNewline).compactMap { line in
      var pattern = line.hasSuffix("\\ ") ? line : line.trimmingEnd()
      guard !pattern.isEmpty, !pattern.hasPrefix("#") else { return nil }
      let isNegated = pattern.hasPrefix("!")
      if isNegated { pattern = pattern.dropFirst() }
      guard let glob = try? Glob(String(pattern)) else { return nil }
      return (glob, isNegated)
    }
  }

  /// Those of the folders above, as far as the repository reaches.
  static func above(_ folder: String) -> [IgnoreFile] {
    guard var path = realPath(folder) else { return [] }
    var way = ""
    var found: [IgnoreFile] = []
    while true {
      if FileKind(path + "/.git").exists { return found.reversed() }
      guard let slash = path.lastIndex(of: "/"), path != "/" else { return [] }
      let name = String(path[path.index(after: slash)...])
      path = slash == path.startIndex ? "/" : String(path[..<slash])
      way = way.isEmpty ? name : name + "/" + way
      if let file = IgnoreFile(folder: path) { found.append(file.seen(from: folder, way)) }
    }
  }

  private init(folder: String, patterns: [(glob: Glob, isNegated: Bool)], prefix: String, root: String) {
    self.folder = folder
    self.patterns = patterns
    self.prefix = prefix
    self.root = root
  }

  /// Paths below `root` are `prefix` further down for this file's patterns.
  private var prefix = ""
  private var root: String?

  private func seen(from root: String, _ prefix: String) -> IgnoreFile {
    IgnoreFile(folder: folder, patterns: patterns, prefix: prefix, root: root)
  }

  /// Whether a path is ignored, or taken in again; nil where this file says nothing of it.
  func says(_ path: String, isFolder: Bool) -> Bool? {
    let base = root ?? folder
    guard path.hasPrefix(base) else { return nil }
    var own = String(path.dropFirst(base.count).drop { $0 == "/" })
    if !prefix.isEmpty { own = prefix + "/" + own }
    return patterns.last { $0.glob.matches(own, isFolder: isFolder) }.map { !$0.isNegated }
  }
}

extension Substring {
  fileprivate func trimmingEnd() -> Substring {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
