import CScan

/// Remembers what was found of names: a hash table that compares whole names and forgets none.
final class NameVerdicts {
  @exclusivity(unchecked) private var bytes: [UInt8] = []
  @exclusivity(unchecked) private var entries: [(start: Int, count: Int, verdict: Secrets.Verdict)] = []
  @exclusivity(unchecked) private var slots = [Int32](repeating: -1, count: 8192)

  /// With more names than this the table is not filled any further: most come once then.
  private static let entryCountMax = 4096
  private static let lengthMax = 128

  func verdict(on name: UnsafeBufferPointer<UInt8>) -> Secrets.Verdict? {
    guard name.count <= Self.lengthMax else { return nil }
    var slot = Self.hash(name) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = entries[Int(slots[slot])]
      if entry.count == name.count, isSame(entry.start, name) {
        return entry.verdict
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func isSame(_ start: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let other = name.baseAddress else { return true }
    return bytes.withUnsafeBufferPointer { equal($0.baseAddress! + start, other, name.count) }
  }

  func note(_ name: UnsafeBufferPointer<UInt8>, _ verdict: Secrets.Verdict) {
    guard name.count <= Self.lengthMax, entries.count < Self.entryCountMax else { return }
    var slot = Self.hash(name) & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(entries.count)
    entries.append((bytes.count, name.count, verdict))
    bytes += name
  }

  private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var rest = name[...]
    while rest.count >= 8 {
      hash = (hash ^ cscan_load8(name.baseAddress! + rest.startIndex)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 32
      rest = rest.dropFirst(8)
    }
    for byte in rest { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 29)
  }
}
