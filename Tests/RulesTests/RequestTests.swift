import Bodylint
import Rules
import Testing

/// What is said about a request, and how names that do not exist are met.
@Suite struct RequestTests {
  struct Line: Sendable {
    let text: String
    let method: String?
    let url: String
  }

  @Test(arguments: [
    Line(text: "PUT https://example.com/a?b=c", method: "PUT", url: "https://example.com/a?b=c"),
    Line(text: "put /a", method: "put", url: "/a"),
    Line(text: "POST https://example.com/a HTTP/1.1", method: "POST", url: "https://example.com/a"),
    Line(text: "https://example.com/a", method: nil, url: "https://example.com/a"),
    Line(text: "/a/b", method: nil, url: "/a/b"),
    Line(text: "{{baseUrl}}/a", method: nil, url: "{{baseUrl}}/a"),
    Line(text: "/a b", method: nil, url: "/a b"),
    Line(text: "", method: nil, url: ""),
  ])
  func takesARequestLine(_ line: Line) {
    var request = Request()
    request.setRequestLine(line.text)
    #expect(request.method == line.method)
    #expect(request.url == line.url)
  }

  struct Wrong: Sendable {
    let request: Request
    let message: String
  }

  @Test(arguments: [
    Wrong(
      request: Request(operation: "Things_Creat"),
      message: "there is no operation 'Things_Creat'; did you mean Things_Create?"),
    Wrong(
      request: Request(operation: "x"),
      message: "there is no operation 'x'; there are: Things_Create, Thing, ThingError"),
    Wrong(request: Request(facts: ["oss": "Linux"]), message: "there is no fact 'oss'; did you mean os?"),
    Wrong(request: Request(facts: ["region": "x"]), message: "there is no fact 'region'; there are: os, zone"),
    Wrong(request: Request(facts: ["os": "Plan 9"]), message: "the fact os is Windows or Linux, not 'Plan 9'"),
    Wrong(
      request: Request(facts: ["zone": "\u{1B}[31m"]),
      message: "the fact zone is one, two or three, not '\\u{1B}[31m'"),
    Wrong(
      request: Request(now: "tomorrow"),
      message: "'tomorrow' is no date for the clock; one is written 2026-11-21 or 2026-11-21T08:00:00Z"),
  ])
  func namesWhatDoesNotExist(_ wrong: Wrong) throws {
    let linter = try FindingsTable.linter(["at: /text", "check: {length: {max: 3}}", "message: m"])
    do {
      _ = try linter.check("{}", as: wrong.request)
      Issue.record("no mistake was found")
    } catch {
      #expect("\(error)" == wrong.message)
    }
  }

  @Test func operationsAreListed() throws {
    let linter = try FindingsTable.linter(["at: /text", "check: {length: {max: 3}}", "message: m"])
    let operations = linter.rules.operations
    #expect(operations.map { $0.name } == ["Things_Create", "Thing", "ThingError"])
    #expect(operations.map { $0.isResponse } == [false, true, true])
    #expect(operations[0].method == "PUT")
    #expect(operations[0].title == "Create a thing")
    #expect(
      operations[0].apiVersions.map { $0.description }
        == ["2020-01-01", "2021-01-01", "2021-06-01-preview", "2022-01-01", "2023-01-01"])
    #expect(operations[0].writtenVersion == APIVersion("2022-01-01"))
  }

  @Test(arguments: ["2024-02-29", "2016-04-30-preview", "2000-02-29", "0001-01-01", "9999-12-31"])
  func readsAPIVersions(_ text: String) throws {
    let version = try #require(APIVersion(text))
    #expect(version.description == text)
  }

  @Test(arguments: [
    "", "2023-02-29", "1900-02-29", "2024-00-01", "2024-01-00", "2024-04-31", "2024-13-01", "24-01-01", "2024-01-01 ",
    "2024-01-01-beta", "2024-01-01preview", "2024/01/01", "v1.0", "２０２４-01-01",
  ])
  func refusesOtherVersions(_ text: String) {
    #expect(APIVersion(text) == nil)
  }

  @Test func previewsComeBeforeTheirDay() throws {
    let texts = ["2019-12-31", "2020-01-01-preview", "2020-01-01", "2020-01-02-preview"]
    let versions = texts.compactMap { APIVersion($0) }
    #expect(versions.count == texts.count)
    #expect(versions.sorted() == versions)
  }

  @Test func suggestsTheNearestWord() {
    let words = ["storageProfile", "hyperVGeneration", "location", "id"]
    #expect(nearestWord(to: "storageprofil", in: words) == "storageProfile")
    #expect(nearestWord(to: "loaction", in: words) == "location")
    #expect(nearestWord(to: "HYPERVGENERATION", in: words) == "hyperVGeneration")
    #expect(nearestWord(to: "colour", in: words) == nil)
    #expect(nearestWord(to: "", in: words) == nil)
    // Of equally near words the first.
    #expect(nearestWord(to: "cot", in: ["cat", "cut"]) == "cat")
    #expect(nearestWord(to: "cot", in: ["cut", "cat"]) == "cut")
    #expect(nearestWord(to: String(repeating: "a", count: 100_000), in: words) == nil)
  }
}
