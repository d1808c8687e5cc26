import Bodylint

/// Each of these is a part of the documentation, and says what it prints.
@main
struct Example {
  static func main() async throws {
    try checkABody()
    try checkManyBodies()
    try sayWhatTheBodyDoesNot()
    try addRules(CommandLine.arguments[1])
    try await shareALinter()
    try mend()
  }
}

func checkABody() throws {
  let linter = Linter()
  let body = #"{"location": "westus", "properties": {"hyperVGeneration": "V3"}}"#
  for finding in try linter.check(body, as: Request(operation: "Images_CreateOrUpdate")) {
    print(finding.severity, finding.rule, finding.pointer?.description ?? "request line", finding.message)
  }
}

func checkManyBodies() throws {
  let linter = Linter()
  let images = try linter.prepare(Request(operation: "Images_CreateOrUpdate", apiVersion: "2024-03-01"))
  let bodies: [[UInt8]] = [
    Array(#"{"location": "westus"}"#.utf8),
    Array("{\n  \"location\": 7\n}\n".utf8),
  ]
  for body in bodies {
    let findings = images.check(body)
    guard !findings.isEmpty else { continue }
    let positions = TextPositions(body)
    for finding in findings {
      guard let range = finding.range else { continue }
      let start = range.lowerBound
      print("\(positions.line(at: start)):\(positions.column(at: start)): \(finding.rule): \(finding.message)")
    }
  }
}

func sayWhatTheBodyDoesNot() throws {
  let linter = Linter()
  let body = #"{"tempDisk": true, "osProfile": {"adminPassword": "correct horse"}}"#
  let request = Request(operation: "VirtualMachines_Reimage", facts: ["os": "Linux"])
  let report = try linter.report(body.utf8, as: request)
  if let judgement = report.judgement {
    print(linter.rules.operations[judgement.operation].name, report.findings.map(\.rule))
  }
  do {
    _ = try linter.check(body, as: Request(operation: "VirtualMachines_Reimge"))
  } catch {
    print(error)
  }
}

func addRules(_ folder: String) throws {
  do {
    let rules = try RuleSet.bundled.adding(contentsOf: folder)
    let linter = Linter(rules)
    let findings = try linter.check(#"{"location": "westus"}"#, as: Request(operation: "Images_CreateOrUpdate"))
    print(findings.contains { $0.rule == "location-outside-europe" })
  } catch let error as RuleSetError {
    for mistake in error.mistakes { print("\(mistake.file):\(mistake.line):\(mistake.column): \(mistake.message)") }
  }
}

func shareALinter() async throws {
  let linter = Linter()
  let bodies = (0..<1_000).map { #"{"tempDisk": \#($0 % 10 == 0 ? "1" : "true")}"# }
  let reimage = try linter.prepare(Request(operation: "VirtualMachines_Reimage"))
  let count = await withTaskGroup(of: Int.self) { group in
    for body in bodies { group.addTask { reimage.check(body).count } }
    return await group.reduce(0, +)
  }
  print(count, "findings")
}

func mend() throws {
  let linter = Linter()
  let body = Array(#"{"location": "westus", "tags": null}"#.utf8)
  let findings = try linter.check(body, as: Request(operation: "Images_CreateOrUpdate"))
  for fix in findings.compactMap(\.fix) where fix.isSafe {
    var mended = body
    for edit in fix.edits.reversed() { mended.replaceSubrange(edit.range, with: edit.text.utf8) }
    print(fix.description, "->", String(decoding: mended, as: UTF8.self))
  }
}
