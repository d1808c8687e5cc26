import JSONText

/// An example of Azure's API specifications (x-ms-examples): the parameters of a request, the body among them, and the
/// responses by status.
///
/// ```json
/// {"operationId": "Images_CreateOrUpdate", "parameters": {"imageName": "web", "api-version": "2024-03-01",
///  "parameters": {"location": "westus"}}, "responses": {"200": {"body": {"name": "web"}}}}
/// ```
struct ExampleFrame {
  let detection: OperationDetection
  let parameters: UInt32
  let responses: UInt32

  private var document: Document { detection.document }
  private var tables: Program.Tables { detection.tables }

  func targets(_ prepared: Checker.Prepared) -> [OperationDetection.Target] {
    let members = members(of: parameters)
    let body = members.first { document[$0.node].kind == .object }
    guard let entry = entry(prepared, members, body?.node) else { return [] }
    let reason: Judgement.Reason = prepared.entry != nil ? .asked : .example
    let version = members.first { $0.name == "api-version" }.map { document.text(document[$0.node]) }
    var out: [OperationDetection.Target] = []
    if tables.entries[entry].isResponse == 0, !prepared.request.isResponse {
      let own = Set(
        Compiler.templateParameters(tables.string(tables.entries[entry].path)).map(\.name) + ["api-version"])
      out.append(
        OperationDetection.Target(
          entry: entry, root: body?.node, reason: reason, apiVersion: version,
          parameters: members.filter { own.contains($0.name) && document[$0.node].kind == .string }))
    }
    for (status, response) in self.members(of: responses) {
      guard let body = document.member("body", of: response), document[body].kind == .object,
        let schema = schema(ofStatus: Int(status) ?? 0, entry)
      else { continue }
      out.append(OperationDetection.Target(entry: schema, root: body, reason: reason, apiVersion: version))
    }
    return out
  }

  /// What the example is of: what was asked for; what it says; the operation whose URI parameters it has, if its body
  /// fits that one too.
  private func entry(
    _ prepared: Checker.Prepared, _ members: [(name: String, node: UInt32)], _ body: UInt32?
  ) -> Int? {
    if let entry = prepared.entry { return entry }
    if let node = document.member("operationId", of: 0), document[node].kind == .string {
      let id = document.text(document[node])
      return (0..<Int(tables.header.entries)).first { tables.string(tables.entries[$0].name) == id }
    }
    let names = Set(members.map(\.name))
    let candidates = (0..<Int(tables.header.entries)).filter {
      let entry = tables.entries[$0]
      let own = Compiler.templateParameters(tables.string(entry.path))
      return entry.isResponse == 0 && !own.isEmpty && own.allSatisfy { names.contains($0.name) }
    }
    guard let body else { return nil }
    return detection.fittingEntry(body, false).flatMap { candidates.contains($0) ? $0 : nil }
  }

  private func schema(ofStatus status: Int, _ entry: Int) -> Int? {
    if tables.entries[entry].isResponse != 0 { return entry }
    let run = tables.entries[entry].responses
    var other: Int?
    for index in 0..<Int(run.count) {
      let operands = tables.operands + Int(run.start) + index * 2
      if Int(operands[0]) == status { return Int(operands[1]) }
      if operands[0] == 0, status >= 400 || status == 0 { other = Int(operands[1]) }
    }
    return other
  }

  private func members(of object: UInt32) -> [(name: String, node: UInt32)] {
    guard document[object].kind == .object else { return [] }
    var out: [(name: String, node: UInt32)] = []
    var member = object + 1
    while member < document[object].next {
      out.append((document.text(document[member]), member + 1))
      member = document[member + 1].next
    }
    return out
  }
}
