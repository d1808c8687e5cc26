import Bodylint
import Rules
import Testing

/// Files of requests (`.http`): which requests are found in them, what is said of them, and what is never shown.
@Suite struct HTTPFileTests {
  private static let group =
    "https://management.azure.com/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/web"
  private static let images = group + "/providers/Microsoft.Compute/images"
  private static let line = "PUT \(images)/web?api-version=2024-03-01"
  private static let machine =
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web"
  /// Its location is of the wrong type.
  private static let wrong = #"{"location": 5}"#
  private static let request = "\(line)\n\n\(wrong)\n"
  private static let canary = "ZqXvKdWpRtLmNbHy"

  private func report(_ bytes: [UInt8], _ request: Request = Request()) throws -> Report {
    let files = FileChecker(.bundled)
    let prepared = try files.prepare(request)
    return try bytes.withUnsafeBufferPointer { try files.check($0, .http, as: prepared) }
  }

  private func report(_ text: String, _ request: Request = Request()) throws -> Report {
    try report(Array(text.utf8), request)
  }

  // MARK: Requests

  private static let sound: [String] = [
    request,
    // What stands before a request.
    "< {%\n  request.variables.set('a', 'b')\n%}\n\(request)", "< {% client.log('a') %}\n\(request)",
    "< prepare.js\n\(request)", "  # comment\n\(request)", "  ### sep\n\(request)", "\t// comment\n\(request)",
    "  @host = a\n\(request)", "\u{FEFF}\u{FEFF}\(request)", "\u{A0}\n\(request)", "\u{B}\n\u{3000}\n\(request)",
    // Its line.
    "PUT\t\(images)/web?api-version=2024-03-01\n\n\(wrong)", "  \(request)", "\(line) HTTP/1.1\n\n\(wrong)",
    "put \(images)/web\n  ?api-version=2024-03-01\nA: b\n\n\(wrong)", "\(line) -H \"A: b\"\n\n\(wrong)",
    "SOMETHING \(images)/web?api-version=2024-03-01\n\n\(wrong)",
    "PUT {{ host }}/subscriptions/{{ id }}/resourceGroups/a/providers/Microsoft.Compute/images/b\n\n\(wrong)",
    // What stands between it and the body.
    "\(line)\nA: b\n\u{A0}\n\(wrong)", "\(line)\nA: b\n\u{B}\n\(wrong)", "\(line)\r\n\r\n\(wrong)\r\n",
    "\(line)\rA: b\r\r\(wrong)\r",
    // No blank line stands there.
    "\(line)\n\(wrong)", "\(line)\nA: b\n\(wrong)", "\(line)\nA: b\n  \(wrong)",
    "\(line)\n{{header}}: b\nA: b\n\(wrong)",
    // Comments are not sent.
    "\(line)\n\n# note\n\(wrong)\n", "\(line)\n\n{\n  // note\n# \"a\": 1\n\"location\": 5\n\t#\n}",
    "\(request)# note", "\(request)  // note\n\n#\n",
    // What stands behind it.
    "\(request)\n> {%\n  client.log('a')\n%}\n", "\(request)\n<> 2026-11-21.200.json\n",
    "\(request)>{% client.log('a') %}", "\(request)  > {%\n  client.log('a')\n%}\n", "\(request)\t> check.js\n",
    "\(request)>> answer.json\n", "\(request)  <> answer.json\n", "\(request)### Next\nGET https://example.com/\n",
  ]

  @Test(arguments: sound)
  func requestsAreFound(_ text: String) throws {
    let report = try report(text)
    #expect(report.isRecognized)
    #expect(report.judgements.count == 1)
    #expect(report.findings.filter { $0.rule == "type-mismatch" }.count == 1)
    #expect(!report.findings.contains { $0.rule == "malformed-json" })
    let place = try #require(report.findings.first { $0.rule == "type-mismatch" }?.range)
    #expect(Array(text.utf8)[place] == [UInt8(ascii: "5")])
  }

  @Test(arguments: ["###", "### Next", "\u{FEFF}### Next", "  ### Next", "\u{FEFF}\u{FEFF}###"])
  func requestsAreParted(_ separator: String) throws {
    let report = try report("\(Self.request)\(separator)\n\(Self.request)")
    #expect(report.judgements.count == 2)
    #expect(report.findings.filter { $0.rule == "type-mismatch" }.count == 2)
    #expect(!report.findings.contains { $0.rule == "malformed-json" })
  }

  @Test(arguments: [
    "", "\n", "\n\n", "\nA: b\n", "\nA: b\n\n# note\n", "\n\n> {% a() %}\n", "\n\n<> answer.json\n",
    " HTTP/1.1\n\n###\n",
  ])
  func aBodyThatIsNotThereIsMissed(_ rest: String) throws {
    let text = "# a\n" + Self.line + rest
    let report = try report(text)
    #expect(report.findings.map { $0.message } == ["the request has no body; Images_CreateOrUpdate takes one"])
    let place = try #require(report.findings.first?.range)
    #expect(String(decoding: Array(text.utf8)[place], as: UTF8.self) == Self.line)
  }

  private static let withoutBodies: [String] = [
    // It stands elsewhere.
    "\(line)\n\n< image.json\n", "\(line)\n\n  <@ image.json\n", "\(line)\n# note\n\n# note\n< image.json\n",
    "\(line)\nA: b\n< image.json\n",
    // The operation needs none, or nobody knows the method.
    "POST https://management.azure.com\(machine)/reimage?api-version=2024-03-01\n",
    "SOMETHING \(images)/web?api-version=2024-03-01\n",
  ]

  @Test(arguments: withoutBodies)
  func noOtherBodyIsMissed(_ text: String) throws {
    #expect(try report(text).judgements.count == 1)
    #expect(try report(text).findings.map { $0.message } == [])
  }

  /// Not on a line of its own, a comment is sent.
  @Test(arguments: ["{\"a\": 5} // note", "{\"a\": 5 # note\n}", "{/* note */ \"a\": 5}", "{\n/* note */\n}"])
  func otherCommentsAreMistakes(_ body: String) throws {
    #expect(try report("\(Self.line)\n\n\(body)\n").findings.contains { $0.rule == "malformed-json" })
  }

  @Test(arguments: [
    "{{host}}", "{{host}}:443", "{{host}}{{prefix}}", "https://{{host}}{{prefix}}", "{{scheme}}://{{host}}:{{port}}",
    "https://{{name}}.azure.com", "{{name}}.azure.com", "management.azure.com", "localhost:8080", "127.0.0.1:80",
    "{{login.response.body.//id}}", "https://{{login.response.body.//id}}", "{{base?}}", "{{$.x[?(@.a/b)]}}", "",
  ])
  func hostsAreNoPartOfAPath(_ host: String) throws {
    let text = "PUT \(host)\(Self.machine.dropLast(19))images/web?api-version=2024-03-01\n\n\(Self.wrong)"
    let report = try report(text)
    #expect(report.judgements.count == 1)
    #expect(report.findings.allSatisfy { $0.parameter == nil })
  }

  private static let unknown: [String] = [
    "PUT \(group)/providers/Microsoft.Compute/imagez/web?api-version=2024-03-01\n\n\(wrong)", "GET \(images)/web\n",
    "POST https://example.com/login\n\n{}", "PUT\n", "X", "curl -X PUT \(images)/web", "< {%\nlet a = 1\n\(request)",
  ]

  /// What is not checked does not pass for sound.
  @Test(arguments: unknown)
  func unknownRequestsAreNotRecognized(_ text: String) throws {
    #expect(try !report(text).isRecognized)
    #expect(try report(text).findings.isEmpty)
    // One that is known is enough.
    #expect(try report("\(text)\n###\n\(Self.request)").isRecognized)
  }

  /// A blank in the path ends the URL of the third.
  @Test func requestsAreCounted() throws {
    let third = Self.line.replacing("/web/", with: "/my web/") + "\n\n\(Self.wrong)"
    let texts = ["GET https://example.com/", "X", third, Self.request, Self.request]
    let report = try report(texts.joined(separator: "\n###\n"))
    #expect(report.requests.found == 4)
    #expect(report.requests.unrecognized == 2)
  }

  @Test(arguments: ["", "\n\n", "# nothing\n", "@host = a\n\n###\n", "\u{FEFF}", "< {% a() %}\n"])
  func filesWithoutRequestsAreSound(_ text: String) throws {
    #expect(try report(text).isRecognized)
    #expect(try report(text).findings.isEmpty)
  }

  @Test func anOperationThatIsAskedForNeedsNoPath() throws {
    let asked = Request(operation: "Images_CreateOrUpdate")
    let text = "PUT {{image}}\n\n\(Self.wrong)"
    #expect(try report(text, asked).findings.contains { $0.rule == "type-mismatch" })
    #expect(try !report(text).isRecognized)
  }

  @Test(arguments: [true, false]) func theEncodingIsToldBehindTheFirstLetters(_ isBig: Bool) throws {
    for text in ["日本\n" + Self.request, Self.request, String(repeating: "日", count: 400) + "\n" + Self.request] {
      let bytes = text.utf16.flatMap { unit -> [UInt8] in
        let pair = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
        return isBig ? pair.reversed() : pair
      }
      let report = try report(bytes)
      #expect(report.findings.map { $0.rule } == ["malformed-encoding"])
      #expect(report.findings.first?.message.hasPrefix("the text is UTF-16") == true)
      #expect(report.secrets == [0..<bytes.count])
    }
  }

  @Test func veryManyRequestsAreCounted() throws {
    let line = "POST https://management.azure.com\(Self.machine)/reimage?api-version=2024-03-01"
    let report = try report(String(repeating: line + "\n###\n", count: 12_000))
    #expect(report.findings.isEmpty)
    #expect(report.bodyCount == 12_000)
    #expect(report.judgements.count < 12_000)
  }

  // MARK: Variables

  @Test(arguments: [
    "{{generation}}", "{{ generation }}", "{{$guid}}", "{{$dotenv g}}", "{{$randomInt 1 2}}",
    "{{login.response.body.$.x}}", "{{login.response.body.$.list[0].id}}", "{{$datetime 'YYYY-MM-DD' -1 d}}",
    "{{$random.alphabetic(8)}}", "V{{number}}", "{{login.response.body.$.list[?(@.id==1)].name}}", "{{a=b}}", "{{a;b}}",
    "{{a & b}}", "{{x?y}}", "{{a#b}}", "{{a}}{{b}}", #"{{login.response.body.$.list[?(@.id==\"a\")].name}}"#,
  ])
  func variablesAreNoMistakes(_ variable: String) throws {
    let body =
      #"{"location": "westus", "properties": {"hyperVGeneration": "\#(variable)", "#
      + #""sourceVirtualMachine": {"id": "\#(Self.machine)"}}}"#
    let report = try report("\(Self.line)\n\n\(body)\n")
    #expect(report.judgements.count == 1)
    #expect(report.findings.map { $0.message } == [])
  }

  @Test func variablesOfAURLAreNoMistakes() throws {
    let url =
      "{{$dotenv HOST}}/subscriptions/{{$dotenv SUB}}/resourceGroups/{{$processEnv RG}}"
      + "/providers/Microsoft.Compute/images/{{ name }}?api-version={{$dotenv VERSION}}"
    let report = try report("PUT \(url) HTTP/1.1\n\n\(Self.wrong)\n")
    #expect(report.judgements.count == 1)
    #expect(report.findings.allSatisfy { $0.parameter == nil })
    #expect(report.findings.contains { $0.rule == "type-mismatch" })
  }

  @Test(arguments: ["{{x?y}}", "{{a#b}}", "{{a=b}}", "{{a & b}}", "{{login.response.body.//id}}", "a{{b}}c"])
  func whatStandsInAVariableSeparatesNothing(_ variable: String) throws {
    let group = "https://management.azure.com/subscriptions/\(variable)/resourceGroups/web"
    let url = "\(group)/providers/Microsoft.Compute/images/\(variable)?api-version=\(variable)&a={{b}}"
    let report = try report("PUT \(url)\n\n\(Self.wrong)\n")
    #expect(report.judgements.count == 1)
    #expect(report.findings.filter { $0.parameter != nil }.map { $0.message } == [])
    #expect(report.findings.contains { $0.rule == "type-mismatch" })
  }

  @Test(arguments: ["{{a}}", "{{a}}{{b}}", "{{l}}1", "1{{l}}", "V{{n}}", "-{{n}}.5"])
  func variablesStandWithoutQuotes(_ value: String) throws {
    let text = #"\#(Self.line)\#n\#n{"location": \#(value), "tags": 5}"#
    let report = try report(text)
    #expect(!report.findings.contains { $0.rule == "malformed-json" })
    #expect(!report.findings.contains { $0.pointer?.description == "/location" })
    let place = try #require(report.findings.first { $0.rule == "type-mismatch" }?.range)
    #expect(Array(text.utf8)[place] == [UInt8(ascii: "5")])
  }

  /// A variable excuses itself, and nothing beside it.
  @Test func otherPlaceholdersAreMistakes() throws {
    let url =
      "https://management.azure.com/subscriptions/<subscriptionId>/resourceGroups/web"
      + "/providers/Microsoft.Compute/images/{{name}}?api-version=2024-03-01"
    let machine = "/subscriptions/{{sub}}/resourceGroups/<rg>/providers/Microsoft.Compute/virtualMachines/web"
    let body =
      #"{"location": "westus", "properties": {"hyperVGeneration": "V1", "sourceVirtualMachine": {"id": "\#(machine)"}}}"#
    let report = try report("PUT \(url)\n\n\(body)\n")
    let forgotten = report.findings.filter { $0.rule == "unresolved-placeholder" }
    #expect(forgotten.map { $0.parameter } == ["subscriptionId", nil])
    #expect(forgotten.last?.message == "id holds <rg>, a placeholder that was never filled in")
  }

  /// Where nobody fills them in, few texts with braces are placeholders.
  @Test func onlyFilesOfRequestsHaveVariables() throws {
    let text = #"{"location": "westus", "properties": {"hyperVGeneration": "{{a=b}}"}}"#
    let files = FileChecker(.bundled)
    let prepared = try files.prepare(Request(operation: "Images_CreateOrUpdate"))
    let report = try Array(text.utf8).withUnsafeBufferPointer { try files.check($0, .json, as: prepared) }
    #expect(report.findings.contains { $0.rule == "unknown-value" })
  }

  // MARK: Secrets

  /// Credentials everywhere but in a body, each beside something that there is a finding about.
  private static let leaky: [String] = [
    """
    # password \(canary)
    @token = \(canary)
    ### \(canary)
    \(line)
    Authorization: Bearer \(canary)

    \(wrong)

    > {% client.global.set('token', '\(canary)') %}

    """,
    "\(line)\rAuthorization: Bearer \(canary)\r\r{\"adminPassword\":\"\(canary)\"}",
    "PUT \(images)/-web -H \"Authorization: Bearer \(canary)\" -d {\"a\":{\"b\":\"\(canary)\"}}",
    "PUT \(images)/-web?api-version=2024-03-01\u{1}\(canary)\n",
    "PUT \(images)/-web?api-version=2024-03-01\u{A0}\(canary)\n",
    "PUT https://user:\(canary)@\(images.dropFirst(8))/web?api-version=zz\n",
    "PUT https://\(canary):a?b@\(images.dropFirst(8))/web?api-version=zz\n\n\(wrong)",
    "\(line)\n\n{\n  # password \(canary)\n\"location\": 5,\n\"adminPassword\": \"x\"\n// \(canary)\n}\n# \(canary)\n",
    "\(line)\n\n{\"location\":\n# \(canary)\n  // \(canary)\n5,,}", "\(line)\nAuthorization: \(canary)\n\(wrong)",
    "\(canary) \(images)/-web?api-version=2024-03-01\n", "token \(images)/-web?api-version=2024-03-01 \(canary)\n",
    "PUT \(images)/-web?api-version=2024-03-01&sig=\(canary)\n", "PUT \(images)/-web?sig=\(canary)\n",
    "PUT \(images)/-web?api-version=2024-03-01#\(canary)\n", "PUT \(images)/-web?api-version=a+\(canary)\n",
    "PUT \(images)/-web?api-version=2024-03-01&a=b@\(canary)\n",
    "PUT \(images)/web\n  ?api-version=2024-03-01&sig=\(canary)\n\n\(wrong)",
  ]

  @Test(arguments: leaky)
  func credentialsAreNotShown(_ text: String) throws {
    // Where nobody takes the URL with a question mark in its password for one, the operation is asked for.
    let asked = text.contains("a?b@") ? Request(operation: "Images_CreateOrUpdate") : Request()
    let report = try report(text, asked)
    #expect(!report.findings.isEmpty)
    for finding in report.findings {
      #expect(!finding.message.contains(Self.canary))
      #expect(finding.apiVersion?.contains(Self.canary) != true)
    }
    let areInOrder = zip(report.secrets, report.secrets.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
    try #require(areInOrder)
    var visible = Array(text.utf8)
    for secret in report.secrets.reversed() { visible.removeSubrange(secret) }
    #expect(!String(decoding: visible, as: UTF8.self).contains(Self.canary))

    for output in CanaryTests.outputs(Array(text.utf8), report) {
      #expect(!output.text.contains(Self.canary), "\(output.format)")
    }
  }

  /// Method, URL and body stay what they are.
  @Test func whatIsJudgedIsShown() throws {
    let text = "# a\n@b = c\n###\n\(Self.line) HTTP/1.1\nA: b\n\n\(Self.wrong)\n\n###\n"
    let report = try report(text)
    let hidden = report.secrets.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
    #expect(hidden == ["# a\n@b = c\n###", "A: b"])
  }
}
