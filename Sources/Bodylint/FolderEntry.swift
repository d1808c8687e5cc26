#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What stands in a folder.
package struct FolderEntry {
  package enum Kind { case file, folder, link, other }

  /// What is not UTF-8 in it is decoded to U+FFFD.
  package let name: String
  /// The name is UTF-8. Any other, decoded, would be that of another file.
  package let isText: Bool
  /// Links are not followed.
  package let kind: Kind

  package var isHidden: Bool { name.utf8.first == UInt8(ascii: ".") }

  /// All that a folder has, in the order of the names; nil where it cannot be read, as `errno` says.
  package static func all(in folder: String) -> [FolderEntry]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var entries: [FolderEntry] = []
    while let entry = readdir(directory) {
      let type = Int32(entry.pointee.d_type)
      let found = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { FolderEntry($0, type: type, in: dirfd(directory)) }
      }
      // The folder itself, and the one above.
      if found.name != ".", found.name != ".." { entries.append(found) }
    }
    return entries.sorted { $0.name < $1.name }
  }

  private init(_ name: UnsafePointer<CChar>, type: Int32, in folder: Int32) {
    let text = String(validatingCString: name)
    self.name = text ?? String(cString: name)
    isText = text != nil
    kind = Self.kind(name, type: type, in: folder)
  }

  private static func kind(_ name: UnsafePointer<CChar>, type: Int32, in folder: Int32) -> Kind {
    switch type {
    case Int32(DT_REG): return .file
    case Int32(DT_DIR): return .folder
    case Int32(DT_LNK): return .link
    case Int32(DT_UNKNOWN): break
    default: return .other
    }
    // Not every file system says it with the name.
    var info = stat()
    guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { return .other }
    switch info.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }
}
