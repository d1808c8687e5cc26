import Bodylint
import Rules
import TestRandom
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

  /// Against the usual table of optimal string alignment, on words of few letters, up to the length that counts.
  @Test func slipsAreCounted() {
    var random = Seeded(seed: 7)
    for round in 0..<20_000 {
      let longest = round % 50 == 0 ? 64 : 9
      func word() -> [UInt8] {
        (0..<Int.random(in: 0...longest, using: &random)).map { _ in UInt8.random(in: 0x61...0x63, using: &random) }
      }
      let one = word()
      var other = round % 2 == 0 ? word() : one
      // A few slips away.
      for _ in 0..<(round % 5) where other.count > 1 {
        let place = Int.random(in: 1..<other.count, using: &random)
        switch round % 3 {
        case 0: other.swapAt(place, place - 1)
        case 1: other.remove(at: place)
        default: other.insert(UInt8(ascii: "d"), at: place)
        }
      }
      if other.count > 64 { other.removeLast(other.count - 64) }
      let isNear = Self.slips(one, other) <= min(3, max(1, one.count / 3))
      let known = String(decoding: other, as: UTF8.self)
      let found = nearestWord(to: String(decoding: one, as: UTF8.self), in: [known])
      #expect(found == (isNear ? known : nil), "\(String(decoding: one, as: UTF8.self)) \(known)")
    }
  }

  private static func slips(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var table = (0...one.count).map { row in (0...other.count).map { row == 0 ? $0 : row } }
    for row in 0..<one.count {
      for column in 0..<other.count {
        let isSame = one[row] == other[column]
        var cost = min(table[row][column + 1] + 1, table[row + 1][column] + 1, table[row][column] + (isSame ? 0 : 1))
        if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
          cost = min(cost, table[row - 1][column - 1] + 1)
        }
        table[row + 1][column + 1] = cost
      }
    }
    return table[one.count][other.count]
  }
}
