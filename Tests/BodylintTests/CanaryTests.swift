import Bodylint
import Foundation
import Rendering
import Testing

/// A secret in every place that can hold one, in sound, faulty and broken bodies, over every format: no six characters
/// in a row of it are ever written.
@Suite struct CanaryTests {
  static let canary = "Zq7Xv9KdWp3Rt8Lm"

  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let body: String
    let operation: String
    var testDescription: String { name }
  }

  /// Everything that can be said about a body with a secret at some place.
  static let cases: [Case] = {
    let secrets = ["adminPassword", "customData"]
    var out: [Case] = []
    func add(_ name: String, _ body: String, _ operation: String = "VirtualMachines_Reimage") {
      out.append(Case(name: name, body: body, operation: operation))
    }
    for property in secrets {
      let value = "\"\(canary)\""
      func body(_ member: String) -> String { "{\"tempDisk\": true, \"osProfile\": {\(member)}}" }
      add(
        "\(property): behind an object of the same name as the one around it",
        "{\"osProfile\": {\"osProfile\": {\"a\": 1}, \"zzz\": \(value)}}")
      add("\(property): sound", body("\"\(property)\": \(value)"))
      add("\(property): an object around it", body("\"\(property)\": {\"value\": \(value), \"value\": \(value)}"))
      add("\(property): as a name inside", body("\"\(property)\": {\(value): 1, \(value): 2}"))
      add("\(property): an array around it", body("\"\(property)\": [\(value)]"))
      add("\(property): without quotes", body("\"\(property)\": \(canary)"))
      add("\(property): single quotes", body("\"\(property)\": '\(canary)'"))
      add("\(property): typographic quotes", body("\"\(property)\": “\(canary)”"))
      add("\(property): twice", body("\"\(property)\": \(value), \"\(property)\": \(value)"))
      add("\(property): an unknown escape", body("\"\(property)\": \"\\q\(canary)\""))
      add("\(property): a lone surrogate", body("\"\(property)\": \"\(canary)\\ud800\""))
      add("\(property): a line break inside", body("\"\(property)\": \"\(canary)\n\(canary)\""))
      add("\(property): a placeholder beside", body("\"\(property)\": \"${X}\(canary)\""))
      add("\(property): a comment behind", body("\"\(property)\": \(value) // \(canary)"))
      for name in misspelt(property) { add("\(name): misspelt", body("\"\(name)\": \(value)")) }
      add("\(property): at the root", "{\"\(property)\": \(value), \"tempDisk\": 1}")
      add(
        "\(property): in an image", "{\"\(property)\": \(value), \"properties\": {\"\(property)\": \(value)}}",
        "Images_CreateOrUpdate")
      add(
        "\(property): in tags",
        "{\"location\": \"x\", \"tags\": {\"\(property)\": \(value), \"\(property)\": \(value)}}",
        "Images_CreateOrUpdate")
      add(
        "\(property): in a gallery image", "{\"properties\": {\"identifier\": {\"\(property)\": \(value)}}}",
        "GalleryImages_CreateOrUpdate")
      // Cut off at every character of the secret.
      let whole = body("\"\(property)\": \(value)")
      let start = whole.firstRange(of: canary)!.lowerBound
      for count in 0...canary.count {
        add("\(property): cut after \(count) characters", String(whole[..<whole.index(start, offsetBy: count)]))
      }
    }
    let encoded = Data("#cloud-config\npassword: \(canary)\n- [\n".utf8).base64EncodedString()
    add("customData: with a password inside", "{\"osProfile\": {\"customData\": \"\(encoded)\"}}")
    add(
      "a signature",
      "{\"properties\": {\"storageProfile\": {\"osDisk\": {\"blobUri\": \"http://a.blob.core.windows.net/v/x.vhd?sv=1&sig=\(canary)\"}}}}",
      "Images_CreateOrUpdate")
    add(
      "an envelope",
      "{\"method\": \"POST\", \"url\": \"/x\", \"body\": {\"osProfile\": {\"adminPassword\": \"\(canary)\", \"x\": 1}}}"
    )
    for name in ["adminPass", "adminPw", "pass", "pasword", "pssword", "kennwort", "ａｄｍｉｎＰａｓｓｗｏｒｄ"] {
      add(
        "\(name): a word of somebody's own",
        "{\"osProfile\": {\"\(name)\": \"\(canary)\"}, \"x\": 1, \"\(name)\": \"\(canary)\"}")
    }
    add(
      "a signature behind an escape",
      "{\"properties\": {\"storageProfile\": {\"osDisk\": {\"blobUri\": \"http://a.blob.core.windows.net/x?sv=1\\u0026sig=\(canary)\"}}}}",
      "Images_CreateOrUpdate")
    add("credentials in a URI", "{\"location\": \"ftp://u:\(canary)@a/x\", \"x\": 1}", "Images_CreateOrUpdate")
    add(
      "a connection string in a tag", "{\"tags\": {\"a\": \"AccountKey=\(canary);x\", \"a\": 1}}",
      "Images_CreateOrUpdate")
    for text in [
      #"http:\/\/u:CANARY@a\/x"#, #"AccountKey\u003dCANARY"#, #"\u0041ccountKey=CANARY"#, "?sig%3DCANARY", "sig=CANARY",
      "Bearer CANARY", "Basic CANARY", "-----BEGIN PRIVATE KEY-----CANARY", "x -----BEGIN RSA PRIVATE KEY-----CANARY",
      "u:CANARY@host/x", "http://u:p/CANARY@a/x",
    ] {
      let value = text.replacingOccurrences(of: "CANARY", with: canary)
      add(
        "credentials in a value: \(text)",
        "{\"properties\": {\"hyperVGeneration\": \"\(value)\"}, \"tags\": {\"a/b\": \"\(value)\"}}",
        "Images_CreateOrUpdate")
    }
    for name in ["Authorization", "Cookie", "x-api-key", "x-functions-key", "pass", "kennwort", "adminPw"] {
      add("a header named \(name)", "{\"headers\": [{\"name\": \"\(name)\", \"value\": \"\(canary)\"}], \"x\": 1}")
    }
    for damaged in [
      #"{"tempDisk":true,"osProfile":{"adminPassword": "Tr0ub"CANARY"}}"#,
      #"{"tempDisk":true,"osProfile":{"adminPassword": "Tr0ub"CANARY":1,"CANARY":2}}"#,
      #"{"tempDisk":true,"osProfile":{"adminPassword": "Tr0ub"CANARY":{"adminPassword":1,"a":{"b":[}]}}}"#,
      #"{"osProfile":{"adminPassword":"a\","customDta":"CANARY"}}"#,
      #"{"osProfile":{"adminPassword":"a\","tempDisk":"CANARY","tags":{"CANARY":1}}}"#,
      "{\"a\":https://user:CANARY@host/}", "{\"a\":https://h/x?sv=1&code=CANARY&y=2}", "{\"a\": eyJhCANARY}",
      "{\"location\": \"x\"\nAuthorization: Bearer CANARY\n\n{\"x\":1}",
    ] {
      let body = damaged.replacingOccurrences(of: "CANARY", with: canary)
      for operation in ["VirtualMachines_Reimage", "Images_CreateOrUpdate"] {
        add("damaged: \(damaged)", body, operation)
      }
    }
    for comment in [
      "// \"adminPassword\": \"CANARY\"\n", "/* password CANARY */", "// u:CANARY@host\n", "/* ?sig=CANARY */",
    ] {
      let text = comment.replacingOccurrences(of: "CANARY", with: canary)
      add("in a comment: \(comment)", "{\"a\": \"/* // \\\" \", \"tempDisk\": 1 \(text), \"x\": 1}\(text)")
    }
    add("a list for the object", "{\"osProfile\": [\"\(canary)\"]}")
    add("a misspelt object as text", "{\"osProfil\": \"\(canary)\"}")
    add("name and value", "{\"osProfile\": {\"name\": \"adminPassword\", \"value\": \"\(canary)\"}}")
    add(
      "an envelope with its body quoted",
      "{\"method\": \"POST\", \"url\": \"/x\", \"body\": \"{\\\"osProfile\\\":{\\\"adminPassword\\\":\\\"\(canary)\\\"}}\"}"
    )
    return out
  }()

  private static func misspelt(_ property: String) -> [String] {
    let letters = Array(property)
    var out = [property.uppercased(), property.lowercased(), property + "s", "os" + property, property + "_"]
    for index in stride(from: 1, to: letters.count, by: 2) {
      out.append(String(letters[..<index] + letters[(index + 1)...]))
    }
    return out
  }

  /// Every form in which findings leave the program.
  static func outputs(_ bytes: [UInt8], _ report: Report) -> [(format: String, text: String)] {
    var renderers: [(String, any Renderer)] = [
      ("text", TextRenderer(color: false)), ("colour", TextRenderer(color: true)), ("compact", CompactRenderer()),
      ("json", JSONRenderer()), ("ndjson", NDJSONRenderer()), ("sarif", SARIFRenderer(rules: [], version: "0")),
      ("junit", JUnitRenderer(failOn: .info)), ("github", GitHubRenderer()), ("gitlab", GitLabRenderer()),
      ("checkstyle", CheckstyleRenderer()), ("html", HTMLRenderer(rules: [], version: "0")),
    ]
    return renderers.indices.map { index in
      let text = bytes.withUnsafeBufferPointer { bytes in
        renderers[index].1.render(
          SourceText(name: "body.json", bytes: bytes, findings: report.findings, secrets: report.secrets))
      }
      return (renderers[index].0, text + renderers[index].1.finish(Summary()))
    }
  }

  static func leak(of secret: String, in text: String) -> String? {
    let characters = Array(secret)
    for start in 0...(characters.count - 6) {
      let part = String(characters[start..<start + 6])
      if text.contains(part) { return part }
    }
    return nil
  }

  @Test(arguments: cases)
  func nothingLeaks(_ body: Case) throws {
    let bytes = Array(body.body.utf8)
    for isResponse in [false, true] {
      for operation in [body.operation, nil] {
        for comments in [false, true] {
          var request = Request(operation: operation, isResponse: isResponse)
          request.allowsComments = comments
          let report = try linter.report(bytes, as: request)
          for (format, text) in Self.outputs(bytes, report) {
            for secret in [Self.canary, Data(Self.canary.utf8).base64EncodedString()] {
              if let leak = Self.leak(of: secret, in: text) { Issue.record("\(format) shows \(leak): \(text)") }
            }
          }
          for finding in report.findings {
            #expect(Self.leak(of: Self.canary, in: "\(finding)") == nil, "\(finding.rule)")
          }
        }
      }
    }
  }

  /// The corpus has a canary of its own in its secret places.
  @Test func corpusDoesNotLeak() throws {
    var count = 0
    for body in CorpusCase.all where body.bytes.firstRange(of: Array("Zq7Xv9Kd".utf8)) != nil {
      count += 1
      let report = try linter.report(body.bytes, as: body.request)
      for (format, text) in Self.outputs(body.bytes, report) {
        if Self.leak(of: "Zq7Xv9Kd", in: text) != nil { Issue.record("\(body), \(format): \(text)") }
      }
    }
    #expect(count > 50)
  }
}
