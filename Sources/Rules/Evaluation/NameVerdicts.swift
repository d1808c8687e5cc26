import CScan

/// Remembers what was found of names: a hash table that compares whole names. There is not room for each one.
final class NameVerdicts {
  @exclusivity(unchecked) private var bytes: [UInt8] = []
  @exclusivity(unchecked) private var entries: [(start: Int, count: Int, verdict: Secrets.Verdict)] = []
  @exclusivity(unchecked) private var slots = [Int32](repeating: -1, count: 1 << NameVerdicts.slotBits)

  private static let slotBits: UInt64 = 13

  /// With more names than this the table is not filled any further: most come once then.
  private static let entryCountMax = 4096
  private static let lengthMax = 128
  /// So many slots are looked at for a name: nobody can make a chain of thousands.
  private static let slotsTriedMax = 16

  func verdict(on name: UnsafeBufferPointer<UInt8>) -> Secrets.Verdict? {
    guard name.count <= Self.lengthMax else { return nil }
    var slot = Self.slot(name)
    for _ in 0..<Self.slotsTriedMax {
      guard slots[slot] >= 0 else { return nil }
      let entry = entries[Int(slots[slot])]
      if entry.count == name.count, isSame(entry.start, name) { return entry.verdict }
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
    let first = Self.slot(name)
    let free = (0..<Self.slotsTriedMax).lazy.map { (first + $0) & (self.slots.count - 1) }.first { self.slots[$0] < 0 }
    guard let free else { return }
    slots[free] = Int32(entries.count)
    entries.append((bytes.count, name.count, verdict))
    bytes += name
  }

  private static func slot(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    let prime: UInt64 = 0x9E37_79B9_7F4A_7C15
    var hash = UInt64(truncatingIfNeeded: name.count)
    func mix(_ value: UInt64) {
      hash = (hash ^ value) &* prime
      hash ^= hash >> 32
    }
    if let start = name.baseAddress, name.count >= 8 {
      // The last eight bytes once more rather than a rest.
      var index = 0
      while index < name.count - 8 {
        mix(cscan_load8(start + index))
        index += 8
      }
      mix(cscan_load8(start + (name.count - 8)))
    } else {
      for byte in name { mix(UInt64(byte)) }
    }
    // Only the upper bits of a product hang on all of the number.
    return Int(truncatingIfNeeded: (hash &* prime) >> (64 - slotBits))
  }
}
