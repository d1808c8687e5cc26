/// An api-version of Azure: a date, and whether it is a preview.
public struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Year, month and day as one number, times two, plus one where it is no preview: previews come before the stable
  /// version of the same day.
  package let order: Int32

  package init(order: Int32) { self.order = order }

  /// Reads `YYYY-MM-DD` or `YYYY-MM-DD-preview`; nil for anything else, and for dates that do not exist.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    let isPreview = bytes.count == 18 && text.lowercased().hasSuffix("-preview")
    guard bytes.count == 10 || isPreview else { return nil }
    var digits: Int32 = 0
    for (index, byte) in bytes.prefix(10).enumerated() {
      if index == 4 || index == 7 {
        guard byte == UInt8(ascii: "-") else { return nil }
      } else {
        guard byte &- UInt8(ascii: "0") < 10 else { return nil }
        digits = digits * 10 + Int32(byte - UInt8(ascii: "0"))
      }
    }
    let month = digits / 100 % 100
    let day = digits % 100
    guard (1...12).contains(month), day >= 1, day <= daysOfMonth(Int(month), year: Int(digits / 10000)) else {
      return nil
    }
    order = digits * 2 + (isPreview ? 0 : 1)
  }

  public var description: String {
    func padded(_ number: Int32, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = order >> 1
    return "\(padded(date / 10000, 4))-\(padded(date / 100 % 100, 2))-\(padded(date % 100, 2))"
      + (order & 1 == 0 ? "-preview" : "")
  }

  public static func < (one: APIVersion, other: APIVersion) -> Bool { one.order < other.order }
}

/// Days of a month of the Gregorian calendar.
func daysOfMonth(_ month: Int, year: Int) -> Int {
  switch month {
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}
