import JSONText

/// `distinctNames: ignoringCase`
enum DistinctNamesCheck: Check {
  static let keyword = "distinctNames"
  static let opcode = Opcode.distinctNames
  static let subject = CheckSubject.object
  static let placeholders = ["name", "other"]
  static let summary = "No two names of the map differ only in ASCII letter case; points at the later."
  static let argumentSchema = #"{"const":"ignoringCase"}"#

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    guard try scope.reader.text(argument) == "ignoringCase" else {
      throw scope.reader.mistake(argument, "'ignoringCase' was expected")
    }
  }

  /// Up to so many names, each is compared with each, which needs no memory: a body's tags are up to fifty.
  private static let pairwiseMax = 64

  static func judge(_ node: UInt32, _ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    let nodes = evaluator.nodes
    let end = nodes[Int(node)].next
    var count = 0
    var member = node &+ 1
    while member < end {
      count += 1
      if count > pairwiseMax {
        compareAll(node, &evaluator)
        return
      }
      var earlier = node &+ 1
      while earlier < member {
        if differOnlyInCase(nodes[Int(earlier)], nodes[Int(member)], evaluator) {
          compareAll(node, &evaluator)
          return
        }
        earlier = nodes[Int(earlier) + 1].next
      }
      member = nodes[Int(member) + 1].next
    }
  }

  @inline(__always)
  private static func differOnlyInCase(
    _ one: TapeNode, _ other: TapeNode, _ evaluator: borrowing Evaluator
  ) -> Bool {
    if one.flags.contains(.escaped) || other.flags.contains(.escaped) { return true }
    return equalIgnoringCase(evaluator.document.raw(one), evaluator.document.raw(other))
  }

  @inline(never)
  private static func compareAll(_ node: UInt32, _ evaluator: inout Evaluator) {
    var firsts: [String: (member: UInt32, name: String)] = [:]
    var member = node + 1
    while member < evaluator.nodes[Int(node)].next {
      let name = evaluator.document.text(evaluator.nodes[Int(member)])
      let folded = String(decoding: name.utf8.map(lowercased), as: UTF8.self)
      if let first = firsts[folded] {
        // The very same name twice is a duplicate-property.
        if first.name != name { evaluator.fail(1, member, detail: first.member, isName: true) }
      } else {
        firsts[folded] = (member, name)
      }
      member = evaluator.nodes[Int(member) + 1].next
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "name": context.text(fault)
    case "other": context.quotable(context.document.text(context.document[fault.detail]))
    default: nil
    }
  }

  static func related(
    to fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> [(node: UInt32, message: String)] { [(fault.detail, "the first one is here")] }
}
