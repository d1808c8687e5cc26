/// A shape with its references followed: one object for each place of a body. Only at compile time.
final class ShapeTree {
  /// The way to a property, and what is said about it there.
  struct Edge {
    let name: String
    let tree: ShapeTree
    let isRequired: Bool
    let isReadOnly: Bool
    let isDeprecated: Bool
  }

  let schema: Schema
  weak var parent: ShapeTree?
  /// Required properties first.
  private(set) var edges: [Edge] = []
  /// Elements of an array, or values of a map.
  private(set) var element: ShapeTree?
  /// It stands, by the same definition, inside of itself, and so on: there is no single place of a body that it is, so no
  /// rule can look there. The first time that a definition comes on the way is a place like any other.
  let isInRecursion: Bool
  let isSecret: Bool

  /// Some rule asks what stands here.
  var needsRegister = false
  var register: UInt16 = 0
  var index: UInt32 = 0
  /// Cases to judge here, in the order of the rules.
  var cases: [UInt32] = []

  /// Definitions nest as deep as they like, but not in circles deeper than this.
  private static let depthMax = 64

  convenience init(_ schema: Schema, _ definitions: [String: Schema]) {
    self.init(schema, definitions, parent: nil, open: [:], isSecret: false, isInRecursion: false)
  }

  private init(
    _ schema: Schema, _ definitions: [String: Schema], parent: ShapeTree?, open: [String: ShapeTree], isSecret: Bool,
    isInRecursion: Bool
  ) {
    var resolved = schema
    var open = open
    var isSecret = isSecret || schema.isSecret
    var hops = 0
    var names: [String] = []
    while let reference = resolved.reference, hops < Self.depthMax, let definition = definitions[reference] {
      names.append(reference)
      resolved = definition
      isSecret = isSecret || definition.isSecret
      hops += 1
    }
    self.schema = resolved
    self.parent = parent
    self.isSecret = isSecret
    self.isInRecursion = isInRecursion
    for name in names { open[name] = self }

    func child(_ schema: Schema) -> ShapeTree {
      var open = open
      var isInRecursion = isInRecursion
      if let reference = schema.reference, let ancestor = open.removeValue(forKey: reference) {
        if ancestor.isInRecursion { return ancestor }
        isInRecursion = true
      }
      return ShapeTree(
        schema, definitions, parent: self, open: open, isSecret: isSecret, isInRecursion: isInRecursion)
    }
    var edges: [Edge] = []
    for property in resolved.properties {
      let tree = child(property.schema)
      edges.append(
        Edge(
          name: property.name, tree: tree, isRequired: resolved.required.contains(property.name),
          isReadOnly: property.schema.isReadOnly || tree.schema.isReadOnly,
          isDeprecated: property.schema.isDeprecated || tree.schema.isDeprecated))
    }
    self.edges = edges.filter(\.isRequired) + edges.filter { !$0.isRequired }
    element = (resolved.items.first ?? resolved.additional.first).map(child)
  }

  /// The place below by one token of a pointer; `*` for elements and values of maps.
  func child(_ token: String, _ reader: FileReader, _ node: YAMLNode) throws(RuleFileError) -> ShapeTree {
    let tree: ShapeTree
    if token == "*" {
      guard let element else {
        throw reader.mistake(node, "'*' stands for elements of an array or members of a map; this is neither")
      }
      tree = element
    } else if let edge = edges.first(where: { $0.name == token }) {
      tree = edge.tree
    } else {
      throw reader.mistake(node, reader.unknown("property", token, of: "this shape", known: edges.map(\.name)))
    }
    guard !tree.isInRecursion else {
      throw reader.mistake(node, "this place is inside of itself, by the same definition; a rule cannot look there")
    }
    return tree
  }

  /// Calls for this place and every place below it once, parents first.
  func visit(_ body: (ShapeTree) -> Void) {
    body(self)
    for edge in edges where edge.tree.parent === self { edge.tree.visit(body) }
    if let element, element.parent === self { element.visit(body) }
  }
}
