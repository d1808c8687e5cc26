import JSONText

/// Finds out what a document is, where nobody says it.
///
/// In order: what was asked for; a request line; the document itself (an envelope `{method, url, body}`, an example of
/// Azure's specifications, an ARM template, an `@odata.type`, an ARM resource type); last, the shape that alone fits the
/// names.
struct OperationDetection {
  let tables: Program.Tables
  let document: Document
  /// What the document before was: where there are many, they are often alike. Is asked first, and makes no other difference.
  var likelyEntry = 0

  /// A body, and what it is judged as.
  struct Target {
    let entry: Int
    /// The node of the body; nil where there is none.
    var root: UInt32?
    let reason: Judgement.Reason
    var method: String?
    var url: String?
    var apiVersion: String?
    /// Where an envelope has its URL and its method.
    var urlNode: UInt32?
    var methodNode: UInt32?
    /// URI parameters that stand in the document: the values of an example's parameters.
    var parameters: [(name: String, node: UInt32)] = []
    /// The body is a resource of an ARM template: expressions count as values not known yet.
    var isTemplate = false
  }

  enum Targets {
    case none
    case one(Target)
    /// A template or an example; there may be none in it that is known.
    case several([Target])
  }

  /// How a document wraps its body.
  private enum Frame {
    case none
    case envelope(method: UInt32, url: UInt32, body: UInt32)
    case example(parameters: UInt32, responses: UInt32)
    case template(resources: UInt32)
  }

  func targets(_ prepared: Checker.Prepared) -> Targets {
    guard document.nodeCount > 0 else { return bare(prepared, nil) }
    switch frame() {
    case .none: return bare(prepared, 0)
    case .envelope(let method, let url, let body):
      let hasBody = body != 0 && document[body].kind != .null
      return envelope(prepared, method, url, hasBody ? body : nil)
    case .example(let parameters, let responses):
      let targets = ExampleFrame(detection: self, parameters: parameters, responses: responses).targets(prepared)
      return targets.isEmpty ? .none : .several(targets)
    case .template(let resources):
      return .several(TemplateFrame(detection: self, resources: resources).targets(prepared))
    }
  }

  // MARK: A document that is the body

  private func bare(_ prepared: Checker.Prepared, _ root: UInt32?) -> Targets {
    if let entry = prepared.entry { return asked(entry, prepared, root) }
    if let url = prepared.request.url, !url.isEmpty {
      // A URL of something else is a word: the names are not asked then.
      guard let entry = entry(url: url, method: prepared.request.method, prepared) else { return .none }
      guard prepared.request.isResponse else { return .one(Target(entry: entry, root: root, reason: .requestLine)) }
      return response(of: entry, root).map { .one(Target(entry: $0, root: root, reason: .requestLine)) } ?? .none
    }
    guard let root, let (entry, reason) = entry(of: root, isResponse: prepared.request.isResponse) else { return .none }
    return .one(Target(entry: entry, root: root, reason: reason))
  }

  private func asked(_ entry: Int, _ prepared: Checker.Prepared, _ root: UInt32?) -> Targets {
    guard prepared.request.isResponse, tables.entries[entry].isResponse == 0 else {
      return .one(Target(entry: entry, root: root, reason: .asked))
    }
    return response(of: entry, root).map { .one(Target(entry: $0, root: root, reason: .asked)) } ?? .none
  }

  /// What an object is, by what it says itself.
  func entry(of root: UInt32, isResponse: Bool) -> (entry: Int, reason: Judgement.Reason)? {
    guard document[root].kind == .object else { return nil }
    if let entry = odataEntry(root) { return (entry, .odataType) }
    if let entry = resourceTypeEntry(root) {
      guard isResponse else { return (entry, .resourceType) }
      if let response = response(of: entry, root) { return (response, .resourceType) }
    }
    return fittingEntry(root, isResponse).map { ($0, .names) }
  }

  // MARK: Envelopes and request lines

  private func envelope(
    _ prepared: Checker.Prepared, _ methodNode: UInt32, _ urlNode: UInt32, _ body: UInt32?
  ) -> Targets {
    let method = document.text(document[methodNode])
    let url = document.text(document[urlNode])
    func made(_ entry: Int, _ reason: Judgement.Reason) -> Targets {
      .one(
        Target(
          entry: entry, root: body, reason: reason, method: method, url: url, urlNode: urlNode, methodNode: methodNode))
    }
    if let entry = prepared.entry {
      guard prepared.request.isResponse, tables.entries[entry].isResponse == 0 else { return made(entry, .asked) }
      return response(of: entry, body).map { made($0, .asked) } ?? .none
    }
    if !url.isEmpty {
      guard let entry = entry(url: url, method: method, prepared) else { return .none }
      guard prepared.request.isResponse else { return made(entry, .envelope) }
      return response(of: entry, body).map { made($0, .envelope) } ?? .none
    }
    guard let body, let (entry, reason) = entry(of: body, isResponse: prepared.request.isResponse) else { return .none }
    return made(entry, reason)
  }

  /// Whether the names of the root could be those of a wrapping.
  static func mayHaveFrame(_ document: Document) -> Bool {
    guard document.nodeCount > 0 else { return true }
    guard document.nodes[0].kind == .object else { return false }
    var name = document.nodes + 1
    let end = document.nodes + Int(document.nodes[0].next)
    while name < end {
      if name.pointee.flags.contains(.escaped) || mayBelongToFrame(document.raw(name.pointee)) { return true }
      name = document.nodes + Int(name[1].next)
    }
    return false
  }

  /// Whether a shape has a property of such a name.
  static func hasFrameName(_ tables: Program.Tables, _ shape: UInt32) -> Bool {
    let properties = tables.shapes[Int(shape)].properties
    return (0..<Int(properties.count)).contains {
      mayBelongToFrame(tables.bytes(tables.names[Int(properties.start) + $0].name))
    }
  }

  /// Whether a name is as long as one that ``frame()`` knows, and begins like that one.
  private static func mayBelongToFrame(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    func begins(_ word: StaticString) -> Bool {
      lowercased(name[0]) == word.utf8Start[0] && lowercased(name[1]) == word.utf8Start[1]
    }
    return switch name.count {
    case 3: begins("url")
    case 4: begins("body")
    case 6: begins("method")
    case 7: begins("$schema")
    case 9: begins("responses")
    case 10: begins("parameters")
    case 14: begins("contentVersion")
    default: false
    }
  }

  /// One look at the names of the document's root.
  private func frame() -> Frame {
    guard document[0].kind == .object else { return .none }
    var method: UInt32 = 0
    var url: UInt32 = 0
    var body: UInt32 = 0
    var parameters: UInt32 = 0
    var responses: UInt32 = 0
    var resources: UInt32 = 0
    var isTemplate = false
    var member: UInt32 = 1
    while member < document[0].next {
      let name = document[member]
      let value = member + 1
      // By length first: a body's own names fall through without being compared.
      switch name.length {
      case 3 where isNamed(name, "url"): url = value
      case 4 where isNamed(name, "body"): body = value
      case 6 where isNamed(name, "method"): method = value
      case 7 where document.text(of: name, equals: "$schema"): isTemplate = isTemplate || isTemplateSchema(value)
      case 9 where document.text(of: name, equals: "responses"): responses = value
      case 9 where document.text(of: name, equals: "resources"): resources = value
      case 10 where document.text(of: name, equals: "parameters"): parameters = value
      case 14 where document.text(of: name, equals: "contentVersion"): isTemplate = true
      default: break
      }
      member = document[value].next
    }
    func isKind(_ node: UInt32, _ kind: NodeKind) -> Bool { node != 0 && document[node].kind == kind }
    if isKind(method, .string), isKind(url, .string) { return .envelope(method: method, url: url, body: body) }
    if isTemplate, isKind(resources, .array) || isKind(resources, .object) { return .template(resources: resources) }
    if isKind(parameters, .object), isKind(responses, .object) {
      return .example(parameters: parameters, responses: responses)
    }
    return .none
  }

  private func isNamed(_ name: TapeNode, _ word: StaticString) -> Bool {
    equalIgnoringCase(
      document.raw(name), UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  /// `https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#`
  private func isTemplateSchema(_ node: UInt32) -> Bool {
    guard document[node].kind == .string else { return false }
    return document.text(document[node]).lowercased().contains("deploymenttemplate.json")
  }

  /// The operation whose path the URL has; of several with the same path the one with the method.
  private func entry(url: String, method: String?, _ prepared: Checker.Prepared) -> Int? {
    // What is answered to a GET or PATCH is what is answered to the PUT.
    let otherMethods = prepared.request.isResponse ? ["HEAD", "DELETE"] : ["GET", "HEAD", "PATCH", "DELETE"]
    let target = RequestTarget(url, allowsVariables: prepared.request.allowsVariables)
    let method = method?.uppercased()
    var best: Int?
    for index in 0..<Int(tables.header.entries) where tables.entries[index].isResponse == 0 {
      let entry = tables.entries[index]
      guard target.fits(tables.bytes(entry.path)) else { continue }
      // On the path of a PUT there are other operations, with bodies of their own.
      let wanted = tables.string(entry.method)
      if let method, method != wanted, otherMethods.contains(method) { continue }
      if best == nil || method == wanted { best = index }
    }
    return best
  }

  /// The response schema of an operation that fits a document: the error's where there is an `error`.
  func response(of entry: Int, _ root: UInt32?) -> Int? {
    let run = tables.entries[entry].responses
    var success: Int?
    var failure: Int?
    for index in 0..<Int(run.count) {
      let operands = tables.operands + Int(run.start) + index * 2
      if operands[0] == 0 || operands[0] >= 400 {
        failure = failure ?? Int(operands[1])
      } else {
        success = success ?? Int(operands[1])
      }
    }
    if let root, document.member("error", of: root) != nil, let failure { return failure }
    return success ?? failure
  }

  // MARK: Types

  /// `#microsoft.graph.cloudPcDeviceImage`: the resource, or the operation that creates it, whichever fits better.
  private func odataEntry(_ root: UInt32) -> Int? {
    guard let node = document.member("@odata.type", of: root), document[node].kind == .string else { return nil }
    // An escaped spelling is no name here.
    let text = document.raw(document[node])
    let dot = text.lastIndex(of: UInt8(ascii: "."))
    let type = UnsafeBufferPointer(rebasing: text[(dot.map { $0 + 1 } ?? 0)...])
    guard !type.isEmpty else { return nil }
    var best: (entry: Int, fit: Int)?
    for index in 0..<Int(tables.header.entries) {
      let name = tables.bytes(tables.entries[index].name)
      guard name.starts(with: type), name.count == type.count || name[type.count] == UInt8(ascii: "_") else { continue }
      let fit = fit(root, index).score
      if fit > best?.fit ?? .min { best = (index, fit) }
    }
    return best?.entry
  }

  /// An ARM resource's `type`: the operation on resources of that type.
  private func resourceTypeEntry(_ root: UInt32) -> Int? {
    guard let node = document.member("type", of: root), document[node].kind == .string else { return nil }
    return entry(resourceType: document.text(document[node]))
  }

  /// The operation that creates resources of a type: `Microsoft.Compute/images`.
  func entry(resourceType: String) -> Int? {
    let type = resourceType.lowercased()
    for index in 0..<Int(tables.header.entries) where tables.entries[index].isResponse == 0 {
      let entry = tables.entries[index]
      let path = tables.string(entry.path)
      guard tables.string(entry.method) == "PUT",
        let last = Compiler.templateParameters(path).last?.segmentType.lowercased(), last == type
      else { continue }
      return index
    }
    return nil
  }

  // MARK: Names

  /// The entry that alone fits the names best.
  func fittingEntry(_ root: UInt32, _ wantsResponse: Bool) -> Int? {
    var best: (entry: Int, score: Int)?
    var isTied = false
    let nameCount = nameCount(root)
    let count = Int(tables.header.entries)
    for offset in 0..<count {
      let index = (likelyEntry + offset) % count
      guard (tables.entries[index].isResponse != 0) == wantsResponse else { continue }
      // What cannot be as good as the best need not be gone through.
      let fit = fit(root, index, unknownMax: best.map { max(0, (2 * nameCount - $0.score) / 5) } ?? .max)
      guard fit.known > 0, fit.isDistinct else { continue }
      if fit.score > best?.score ?? .min {
        best = (index, fit.score)
        isTied = false
      } else if fit.score == best?.score {
        isTied = true
      }
    }
    guard let best, !isTied, best.score > 0 else { return nil }
    return best.entry
  }

  /// Names that all the world uses: a body is not known by them alone.
  static let commonNames: Set<String> = [
    "location", "properties", "tags", "name", "id", "type", "version", "displayName", "description", "status", "error",
    "code", "message", "details", "eula",
  ]

  private static let schemaTypes: Set<String> = ["object", "array", "string", "integer", "number", "boolean", "null"]

  /// How many names an object has, and the objects right below it.
  private func nameCount(_ root: UInt32) -> Int {
    guard document[root].kind == .object else { return 0 }
    func count(_ object: UInt32, depth: Int) -> Int {
      var names = 0
      var member = object + 1
      while member < document[object].next {
        names += 1
        if depth == 0, document[member + 1].kind == .object { names += count(member + 1, depth: 1) }
        member = document[member + 1].next
      }
      return names
    }
    return count(root, depth: 0)
  }

  /// How well the names of an object, and of the objects right below it, fit a shape.
  ///
  /// - Parameter unknownMax: with more unknown names than these the score does not count, and is the least there is.
  private func fit(
    _ root: UInt32, _ entry: Int, unknownMax: Int = .max
  ) -> (known: Int, score: Int, isDistinct: Bool) {
    var isDistinct = false
    var known = 0
    var unknown = 0
    let ignoresCase = tables.entries[entry].ignoresCase != 0
    func count(_ object: UInt32, _ shapeIndex: UInt32, depth: Int) {
      let shape = tables.shapes[Int(shapeIndex)]
      guard shape.flags.isDisjoint(with: [.map, .anything]) else { return }
      var member = object + 1
      while member < document[object].next, unknown <= unknownMax {
        let name = document[member]
        let value = member + 1
        let raw = document.raw(name)
        var property =
          raw.isEmpty ? -1 : tables.index(of: raw.baseAddress!, count: raw.count, in: shape.properties)
        if property < 0, ignoresCase { property = tables.indexIgnoringCase(of: raw, in: shape.properties) }
        if property < 0 {
          unknown += 1
        } else {
          let child = tables.names[Int(shape.properties.start) + property]
          known += child.flags.contains(.remarkable) ? 0 : 1
          if !child.flags.contains(.common) { isDistinct = true }
          if child.flags.contains(.remarkable) {
            unknown += tables.entries[entry].isResponse == 0 && !ignoresCase ? 1 : 0
          }
          if depth == 0, document[value].kind == .object { count(value, child.shape, depth: 1) }
        }
        member = document[value].next
      }
    }
    guard document[root].kind == .object else { return (0, .min, false) }
    count(root, tables.entries[entry].root, depth: 0)
    guard unknown <= unknownMax else { return (known, .min, isDistinct) }
    // What calls itself something else is that: a schema is of type "object".
    if let type = document.member("type", of: root), document[type].kind == .string,
      Self.schemaTypes.contains(document.text(document[type]))
    {
      return (known, .min, false)
    }
    return (known, 2 * known - 3 * unknown, isDistinct)
  }
}
