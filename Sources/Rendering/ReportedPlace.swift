import Findings

/// A file's name as services want it, that match it with names in a repository: `./a//b.json` is `a/b.json`.
func repositoryPath(_ name: String) -> String {
  let parts = name.split(separator: "/").filter { $0 != "." }
  return (name.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
}

/// The path as a URI reference: relative where the path is.
func uriReference(_ name: String) -> String {
  let path = repositoryPath(name)
  var out = path.hasPrefix("/") ? "file://" : ""
  for byte in path.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"), UInt8(ascii: "/"):
      out.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16, uppercase: true)
      out += digits.count == 1 ? "%0" + digits : "%" + digits
    }
  }
  return out
}

/// `lun 1 is already used (/properties/dataDisks/1/lun)`: for outputs that have no place of their own for a pointer.
func messageWithPlace(_ finding: Finding) -> String {
  let message = printable(finding.message)
  if let pointer = finding.pointer {
    return message + " (" + (pointer.isRoot ? "root" : printable(pointer.description)) + ")"
  }
  return message + " (request" + (finding.parameter.map { ": " + printable($0) } ?? "") + ")"
}

/// Keys by which services know a finding again in the next run: they hang on the rule, the file and the pointer, not on
/// lines, and never on what a body says.
struct Fingerprints {
  private var counts: [UInt64: Int] = [:]

  /// `4d2f0a91c6e3b587:1`: a hash, and how many findings of this run have had it by now. No two are the same.
  mutating func next(_ finding: Finding, _ source: SourceText) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ text: String) {
      // A byte that UTF-8 does not have keeps the parts apart.
      for byte in text.utf8 + [0xFF] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
    take(finding.rule)
    take(repositoryPath(source.name))
    take(source.record.map(String.init) ?? "")
    take(finding.pointer?.description ?? "")
    take(finding.parameter ?? "")
    counts[hash, default: 0] += 1
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits + ":\(counts[hash]!)"
  }
}
