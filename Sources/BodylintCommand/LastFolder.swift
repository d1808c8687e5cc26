#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Opens files for reading. Where they come folder by folder each is looked for in its folder: to follow a way of many names costs
/// as much as to read a small file. A folder that is moved away meanwhile stays the one that was asked for.
final class LastFolder {
  /// With the slash at its end.
  private var way: [CChar] = []
  /// -1 until a second file is asked for in it.
  private var descriptor: Int32 = -1

  deinit { leave() }

  /// Looks for the next file by all of its way.
  func leave() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    way = []
  }

  /// A file descriptor; negative where there is none, as `errno` says.
  func open(_ path: String) -> Int32 {
    path.withCString { path in
      guard let slash = strrchr(path, Int32(UInt8(ascii: "/"))) else { return openForReading(path) }
      let count = UnsafePointer(slash) - path + 1
      guard count == way.count, memcmp(path, way, count) == 0 else {
        leave()
        way = Array(UnsafeBufferPointer(start: path, count: count))
        return openForReading(path)
      }
      if descriptor < 0 { descriptor = openForReading(way + [0], O_DIRECTORY) }
      let file = descriptor < 0 ? -1 : openat(descriptor, slash + 1, O_RDONLY | O_CLOEXEC)
      if file >= 0 { return file }
      // It may be another folder by now, or one that cannot be read but only passed through.
      leave()
      return openForReading(path)
    }
  }
}
