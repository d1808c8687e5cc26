import JSONText

/// An ARM template: its resources of known types, those of nested deployments and child resources included.
struct TemplateFrame {
  let detection: OperationDetection
  let resources: UInt32

  private var document: Document { detection.document }
  private var tables: Program.Tables { detection.tables }

  func targets(_ prepared: Checker.Prepared) -> [OperationDetection.Target] {
    var out: [OperationDetection.Target] = []
    guard !prepared.request.isResponse else { return out }
    collect(resources, parentType: "", prepared, &out)
    return out
  }

  /// Resources are an array, or, in templates with symbolic names, a map.
  private func collect(
    _ resources: UInt32, parentType: String, _ prepared: Checker.Prepared, _ out: inout [OperationDetection.Target]
  ) {
    let list = document[resources]
    guard list.kind == .array || list.kind == .object else { return }
    var index = resources + 1
    while index < list.next {
      let resource = list.kind == .object ? index + 1 : index
      if document[resource].kind == .object { self.resource(resource, parentType, prepared, &out) }
      index = document[resource].next
    }
  }

  private func resource(
    _ resource: UInt32, _ parentType: String, _ prepared: Checker.Prepared, _ out: inout [OperationDetection.Target]
  ) {
    guard let own = string("type", of: resource) else { return }
    // A reference to what is there already.
    if let existing = document.member("existing", of: resource), document[existing].kind == .true { return }
    let type =
      parentType.isEmpty || own.contains("/") && own.lowercased().hasPrefix(parentType.lowercased())
      ? own : parentType + "/" + own
    if let entry = detection.entry(resourceType: type), prepared.entry ?? entry == entry {
      var target = OperationDetection.Target(
        entry: entry, root: resource, reason: .template, apiVersion: string("apiVersion", of: resource))
      target.isTemplate = true
      out.append(target)
    }
    if let children = document.member("resources", of: resource) {
      collect(children, parentType: type, prepared, &out)
    }
    if type.lowercased() == "microsoft.resources/deployments",
      let properties = document.member("properties", of: resource), document[properties].kind == .object,
      let template = document.member("template", of: properties), document[template].kind == .object,
      let nested = document.member("resources", of: template)
    {
      collect(nested, parentType: "", prepared, &out)
    }
  }

  /// The text of a string member that is no expression.
  private func string(_ name: StaticString, of object: UInt32) -> String? {
    guard let node = document.member(name, of: object), document[node].kind == .string else { return nil }
    let text = document.text(document[node])
    return text.hasPrefix("[") ? nil : text
  }
}
