import CZlib

/// What the base64 of a string decodes to, and, where that is gzip, what it unpacks to.
///
/// Several checks ask for the same text one after the other: it is decoded once, into memory that is kept from body to
/// body. It is somebody's secret: it never leaves the evaluation, and is overwritten with the next.
final class DecodedText {
  /// More than this is not looked into: customData has 65,535 bytes at most, and another check says so.
  static let decodedCountMax = (1 << 20) / 3 * 3
  /// A kilobyte of gzip can unpack to a megabyte, a crafted one to no end.
  static let unpackedCountMax = 1 << 20

  /// Whether bytes that ``bytes(of:node:)`` returned end where decoding or unpacking stopped: there may be more of them.
  static func isCutOff(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.count >= min(decodedCountMax, unpackedCountMax)
  }

  /// Behind the text there is room for whoever writes and reads sixteen bytes at a time.
  static let slack = 32

  private var decoded = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
  private var unpacked = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
  private var node = UInt32.max
  private var scan = Base64Text()
  private var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

  deinit {
    decoded.deallocate()
    unpacked.deallocate()
  }

  /// Another body begins: its nodes have the same numbers.
  func forget() { node = .max }

  /// The decoded, and where it is gzip unpacked, bytes of a string; empty where they cannot be had. They are valid until
  /// the next call, and there is readable memory of ``slack`` bytes behind them.
  func bytes(of base64: UnsafeBufferPointer<UInt8>, node: UInt32) -> UnsafeBufferPointer<UInt8> {
    decode(base64, node)
    return text
  }

  /// What there is to say of the base64 itself.
  func scan(of base64: UnsafeBufferPointer<UInt8>, node: UInt32) -> Base64Text {
    decode(base64, node)
    return scan
  }

  private func decode(_ base64: UnsafeBufferPointer<UInt8>, _ node: UInt32) {
    guard node != self.node else { return }
    self.node = node
    text = UnsafeBufferPointer(start: nil, count: 0)
    let count = min(base64.count / 4 * 3 + 3, Self.decodedCountMax) + Self.slack
    if decoded.count < count { Self.grow(&decoded, to: count) }
    let room = UnsafeMutableBufferPointer(rebasing: decoded[..<(decoded.count - Self.slack)])
    scan = Base64Text(base64, output: room)
    guard scan.problem == .none else { return }
    let plain = UnsafeBufferPointer(rebasing: decoded[..<min(scan.decodedCount, room.count)])
    let isGzip = plain.count > 2 && plain[0] == 0x1F && plain[1] == 0x8B
    text = isGzip ? unpack(plain) : plain
  }

  /// As much as unpacks: of a stream that was cut off the beginning.
  private func unpack(_ packed: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    if unpacked.count == 0 { Self.grow(&unpacked, to: Self.unpackedCountMax + Self.slack) }
    var stream = z_stream()
    guard bodylint_inflate_init_gzip(&stream) == Z_OK else { return UnsafeBufferPointer(start: nil, count: 0) }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(mutating: packed.baseAddress)
    stream.avail_in = UInt32(packed.count)
    stream.next_out = unpacked.baseAddress
    stream.avail_out = UInt32(unpacked.count - Self.slack)
    // One call: it ends with the stream, with the first fault in it, or with the buffer.
    _ = inflate(&stream, Z_FINISH)
    return UnsafeBufferPointer(rebasing: unpacked[..<Int(stream.total_out)])
  }

  private static func grow(_ buffer: inout UnsafeMutableBufferPointer<UInt8>, to count: Int) {
    buffer.deallocate()
    buffer = .allocate(capacity: count)
    buffer.initialize(repeating: 0)
  }
}

/// Packs bytes as gzip does: for the examples in rule files.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  guard bodylint_deflate_init_gzip(&stream) == Z_OK else { return [] }
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
  return input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      _ = deflate(&stream, Z_FINISH)
      return Array(output[..<Int(stream.total_out)])
    }
  }
}
