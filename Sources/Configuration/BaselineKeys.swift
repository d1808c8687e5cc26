package import Findings
import JSONText

/// Names for the places of findings that outlive edits elsewhere in their document.
package enum BaselineKeys {
  /// An identity in a key has at most so many characters.
  static let identityLengthMax = 80

  /// The members that tell the elements of an array apart, the more telling first.
  private static let identities: [StaticString] = ["lun", "name"]

  /// For each finding its pointer, in which the index of an array's element is replaced by what identifies it:
  /// `/properties/storageProfile/dataDisks/lun=3/diskSizeGB`.
  ///
  /// An element without `lun` and `name` keeps its index. So does one whose identity is long or may be a secret: no key
  /// holds a value that findings would not show. A missing property is named as if it were there; a parameter of the
  /// request line stands in braces.
  ///
  /// - Parameters:
  ///   - findings: of one document.
  ///   - bytes: the document.
  ///   - secrets: the bytes that no output may show, as the report of the document has them.
  ///   - allowsComments: the document is JSONC.
  package static func keys(
    of findings: [Finding], in bytes: UnsafeBufferPointer<UInt8>, secrets: [Range<Int>], allowsComments: Bool = false
  ) -> [String] {
    guard !findings.isEmpty else { return [] }
    let reader = DocumentReader()
    let limits = TextLimits(byteCountMax: bytes.count, depthMax: TextLimits.standard.depthMax)
    let document = reader.read(bytes, limits: limits, allowsComments: allowsComments)
    var walker = Walker(document: document, secrets: secrets)
    return findings.map { finding in
      guard let pointer = finding.pointer else { return finding.parameter.map { "{\($0)}" } ?? "" }
      var tokens = walker.stableTokens(pointer.tokens)
      if let property = finding.property, pointer.last != property { tokens.append(property) }
      return JSONPointer(tokens).description
    }
  }

  /// Goes down the document along pointers.
  private struct Walker {
    let document: Document
    let secrets: [Range<Int>]
    /// The elements of the arrays it has been in, so that many findings in a long one take no longer than its length.
    var elements: [UInt32: [UInt32]] = [:]

    mutating func stableTokens(_ tokens: [String]) -> [String] {
      guard document.nodeCount > 0 else { return tokens }
      var out: [String] = []
      var place: UInt32? = 0
      for token in tokens {
        guard let container = place else {
          out.append(token)
          continue
        }
        switch document[container].kind {
        case .array:
          place = element(token, of: container)
          out.append(place.flatMap { identity(of: $0) } ?? token)
        case .object:
          place = document.value(at: JSONPointer([token]), from: container)
          out.append(token)
        default:
          place = nil
          out.append(token)
        }
      }
      return out
    }

    private mutating func element(_ token: String, of array: UInt32) -> UInt32? {
      if elements[array] == nil {
        var found: [UInt32] = []
        var index = array + 1
        while index < document[array].next {
          found.append(index)
          index = document[index].next
        }
        elements[array] = found
      }
      guard let position = Int(token), let found = elements[array], found.indices.contains(position) else { return nil }
      return found[position]
    }

    private func identity(of element: UInt32) -> String? {
      for name in identities {
        guard let value = document.member(name, of: element) else { continue }
        let node = document[value]
        guard node.kind == .number || node.kind == .string, !node.flags.contains(.damaged),
          !secrets.contains(where: { $0.overlaps(node.tokenRange) })
        else { continue }
        let text = document.text(node)
        guard !text.isEmpty, text.count <= identityLengthMax else { continue }
        return "\(name)=\(text)"
      }
      return nil
    }
  }
}
