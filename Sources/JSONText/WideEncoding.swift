/// Texts of two or four bytes a character, such as `>` in Windows PowerShell writes them: one word says more than a fault
/// for each byte.
enum WideEncoding {
  /// The name of the encoding that the first bytes tell, by their byte order mark or by where their zeros are.
  @inline(__always)
  static func name(of bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard bytes.count >= 2, bytes[0] == 0 || bytes[1] == 0 || bytes[0] >= 0xFE else { return nil }
    return guess(bytes)
  }

  @inline(never)
  private static func guess(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    func isZero(_ index: Int) -> Bool { index < bytes.count && bytes[index] == 0 }
    func begins(_ mark: UInt8...) -> Bool { bytes.starts(with: mark) }
    let zeros = (0..<4).map(isZero)
    if begins(0xFF, 0xFE, 0, 0) || zeros == [false, true, true, true] { return "UTF-32 (little-endian)" }
    if begins(0, 0, 0xFE, 0xFF) || zeros == [true, true, true, false] { return "UTF-32 (big-endian)" }
    if begins(0xFF, 0xFE) || !zeros[0] && zeros[1] && !zeros[2] { return "UTF-16 (little-endian)" }
    if begins(0xFE, 0xFF) || zeros[0] && !zeros[1] && !zeros[3] { return "UTF-16 (big-endian)" }
    return nil
  }
}
