import CScan
import Findings
import JSONText

/// Where a document holds secrets, and which names give them away.
///
/// In doubt a value is hidden: a frame too few costs a look into the file, a password too many in a log costs more.
final class Secrets {
  /// Bytes that no output may show, in order of place, without overlaps. Found when somebody asks: most findings have
  /// nothing to hide.
  var ranges: [Range<Int>] {
    search()
    return found
  }

  @exclusivity(unchecked) private var found: [Range<Int>] = []
  @exclusivity(unchecked) private var document: Document?
  @exclusivity(unchecked) private var isSound = true
  @exclusivity(unchecked) private var hasComments = false
  @exclusivity(unchecked) private var isSearched = true
  /// What ``names(of:_:)`` said last, where there were any.
  @exclusivity(unchecked) private var lastNames: (object: UInt32, names: [UInt32])?
  /// Objects that name no secrets, and strings without credentials: several findings ask for the same ones.
  @exclusivity(unchecked) private var harmlessNodes = NodeSet()
  /// Objects and arrays whose whole content is secret.
  @exclusivity(unchecked) private var containers: [(range: Range<Int>, node: UInt32)] = []

  /// Words that make a name suspicious wherever they stand in it.
  private static let words = [
    "pass", "pasw", "pssw", "pwd", "pwrd", "kennwort", "secret", "customdata", "userdata", "token", "credential",
    "privatekey", "accesskey", "accountkey", "sharedkey", "storagekey", "apikey", "functionskey",
    "subscriptionkey", "sshkey", "connectionstring", "bearer", "authorization",
    "cookie",
  ]
  private static let wordsAnywhere = SecretWords(words)
  /// Names that mean a secret only as they stand.
  private static let wholeWords = ["pw", "pin", "adminpw", "sas", "sig", "key", "basic"]

  private let verdicts = NameVerdicts()
  private let shortVerdicts = ShortWords(empty: Verdict.harmless)
  private let knownWords = ShortWords(empty: false)
  private let knownNames = ShortWords(empty: false)
  private let names: [[UInt8]]
  /// Of each of the names the letters that occur in it.
  private let nameLetters: [UInt64]
  /// For the names of secrets that values may be.
  private let nameFilter: LetterFilter
  private let parents: [[UInt8]]

  /// - Parameters:
  ///   - names: the properties that shapes mark as secret.
  ///   - parents: the properties whose objects have one.
  init(names: [String], parents: [String]) {
    self.names = names.map { Self.folded(Array($0.utf8)) }
    nameLetters = self.names.map { Letters.occurring($0) }
    nameFilter = LetterFilter(
      Self.words.map { Array($0.utf8) }, whole: Self.wholeWords.map { Array($0.utf8) } + self.names)
    self.parents = parents.map { Self.folded(Array($0.utf8)) }
  }

  /// Takes a document, which has to stay readable until the next one is taken.
  ///
  /// - Parameters:
  ///   - isSound: it has no faults as a text.
  ///   - hasComments: there may be something to hide between its tokens.
  func begin(_ document: Document, isSound: Bool, hasComments: Bool) {
    self.document = document
    self.isSound = isSound
    self.hasComments = hasComments
    isSearched = false
    lastNames = nil
    harmlessNodes.removeAll()
  }

  /// Gives back what a large document has taken.
  func forget() {
    document = nil
    isSearched = true
    found = []
    containers = []
    harmlessNodes.forget()
  }

  private func search() {
    guard !isSearched, let document else { return }
    isSearched = true
    find(in: document)
  }

  /// ``ranges``, where frames around these places may show some of it; nothing where their lines have nothing to hide, as nearly
  /// all have: then the rest of a sound document is not looked at.
  ///
  /// - Parameter places: where frames have their marks.
  func ranges(shownAround places: [Range<Int>], _ pointers: PointerIndex) -> [Range<Int>] {
    guard isSound, !hasComments, !isSearched, let document, document.nodeCount > 0 else { return ranges }
    return mayShowSecrets(places, document, pointers) ? ranges : []
  }

  private func mayShowSecrets(_ places: [Range<Int>], _ document: Document, _ pointers: PointerIndex) -> Bool {
    found.removeAll(keepingCapacity: true)
    containers.removeAll(keepingCapacity: true)
    defer {
      found.removeAll(keepingCapacity: true)
      containers.removeAll(keepingCapacity: true)
    }
    var seen = 0
    for place in places.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      var window = Self.line(around: place, document)
      guard window.upperBound > seen else { continue }
      // Frames on one line overlap.
      window = max(window.lowerBound, seen)..<window.upperBound
      seen = window.upperBound
      // Of what is not plain a frame may show more.
      if !isPlain(UnsafeBufferPointer(start: document.bytes + window.lowerBound, count: window.count)) { return true }
      find(in: document, window, pointers)
      if !found.isEmpty { return true }
    }
    return false
  }

  /// The part of a line that a frame shows, if it is plain.
  private static func line(around place: Range<Int>, _ document: Document) -> Range<Int> {
    let bytes = document.bytes
    let middle = min(place.lowerBound, document.byteCount)
    let first = max(0, middle - FrameWindow.widthMax)
    let last = min(document.byteCount, max(middle + FrameWindow.widthMax, place.upperBound))
    var start = middle
    while start - first >= 16, cscan_line_ends(bytes + start - 16) == 0 { start -= 16 }
    while start > first, bytes[start - 1] != 0x0A, bytes[start - 1] != 0x0D { start -= 1 }
    var end = middle
    while last - end >= 16, cscan_line_ends(bytes + end) == 0 { end += 16 }
    while end < last, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    return start..<end
  }

  /// The secrets that have to do with some bytes of a sound document.
  private func find(in document: Document, _ window: Range<Int>, _ pointers: PointerIndex) {
    // The first node that begins in the window, and what may reach into it from before: a string, and its name.
    let inside = Self.first(of: document.nodeCount) { Int(document[UInt32($0)].offset) >= window.lowerBound }
    let first = UInt32(max(0, inside - 2))
    var parentEnd: UInt32 = 0
    var place = first
    while place != 0 {
      let parent = pointers.parent(of: place)
      if document[parent].kind == .object, document[place - 1].kind == .name {
        hide(place, verdict(on: document, document[place - 1]), document, &parentEnd)
      }
      place = parent
    }
    var object = UInt32.max
    var index = first
    while index < document.nodeCount, Int(document[index].offset) <= window.upperBound {
      if document[index].kind == .name, pointers.parent(of: index) != object {
        object = pointers.parent(of: index)
        hideBesideNames(in: object, document)
      }
      look(at: index, document, &parentEnd)
      index += 1
    }
  }

  /// `{"name": "adminPassword", "value": …}`: a string names the secret, and another member of its object holds it.
  private func hideBesideNames(in object: UInt32, _ document: Document) {
    let names = names(of: object, document)
    guard !names.isEmpty else { return }
    var member = object + 1
    while member < document[object].next {
      let value = document[member + 1]
      if value.kind == .string || value.kind == .number, names != [member + 1] { found.append(value.tokenRange) }
      member = value.next
    }
  }

  private func find(in document: Document) {
    found.removeAll(keepingCapacity: true)
    containers.removeAll(keepingCapacity: true)
    var parentEnd: UInt32 = 0
    for index in 0..<UInt32(document.nodeCount) {
      if document[index].kind == .object { hideBesideNames(in: index, document) }
      look(at: index, document, &parentEnd)
    }
    if hasComments || !isSound { findInComments(document) }
    if !isSound { findBetweenTokens(document) }
    if !isSound, let first = firstSecretWord(document) {
      // The text does not tell where a string ends: from the first name that could hold a secret on, nothing is shown.
      found.append(first..<document.byteCount)
    }
    found = found.merged()
  }

  /// Hides what comments say from a word of a secret on: somebody may have left a password there.
  private func findInComments(_ document: Document) {
    let text = UnsafeBufferPointer(start: document.bytes, count: document.byteCount)
    var index = 0
    while index < text.count {
      if text[index] == UInt8(ascii: "\"") {
        index += 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
          index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
      } else if text[index] == UInt8(ascii: "/"), index + 1 < text.count,
        let end = Self.endOfComment(text, from: index)
      {
        let comment = UnsafeBufferPointer(rebasing: text[index..<end])
        if let range = credentials(in: comment) {
          found.append(index + range.lowerBound..<index + range.upperBound)
        }
        index = end
        continue
      }
      index += 1
    }
  }

  /// Hides credentials in whatever a damaged text has between blanks and quotes: they may stand in no string of it.
  private func findBetweenTokens(_ document: Document) {
    let text = UnsafeBufferPointer(start: document.bytes, count: document.byteCount)
    var start = 0
    for index in 0...text.count {
      guard index == text.count || text[index] <= 0x20 || text[index] == UInt8(ascii: "\"") else { continue }
      if index - start > 5, let range = credentials(in: UnsafeBufferPointer(rebasing: text[start..<index])) {
        found.append(start + range.lowerBound..<start + range.upperBound)
      }
      start = index + 1
    }
  }

  /// Where the comment ends that begins with a slash here; nil where none does.
  private static func endOfComment(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var index = start + 2
    switch text[start + 1] {
    case UInt8(ascii: "/"):
      while index < text.count, text[index] != 0x0A, text[index] != 0x0D { index += 1 }
      return index
    case UInt8(ascii: "*"):
      while index + 1 < text.count, text[index] != UInt8(ascii: "*") || text[index + 1] != UInt8(ascii: "/") {
        index += 1
      }
      return min(text.count, index + 2)
    default: return nil
    }
  }

  /// Takes down what a node says about itself and its neighbours.
  ///
  /// - Parameter parentEnd: up to where every value is secret: inside of an object that has secrets by its shape.
  private func look(at index: UInt32, _ document: Document, _ parentEnd: inout UInt32) {
    let node = document[index]
    switch node.kind {
    case .name where index + 1 < document.nodeCount:
      hide(index + 1, verdict(on: document, node), document, &parentEnd)
    case .string:
      if index == 0 || index < parentEnd {
        // A document that is one string may be a body, quoted.
        found.append(node.tokenRange)
      } else {
        findCredentials(in: document, index)
      }
    case .number where index < parentEnd: found.append(node.tokenRange)
    default: break
    }
  }

  /// Hides a member's value, where its name asks for it.
  private func hide(_ index: UInt32, _ verdict: Verdict, _ document: Document, _ parentEnd: inout UInt32) {
    let value = document[index]
    switch verdict {
    case .secret: hide(value, index)
    case .parent:
      // A string or a list in the object's place may be all of it.
      if value.kind == .string || value.kind == .array { hide(value, index) }
      if value.kind == .object { parentEnd = max(parentEnd, value.next) }
    case .harmless: break
    }
  }

  private func hide(_ value: TapeNode, _ index: UInt32) {
    found.append(value.tokenRange)
    if value.kind == .object || value.kind == .array { containers.append((value.tokenRange, index)) }
  }

  var hasContainers: Bool {
    search()
    return !containers.isEmpty
  }

  /// The outermost secret object or array that these bytes are inside of.
  func container(of range: Range<Int>) -> UInt32? {
    // In the order of their starts; of those that begin before, outer ones come first.
    let behind = Self.first(of: containers.count) { containers[$0].range.lowerBound >= range.lowerBound }
    var found: UInt32?
    var index = behind
    // Nested containers are at most as many as the document is deep.
    while index > 0, behind - index < 256 {
      index -= 1
      if containers[index].range.upperBound >= range.upperBound { found = containers[index].node }
    }
    return found
  }

  /// Whether any of these bytes are secret.
  func touches(_ range: Range<Int>) -> Bool {
    search()
    let ranges = found
    let index = ranges.firstIndex(endingAfter: range.lowerBound)
    guard index < ranges.count else { return false }
    return ranges[index].overlaps(range) || range.isEmpty && ranges[index].contains(range.lowerBound)
  }

  /// The first of so many numbers from which on something holds; their count where it never does.
  @inline(__always)
  private static func first(of count: Int, _ holds: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Whether a value, or part of it, is secret: by its own text, by the names around it. Looks at nothing else, where the
  /// document is sound.
  func hides(_ node: UInt32, _ pointers: PointerIndex) -> Bool {
    guard let document else { return false }
    let own = document[node]
    guard isSound, !isSearched, own.kind == .string || own.kind == .number, node > 0 else {
      return touches(own.tokenRange)
    }
    if own.kind == .string {
      found.removeAll(keepingCapacity: true)
      findCredentials(in: document, node)
      if !found.isEmpty { return true }
    }
    var place = node
    while place != 0 {
      let parent = pointers.parent(of: place)
      if document[parent].kind == .object, place > 0, document[place - 1].kind == .name {
        let verdict = verdict(on: document, document[place - 1])
        // What stands in an object that has secrets is one, or is the object itself, quoted.
        if verdict != .harmless { return true }
        if place == node, !names(of: parent, document).isEmpty { return true }
      }
      place = parent
    }
    return false
  }

  /// The first members of an object whose strings are names of secrets, at most two. Such objects are small: only so many members
  /// are looked at.
  private func names(of object: UInt32, _ document: Document) -> [UInt32] {
    if harmlessNodes.contains(object) { return [] }
    if let lastNames, lastNames.object == object { return lastNames.names }
    var found: [UInt32] = []
    var member = object + 1
    var count = 0
    while member < document[object].next, count < 16, found.count < 2 {
      let value = document[member + 1]
      if value.kind == .string, isSecretName(document.raw(value)) { found.append(member + 1) }
      member = value.next
      count += 1
    }
    if found.isEmpty { harmlessNodes.insert(object, of: document.nodeCount) } else { lastNames = (object, found) }
    return found
  }

  enum Verdict: UInt8, BitwiseCopyable {
    case harmless, secret
    /// Its object has secrets.
    case parent
  }

  /// The same names come again and again: what was found of them is kept, as they are spelt in the text.
  private func verdict(on document: Document, _ node: TapeNode) -> Verdict {
    let raw = document.raw(node)
    return shortVerdicts.verdict(on: raw) { verdict(on: document, node, raw) }
  }

  private func verdict(on document: Document, _ node: TapeNode, _ raw: UnsafeBufferPointer<UInt8>) -> Verdict {
    if let known = verdicts.verdict(on: raw) { return known }
    let name = Array(document.text(node).utf8)
    let verdict: Verdict = isSecret(name: name) ? .secret : isParent(name: name) ? .parent : .harmless
    verdicts.note(raw, verdict)
    return verdict
  }

  private func isParent(name: [UInt8]) -> Bool {
    let folded = Self.folded(name)
    return parents.contains { isNear(folded, $0) }
  }

  private func isNear(_ name: [UInt8], _ known: [UInt8]) -> Bool {
    // A character has four bytes at most, and no two slips make a word much longer.
    known == name
      || known.count >= 6 && name.count >= 3 && name.count <= 4 * (known.count + 4)
        && nearestWord(to: String(decoding: name, as: UTF8.self), in: [String(decoding: known, as: UTF8.self)]) != nil
  }

  /// A property of that name, or of one a slip or two away from it, holds a secret.
  func isSecret(name: [UInt8]) -> Bool {
    let folded = Self.folded(name)
    if folded.withUnsafeBufferPointer(Self.isWholeWord) { return true }
    guard folded.count >= 3 else { return false }
    if Self.hasSecretWord(folded) { return true }
    return names.contains { isNear(folded, $0) }
  }

  /// ASCII letters in lower case, digits, and whatever is beyond ASCII; full-width letters as the plain ones, and
  /// escapes, where a damaged text has left some, as what they stand for.
  private static func folded(_ name: [UInt8]) -> [UInt8] {
    var name = name
    if name.contains(UInt8(ascii: "\\")) { name = name.withUnsafeBufferPointer(unescaped) }
    if name.contains(0xEF) {
      let scalars = String(decoding: name, as: UTF8.self).unicodeScalars.map { scalar in
        0xFF01...0xFF5E ~= scalar.value ? Unicode.Scalar(scalar.value - 0xFEE0)! : scalar
      }
      name = Array(String(String.UnicodeScalarView(scalars)).utf8)
    }
    return name.map(lowercased).filter {
      $0 >= 0x80 || ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10
    }
  }

  /// Credentials inside of a text: of a URI (a signature, a code, what stands before `@`), of a connection string, of a
  /// body that was quoted.
  private func findCredentials(in document: Document, _ index: UInt32) {
    let node = document[index]
    guard node.length > 5, !harmlessNodes.contains(index) else { return }
    let raw = document.raw(node)
    guard node.flags.contains(.escaped) else {
      if let range = credentials(in: raw) {
        found.append(Int(node.offset) + range.lowerBound..<Int(node.offset) + range.upperBound)
      } else {
        harmlessNodes.insert(index, of: document.nodeCount)
      }
      return
    }
    // Where escapes stand between, all of it is hidden.
    let isSecret = unescaped(raw).withUnsafeBufferPointer { credentials(in: $0) != nil }
    if isSecret { found.append(node.tokenRange) }
  }

  /// The bytes from the first credential on.
  private func credentials(in text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    // A JSON Web Token, or JSON in base64.
    if text.count > 8, text[0] == UInt8(ascii: "e"), text[1] == UInt8(ascii: "y"), text[2] == UInt8(ascii: "J") {
      return 0..<text.count
    }
    var first = text.count
    var wordStart = 0
    var mayHaveSignature = false
    // A word that nothing follows introduces nothing.
    Self.forEachWordEnd(text) { index in
      let byte = text[index]
      if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "%") { mayHaveSignature = true }
      let word = UnsafeBufferPointer(rebasing: text[wordStart..<index])
      wordStart = index + 1
      guard 1...128 ~= word.count, isSecretWord(word), !isShortWord(word) || introducesValue(byte) else { return true }
      first = index
      return false
    }
    if mayHaveSignature, let signature = Self.signature(text) { first = min(first, signature.lowerBound) }
    if let user = Self.userInfo(text) { first = min(first, user.lowerBound) }
    return first < text.count ? first..<text.count : nil
  }

  /// Calls with each place that is no part of a word, until the answer is false.
  @inline(__always)
  private static func forEachWordEnd(_ text: UnsafeBufferPointer<UInt8>, _ body: (Int) -> Bool) {
    guard let start = text.baseAddress else { return }
    var index = 0
    while text.count - index >= 16 {
      var ends = cscan_word_ends(start + index)
      while ends != 0 {
        guard body(index + ends.trailingZeroBitCount) else { return }
        ends &= ends &- 1
      }
      index += 16
    }
    while index < text.count {
      guard isWordByte(text[index]) || body(index) else { return }
      index += 1
    }
  }

  /// A short word is a name of its own as well: `sig` is what many call a shared image gallery.
  private func isShortWord(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    Self.wholeWords.contains { short in
      word.count == short.utf8.count && zip(word, short.utf8).allSatisfy { lowercased($0) == $1 }
    }
  }

  private func introducesValue(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: " ")
  }

  /// A word of a text. Texts have many, and most come once: nothing is allocated for them.
  private func isSecretWord(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    // Hexadecimal digits make no word.
    if word.count == 36, let start = word.baseAddress, cscan_is_uuid(start) != 0 { return false }
    return knownWords.verdict(on: word) { judge(word) }
  }

  private func judge(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    guard word.allSatisfy({ $0 < 0x80 }) else { return isSecret(name: Array(word)) }
    // Of a key in PEM, whose lines may follow each other without a break.
    if word.starts(with: "-----BEGIN".utf8) { return true }
    guard nameFilter.mayHold(word, slips: Letters.slipsMax(word.count)) else { return false }
    return withFolded(word) { folded, letters in
      if Self.isWholeWord(folded) { return true }
      guard folded.count >= 3 else { return false }
      if Self.wordsAnywhere.occur(in: folded, letters: letters) { return true }
      let slipsMax = Letters.slipsMax(folded.count)
      return names.indices.contains { index in
        guard Letters.mayBeNear(nameLetters[index], letters, slips: slipsMax) else { return false }
        let known = names[index]
        guard abs(known.count - folded.count) <= slipsMax else { return false }
        return known.count == folded.count && folded.elementsEqual(known) || isNear(Array(folded), known)
      }
    }
  }

  private static func hasSecretWord(_ name: [UInt8]) -> Bool {
    let padded = name + [UInt8](repeating: 0, count: SecretWords.slack)
    return padded.withUnsafeBufferPointer {
      wordsAnywhere.occur(
        in: UnsafeBufferPointer(rebasing: $0.dropLast(SecretWords.slack)), letters: Letters.occurring(name))
    }
  }

  /// Calls with an ASCII word in lower case, without what is no letter or digit, and with the letters that occur in it.
  private func withFolded<Result>(
    _ word: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, UInt64) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: word.count + SecretWords.slack) { folded in
      var count = 0
      for byte in word where byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-") {
        folded[count] = lowercased(byte)
        count += 1
      }
      // What is looked at behind the name decides nothing, but should be the same each time.
      folded[count..<count + SecretWords.slack].update(repeating: 0)
      let name = UnsafeBufferPointer(rebasing: folded[..<count])
      return body(name, Letters.occurring(name))
    }
  }

  private static func isWholeWord(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    wholeWords.contains { $0.utf8.count == name.count && name.elementsEqual($0.utf8) }
  }

  /// Whether a value is the name of a secret: `adminPassword`, `Authorization`, `x-api-key`.
  @inline(__always)
  private func isSecretName(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard 2...64 ~= value.count, cscan_is_word(value.baseAddress!, value.count) != 0 else { return false }
    return knownNames.verdict(on: value) { nameFilter.mayHold(value) && judge(name: value) }
  }

  private func judge(name value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard value.allSatisfy({ $0 < 0x80 }) else {
      let folded = Self.folded(Array(value))
      return Self.hasSecretWord(folded) || folded.withUnsafeBufferPointer(isSecretName(folded:))
    }
    return withFolded(value) { folded, letters in
      Self.wordsAnywhere.occur(in: folded, letters: letters) || isSecretName(folded: folded)
    }
  }

  private func isSecretName(folded name: UnsafeBufferPointer<UInt8>) -> Bool {
    Self.isWholeWord(name) || names.contains { $0.count == name.count && name.elementsEqual($0) }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-") || byte >= 0x80
  }

  /// What stands before `@` in a URI, or in what looks like the beginning of one, from the colon behind the user on.
  private static func userInfo(_ text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    // Few texts have one at all.
    guard let start = text.baseAddress, cscan_find(start, text.count, UInt8(ascii: "@")) < text.count,
      let at = text.lastIndex(of: UInt8(ascii: "@")), at > 2
    else { return nil }
    var index = 0
    while index + 1 < at {
      let isScheme = text[index + 1] == UInt8(ascii: "/")
      if text[index] == UInt8(ascii: ":"), !isScheme, !text[index..<at].contains(0x20) { return index + 1..<at }
      index += 1
    }
    return nil
  }

  /// The signature of a shared access signature, or a code, in a URI: whoever has it, has the blob.
  static func signature(_ text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    guard text.count > 5 else { return nil }
    var index = 1
    while index < text.count {
      if text[index] == UInt8(ascii: "="), isParameter(before: index, text) {
        var end = index + 1
        while end < text.count, text[end] != UInt8(ascii: "&"), text[end] != UInt8(ascii: "#"),
          text[end] != UInt8(ascii: "\\")
        { end += 1 }
        if end > index + 1 { return index + 1..<end }
      }
      // The equals sign in percent-encoding.
      if text[index] == UInt8(ascii: "%"), index + 3 < text.count, text[index + 1] == UInt8(ascii: "3"),
        text[index + 2] | 0x20 == UInt8(ascii: "d"), isParameter(before: index, text)
      {
        return index + 3..<text.count
      }
      index += 1
    }
    return nil
  }

  /// Whether `sig` or `code` stands before an equals sign, as the name of a parameter. `&` may be written `\u0026`.
  private static func isParameter(before index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    func ends(_ word: StaticString) -> Bool {
      let count = word.utf8CodeUnitCount
      guard index >= count else { return false }
      for offset in 0..<count where lowercased(text[index - count + offset]) != word.utf8Start[offset] { return false }
      guard index > count else { return true }
      let before = text[index - count - 1]
      // A digit ends an escape.
      return (before | 0x20) &- UInt8(ascii: "a") >= 26 && before != UInt8(ascii: "_") && before != UInt8(ascii: "-")
    }
    return ends("sig") || ends("code")
  }

  /// Where the first word that could name a secret ends, anywhere in the text.
  private func firstSecretWord(_ document: Document) -> Int? {
    let text = UnsafeBufferPointer(start: document.bytes, count: document.byteCount)
    var word: [UInt8] = []
    for (index, byte) in text.enumerated() {
      if Self.isWordByte(byte) || byte == UInt8(ascii: "\\"), word.count < 256 {
        word.append(byte)
      } else {
        if !word.isEmpty, isSecret(name: word) { return index }
        word = []
      }
    }
    return !word.isEmpty && isSecret(name: word) ? text.count : nil
  }
}
