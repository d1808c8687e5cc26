import Findings
import JSONText

/// Findings about the text itself, which need no shape.
struct TextFindingWriter {
  let tables: Program.Tables
  let document: Document
  let pointers: PointerIndex
  let limits: TextLimits
  let texts: RuleTexts

  private func finding(
    _ fault: StructuralFault, _ message: String, _ pointer: JSONPointer, _ range: Range<Int>
  ) -> Finding {
    var out = Finding(
      texts.rule(fault.ruleIndex), severity: Severity(code: tables.rules[fault.ruleIndex].severity))
    out.message = message
    out.pointer = pointer
    out.range = range
    return out
  }

  func byteOrderMark() -> Finding {
    var out = finding(
      .byteOrderMark, "the document begins with a UTF-8 byte order mark; many JSON readers refuse it", JSONPointer(),
      0..<3)
    out.fix = Fix(
      description: "remove the byte order mark", isSafe: true, edits: [Edit(range: 0..<3, text: "")])
    return out
  }

  /// How large it is nobody knows: files are not read on beyond the limit.
  func oversized() -> Finding {
    finding(
      .oversizedDocument, "the document has more than \(limits.byteCountMax) bytes; at most that many are read",
      JSONPointer(), 0..<0)
  }

  /// - Parameter unlisted: those that no finding was written for.
  func tooMany(listed: Int, unlisted: FindingCount) -> Finding {
    var out = finding(
      .tooManyFindings, "there are \(listed + unlisted.total) findings; \(listed) of them are listed", JSONPointer(),
      0..<0)
    out.severity = unlisted.highest
    return out
  }

  func syntax(_ fault: SyntaxFault) -> Finding {
    let kind: StructuralFault =
      switch fault.kind {
      case .grammar: .malformedJSON
      case .encoding: .malformedEncoding
      case .depth: .oversizedDocument
      }
    let pointer = pointers.pointer(to: fault.context)
    var out = finding(kind, fault.message, pointer, fault.range)
    if let related = fault.related {
      out.related = [RelatedPlace(message: fault.relatedMessage, pointer: pointer, range: related)]
    }
    if let edit = fault.edit {
      out.fix = Fix(
        description: edit.text.isEmpty ? "remove it" : "insert '\(edit.text)'", isSafe: false,
        edits: [Edit(range: edit.range, text: edit.text)])
    }
    return out
  }

  func duplicate(_ pair: DuplicateNames.Pair) -> Finding {
    let pointer = pointers.pointer(to: pair.later)
    guard !pointers.hides(pair.later) else {
      return finding(.duplicateProperty, FindingWriter.hiddenMessage, pointer, document[pair.later].tokenRange)
    }
    let name = placeName(pointer)
    var out = finding(
      .duplicateProperty, "\(name) stands twice in this object; readers disagree about which one counts", pointer,
      document[pair.later].tokenRange)
    out.property = name
    out.related = [
      RelatedPlace(
        message: "the first one is here", pointer: pointers.pointer(to: pair.first),
        range: document[pair.first].tokenRange)
    ]
    return out
  }
}
