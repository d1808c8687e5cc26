#if !FUZZING
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// `bodylint-fuzz TARGET FILE…` runs each file once: that is how inputs that broke something stay tested.
  /// `bodylint-fuzz values FILE…` writes what the parser reads, a line a file, for another JSON reader to compare.
  @main
  struct Replay {
    static func main() {
      let arguments = CommandLine.arguments.dropFirst()
      guard let name = arguments.first else { fail("usage: bodylint-fuzz TARGET FILE…") }
      if name == "values" {
        for path in arguments.dropFirst() { print(valuesLine(bytes(of: path))) }
        return
      }
      guard let target = FuzzTargets.named(name) else {
        fail("there is no target '\(name)'; there are \(FuzzTargets.names.joined(separator: ", ")), and values")
      }
      for path in arguments.dropFirst() { bytes(of: path).withUnsafeBufferPointer(target.run) }
    }

    private static func bytes(of path: String) -> [UInt8] {
      guard let file = fopen(path, "rb") else { fail("\(path): cannot be read") }
      defer { fclose(file) }
      var out: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { out += chunk[..<count] }
      return out
    }

    private static func fail(_ message: String) -> Never {
      let text = "bodylint-fuzz: \(message)\n"
      _ = write(2, text, text.utf8.count)
      exit(2)
    }
  }
#endif
