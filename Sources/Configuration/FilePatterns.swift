/// The `files` of an entry, or the `exclude` of a file: patterns of which the last one that matches decides.
struct FilePatterns: Sendable {
  struct Pattern: Sendable {
    let glob: Glob
    /// `GLOB#/pointer`: only what stands there.
    let pointer: PointerGlob?
    /// `!GLOB`: takes out again what a pattern before it has taken in.
    let isNegated: Bool
    let place: Place

    /// As it was written.
    var text: String { (isNegated ? "!" : "") + glob.text + (pointer.map { "#" + $0.text } ?? "") }

    init(_ text: String, place: Place) throws(GlobError) {
      self.place = place
      isNegated = text.hasPrefix("!")
      let pattern = isNegated ? String(text.dropFirst()) : text
      guard let mark = Self.pointerMark(in: pattern) else {
        glob = try Glob(pattern)
        pointer = nil
        return
      }
      guard !isNegated else { throw GlobError("'!' takes out whole files; it goes without a pointer") }
      guard mark > pattern.startIndex else {
        throw GlobError("the pointer lacks the files it is about; for all files write '**\(pattern)'")
      }
      glob = try Glob(String(pattern[..<mark]))
      pointer = try PointerGlob(String(pattern[pattern.index(after: mark)...]))
    }

    /// The `#` before a pointer: one that is followed by a slash and has no backslash before it.
    private static func pointerMark(in text: String) -> String.Index? {
      var isEscaped = false
      for index in text.unicodeScalars.indices {
        let scalar = text.unicodeScalars[index]
        if isEscaped {
          isEscaped = false
        } else if scalar == "\\" {
          isEscaped = true
        } else if scalar == "#", text[index...].unicodeScalars.dropFirst().first == "/" {
          return index
        }
      }
      return nil
    }
  }

  /// What of a file is meant.
  struct Scope: Sendable {
    /// nil: the whole file.
    let pointer: PointerGlob?
    let pattern: Pattern
  }

  /// The folder that the patterns are relative to: absolute, no slash at its end.
  let folder: String
  let patterns: [Pattern]

  /// What of a file is meant; empty where the file is not.
  ///
  /// - Parameter path: absolute.
  func scopes(of path: String) -> [Scope] {
    var scopes: [Scope] = []
    for pattern in patterns where means(path, by: pattern, isFolder: false) {
      if pattern.isNegated {
        scopes = []
      } else {
        scopes.append(Scope(pointer: pattern.pointer, pattern: pattern))
      }
    }
    return scopes
  }

  /// Whether one of the patterns is about a path, pointers left aside.
  func means(_ path: String, by pattern: Pattern, isFolder: Bool) -> Bool {
    if let relative = Path.relative(path, below: folder) { return pattern.glob.matches(relative, isFolder: isFolder) }
    return pattern.glob.matchesName(Path.name(of: path))
  }
}
