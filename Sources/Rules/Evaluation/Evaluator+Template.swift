import JSONText

/// Bodies inside of templates and examples.
extension Evaluator {
  /// `[parameters('size')]`: a value that the deployment fills in. `[[` is an escaped bracket.
  func isExpression(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.count >= 2 && text[0] == UInt8(ascii: "[") && text[1] != UInt8(ascii: "[")
      && text[text.count - 1] == UInt8(ascii: "]")
  }

  /// Whether a value is an expression that can come out as null, which is as good as absent.
  func mayBeNull(_ index: UInt32) -> Bool {
    guard isTemplate, index != 0, nodes[Int(index)].kind == .string else { return false }
    let text = document.text(nodes[Int(index)])
    return text.hasPrefix("[") && !text.hasPrefix("[[") && (text.contains("null") || text.hasPrefix("[if("))
  }

  /// What a resource of a template has beside the body that is sent.
  private static let resourceMembers: [StaticString] = [
    "apiVersion", "comments", "condition", "copy", "dependsOn", "existing", "import", "metadata", "resources", "scope",
    "asserts", "type", "name",
  ]

  /// Whether a member that the shape does not know belongs to the template's language: the resource's own members, and
  /// `copy`, which makes an array out of one element.
  mutating func isOfTemplate(_ member: UInt32, _ shapeIndex: UInt32) -> Bool {
    let name = document.raw(nodes[Int(member)])
    if depth == 1 {
      return Self.resourceMembers.contains {
        equalIgnoringCase(name, UnsafeBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount))
      }
    }
    let copy: StaticString = "copy"
    guard equalIgnoringCase(name, UnsafeBufferPointer(start: copy.utf8Start, count: copy.utf8CodeUnitCount)),
      nodes[Int(member) + 1].kind == .array
    else { return false }
    var loop = member + 2
    while loop < nodes[Int(member) + 1].next {
      judge(loop: loop, shapeIndex)
      loop = nodes[Int(loop)].next
    }
    return true
  }

  /// `{"name": "dataDisks", "count": 3, "input": {…}}`: the input is what each element of the array will be.
  private mutating func judge(loop: UInt32, _ shapeIndex: UInt32) {
    guard let name = document.member("name", of: loop), nodes[Int(name)].kind == .string,
      let input = document.member("input", of: loop)
    else { return }
    let table = program.shapes[Int(shapeIndex)].properties
    let index = program.indexIgnoringCase(of: document.raw(nodes[Int(name)]), in: table)
    guard index >= 0 else { return }
    let array = program.shapes[Int(program.names[Int(table.start) + index].shape)]
    if array.register != 0 { registers[Int(array.register)] = input }
    if array.element != ShapeNode.none { walk(input, array.element) }
  }

  /// The last names of a template's resource are its URI parameters: `gallery/definition`.
  mutating func judgeTemplateName() {
    if let version = document.member("apiVersion", of: root), nodes[Int(version)].kind == .string,
      !isExpression(document.raw(nodes[Int(version)]))
    {
      judge("api-version", document.text(nodes[Int(version)]), version, part: nil)
    }
    guard let node = document.member("name", of: root), nodes[Int(node)].kind == .string else { return }
    let text = document.text(nodes[Int(node)])
    guard !text.hasPrefix("[") || text.hasPrefix("[["), nodes[Int(node)].flags.isDisjoint(with: .escaped) else {
      return
    }
    let names = text.split(separator: "/", omittingEmptySubsequences: false)
    let own = Compiler.templateParameters(program.string(entry.path)).map(\.name).dropFirst(2)
    var end = text.utf8.count
    for (name, parameter) in zip(names.reversed(), own.reversed()) {
      let start = end - name.utf8.count
      judge(parameter, String(name), node, part: (UInt32(start), UInt32(name.utf8.count)))
      end = start - 1
    }
  }

  /// The URI parameters of an example, where they stand in the document.
  mutating func judge(parameters: [(name: String, node: UInt32)]) {
    for (name, node) in parameters { judge(name, document.text(nodes[Int(node)]), node, part: nil) }
  }

  private mutating func judge(_ name: String, _ value: String, _ node: UInt32, part: (start: UInt32, length: UInt32)?) {
    for index in 0..<Int(entry.parameters.count) {
      let parameter = program.parameters[Int(entry.parameters.start) + index]
      guard program.string(parameter.name) == name else { continue }
      var text = value
      text.withUTF8 { bytes in
        if let found = placeholder(in: bytes, .structured) {
          guard !found.isVariable else { return }
          let range = found.range
          report(.unresolvedPlaceholder, .value, node, detail: UInt32(range.lowerBound))
          faults.setPart(start: (part?.start ?? 0) + UInt32(range.lowerBound), length: UInt32(range.count))
        } else if parameter.cases.count > 0 {
          self.part = part
          judgeText(bytes, parameter.cases, node)
          self.part = nil
        }
      }
    }
  }
}
