/// How much of a document is read before it counts as too large.
public struct TextLimits: Sendable, Hashable {
  /// The most bytes a document may have, at most 4 GiB less two (tape offsets have 32 bits). Beyond it nothing is read: one
  /// `oversized-document` finding says so.
  public let byteCountMax: Int
  /// The most levels of arrays and objects in one another, from 1, a flat object, to 100,000. Deeper ones are reported once
  /// and still read.
  public let depthMax: Int

  /// 64 MiB and 128 levels: Azure Resource Manager takes 4 MiB, and its deepest documented body has 9 levels.
  public static let standard = TextLimits(byteCountMax: 64 << 20, depthMax: 128)

  /// Takes the nearest numbers that are possible.
  ///
  /// - Parameters:
  ///   - byteCountMax: in bytes.
  ///   - depthMax: in levels.
  public init(byteCountMax: Int, depthMax: Int) {
    self.byteCountMax = min(max(0, byteCountMax), Int(UInt32.max) - 1)
    self.depthMax = min(max(1, depthMax), 100_000)
  }
}
