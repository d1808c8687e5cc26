/// `resourceId: form`, `resourceId: leadingSlash`, `resourceId: {type: Microsoft.Compute/disks}`
enum ResourceIDCheck: Check {
  static let keyword = "resourceId"
  static let opcode = Opcode.resourceID
  static let subject = CheckSubject.text
  static let placeholders = ["actual", "problem", "expected"]
  static let summary = "The string is an Azure resource id: its form, its leading slash, or the type it names."
  static let argumentSchema =
    #"{"anyOf":[{"enum":["form","leadingSlash"]},{"type":"object","additionalProperties":false,"required":["type"],"properties":{"type":{"type":"string"}}}]}"#

  private enum Aspect: UInt32 { case form, leadingSlash, type }

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    if case .mapping = argument.content {
      let members = try scope.reader.members(argument, keys: ["type"], of: "resourceId")
      let node = try scope.reader.required("type", members, argument, of: "resourceId")
      let type = try scope.reader.text(node)
      guard type.split(separator: "/", omittingEmptySubsequences: false).count >= 2, !type.contains("//") else {
        throw scope.reader.mistake(node, "a type is written namespace/type: Microsoft.Compute/disks")
      }
      scope.emit(Aspect.type.rawValue)
      scope.emit(type)
      return
    }
    switch try scope.reader.text(argument) {
    case "form": scope.emit(Aspect.form.rawValue)
    case "leadingSlash": scope.emit(Aspect.leadingSlash.rawValue)
    default: throw scope.reader.mistake(argument, "'form', 'leadingSlash' or {type: …} was expected")
    }
  }

  static func narrow(_ sound: inout Soundness, _ operands: CompiledOperands) {
    switch Aspect(rawValue: operands[0])! {
    case .form, .leadingSlash: sound.requireResourceID()
    case .type: sound.require(resourceType: operands.text(1))
    }
  }

  @inline(__always)
  static func outcome(
    _ text: UnsafeBufferPointer<UInt8>, _ node: UInt32, _ operands: UnsafePointer<UInt32>,
    _ evaluator: inout Evaluator
  ) -> UInt8 {
    evaluator.resourceID.split(text, node: node)
    switch Aspect(rawValue: operands[0])! {
    case .form: return evaluator.resourceID.problem == .none ? 0 : 1
    case .leadingSlash:
      return evaluator.resourceID.hasLeadingSlash || evaluator.resourceID.problem != .none ? 0 : 1
    case .type:
      guard evaluator.resourceID.problem == .none else { return 0 }
      let type = evaluator.program.bytes(evaluator.program.text(at: operands + 1))
      return evaluator.resourceID.isOf(type: type, text) ? 0 : 1
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    let isOfType = operands[0] == Aspect.type.rawValue
    return switch name {
    case "actual" where isOfType: withID(fault, context) { context.quotable($0.type($1)) }
    case "actual": context.text(fault)
    case "expected" where isOfType: context.tables.string(context.tables.text(at: operands + 1))
    case "problem" where !isOfType: withID(fault, context) { id, _ in words(for: id.problem) }
    default: nil
    }
  }

  /// Calls with the resource id that a fault is about, and its text.
  private static func withID(
    _ fault: RawFault, _ context: FaultContext, _ body: (ResourceID, UnsafeBufferPointer<UInt8>) -> String
  ) -> String {
    context.withBytes(of: fault) { bytes in
      var id = ResourceID()
      defer { id.free() }
      id.split(bytes)
      return body(id, bytes)
    }
  }

  static func isOfLeadingSlash(_ operands: UnsafePointer<UInt32>) -> Bool {
    operands[0] == Aspect.leadingSlash.rawValue
  }

  private static func words(for problem: ResourceID.Problem) -> String {
    switch problem {
    case .none: ""
    case .empty: "it is empty"
    case .emptySegment: "a segment between two slashes, or at the end, is empty"
    case .noSubscription: "it does not begin with /subscriptions/{id}"
    case .noResourceGroup: "/resourceGroups/{name} does not follow the subscription"
    case .noProvider: "/providers/{namespace} does not follow the resource group"
    case .noName: "it ends without the name of a resource"
    case .tooLong: "it has more than \(ResourceID.segmentCountMax) segments"
    }
  }

  static func fix(
    of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> CheckFix? {
    isOfLeadingSlash(operands) ? CheckFix(description: "add the leading slash", range: 0..<0, text: "/") : nil
  }
}
