/// How much of a document is read before it counts as too large.
public struct TextLimits: Sendable, Hashable {
  /// The most bytes a document may have. Beyond it nothing is read: one `oversized-document` finding says so.
  public var byteCountMax: Int
  /// The most levels of arrays and objects in one another. Deeper ones are reported once and still read.
  public var depthMax: Int

  /// 64 MiB and 128 levels: Azure Resource Manager takes 4 MiB, and its deepest documented body has 9 levels.
  public static let standard = TextLimits(byteCountMax: 64 << 20, depthMax: 128)

  /// - Parameters:
  ///   - byteCountMax: in bytes, at most 4 GiB less one (tape offsets have 32 bits).
  ///   - depthMax: in levels; 1 is a flat object.
  public init(byteCountMax: Int, depthMax: Int) {
    self.byteCountMax = min(byteCountMax, Int(UInt32.max) - 1)
    self.depthMax = max(1, depthMax)
  }
}
