import JSONText

/// Where a document holds secrets, and which names give them away.
///
/// In doubt a value is hidden: a frame too few costs a look into the file, a password too many in a log costs more.
struct Secrets {
  /// Bytes that no output may show, in order of place.
  private(set) var ranges: [Range<Int>] = []
  /// Objects and arrays whose whole content is secret.
  private var containers: [(range: Range<Int>, node: UInt32)] = []

  /// Words that make a name suspicious wherever they stand in it.
  private static let words = [
    "password", "assword", "passwd", "passphrase", "pwd", "secret", "customdata", "userdata", "token", "credential",
    "privatekey", "accesskey", "accountkey", "sharedkey", "apikey", "connectionstring",
  ]

  private let verdicts = NameVerdicts()
  private let names: [[UInt8]]
  private let parents: [[UInt8]]

  /// - Parameters:
  ///   - names: the properties that shapes mark as secret.
  ///   - parents: the properties whose objects have one.
  init(names: [String], parents: [String]) {
    self.names = names.map { Self.folded(Array($0.utf8)) }
    self.parents = parents.map { Self.folded(Array($0.utf8)) }
  }

  /// Finds the secrets of a document.
  mutating func find(in document: Document, isSound: Bool) {
    ranges = []
    containers = []
    var index: UInt32 = 0
    while index < document.nodeCount {
      let node = document[index]
      if node.kind == .name, index + 1 < document.nodeCount, isSecret(document, node) {
        let value = document[index + 1]
        ranges.append(value.tokenRange)
        if value.kind == .object || value.kind == .array { containers.append((value.tokenRange, index + 1)) }
      } else if node.kind == .name, index + 1 < document.nodeCount, document[index + 1].kind == .string,
        parents.contains(Self.folded(Array(document.text(node).utf8)))
      {
        ranges.append(document[index + 1].tokenRange)
      } else if node.kind == .string, index == 0 {
        // A document that is one string may be a body, quoted.
        ranges.append(node.tokenRange)
      } else if node.kind == .string, let signature = Self.signature(document.raw(node)) {
        ranges.append(Int(node.offset) + signature.lowerBound..<Int(node.offset) + signature.upperBound)
      }
      index += 1
    }
    if !isSound, let first = firstSecretWord(document) {
      // The text does not tell where a string ends: from the first name that could hold a secret on, nothing is shown.
      ranges.append(first..<document.byteCount)
    }
    ranges.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
  }

  var hasContainers: Bool { !containers.isEmpty }

  /// The outermost secret object or array that these bytes are inside of.
  func container(of range: Range<Int>) -> UInt32? {
    containers.first { $0.range.lowerBound < range.lowerBound && range.upperBound <= $0.range.upperBound }?.node
  }

  /// Whether any of these bytes are secret.
  func touches(_ range: Range<Int>) -> Bool {
    ranges.contains { $0.overlaps(range) || (range.isEmpty && $0.contains(range.lowerBound)) }
  }

  /// The same names come again and again: what was found of them is kept, as they are spelt in the text.
  private func isSecret(_ document: Document, _ node: TapeNode) -> Bool {
    let raw = document.raw(node)
    if let known = verdicts.verdict(on: raw) { return known }
    let verdict = isSecret(name: Array(document.text(node).utf8))
    verdicts.note(raw, verdict)
    return verdict
  }

  /// A property of that name, or of one a slip or two away from it, holds a secret.
  func isSecret(name: [UInt8]) -> Bool {
    let folded = Self.folded(name)
    guard folded.count >= 3 else { return false }
    if Self.words.contains(where: { Self.contains(folded, Array($0.utf8)) }) { return true }
    return names.contains { known in
      known.count >= 6
        && nearestWord(
          to: String(decoding: folded, as: UTF8.self), in: [String(decoding: known, as: UTF8.self)]) != nil
    }
  }

  /// ASCII letters in lower case, digits, and whatever is beyond ASCII.
  private static func folded(_ name: [UInt8]) -> [UInt8] {
    name.map(lowercased).filter { $0 >= 0x80 || ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10 }
  }

  private static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
    guard text.count >= word.count else { return false }
    return (0...text.count - word.count).contains { text[$0..<$0 + word.count].elementsEqual(word) }
  }

  /// The signature of a shared access signature in a URI: whoever has it, has the blob.
  static func signature(_ text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    guard text.count > 5 else { return nil }
    for start in 0..<text.count - 4 {
      let before = text[start]
      guard before == UInt8(ascii: "?") || before == UInt8(ascii: "&"),
        lowercased(text[start + 1]) == UInt8(ascii: "s"),
        lowercased(text[start + 2]) == UInt8(ascii: "i"), lowercased(text[start + 3]) == UInt8(ascii: "g"),
        text[start + 4] == UInt8(ascii: "=")
      else { continue }
      var end = start + 5
      while end < text.count, text[end] != UInt8(ascii: "&"), text[end] != UInt8(ascii: "#") { end += 1 }
      if end > start + 5 { return start + 5..<end }
    }
    return nil
  }

  /// Where the first word that could name a secret ends, anywhere in the text.
  private func firstSecretWord(_ document: Document) -> Int? {
    let text = UnsafeBufferPointer(start: document.bytes, count: document.byteCount)
    var word: [UInt8] = []
    for (index, byte) in text.enumerated() {
      let isPart =
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "-") || byte >= 0x80 || byte == UInt8(ascii: "\\")
      if isPart, word.count < 256 {
        word.append(byte)
      } else {
        if !word.isEmpty, isSecret(name: word) { return index }
        word = []
      }
    }
    return !word.isEmpty && isSecret(name: word) ? text.count : nil
  }
}
