/// A shape file as written: one operation, its request body and its responses.
struct ShapeFile: Sendable {
  struct Response: Sendable {
    /// `200`, or 0 for `default`.
    let status: Int
    let schema: Schema
  }

  let file: String
  let operationID: String
  let title: String
  let method: String
  /// The path template: `/subscriptions/{subscriptionId}/…`.
  let path: String
  let writtenVersion: APIVersion?
  /// Ascending.
  let knownVersions: [APIVersion]
  let request: Schema?
  let isBodyRequired: Bool
  let responses: [Response]
  let definitions: [String: Schema]

  static let keys = [
    "operationId", "title", "method", "path", "apiVersions", "source", "requestBody", "responses", "$defs",
  ]

  init(_ text: String, file: String) throws(RuleFileError) {
    let reader = FileReader(file: file)
    let root = try YAMLReader.read(text, file: file)
    let members = try reader.members(root, keys: Self.keys, of: "a shape")
    self.file = file
    operationID = try reader.text(reader.required("operationId", members, root, of: "a shape"))
    title = try reader.text(reader.required("title", members, root, of: "a shape"))
    let methodNode = try reader.required("method", members, root, of: "a shape")
    method = try reader.text(methodNode)
    guard ["GET", "PUT", "POST", "PATCH", "DELETE"].contains(method) else {
      throw reader.mistake(methodNode, "a method is GET, PUT, POST, PATCH or DELETE")
    }
    let pathNode = try reader.required("path", members, root, of: "a shape")
    path = try reader.text(pathNode)
    guard path.hasPrefix("/") else { throw reader.mistake(pathNode, "a path begins with '/'") }

    var written: APIVersion?
    var known: [APIVersion] = []
    if let node = members["apiVersions"] {
      func version(_ node: YAMLNode) throws(RuleFileError) -> APIVersion {
        guard let version = APIVersion(try reader.text(node)) else {
          throw reader.mistake(node, "an api-version is YYYY-MM-DD or YYYY-MM-DD-preview")
        }
        return version
      }
      let versions = try reader.members(node, keys: ["written", "known"], of: "apiVersions")
      written = try version(reader.required("written", versions, node, of: "apiVersions"))
      if let list = versions["known"] {
        for element in try reader.list(list, of: "known") { known.append(try version(element)) }
      }
      if !known.contains(written!) { known.append(written!) }
    }
    writtenVersion = written
    knownVersions = known.sorted()

    var definitions: [String: Schema] = [:]
    if let node = members["$defs"] {
      for (key, value) in try reader.pairs(node, of: "$defs") {
        definitions[try reader.text(key)] = try Schema(value, reader)
      }
    }
    self.definitions = definitions

    if let node = members["requestBody"] {
      let body = try reader.members(node, keys: ["required", "schema", "description"], of: "a requestBody")
      isBodyRequired = try body["required"].map { node throws(RuleFileError) in try reader.boolean(node) } ?? false
      request = try Schema(reader.required("schema", body, node, of: "a requestBody"), reader)
    } else {
      isBodyRequired = false
      request = nil
    }
    var responses: [Response] = []
    if let node = members["responses"] {
      for (key, value) in try reader.pairs(node, of: "responses") {
        let status = try reader.text(key)
        guard status == "default" || Int(status).map({ (100...599).contains($0) }) ?? false else {
          throw reader.mistake(key, "a response is named by its status code, or 'default'")
        }
        let response = try reader.members(value, keys: ["schema", "description"], of: "a response")
        guard let schema = response["schema"] else { continue }
        responses.append(Response(status: Int(status) ?? 0, schema: try Schema(schema, reader)))
      }
    }
    self.responses = responses
    try check(reader)
  }

  /// Every `$ref` leads somewhere.
  private func check(_ reader: FileReader) throws(RuleFileError) {
    var open: [Schema] = Array(definitions.values) + responses.map(\.schema) + (request.map { [$0] } ?? [])
    while let schema = open.popLast() {
      if let reference = schema.reference, definitions[reference] == nil {
        throw reader.mistake(
          schema.place, reader.unknown("definition", reference, of: "$defs", known: definitions.keys.sorted()))
      }
      open += schema.properties.map(\.schema) + schema.items + schema.additional
    }
  }
}

/// A schema: the words of JSON Schema 2020-12 that shapes have, and no others.
struct Schema: Sendable {
  enum ValueType: String, CaseIterable, Sendable { case object, array, string, integer, number, boolean }

  struct Property: Sendable {
    let name: String
    let schema: Schema
  }

  let type: ValueType?
  let properties: [Property]
  let required: [String]
  let values: [String]
  /// Empty or one schema: an array is what keeps the type from containing itself.
  let items: [Schema]
  let additional: [Schema]
  let isReadOnly: Bool
  let isWriteOnly: Bool
  let isDeprecated: Bool
  let isSecret: Bool
  let format: ValueFormat
  /// The name behind `#/$defs/`.
  let reference: String?
  let place: YAMLNode

  static let keys = [
    "type", "properties", "required", "enum", "items", "additionalProperties", "readOnly", "writeOnly", "deprecated",
    "format", "description", "$ref", "x-ms-secret",
  ]

  init(_ node: YAMLNode, _ reader: FileReader) throws(RuleFileError) {
    let members = try reader.members(node, keys: Self.keys, of: "a schema")
    func flag(_ key: String) throws(RuleFileError) -> Bool {
      guard let node = members[key] else { return false }
      return try reader.boolean(node)
    }
    place = YAMLNode(content: .scalar(""), line: node.line, column: node.column)
    isReadOnly = try flag("readOnly")
    isWriteOnly = try flag("writeOnly")
    isDeprecated = try flag("deprecated")
    isSecret = try flag("x-ms-secret")
    if let description = members["description"] { _ = try reader.text(description) }

    if let reference = members["$ref"] {
      let beside = Set(members.keys).subtracting(["$ref", "readOnly", "writeOnly", "deprecated", "description"])
      if let extra = beside.sorted().first {
        throw reader.mistake(members[extra]!, "'\(extra)' cannot stand beside $ref")
      }
      let text = try reader.text(reference)
      guard text.hasPrefix("#/$defs/") else { throw reader.mistake(reference, "a $ref is written '#/$defs/NAME'") }
      self.reference = String(text.dropFirst("#/$defs/".count))
      type = nil
      properties = []
      required = []
      values = []
      items = []
      additional = []
      format = .none
      return
    }
    reference = nil
    type = try members["type"].map { node throws(RuleFileError) in try reader.word(node, ValueType.self, what: "type") }

    var properties: [Property] = []
    if let node = members["properties"] {
      for (key, value) in try reader.pairs(node, of: "properties") {
        properties.append(Property(name: try reader.text(key), schema: try Schema(value, reader)))
      }
    }
    self.properties = properties
    var required: [String] = []
    if let node = members["required"] {
      for element in try reader.list(node, of: "required") {
        let name = try reader.text(element)
        guard properties.contains(where: { $0.name == name }) else {
          throw reader.mistake(
            element, reader.unknown("property", name, of: "this object", known: properties.map(\.name)))
        }
        required.append(name)
      }
    }
    self.required = required
    values = try members["enum"].map { node throws(RuleFileError) in try reader.texts(node) } ?? []
    items = try members["items"].map { node throws(RuleFileError) in [try Schema(node, reader)] } ?? []
    additional =
      try members["additionalProperties"].map { node throws(RuleFileError) in [try Schema(node, reader)] } ?? []
    if let node = members["format"] {
      let spelling = try reader.text(node)
      guard let format = ValueFormat(spelling: spelling) else {
        throw reader.mistake(node, reader.unknown("format", spelling, of: nil, known: ValueFormat.spellings))
      }
      self.format = format
    } else {
      format = .none
    }
  }
}
