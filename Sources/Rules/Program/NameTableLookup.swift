import CScan
import JSONText

extension Program.Tables {
  /// The index of a name within its table, or -1.
  @inline(__always)
  func index(of name: UnsafePointer<UInt8>, count: Int, in table: NameTable) -> Int {
    guard table.count > 0 else { return -1 }
    let mask = Int(table.mask)
    var slot = nameHash(name, count, seed: table.seed) & mask
    let buckets = buckets + Int(table.buckets)
    while true {
      let bucket = Int(buckets[slot])
      if bucket == 0 { return -1 }
      let entry = names[Int(table.start) &+ bucket &- 1]
      if Int(entry.name.length) == count, equal(strings + Int(entry.name.offset), name, count) {
        return bucket &- 1
      }
      slot = (slot &+ 1) & mask
    }
  }

  /// The index of the name that a name's hash leads to, whether it is that one or not; -1 where there is none. Behind the name's
  /// beginning eight bytes can be read.
  @inline(__always)
  func firstIndex(ofWide name: UnsafePointer<UInt8>, count: Int, in table: NameTable) -> Int {
    Int(buckets[Int(table.buckets) &+ wideNameHash(name, count, seed: table.seed) & Int(table.mask)]) &- 1
  }

  /// The index of a name within its table without regard to ASCII letter case, or -1. Only for names that are not found
  /// as they stand.
  func indexIgnoringCase(of name: UnsafeBufferPointer<UInt8>, in table: NameTable) -> Int {
    for index in 0..<Int(table.count) {
      if equalIgnoringCase(bytes(names[Int(table.start) + index].name), name) { return index }
    }
    return -1
  }
}

/// A hash of a name's ``endWords(_:_:)``. Names that differ elsewhere only share a hash, and are looked at one after the other.
/// Reads nothing beyond the name.
@inline(__always)
func nameHash(_ name: UnsafePointer<UInt8>, _ count: Int, seed: UInt32) -> Int {
  let (first, last) = endWords(name, count)
  return mixed(first, last, seed)
}

/// The first and the last eight bytes of a text; of a shorter one both are all of it, with zeros behind.
@inline(__always)
func endWords(_ text: UnsafePointer<UInt8>, _ count: Int) -> (UInt64, UInt64) {
  if count >= 8 { return (cscan_load8(text), cscan_load8(text + (count &- 8))) }
  var all: UInt64 = 0
  if count >= 4 {
    let rest = UInt64(cscan_load4(text + (count &- 4)))
    all = UInt64(cscan_load4(text)) | rest &<< UInt64(truncatingIfNeeded: 8 &* (count &- 4))
  } else {
    for index in 0..<count { all |= UInt64(text[index]) &<< UInt64(truncatingIfNeeded: 8 &* index) }
  }
  return (all, all)
}

/// The same hash of a name behind whose beginning eight bytes can be read: without a branch, as nobody could guess the length of
/// a name that was not expected.
@inline(__always)
func wideNameHash(_ name: UnsafePointer<UInt8>, _ count: Int, seed: UInt32) -> Int {
  let mask: UInt64 = .max >> UInt64(truncatingIfNeeded: max(0, 64 &- 8 &* count))
  return mixed(cscan_load8(name) & mask, cscan_load8(name + max(0, count &- 8)) & mask, seed)
}

@inline(__always)
private func mixed(_ first: UInt64, _ last: UInt64, _ seed: UInt32) -> Int {
  let mix = first ^ (last &<< 23 | last &>> 41)
  return Int(truncatingIfNeeded: mix.multipliedFullWidth(by: UInt64(seed) &* 2 &+ 0x9E37_79B9_7F4A_7C15).high)
}

@inline(__always)
func equal(_ one: UnsafePointer<UInt8>, _ other: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  cscan_equal(one, other, count) != 0
}

/// ASCII letters compare without case, all other bytes as they are: how Azure Resource Manager compares names.
@inline(__always)
func equalIgnoringCase(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
  guard let first = one.first, let otherFirst = other.first else { return one.isEmpty && other.isEmpty }
  // Length and first byte at once: many texts are as long as another one by chance, and nobody could guess which.
  guard one.count ^ other.count | Int((first ^ otherFirst) & 0xDF) == 0 else { return false }
  return cscan_equal_ignoring_case(one.baseAddress!, other.baseAddress!, one.count) != 0
}

@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 {
  byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}
