import CScan

/// From byte offsets to lines and columns, as editors and SARIF count them.
///
/// Built only for a document that has findings. A line ends with LF, CR LF or a lone CR.
package struct LineMap: Sendable {
  /// The byte offset at which each line begins.
  package let starts: [Int]
  private let byteCount: Int
  /// UTF-16 units up to each block of bytes; empty unless there is a longer line, which may have megabytes, and many findings.
  private let units: [Int]
  private static let blockCount = 4096

  /// Finds the lines of a text, in one pass.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) {
    var starts = [0]
    starts.reserveCapacity(min(bytes.count / 24, 1 << 16))
    var longest = 0
    if let text = bytes.baseAddress {
      func next(_ byte: UInt8, from index: Int) -> Int { index + cscan_find(text + index, bytes.count - index, byte) }
      var feed = next(0x0A, from: 0)
      var carriage = next(0x0D, from: 0)
      while min(feed, carriage) < bytes.count {
        var start = min(feed, carriage) + 1
        if carriage < feed {
          if start == feed, feed < bytes.count { start += 1 }
          carriage = next(0x0D, from: start)
        }
        if feed < start { feed = next(0x0A, from: start) }
        longest = max(longest, start - starts[starts.count - 1])
        starts.append(start)
      }
    }
    longest = max(longest, bytes.count - starts[starts.count - 1])
    self.starts = starts
    byteCount = bytes.count
    var units: [Int] = []
    if longest > Self.blockCount {
      units.append(0)
      for block in stride(from: 0, to: bytes.count - Self.blockCount + 1, by: Self.blockCount) {
        units.append(units.last! + utf16Length(of: bytes, in: block..<block + Self.blockCount))
      }
    }
    self.units = units
  }

  /// The 0-based number of the line that a byte stands on. Offsets past the end belong to the last line.
  package func line(at offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of a line, its line break left out.
  package func content(ofLine line: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    let start = starts[line]
    var end = line + 1 < starts.count ? starts[line + 1] : byteCount
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return start..<end
  }

  /// The 0-based column of a byte in UTF-16 code units, which is how editors, LSP and SARIF count.
  ///
  /// A byte order mark at the start of the document is not counted: editors do not show it.
  package func column(at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var start = starts[line(at: offset)]
    if start == 0, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { start = 3 }
    let end = min(offset, bytes.count)
    guard start < end else { return 0 }
    if end - start <= Self.blockCount { return utf16Length(of: bytes, in: start..<end) }
    return unitCount(upTo: end, bytes) - unitCount(upTo: start, bytes)
  }

  private func unitCount(upTo offset: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let block = min(offset / Self.blockCount, units.count - 1)
    return units[block] + utf16Length(of: bytes, in: block * Self.blockCount..<offset)
  }
}

/// How many UTF-16 code units a stretch of UTF-8 takes: one for each lead byte, two for those of four-byte sequences.
package func utf16Length(of bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> Int {
  guard let start = bytes.baseAddress else { return 0 }
  var units = 0
  var index = range.lowerBound
  while index < range.upperBound {
    let plain = cscan_ascii_length(start + index, range.upperBound - index)
    units += plain
    index += plain
    while index < range.upperBound, bytes[index] >= 0x80 {
      let byte = bytes[index]
      index += 1
      if byte & 0xC0 != 0x80 { units += 0xF0...0xF4 ~= byte ? 2 : 1 }
    }
  }
  return units
}
