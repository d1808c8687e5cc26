import JSONText

/// Finds out what a document is, where nobody says it.
///
/// In order: what was asked for; a request line; the document itself (an envelope `{method, url, body}`, an
/// `@odata.type`, an ARM resource type); last, the shape that alone fits the names.
struct OperationDetection {
  let tables: Program.Tables
  let document: Document

  struct Target {
    let entry: Int
    /// The node of the body; nil where there is none.
    let root: UInt32?
    let reason: Judgement.Reason
    var method: String?
    var url: String?
  }

  func target(_ prepared: Checker.Prepared) -> Target? {
    var root: UInt32? = document.nodeCount > 0 ? 0 : nil
    var method: String?
    var url: String?
    var isEnvelope = false
    if let envelope = envelope() {
      (method, url, root) = envelope
      isEnvelope = true
    }
    func made(_ entry: Int, _ reason: Judgement.Reason) -> Target {
      Target(entry: entry, root: root, reason: reason, method: method, url: url)
    }
    let wantsResponse = prepared.request.isResponse
    if let entry = prepared.entry {
      guard wantsResponse, tables.entries[entry].isResponse == 0 else { return made(entry, .asked) }
      return response(of: entry, root).map { made($0, .asked) }
    }
    if let line = url ?? prepared.request.url, let entry = entry(url: line, method: method ?? prepared.request.method) {
      let reason: Judgement.Reason = isEnvelope ? .envelope : .requestLine
      guard wantsResponse else { return made(entry, reason) }
      return response(of: entry, root).map { made($0, reason) }
    }
    guard let root, document[root].kind == .object else { return nil }
    if let entry = odataEntry(root) { return made(entry, .odataType) }
    if !wantsResponse, let entry = resourceTypeEntry(root) { return made(entry, .resourceType) }
    return fittingEntry(root, wantsResponse).map { made($0, .names) }
  }

  // MARK: Envelopes and request lines

  private func envelope() -> (method: String?, url: String?, body: UInt32?)? {
    guard document.nodeCount > 0, let method = document.member("method", of: 0), document[method].kind == .string,
      let url = document.member("url", of: 0), document[url].kind == .string
    else { return nil }
    let body = document.member("body", of: 0)
    return (
      document.text(document[method]), document.text(document[url]),
      body.flatMap { document[$0].kind == .null ? nil : $0 }
    )
  }

  /// The operation whose path the URL has; of several with the same path the one with the method.
  private func entry(url: String, method: String?) -> Int? {
    var best: Int?
    for index in 0..<Int(tables.header.entries) where tables.entries[index].isResponse == 0 {
      let entry = tables.entries[index]
      let line = RequestLine(method: method, url: url, template: tables.string(entry.path), apiVersion: nil)
      guard line.matchesPath else { continue }
      if best == nil || method?.uppercased() == tables.string(entry.method) { best = index }
    }
    return best
  }

  /// The response schema of an operation that fits a document: the error's where there is an `error`.
  private func response(of entry: Int, _ root: UInt32?) -> Int? {
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
    guard let type = document.text(document[node]).split(separator: ".").last.map(String.init) else { return nil }
    var best: (entry: Int, fit: Int)?
    for index in 0..<Int(tables.header.entries) {
      let name = tables.string(tables.entries[index].name)
      guard name == type || name.hasPrefix(type + "_") else { continue }
      let fit = fit(root, index).score
      if fit > best?.fit ?? .min { best = (index, fit) }
    }
    return best?.entry
  }

  /// An ARM resource's `type`: the operation on resources of that type.
  private func resourceTypeEntry(_ root: UInt32) -> Int? {
    guard let node = document.member("type", of: root), document[node].kind == .string else { return nil }
    let type = document.text(document[node]).lowercased()
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
  private func fittingEntry(_ root: UInt32, _ wantsResponse: Bool) -> Int? {
    var best: (entry: Int, score: Int)?
    var isTied = false
    for index in 0..<Int(tables.header.entries) {
      guard (tables.entries[index].isResponse != 0) == wantsResponse else { continue }
      let fit = fit(root, index)
      guard fit.known > 0 else { continue }
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

  /// How well the names of an object, and of the objects right below it, fit a shape.
  private func fit(_ root: UInt32, _ entry: Int) -> (known: Int, score: Int) {
    var known = 0
    var unknown = 0
    let ignoresCase = tables.entries[entry].ignoresCase != 0
    func count(_ object: UInt32, _ shapeIndex: UInt32, depth: Int) {
      let shape = tables.shapes[Int(shapeIndex)]
      guard shape.flags.isDisjoint(with: [.map, .anything]) else { return }
      var member = object + 1
      while member < document[object].next {
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
          if child.flags.contains(.remarkable) { unknown += tables.entries[entry].isResponse == 0 && !ignoresCase ? 1 : 0 }
          if depth == 0, document[value].kind == .object { count(value, child.shape, depth: 1) }
        }
        member = document[value].next
      }
    }
    guard document[root].kind == .object else { return (0, .min) }
    count(root, tables.entries[entry].root, depth: 0)
    return (known, known - 2 * unknown)
  }
}
