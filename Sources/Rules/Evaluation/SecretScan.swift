import CScan

/// Finds what looks like a secret in a text: of which kind and on which line, never what.
///
/// It looks for the shapes that secrets have in start-up scripts and cloud-config: a PEM block, a name that means a
/// secret with a literal value behind it, the members of Azure's connection strings, the key id of AWS. A value that is a
/// variable, a template or a reference is none.
struct SecretScan {
  enum Kind: UInt8, CustomStringConvertible {
    case privateKey, password, passwordList, accessKey, sasToken, connectionString

    var description: String {
      switch self {
      case .privateKey: "a private key"
      case .password: "a password"
      case .passwordList: "a list of passwords (chpasswd)"
      case .accessKey: "an access key"
      case .sasToken: "a SAS token"
      case .connectionString: "a connection string"
      }
    }
  }

  /// What belongs together stands near together; so the time stays in proportion to the text.
  private static let reach = 256

  private let text: UnsafeBufferPointer<UInt8>
  private let isQuick: Bool
  private var lineStart = 0
  /// The line that the last secret stands on, from 1, and where it begins.
  private var line = 1
  private var lastFound = 0
  private var found: [Kind] = []

  /// - Parameter text: may be read up to 17 bytes beyond its end.
  /// - Parameter isQuick: lines without a mark of a secret are passed over.
  init(_ text: UnsafeBufferPointer<UInt8>, isQuick: Bool = true) {
    self.text = text
    self.isQuick = isQuick
  }

  /// The next secret; at most one of each kind a line.
  mutating func next() -> (kind: Kind, line: Int)? {
    while true {
      if let kind = found.popLast() { return (kind, line) }
      guard lineStart < text.count, let start = text.baseAddress else { return nil }
      // Most lines have nothing that could begin a secret.
      let mark = isQuick ? lineStart + cscan_secret_mark(start + lineStart, text.count - lineStart) : lineStart
      guard mark < text.count else { return nil }
      var begin = mark
      while begin > lineStart, text[begin - 1] != 0x0A { begin -= 1 }
      let end = mark + cscan_find(start + mark, text.count - mark, 0x0A)
      scan(begin..<end, from: mark)
      if !found.isEmpty {
        for index in lastFound..<begin where text[index] == 0x0A { line += 1 }
        lastFound = begin
      }
      lineStart = end + 1
    }
  }

  // MARK: A line

  private mutating func scan(_ line: Range<Int>, from mark: Int) {
    var index = mark
    while index < line.upperBound {
      switch text[index] {
      case UInt8(ascii: ":"), UInt8(ascii: "="): assignment(at: index, line)
      case UInt8(ascii: "-") where isPrivateKey(at: index, line): add(.privateKey)
      case UInt8(ascii: "A") where isAWSKeyID(at: index, line): add(.accessKey)
      case UInt8(ascii: "c") where word("chpasswd", at: index, line): passwordList(at: index, line)
      default: break
      }
      index += 1
    }
  }

  private mutating func add(_ kind: Kind) {
    if !found.contains(kind) { found.insert(kind, at: 0) }
  }

  /// `-----BEGIN RSA PRIVATE KEY-----`
  private func isPrivateKey(at index: Int, _ line: Range<Int>) -> Bool {
    guard matches("-----BEGIN ", at: index, line) else { return false }
    var position = index + 11
    while position < line.upperBound {
      if matches("PRIVATE KEY", at: position, line) { return true }
      let byte = text[position]
      guard byte == 0x20 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || byte &- UInt8(ascii: "0") < 10 else {
        return false
      }
      position += 1
    }
    return false
  }

  /// `AKIA` and sixteen capital letters and digits, standing alone.
  private func isAWSKeyID(at index: Int, _ line: Range<Int>) -> Bool {
    guard matches("AKIA", at: index, line) || matches("ASIA", at: index, line) else { return false }
    if index > line.lowerBound, isWordByte(text[index - 1]) { return false }
    var end = index
    while end < line.upperBound, isWordByte(text[end]) {
      let byte = text[end]
      guard UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || byte &- UInt8(ascii: "0") < 10 else { return false }
      end += 1
    }
    return end - index == 20
  }

  /// cloud-init's `chpasswd:` with its list of users, or the command of that name with something piped into it.
  private mutating func passwordList(at index: Int, _ line: Range<Int>) {
    guard !found.contains(.passwordList) else { return }
    var position = index + 8
    while position < line.upperBound, text[position] == 0x20 { position += 1 }
    if position < line.upperBound, text[position] == UInt8(ascii: ":") {
      if hasUsers(from: position, indentedMoreThan: index - line.lowerBound) { add(.passwordList) }
      return
    }
    let before = text[max(line.lowerBound, index - Self.reach)..<index]
    let behind = text[position..<min(line.upperBound, position + Self.reach)]
    if before.contains(UInt8(ascii: "|")) || behind.contains(UInt8(ascii: "<")) { add(.passwordList) }
  }

  /// Whether the mapping that begins here has `list` or `users`.
  private func hasUsers(from start: Int, indentedMoreThan column: Int) -> Bool {
    var position = start
    var lineStart = start
    var isFirstLine = true
    let end = min(text.count, start + Self.reach * 8)
    while position < end {
      if text[position] == 0x0A {
        lineStart = position + 1
        isFirstLine = false
      } else if !isFirstLine, position - lineStart <= column, text[position] != 0x20, text[position] != 0x0D {
        return false
      } else if !isWordByte(text[position - 1]),
        word("list", at: position, 0..<text.count) || word("users", at: position, 0..<text.count)
      {
        return true
      }
      position += 1
    }
    return false
  }

  // MARK: Names with values

  /// `name: value`, `name = value`, `"name": "value"`.
  private mutating func assignment(at separator: Int, _ line: Range<Int>) {
    if hasCredentials(at: separator, line) { add(.connectionString) }
    let reach = max(line.lowerBound, separator - Self.reach)
    var end = separator
    while end > reach, text[end - 1] == 0x20 || isQuote(text[end - 1]) { end -= 1 }
    var start = end
    while start > reach, isNameByte(text[start - 1]) { start -= 1 }
    guard start < end, let kind = kind(ofName: start..<end, line), !found.contains(kind) else { return }
    // A comment talks about secrets, and a prompt asks for one.
    guard kind == .connectionString || !isComment(line), !closesQuote(behind: separator, line) else { return }
    let value = self.value(behind: separator, line)
    let isSecret =
      switch kind {
      case .connectionString, .sasToken: value.count >= 20
      case .password: isLiteral(value) && !isSwitch(value)
      default: value.count >= 8 && isLiteral(value) && text[value.lowerBound] != UInt8(ascii: "/")
      }
    if isSecret { add(kind) }
  }

  /// What a value behind a name would be.
  private func kind(ofName name: Range<Int>, _ line: Range<Int>) -> Kind? {
    if ends(name, with: "accountkey") || ends(name, with: "sharedaccesskey") { return .connectionString }
    if equals(name, "sig"), name.lowerBound > line.lowerBound, "?&;\"'".utf8.contains(text[name.lowerBound - 1]) {
      return .sasToken
    }
    if isPasswordName(name) { return .password }
    return isKeyName(name) ? .accessKey : nil
  }

  private func isComment(_ line: Range<Int>) -> Bool {
    text[line].first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: "#")
  }

  /// `"Password: "`: the separator stands in quotes, and they end behind it.
  private func closesQuote(behind separator: Int, _ line: Range<Int>) -> Bool {
    var position = separator + 1
    while position < line.upperBound, text[position] == 0x20 { position += 1 }
    guard position < line.upperBound, isQuote(text[position]) else { return false }
    let before = text[max(line.lowerBound, separator - Self.reach)..<separator]
    return before.count { $0 == text[position] } % 2 == 1
  }

  /// `://user:password@host`
  private func hasCredentials(at colon: Int, _ line: Range<Int>) -> Bool {
    guard matches("://", at: colon, line) else { return false }
    var position = colon + 3
    var password: Int?
    while position < min(line.upperBound, colon + Self.reach), text[position] > 0x20,
      text[position] != UInt8(ascii: "/")
    {
      if text[position] == UInt8(ascii: ":"), password == nil { password = position + 1 }
      if text[position] == UInt8(ascii: "@") {
        guard let password else { return false }
        return isLiteral(password..<position)
      }
      position += 1
    }
    return false
  }

  /// To the closing quote, or to white space and what ends a value in scripts and connection strings.
  private func value(behind separator: Int, _ line: Range<Int>) -> Range<Int> {
    var start = separator + 1
    let limit = min(line.upperBound, separator + Self.reach)
    while start < limit, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
    var end = start
    if start < limit, isQuote(text[start]) {
      start += 1
      end = start
      while end < limit, text[end] != text[start - 1] { end += 1 }
    } else {
      while end < limit, text[end] > 0x20, text[end] != UInt8(ascii: ";"), text[end] != UInt8(ascii: ","),
        text[end] != UInt8(ascii: "&")
      {
        end += 1
      }
    }
    return start..<end
  }

  private func isPasswordName(_ name: Range<Int>) -> Bool {
    ["password", "passwd", "passphrase", "pwd"].contains { ends(name, with: $0) } && !equals(name, "lock_passwd")
  }

  private func isKeyName(_ name: Range<Int>) -> Bool {
    [
      "secret", "api_key", "api-key", "apikey", "storage_key", "account_key", "access_key", "access-key", "accesskey",
      "secret_key", "secretkey",
      "client_secret", "auth_token", "access_token",
    ].contains { ends(name, with: $0) }
  }

  /// A value that somebody typed, and not one that is filled in, looked up or left empty.
  private func isLiteral(_ value: Range<Int>) -> Bool {
    guard let first = text[value].first else { return false }
    // `@Microsoft.KeyVault(…)` is looked up; `!secret name` is YAML's way to say so.
    if matches("@Microsoft.KeyVault(", at: value.lowerBound, value) || isTag(value) { return false }
    switch first {
    // A crypt hash is a credential too; all else that begins with a dollar sign is a variable.
    case UInt8(ascii: "$"): return value.count > 3 && text[value.lowerBound + 2] == UInt8(ascii: "$")
    case UInt8(ascii: "{"), UInt8(ascii: "<"), UInt8(ascii: "%"), UInt8(ascii: "`"), UInt8(ascii: "|"),
      UInt8(ascii: ">"), UInt8(ascii: "["), UInt8(ascii: "#"), UInt8(ascii: "="), UInt8(ascii: "*"):
      return false
    default: return true
    }
  }

  private func isTag(_ value: Range<Int>) -> Bool {
    guard text[value.lowerBound] == UInt8(ascii: "!"), value.upperBound < text.count else { return false }
    return text[value.upperBound] == 0x20
      && text[value].dropFirst().allSatisfy { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
  }

  /// `lock_passwd: false`, `ssh_pwauth: yes`, `passwd: null`.
  private func isSwitch(_ value: Range<Int>) -> Bool {
    ["true", "false", "yes", "no", "on", "off", "null", "none", "~"].contains { equals(value, $0) }
  }

  // MARK: Bytes

  private func matches(_ word: StaticString, at index: Int, _ line: Range<Int>) -> Bool {
    line.upperBound - index >= word.utf8CodeUnitCount
      && equal(text.baseAddress! + index, word.utf8Start, word.utf8CodeUnitCount)
  }

  /// A word that no further letter follows.
  private func word(_ word: StaticString, at index: Int, _ line: Range<Int>) -> Bool {
    guard matches(word, at: index, line) else { return false }
    let end = index + word.utf8CodeUnitCount
    return end == line.upperBound || !isWordByte(text[end])
  }

  private func ends(_ name: Range<Int>, with word: StaticString) -> Bool {
    name.count >= word.utf8CodeUnitCount
      && equals(name.upperBound - word.utf8CodeUnitCount..<name.upperBound, word)
  }

  private func equals(_ range: Range<Int>, _ word: StaticString) -> Bool {
    equalIgnoringCase(
      UnsafeBufferPointer(rebasing: text[range]),
      UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  private func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

  private func isNameByte(_ byte: UInt8) -> Bool { isWordByte(byte) || byte == UInt8(ascii: "-") }

  private func isWordByte(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
  }
}
