import CBundledRules
package import Rules

/// The rules that the binary brings along: a compiled program, used where the system mapped it, and the texts of the
/// rule files behind it, for `explain` and for compiling them together with a user's.
package enum BundledRules {
  /// Little-endian: magic, length of the program, program, then for each file the lengths of path and text, and both.
  static let magic: [UInt8] = Array("BLRULES1".utf8)
  /// The program begins here: aligned as its tables want it.
  static let programOffset = 16

  /// Writes what ``ruleSet`` reads.
  package static func encode(_ program: [UInt8], _ files: [RuleSet.RuleFile]) -> [UInt8] {
    var out = magic
    func append(_ number: Int) {
      for shift in stride(from: 0, to: 32, by: 8) { out.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    append(program.count)
    append(files.count)
    out += program
    for file in files {
      append(file.path.utf8.count)
      append(file.text.utf8.count)
      out += Array(file.path.utf8)
      out += Array(file.text.utf8)
    }
    return out
  }

  /// The bundled rules, or nil where the binary was built before `make generate`, or with an older layout.
  package static func ruleSet() -> RuleSet? {
    let bytes = UnsafeRawBufferPointer(start: bundled_rules_bytes(), count: bundled_rules_count())
    guard bytes.count >= programOffset, bytes.prefix(magic.count).elementsEqual(magic) else { return nil }
    let programCount = number(bytes, at: 8)
    let program = UnsafeRawBufferPointer(rebasing: bytes[programOffset..<programOffset + programCount])
    guard let program = Program(borrowing: program) else { return nil }
    return RuleSet(program: program) { files() }
  }

  private static func files() -> [RuleSet.RuleFile] {
    let bytes = UnsafeRawBufferPointer(start: bundled_rules_bytes(), count: bundled_rules_count())
    var offset = programOffset + number(bytes, at: 8)
    return (0..<number(bytes, at: 12)).map { _ in
      let pathCount = number(bytes, at: offset)
      let textCount = number(bytes, at: offset + 4)
      offset += 8
      defer { offset += pathCount + textCount }
      return RuleSet.RuleFile(
        path: String(decoding: bytes[offset..<offset + pathCount], as: UTF8.self),
        text: String(decoding: bytes[offset + pathCount..<offset + pathCount + textCount], as: UTF8.self))
    }
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
    Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian)
  }
}

extension RuleSet {
  /// What bodylint knows by itself: every shape and rule of its `rules/` folder.
  public static var bundled: RuleSet {
    guard let rules = BundledRules.ruleSet() else {
      preconditionFailure("This build of bodylint has no bundled rules: run 'make generate' and build again.")
    }
    return rules
  }

  /// The bundled rules and those of a folder: every `.yaml` file in it, and in folders below it.
  ///
  /// A file with the same path in its folder as a bundled one takes that one's place: `images/duplicate-lun.yaml`. A rule
  /// that merely has the id of another is a mistake.
  ///
  /// - Parameter folder: a path. Its files are read now and never again.
  /// - Throws: ``RuleSetError``, with file, line and column of each mistake.
  public func adding(contentsOf folder: String) throws(RuleSetError) -> RuleSet {
    try adding(RuleFolder.read(folder))
  }

  /// The paths of the rule files in a folder, relative to it.
  package static func paths(in folder: String) throws(RuleSetError) -> [String] {
    try RuleFolder.read(folder).map(\.path)
  }
}
