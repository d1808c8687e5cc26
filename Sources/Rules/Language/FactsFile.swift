import JSONText

/// A fact that rules may ask for, as `facts.yaml` declares it.
struct Fact: Sendable {
  let name: String
  let title: String
  let values: [String]
  /// Operation and the place in its body that says it.
  let sources: [(operation: String, pointer: YAMLNode)]

  static func read(_ text: String, file: String) throws(RuleFileError) -> [Fact] {
    let reader = FileReader(file: file)
    let root = try YAMLReader.read(text, file: file)
    var facts: [Fact] = []
    for (key, value) in try reader.pairs(root, of: "the facts") {
      let members = try reader.members(value, keys: ["title", "values", "from"], of: "a fact")
      let values = try reader.texts(reader.required("values", members, value, of: "a fact"))
      guard (2...16).contains(values.count) else { throw reader.mistake(value, "a fact has 2 to 16 values") }
      var sources: [(operation: String, pointer: YAMLNode)] = []
      if let from = members["from"] {
        for (operation, pointer) in try reader.pairs(from, of: "from") {
          guard JSONPointer(try reader.text(pointer)) != nil else {
            throw reader.mistake(pointer, "a JSON Pointer was expected")
          }
          sources.append((try reader.text(operation), pointer))
        }
      }
      facts.append(
        Fact(
          name: try reader.text(key), title: try reader.text(reader.required("title", members, value, of: "a fact")),
          values: values, sources: sources))
    }
    return facts
  }
}
