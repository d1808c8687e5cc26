import CScan

/// Base64 (RFC 4648, section 4) as it stands in a string: what is wrong with it, how much it decodes to, and the bytes.
struct Base64Text {
  enum Problem: UInt8 {
    case none
    /// A byte outside both alphabets.
    case alphabet
    /// `-` or `_`: the alphabet of section 5, for URLs and file names.
    case urlSafe
    /// Characters behind the padding.
    case paddingInside
    /// Whole groups of four are not reached: padding is missing, or there is too much.
    case padding
    /// One character is left over: no number of bytes encodes to that.
    case length
  }

  private(set) var problem = Problem.none
  /// White space stands between the characters, as tools that wrap lines leave it.
  private(set) var isBroken = false
  /// How many bytes it decodes to; meaningful where there is no ``problem``.
  private(set) var decodedCount = 0
  /// Where the first fault is, in bytes.
  private(set) var offset = 0

  /// Of an empty text.
  init() {}

  /// - Parameter output: takes the decoded bytes, as many as fit; nil to judge only.
  init(_ text: UnsafeBufferPointer<UInt8>, output: UnsafeMutableBufferPointer<UInt8>? = nil) {
    var characters = 0
    var pads = 0
    var accumulator: UInt32 = 0
    var written = 0
    var isURLSafe = false
    let capacity = output?.count ?? 0
    var index = 0
    // Whole groups of the alphabet's characters, as long as there is nothing else.
    if let output, let start = text.baseAddress {
      index = cscan_base64_decode(start, text.count, output.baseAddress!, capacity)
      written = index / 4 * 3
    } else {
      index = Self.skipGroups(text)
    }
    characters = index
    while index < text.count {
      defer { index += 1 }
      let value = cscan_base64_value(text[index])
      if value < 64 {
        if pads > 0, problem == .none { fail(.paddingInside, index) }
        accumulator = accumulator << 6 | UInt32(value)
        characters += 1
        if characters & 3 == 0, let output {
          if written + 3 <= capacity {
            output[written] = UInt8(truncatingIfNeeded: accumulator >> 16)
            output[written + 1] = UInt8(truncatingIfNeeded: accumulator >> 8)
            output[written + 2] = UInt8(truncatingIfNeeded: accumulator)
          }
          written += 3
        }
        continue
      }
      switch text[index] {
      case 0x20, 0x09, 0x0A, 0x0D:
        if !isBroken, problem == .none { offset = index }
        isBroken = true
      case UInt8(ascii: "="): pads += 1
      case UInt8(ascii: "-"), UInt8(ascii: "_"):
        if !isURLSafe, problem == .none { fail(.urlSafe, index) }
        isURLSafe = true
        characters += 1
      default:
        // Another alphabet may explain the first fault; this one nothing explains.
        if problem == .none || problem == .urlSafe { fail(.alphabet, index) }
        characters += 1
      }
    }
    let rest = characters & 3
    decodedCount = characters / 4 * 3 + (rest == 0 ? 0 : rest - 1)
    if problem == .none {
      if rest == 1 {
        fail(.length, text.count)
      } else if pads != (rest == 0 ? 0 : 4 - rest) {
        fail(.padding, text.count)
      }
    }
    if let output, rest > 1, written + rest - 1 <= capacity {
      let bits = accumulator << (rest == 2 ? 12 : 6)
      output[written] = UInt8(truncatingIfNeeded: bits >> 16)
      if rest == 3 { output[written + 1] = UInt8(truncatingIfNeeded: bits >> 8) }
    }
  }

  /// Whole groups from the beginning, decoded into nothing.
  private static func skipGroups(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    guard let start = text.baseAddress else { return 0 }
    let chunk = 4096
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: chunk / 4 * 3 + DecodedText.slack) { bytes in
      var index = 0
      while index < text.count {
        let count = min(chunk, text.count - index)
        let taken = cscan_base64_decode(start + index, count, bytes.baseAddress!, chunk / 4 * 3)
        index += taken
        if taken < count { break }
      }
      return index
    }
  }

  private mutating func fail(_ problem: Problem, _ offset: Int) {
    self.problem = problem
    self.offset = offset
  }
}
