import Bodylint
import Testing

/// A finding is a value, however it is kept.
@Suite struct FindingTests {
  private static func plain() -> Finding {
    Finding(rule: "a-rule", severity: .error, message: "it is so", pointer: JSONPointer(["a"]), range: 1..<2)
  }

  /// Each property is set, told apart, and taken back, and no copy has part in it.
  @Test func propertiesAreSetAndTakenBack() {
    let changes: [(String, (inout Finding) -> Void, (inout Finding) -> Void)] = [
      ("rule", { $0.rule = "b-rule" }, { $0.rule = "a-rule" }),
      ("source", { $0.source = Source(quote: "So.", url: "https://example.com") }, { $0.source = nil }),
      ("advice", { $0.advice = "Mend it." }, { $0.advice = nil }),
      ("bodyPointer", { $0.bodyPointer = JSONPointer() }, { $0.bodyPointer = nil }),
      ("operation", { $0.operation = "Image" }, { $0.operation = nil }),
      ("apiVersion", { $0.apiVersion = "2024-03-01" }, { $0.apiVersion = nil }),
      ("property", { $0.property = "a" }, { $0.property = nil }),
      ("parameter", { $0.parameter = "imageName" }, { $0.parameter = nil }),
      ("worlds", { $0.worlds = ["os=Linux"] }, { $0.worlds = [] }),
      (
        "related", { $0.related.append(RelatedPlace(message: "here", pointer: JSONPointer(), range: 0..<1)) },
        { $0.related.removeAll() }
      ),
      (
        "fix", { $0.fix = Fix(description: "do", isSafe: true, edits: [Edit(range: 0..<1, text: "")]) },
        { $0.fix = nil }
      ),
    ]
    for (name, set, unset) in changes {
      var finding = Self.plain()
      let copy = finding
      set(&finding)
      #expect(finding != copy, "\(name)")
      #expect(copy == Self.plain(), "\(name)")
      var other = Self.plain()
      set(&other)
      #expect(finding == other && finding.hashValue == other.hashValue, "\(name)")
      for (more, setMore, unsetMore) in changes where more != name {
        var both = finding
        setMore(&both)
        #expect(both != finding, "\(name), \(more)")
        unsetMore(&both)
        #expect(both == finding && both.hashValue == finding.hashValue, "\(name), \(more)")
      }
      unset(&finding)
      #expect(finding == copy && finding.hashValue == copy.hashValue, "\(name)")
    }
  }
}
