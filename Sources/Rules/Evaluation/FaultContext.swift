import Findings
import JSONText

/// What the wording of findings may look at. Made only for a body that has faults; a class, as there is much of it to copy.
final class FaultContext {
  let tables: Program.Tables
  let document: Document
  let pointers: PointerIndex
  let entry: EntryPoint
  let request: RequestLine?
  let secrets: Secrets
  /// Seconds since 1970, where the clock is given.
  let now: Int?
  let texts: RuleTexts
  /// What was decoded last to judge the document may be what a message asks for.
  let decodedText: DecodedText

  /// What was wrong with the cloud-config that was asked about last: messages name two things of it.
  @exclusivity(unchecked) var lastCloudConfig: (node: UInt32, fault: CloudConfigCheck.Fault?)?

  init(
    tables: Program.Tables, document: Document, pointers: PointerIndex, entry: EntryPoint, request: RequestLine?,
    secrets: Secrets, now: Int?, texts: RuleTexts, decodedText: DecodedText
  ) {
    self.tables = tables
    self.document = document
    self.pointers = pointers
    self.entry = entry
    self.request = request
    self.secrets = secrets
    self.now = now
    self.texts = texts
    self.decodedText = decodedText
  }

  /// What stands in messages for a secret.
  static let hiddenText = "(hidden)"

  /// Values in messages are cut here: messages are one line.
  static let quoteLengthMax = 80

  var entryName: String { tables.string(entry.name) }

  func pointer(to node: UInt32) -> JSONPointer { pointers.pointer(to: node) }

  /// The names of a list of places.
  func names(_ places: PlaceList) -> [String] { (0..<places.count).map { tables.string(places.name($0)) } }

  /// The places of a list that are present below the fault's node: looked up anew, because registers are overwritten.
  func present(_ places: PlaceList, _ fault: RawFault) -> [(name: String, node: UInt32)] {
    (0..<places.count).compactMap { index in
      guard let found = lookUp(places.name(index), from: fault.node), document[found].kind != .null else { return nil }
      // Point at the member, not only at its value.
      return (
        tables.string(places.name(index)), document[pointers.parent(of: found)].kind == .object ? found - 1 : found
      )
    }
  }

  /// What `a/b` leads to from a node, without regard to letter case where the service has none.
  private func lookUp(_ path: TextRange, from node: UInt32) -> UInt32? {
    let path = tables.bytes(path)
    var place = node
    var start = 0
    while true {
      let end = start + path.distance(toNext: UInt8(ascii: "/"), from: start)
      let token = UnsafeBufferPointer(rebasing: path[start..<end])
      let found =
        token.contains(UInt8(ascii: "~"))
        ? unescapedPointer(token).withUnsafeBufferPointer { value(of: $0, in: place) } : value(of: token, in: place)
      guard let found else { return nil }
      if end == path.count { return found }
      place = found
      start = end + 1
    }
  }

  /// The value of the last member of that name.
  private func value(of name: UnsafeBufferPointer<UInt8>, in object: UInt32) -> UInt32? {
    guard document[object].kind == .object else { return nil }
    var found: UInt32?
    var member = object + 1
    while member < document[object].next {
      if isName(document[member], name) { found = member + 1 }
      member = document[member + 1].next
    }
    return found
  }

  private func isName(_ node: TapeNode, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    if document.text(of: node, equals: name) { return true }
    guard entry.ignoresCase != 0 else { return false }
    guard node.flags.contains(.escaped) else { return equalIgnoringCase(document.raw(node), name) }
    return unescaped(document.raw(node)).withUnsafeBufferPointer { equalIgnoringCase($0, name) }
  }

  /// A token of a JSON Pointer: `~1` is a slash, `~0` a tilde.
  private func unescapedPointer(_ token: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    Array((JSONPointer("/" + String(decoding: token, as: UTF8.self))?.tokens.first ?? "").utf8)
  }

  /// The text that a fault is about, for people: without control characters, cut when long, hidden when secret.
  func text(_ fault: RawFault) -> String {
    if fault.target != .parameter, secrets.hides(fault.node, pointers) {
      return document[fault.node].kind == .string && Secrets.signature(document.raw(document[fault.node])) != nil
        ? quotable(withoutSignature(wholeText(fault))) : Self.hiddenText
    }
    // Of a long text more than is shown, but not all of it.
    return withBytes(of: fault) { bytes in
      if bytes.count <= Self.quoteLengthMax, isPlain(bytes) { return String(decoding: bytes, as: UTF8.self) }
      return quotable(String(decoding: bytes.prefix(8 * Self.quoteLengthMax), as: UTF8.self))
    }
  }

  /// Calls with the bytes of ``wholeText(_:)``, which are not copied where they stand in the document as they are.
  func withBytes<Result>(of fault: RawFault, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if fault.target == .value || fault.target == .member, document[fault.node].kind == .string,
      !document[fault.node].flags.contains(.escaped)
    {
      return body(document.raw(document[fault.node]))
    }
    var text = wholeText(fault)
    return text.withUTF8(body)
  }

  /// The text that a fault is about, as it is: never for output.
  func wholeText(_ fault: RawFault) -> String {
    switch fault.target {
    case .parameter:
      let parameter = tables.parameters[Int(entry.parameters.start + fault.partStart)]
      return request?.value(of: tables.string(parameter.name)) ?? ""
    case .part:
      let text = Array(document.text(document[fault.node]).utf8)
      let start = Int(fault.partStart)
      return String(decoding: text[start..<start + Int(fault.partLength)], as: UTF8.self)
    default: return document.text(document[fault.node])
    }
  }

  private func withoutSignature(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      guard let signature = Secrets.signature(bytes) else { return String(decoding: bytes, as: UTF8.self) }
      return String(decoding: bytes[..<signature.lowerBound], as: UTF8.self) + Self.hiddenText
        + String(decoding: bytes[signature.upperBound...], as: UTF8.self)
    }
  }

  /// Text that is safe in a one-line message: no control or format characters, at most ``quoteLengthMax`` characters.
  func quotable(_ text: String) -> String { printable(text, limit: Self.quoteLengthMax) }
}
