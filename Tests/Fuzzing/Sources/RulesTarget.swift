import Bodylint
import Rules

/// Rule files, shapes and facts: a mistake has a place in the file and a word; what is taken compiles, judges bodies and
/// explains itself.
struct RulesTarget: FuzzTarget {
  /// The bundled shapes, by the name of their operation. Only one is compiled for each input, since that takes longest.
  private let shapes: [(operation: String, file: RuleSet.RuleFile)]
  private let facts = RuleSet.RuleFile(
    path: "facts.yaml", text: "os:\n  title: the system\n  values: [Windows, Linux]\n")
  private let bodies = [
    """
    {"location":"westus","tags":{"a":"b"},"properties":{"storageProfile":{
      "osDisk":{"osType":"Linux","osState":"Generalized","diskSizeGB":12,"blobUri":"https://a.blob.core.windows.net/v/o.vhd"},
      "dataDisks":[{"lun":1},{"lun":1,"diskSizeGB":4096}]}}}
    """,
    #"{"tempDisk":true,"osProfile":{"adminPassword":"Passw0rd!","customData":"I2Nsb3VkLWNvbmZpZwo="}}"#,
  ]

  init() {
    let files = RuleSet.bundled.files.filter { $0.path.hasPrefix("shapes/") }
    shapes = RuleSet.bundled.operations.filter { !$0.isResponse }.compactMap { operation in
      files.first { $0.path == "shapes/\(operation.name).yaml" }.map { (operation.name, $0) }
    }
    always(shapes.count == 4, "there are four shapes: \(files.map(\.path))")
  }

  func run(_ bytes: UnsafeBufferPointer<UInt8>) {
    let text = String(decoding: bytes, as: UTF8.self)
    let shape = shapes.first { text.contains($0.operation) } ?? shapes[2]
    if text.contains("operationId:") {
      take(RuleSet.RuleFile(path: "shapes/fuzz.yaml", text: text), [facts])
    } else if text.contains("values:"), !text.contains("check:") {
      take(RuleSet.RuleFile(path: "facts.yaml", text: text), [shape.file])
    } else {
      // A rule's id is that of its file.
      let id =
        text.split(separator: "\n").first { $0.hasPrefix("id: ") }?.dropFirst(4).prefix { $0 != " " && $0 != "/" }
        ?? "rule"
      take(RuleSet.RuleFile(path: "fuzz/\(id).yaml", text: text), [shape.file, facts])
    }
  }

  private func take(_ file: RuleSet.RuleFile, _ others: [RuleSet.RuleFile]) {
    do throws(RuleSetError) {
      let rules = try RuleSet(files: others + [file])
      let linter = Linter(rules)
      let operations: [String?] = [nil] + rules.operations.prefix(2).map(\.name)
      for body in bodies {
        for operation in operations { _ = try? linter.check(body, as: Request(operation: operation)) }
      }
      for rule in try rules.rules() where rule.file == file.path {
        for example in rule.examples.prefix(2) {
          _ = try? linter.check(example.body, as: Request(operation: example.operation ?? rule.operations.first))
        }
      }
    } catch {
      always(!error.mistakes.isEmpty, "an error without a mistake")
      for mistake in error.mistakes {
        always(!mistake.message.isEmpty && !mistake.message.contains("\n"), "a message is one line: \(mistake.message)")
        always(mistake.line >= 0 && mistake.column >= 0, "a place")
      }
    }
  }
}
