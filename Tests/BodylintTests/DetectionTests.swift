import Bodylint
import Foundation
import Testing

/// What a document is taken for, and what it is not.
@Suite struct DetectionTests {
  private static let host = "https://management.azure.com/subscriptions/8d2f5a31-6c0e-4b7a-9f14-2e6b7c1d9a50"
  private static let compute = host + "/resourceGroups/rg/providers/Microsoft.Compute"

  private func envelope(_ method: String, _ url: String, _ body: String) -> String {
    #"{"method": "\#(method)", "url": "\#(url)", "body": \#(body)}"#
  }

  /// A URL of something else is believed, whatever the names in the body look like.
  @Test(arguments: [
    "/galleries/g?api-version=2023-07-03", "/disks/d?api-version=2023-04-02",
    "/virtualMachineScaleSets/s/reimage?api-version=2024-07-01",
  ])
  func foreignURLs(_ path: String) throws {
    let body = #"{"location": "x", "properties": {"hyperVGeneration": "V9", "osState": 1}}"#
    let report = try linter.report(envelope("PUT", Self.compute + path, body).utf8)
    #expect(!report.isRecognized)
    #expect(report.findings.isEmpty)
  }

  /// On the path of a PUT there are other operations.
  @Test(arguments: ["PATCH", "GET", "DELETE", "HEAD"])
  func otherMethods(_ method: String) throws {
    let url = Self.compute + "/images/web?api-version=2024-03-01"
    let report = try linter.report(envelope(method, url, #"{"tags": {"a": "b"}}"#).utf8)
    #expect(!report.isRecognized)
  }

  @Test func anotherMethodIsAMistakeWhereTheOperationIsSaid() throws {
    let url = Self.compute + "/images/web?api-version=2024-03-01"
    let findings = try linter.check(
      envelope("PATCH", url, #"{"location": "x"}"#), as: Request(operation: "Images_CreateOrUpdate"))
    #expect(findings.contains { $0.rule == "request-line-mismatch" && $0.parameter == "method" })
  }

  /// Names that all the world uses make no body.
  @Test(arguments: [
    #"{"version": "1.0.0"}"#, #"{"version": "1.0.0", "displayName": "x", "description": "y"}"#,
    #"{"location": "eastus", "properties": {"description": "my gallery"}}"#,
    #"{"type": "object", "properties": {"location": {"type": "string"}, "identifier": {"type": "string"}}}"#,
    #"{"name": "x", "tags": {}}"#, "[]", "7", "{}",
  ])
  func commonNames(_ text: String) throws { #expect(try !linter.report(text.utf8).isRecognized) }

  @Test(arguments: [
    (#"{"tempDisk": true}"#, "VirtualMachines_Reimage"),
    (#"{"location": "x", "properties": {"sourceVirtualMachine": {"id": "x"}}}"#, "Images_CreateOrUpdate"),
    (#"{"displayName": "x", "version": "1.0.0", "sourceImageResourceId": "x"}"#, "cloudPcDeviceImage_Create"),
    (#"{"properties": {"identifier": {"publisher": "a"}}}"#, "GalleryImages_CreateOrUpdate"),
  ])
  func names(_ text: String, _ operation: String) throws {
    let judgement = try #require(try linter.report(text.utf8).judgement)
    #expect(linter.rules.operations[judgement.operation].name == operation)
  }

  /// A request that lacks its body is not passed over.
  @Test func missingBody() throws {
    let url = Self.compute + "/images/web?api-version=2024-03-01"
    let findings = try linter.check(#"{"method": "PUT", "url": "\#(url)"}"#)
    #expect(findings.map(\.rule) == ["missing-property"])
    let reimage = Self.compute + "/virtualMachines/web/reimage?api-version=2024-07-01"
    #expect(try linter.check(#"{"method": "POST", "url": "\#(reimage)"}"#).isEmpty)
  }

  private func template(_ resource: String) -> String {
    """
    {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
     "resources": [{"type": "Microsoft.Compute/images", "apiVersion": "2024-03-01", "name": "web", \(resource)}]}
    """
  }

  /// Expressions are not known yet, and those that may be null neither there nor absent.
  @Test func expressionsOfTemplates() throws {
    let ids =
      #""managedDisk": "[if(parameters('m'), createObject('id', 'x'), null())]", "snapshot": "[if(parameters('m'), null(), 1)]""#
    let resource = """
      "location": "[resourceGroup().location]", "dependsOn": [], "copy": {"name": "c", "count": 2}, "properties": {
        "hyperVGeneration": "[parameters('g')]", "storageProfile": {
          "osDisk": {"osType": "[parameters('os')]", "osState": "Generalized", "diskSizeGB": "[parameters('size')]", \(ids)},
          "copy": [{"name": "dataDisks", "count": 2, "input": {"lun": "[copyIndex('dataDisks')]", "diskSizeGB": 2000,
            "blobUri": "[variables('uri')]"}}]}}
      """
    let findings = try linter.check(template(resource))
    #expect(findings.map(\.rule) == ["disk-size-out-of-range"])
    #expect(findings.first?.bodyPointer?.description == "/properties/storageProfile/copy/0/input/diskSizeGB")
  }

  @Test func existingResourcesAreReferences() throws {
    let report = try linter.report(template(#""existing": true"#).utf8)
    #expect(report.isRecognized)
    #expect(report.judgements.isEmpty && report.findings.isEmpty)
  }

  /// Texts that once took minutes: an equals sign for each letter, a word at each place, one line of many findings.
  @Test func hostileTextsEnd() throws {
    func customData(_ text: String) -> String {
      #"{"osProfile": {"customData": "\#(Data(text.utf8).base64EncodedString())"}}"#
    }
    let long = 700_000
    for text in [
      String(repeating: "a=", count: long / 2), String(repeating: "chpasswd ", count: long / 9),
      String(repeating: "chpasswd:", count: long / 9), String(repeating: "password: ", count: long / 10),
      String(repeating: "://a:b", count: long / 6), "#cloud-config\n" + String(repeating: "[", count: long),
    ] {
      let findings = try linter.check(customData(text), as: Request(operation: "VirtualMachines_Reimage"))
      #expect(findings.contains { $0.rule == "oversized-custom-data" })
    }
    let names = (0..<20_000).map { #""n\#($0)": 1"# }.joined(separator: ",")
    let disks = (0..<20_000).map { _ in #"{"lun": 1}"# }.joined(separator: ",")
    for body in ["{\(names)}", #"{"properties": {"storageProfile": {"dataDisks": [\#(disks)]}}}"#] {
      let findings = try linter.check(body, as: Request(operation: "Images_CreateOrUpdate"))
      #expect(findings.count == 10_001)
      #expect(findings[0].rule == "too-many-findings" && findings[0].severity == .error)
      #expect(findings[0].message.hasSuffix("findings; 10000 of them are listed"))
    }
  }

  /// A method is judged without a URL as well; nothing else of the request line is then.
  @Test func methodsAreJudgedAlone() throws {
    func findings(_ method: String) throws -> [Finding] {
      try linter.check("{\"tempDisk\": true}", as: Request(operation: "VirtualMachines_Reimage", method: method))
    }
    #expect(try findings("POST").isEmpty)
    #expect(try findings("post").isEmpty)
    let put = try findings("PUT")
    #expect(put.map(\.rule) == ["request-line-mismatch"])
    #expect(put.first?.parameter == "method")
  }

  /// A name of megabytes does not stand in the pointer of each finding below it.
  @Test func pointersAreNotLong() throws {
    func duplicates(_ body: String) throws -> [Finding] {
      try linter.check(body, as: Request(operation: "Images_CreateOrUpdate")).filter { $0.rule == "duplicate-property" }
    }
    let name = String(repeating: "k", count: 1 << 20)
    let members = Array(repeating: #""a": 1"#, count: 1_000).joined(separator: ",")
    let below = try duplicates(#"{"tags": {"\#(name)": {\#(members)}}}"#)
    #expect(below.count == 999)
    #expect(below.allSatisfy { $0.pointer == JSONPointer(["tags", String(repeating: "k", count: 1024) + "…", "a"]) })
    let same = try duplicates(#"{"tags": {"\#(name)": 1, "\#(name)": 2}}"#)
    #expect(same.count == 1 && same[0].message.utf8.count < 200)
    let start = String(repeating: #"{"\#(String(repeating: "k", count: 4_000))": "#, count: 30)
    let deep = try duplicates(#"{"tags": \#(start){\#(members)}\#(String(repeating: "}", count: 30))}"#)
    #expect(deep.count == 999)
    #expect(deep.allSatisfy { 3_000...4_096 ~= $0.pointer?.description.utf8.count ?? 0 })
  }
}
