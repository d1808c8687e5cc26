import Bodylint
import Rendering
import Rules
import Testing

/// Where nothing but frames is shown, secrets are looked for around findings only: what is shown has to be the same as if all of
/// them were known.
@Suite struct FrameSecretsTests {
  private static func frames(_ bytes: [UInt8], _ request: Request, _ noted: Checker.NotedSecrets) throws -> String {
    let checker = Checker(.bundled)
    let prepared = try checker.prepare(request)
    checker.notedSecrets = noted
    return bytes.withUnsafeBufferPointer { bytes in
      let report = checker.check(bytes, as: prepared)
      var renderer = TextRenderer(color: false)
      return renderer.render(
        SourceText(name: "a.json", bytes: bytes, findings: report.findings, secrets: report.secrets))
    }
  }

  private static func expectSameFrames(_ bytes: [UInt8], _ request: Request) throws {
    let all = try frames(bytes, request, .all)
    let near = try frames(bytes, request, .shown(.lines))
    #expect(all == near, "\(String(decoding: bytes.prefix(2000), as: UTF8.self))")
  }

  @Test func corpusLooksTheSame() throws {
    for body in CorpusCase.all {
      try Self.expectSameFrames(body.bytes, body.request)
      // On one line, where a frame shows more members.
      try Self.expectSameFrames(body.bytes.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }, body.request)
    }
  }

  @Test(arguments: CanaryTests.cases)
  func canariesLookTheSame(_ body: CanaryTests.Case) throws {
    for comments in [false, true] {
      try Self.expectSameFrames(
        Array(body.body.utf8), Request(operation: body.operation, allowsComments: comments))
    }
  }

  /// A secret at every distance from the mark, before and behind it, in text that is plain and in text that is not.
  @Test(arguments: ["x", "é"])
  func distancesLookTheSame(_ filling: String) throws {
    let secrets = [
      "\"adminPassword\": \"\(CanaryTests.canary)\"", "\"a\": [\"sig=\(CanaryTests.canary)\"]",
      "\"headers\": {\"name\": \"Authorization\", \"b\": [[]], \"value\": \"\(CanaryTests.canary)\"}",
      "\"osProfile\": {\"zzz\": \"\(CanaryTests.canary)\", \"y\": 1}",
    ]
    let request = Request(operation: "VirtualMachines_Reimage")
    for distance in stride(from: 0, to: 440, by: 3) {
      let gap = "\"gap\": \"\(String(repeating: filling, count: distance))\""
      for secret in secrets {
        for body in ["{\"tempDisk\": 1, \(gap), \(secret)}", "{\(secret), \(gap), \"tempDisk\": 1}"] {
          let text = try Self.frames(Array(body.utf8), request, .shown(.lines))
          #expect(CanaryTests.leak(of: CanaryTests.canary, in: text) == nil, "\(body)")
          try Self.expectSameFrames(Array(body.utf8), request)
        }
      }
    }
  }

  /// `{"name": "x-api-key", "value": …}`: whatever stands around a word, and however it is cut up, it names a secret.
  @Test func wordsOfSecretsAreFoundInLongNames() throws {
    let words = [
      "pass", "pasw", "pssw", "pwd", "pwrd", "kennwort", "secret", "customdata", "userdata", "token", "credential",
      "privatekey", "accesskey", "accountkey", "sharedkey", "storagekey", "apikey", "functionskey", "subscriptionkey",
      "sshkey", "connectionstring", "bearer", "authorization", "cookie",
    ]
    let whole = ["pw", "pin", "adminpw", "sas", "sig", "key", "basic", "adminPassword", "customData"]
    var random = SystemRandomNumberGenerator()
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    func some(_ count: Int) -> String { String((0..<count).map { _ in letters.randomElement(using: &random)! }) }
    func cutUp(_ word: String) -> String {
      var out = ""
      for character in word {
        out += Bool.random(using: &random) ? character.uppercased() : character.lowercased()
        if Int.random(in: 0..<4, using: &random) == 0 { out += ["-", "_", "--"].randomElement(using: &random)! }
      }
      return out
    }
    let checker = Checker(.bundled)
    let prepared = try checker.prepare(Request(operation: "Images_CreateOrUpdate"))
    let canary = "Zq7Xv9KdWp3Rt8Lm"
    for round in 0..<100 {
      let names =
        words.map { some(round % 20) + cutUp($0) + some(Int.random(in: 0..<20, using: &random)) } + whole.map(cutUp)
      for name in names where name.utf8.count <= 64 {
        let body = #"{"location":"x","tags":{"a":{"name":"\#(name)","value":"\#(canary)"}}}"#
        for noted in [Checker.NotedSecrets.all, .shown(.lines)] {
          checker.notedSecrets = noted
          var text = Array(body.utf8)
          let report = text.withUnsafeMutableBufferPointer { checker.check(UnsafeBufferPointer($0), as: prepared) }
          let start = body.utf8.count - canary.utf8.count - 5
          #expect(report.secrets.contains { $0.contains(start) }, "\(name)")
        }
      }
    }
  }
}
