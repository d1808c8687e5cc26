import Bodylint
import Foundation
import JSONText
import Testing

/// Requests that clients really sent and what the service really answered: what it accepted has no errors.
///
/// The recordings lie beside the repository and not in it. Without them the tests say so and are skipped.
@Suite(.enabled(if: Recording.folderExists, "no recordings: ../shared/data/recordings is not there"))
struct RecordingsTests {
  @Test func areThere() {
    #expect(Recording.all.count >= 60)
    #expect(Recording.all.filter { $0.folder == "images" }.count >= 10)
  }

  /// Judged by their own api-version, accepted requests give no errors, with two exceptions.
  @Test func acceptedRequestsHaveNoErrors() throws {
    var blobsWithoutGeneration = 0
    for recording in Recording.all where recording.isAccepted {
      guard let body = recording.part("/request"), let operation = recording.operation else { continue }
      var request = Request(operation: operation)
      request.setRequestLine("\(recording.method) \(recording.url)")
      for finding in try linter.check(body, as: request) where finding.severity == .error {
        switch finding.rule {
        case "blob-without-generation":
          // One recording of 2019-03-01 was edited by hand.
          blobsWithoutGeneration += 1
          #expect(recording.url.contains("2019-03-01"))
        case "weak-password", "unacceptable-password-length":
          // That run of the service did not enforce the documented rule; the document is the contract.
          #expect(String(decoding: body, as: UTF8.self).contains(#""adminPassword": "password""#))
        default:
          Issue.record(
            "\(recording.name): \(finding.rule) at \(finding.pointer?.description ?? "the request line"): \(finding.message)"
          )
        }
      }
    }
    #expect(blobsWithoutGeneration <= 1)
  }

  /// The one refused image is refused here in the same way.
  @Test func refusedImageIsFound() throws {
    let refused = Recording.all.filter { $0.folder == "images" && $0.status == 400 }
    #expect(!refused.isEmpty)
    for recording in refused {
      var request = Request(operation: recording.operation)
      request.setRequestLine("\(recording.method) \(recording.url)")
      let findings = try linter.check(try #require(recording.part("/request")), as: request)
      #expect(findings.contains { $0.rule == "blob-without-generation" && $0.severity == .error }, "\(recording.name)")
    }
  }

  /// What the service answers has no errors either, and neither has what it says when it refuses.
  @Test func answersHaveNoErrors() throws {
    var judged: [String: Int] = [:]
    for recording in Recording.all {
      guard let body = recording.part("/response"), let name = recording.responseName else { continue }
      judged[name, default: 0] += 1
      let request = Request(operation: name, apiVersion: recording.apiVersion, isResponse: true)
      for finding in try linter.check(body, as: request) where finding.severity == .error {
        Issue.record(
          "\(recording.name), response: \(finding.rule) at \(finding.pointer?.description ?? ""): \(finding.message)")
      }
    }
    for name in ["Image", "GalleryImage", "CloudError"] { #expect(judged[name, default: 0] > 0, "\(name)") }
  }
}

/// One recorded exchange.
struct Recording {
  let name: String
  let folder: String
  let text: [UInt8]
  let method: String
  let url: String
  let status: Int

  static let folder = repository.deletingLastPathComponent().appendingPathComponent("shared/data/recordings")
  static var folderExists: Bool { FileManager.default.fileExists(atPath: folder.path) }

  static let all: [Recording] = {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
    return files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }.compactMap(Recording.init)
  }()

  init?(_ file: URL) {
    guard let text = try? Array(Data(contentsOf: file)) else { return nil }
    self.text = text
    name = file.lastPathComponent
    folder = file.deletingLastPathComponent().lastPathComponent
    func string(_ pointer: String) -> String? {
      Self.part(pointer, of: text).map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: ["\""]) }
    }
    guard let method = string("/method"), let url = string("/url"), let status = string("/status").flatMap(Int.init)
    else { return nil }
    self.method = method
    self.url = url
    self.status = status
  }

  var isAccepted: Bool { 200..<300 ~= status }
  var apiVersion: String? {
    url.components(separatedBy: "api-version=").dropFirst().first?.components(separatedBy: "&").first
  }

  /// The operation that the URL is of, where bodylint knows it.
  var operation: String? {
    let path = url.components(separatedBy: "?")[0].lowercased()
    switch (folder, method) {
    case ("images", "PUT"): return "Images_CreateOrUpdate"
    case ("galleryImages", "PUT"): return "GalleryImages_CreateOrUpdate"
    case ("reimage", "POST") where path.contains("/virtualmachines/"): return "VirtualMachines_Reimage"
    default: return nil
    }
  }

  var responseName: String? {
    if !isAccepted { return status >= 400 ? "CloudError" : nil }
    switch operation {
    case "Images_CreateOrUpdate": return "Image"
    case "GalleryImages_CreateOrUpdate": return "GalleryImage"
    default: return nil
    }
  }

  /// The text of a part of the file, or nil where it is absent or null.
  func part(_ pointer: String) -> [UInt8]? { Self.part(pointer, of: text) }

  private static func part(_ pointer: String, of text: [UInt8]) -> [UInt8]? {
    text.withUnsafeBufferPointer { bytes in
      let reader = DocumentReader()
      let document = reader.read(bytes)
      guard reader.faults.isEmpty, let place = document.value(at: JSONPointer(pointer)!), document[place].kind != .null
      else { return nil }
      return Array(bytes[document[place].tokenRange])
    }
  }
}
