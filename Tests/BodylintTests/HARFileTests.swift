import Bodylint
import Rules
import Testing

/// HTTP archives: what stands around the bodies that are judged has tokens, cookies and passwords.
@Suite struct HARFileTests {
  private static let canary = CanaryTests.canary
  private static let url =
    "https://management.azure.com/subscriptions/8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a50/resourceGroups/images/providers"
    + "/Microsoft.Compute/virtualMachines/web/reimage"

  /// An archive of one exchange, on one line as most are.
  private static func archive(
    url: String = Self.url + "?api-version=2024-03-01", members: String = "", body: String
  ) -> String {
    let text = body.replacing("\"", with: "\\\"")
    return
      "{\"log\": {\"entries\": [{\(members)\"request\": {\"headers\": [{\"name\": \"X\", \"value\": \"\(canary)\"}], "
      + "\"method\": \"POST\", \"url\": \"\(url)\", \"queryString\": [{\"name\": \"a\", \"value\": \"\(canary)\"}], "
      + "\"postData\": {\"text\": \"\(text)\", \"comment\": \"\(canary)\"}}, \"comment\": \"\(canary)\"}]}}"
  }

  private static let wrong = "{\"tempDisk\": 1, \"osProfile\": {\"adminPassword\": \"\(canary)\"}}"

  static let leaky: [String] = [
    archive(body: wrong), archive(members: "\"a\": \"\(canary)\", ", body: wrong),
    archive(url: url + "?api-version=zz&x=\(canary)", body: wrong),
    archive(url: "https://u:\(canary)@" + url.dropFirst(8) + "?api-version=zz", body: wrong),
    archive(url: url + "?sig=\(canary)", body: "{}"),
  ]

  @Test(arguments: leaky)
  func credentialsAreNotShown(_ text: String) throws {
    let bytes = Array(text.utf8)
    let checker = FileChecker(.bundled)
    let report = try bytes.withUnsafeBufferPointer {
      try checker.check($0, .archive, as: try checker.prepare(Request()))
    }
    #expect(!report.findings.isEmpty)
    let areInOrder = zip(report.secrets, report.secrets.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
    try #require(areInOrder)
    for output in CanaryTests.outputs(bytes, report) {
      #expect(CanaryTests.leak(of: Self.canary, in: output.text) == nil, "\(output.format): \(output.text)")
    }
  }
}
