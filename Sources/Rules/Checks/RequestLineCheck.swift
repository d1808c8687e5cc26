/// `requestLine: true`
enum RequestLineCheck: Check {
  static let keyword = "requestLine"
  static let opcode = Opcode.requestLine
  static let subject = CheckSubject.request
  static let placeholders = ["problem"]
  static let summary = "Method and path are the operation's, and api-version is given where it has one."
  static let argumentSchema = #"{"const":true}"#

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    guard try scope.reader.boolean(argument) else { throw scope.reader.mistake(argument, "'true' was expected") }
  }

  /// Outcomes: 1 another method, 2 another path, 3 no api-version.
  static func part(_ outcome: UInt8) -> String {
    switch outcome {
    case 1: "method"
    case 2: "path"
    default: "api-version"
    }
  }

  static func judge(_ operands: UnsafePointer<UInt32>, _ evaluator: inout Evaluator) {
    guard let request = evaluator.request else { return }
    if let method = request.method, method.uppercased() != evaluator.program.string(evaluator.entry.method) {
      evaluator.fail(1, 0)
    }
    guard request.hasURL else { return }
    if !request.matchesPath {
      evaluator.fail(2, 0)
    } else if evaluator.entry.versions.count > 0, request.value(of: "api-version") == nil {
      evaluator.fail(3, 0)
    }
  }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "problem": problem(fault, context)
    default: nil
    }
  }

  private static func problem(_ fault: RawFault, _ context: FaultContext) -> String {
    switch fault.outcome {
    case 1:
      "the method is \(context.quotable(context.request?.method ?? "")); \(context.entryName) takes "
        + context.tables.string(context.entry.method)
    case 2: "the path is not \(context.tables.string(context.entry.path))"
    default: "the query lacks api-version"
    }
  }
}
