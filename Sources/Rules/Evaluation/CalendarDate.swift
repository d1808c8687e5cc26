import CScan

/// A date, with or without a time, in one of the forms of ISO 8601, on the Gregorian calendar.
struct CalendarDate {
  enum Problem: UInt8 {
    case none
    /// No date in any form that is known here.
    case form
    /// The form is right, but there is no such month, day, hour, minute or second.
    case calendar
  }

  private(set) var problem = Problem.form
  /// `YYYY-MM-DD` and not the basic form, a week or the day of a year.
  private(set) var isExtended = false
  private(set) var hasTime = false
  /// Minutes east of UTC; nil where nothing says it.
  private(set) var offset: Int?
  /// Ends in `Z`.
  private(set) var isZulu = false
  /// Seconds since 1970-01-01T00:00:00Z; what lacks an offset counts as UTC.
  var seconds: Int { (dayNumber ?? Self.dayNumber(day.year, day.month, day.day)) * 86_400 + secondsOfDay }

  /// Days since 1970-01-01; nil where they are those of ``day``, and need not be counted unless somebody asks.
  private var dayNumber: Int?
  private var day = (year: 0, month: 0, day: 0)
  private var secondsOfDay = 0
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = text
    if usual() { return }
    guard text.count <= 64, let days = date() else { return }
    var isReal = days.isReal
    dayNumber = days.number
    if position < text.count {
      guard accept("T") || accept("t") || accept(" "), let time = time() else { return }
      hasTime = true
      isReal = isReal && time.isReal
      secondsOfDay += time.seconds
      guard zone() else { return }
      if let offset {
        secondsOfDay -= offset * 60
        isReal = isReal && abs(offset) <= 14 * 60
      }
    }
    guard position == text.count else { return }
    problem = isReal ? .none : .calendar
  }

  // MARK: The usual forms

  /// `2026-11-21` and `2026-11-21T08:00:00Z`, of a day and a time that there are: read without a look at other forms.
  private mutating func usual() -> Bool {
    guard text.count == 10 || text.count == 20, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else {
      return false
    }
    // The first sixteen characters at once, where there are as many: digits are here.
    let isLong = text.count == 20
    if isLong, cscan_digits_and_periods(text.baseAddress!) != 0b1101_1011_0110_1111 { return false }
    let year = pair(0, isLong) &* 100 &+ pair(2, isLong)
    let month = pair(5, isLong)
    let day = pair(8, isLong)
    // A pair that is not two digits leaves a number below all of these.
    guard year > 0, 1...12 ~= month, day >= 1, day <= 28 || day <= Self.length(ofMonth: month, year) else {
      return false
    }
    if isLong {
      guard text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
        text[19] == UInt8(ascii: "Z")
      else { return false }
      let (hour, minute, second) = (pair(11, true), pair(14, true), pair(17, false))
      guard 0..<24 ~= hour, 0..<60 ~= minute, 0..<60 ~= second else { return false }
      secondsOfDay = hour * 3600 + minute * 60 + second
      hasTime = true
      isZulu = true
      offset = 0
    }
    isExtended = true
    self.day = (year, month, day)
    problem = .none
    return true
  }

  /// Two digits as a number; far below zero where they are none, unless they are known to be digits.
  @inline(__always)
  private func pair(_ index: Int, _ areDigits: Bool) -> Int {
    let tens = text[index] &- UInt8(ascii: "0")
    let ones = text[index &+ 1] &- UInt8(ascii: "0")
    return areDigits || tens < 10 && ones < 10 ? Int(tens) &* 10 &+ Int(ones) : -1_000_000
  }

  // MARK: Parts

  private mutating func date() -> (number: Int, isReal: Bool)? {
    guard let year = digits(4) else { return nil }
    guard year > 0 else { return (0, false) }
    let separated = accept("-")
    if accept("W") {
      guard let week = digits(2) else { return nil }
      if separated, !accept("-") { return nil }
      guard let day = digits(1) else { return nil }
      // Week 1 has the year's first Thursday.
      let fourth = Self.dayNumber(year, 1, 4)
      let monday = fourth - (fourth + 3) % 7
      let weeks = Self.dayNumber(year + 1, 1, 4) - (Self.dayNumber(year + 1, 1, 4) + 3) % 7
      let number = monday + (week - 1) * 7 + day - 1
      return (number, week >= 1 && 1...7 ~= day && number < weeks)
    }
    let count = digitCount()
    if count == 3 {
      let day = digits(3)!
      return (Self.dayNumber(year, 1, 1) + day - 1, day >= 1 && day <= (Self.isLeap(year) ? 366 : 365))
    }
    guard let month = digits(2) else { return nil }
    if separated, !accept("-") { return nil }
    guard let day = digits(2) else { return nil }
    isExtended = separated
    guard 1...12 ~= month, day >= 1, day <= Self.length(ofMonth: month, year) else { return (0, false) }
    return (Self.dayNumber(year, month, day), true)
  }

  private mutating func time() -> (seconds: Int, isReal: Bool)? {
    guard let hour = digits(2) else { return nil }
    var minute = 0
    var second = 0
    let separated = accept(":")
    if separated || digitCount() > 0 {
      guard let minutes = digits(2) else { return nil }
      minute = minutes
      if separated ? accept(":") : digitCount() > 0 {
        guard let seconds = digits(2) else { return nil }
        second = seconds
      }
    }
    if accept(".") || accept(",") {
      guard digitCount() > 0 else { return nil }
      position += digitCount()
    }
    // No 24:00 and no leap second: the services' own reader (.NET) takes neither.
    return (hour * 3600 + minute * 60 + second, hour < 24 && minute < 60 && second < 60)
  }

  private mutating func zone() -> Bool {
    if position == text.count { return true }
    if accept("Z") || accept("z") {
      isZulu = true
      offset = 0
      return true
    }
    let isEast = accept("+")
    guard isEast || accept("-"), let hours = digits(2) else { return false }
    var minutes = 0
    if accept(":") || digitCount() > 0 {
      guard let number = digits(2), number < 60 else { return false }
      minutes = number
    }
    offset = (isEast ? 1 : -1) * (hours * 60 + minutes)
    return true
  }

  // MARK: Characters

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private func digitCount() -> Int {
    var end = position
    while end < text.count, text[end] &- UInt8(ascii: "0") < 10 { end += 1 }
    return end - position
  }

  private mutating func digits(_ count: Int) -> Int? {
    guard digitCount() >= count else { return nil }
    var value = 0
    for _ in 0..<count {
      value = value * 10 + Int(text[position] - UInt8(ascii: "0"))
      position += 1
    }
    return value
  }

  // MARK: Calendar

  static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func length(ofMonth month: Int, _ year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01, by the years and months before.
  static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Of years that begin in March the leap day is the last one, and the months before are 153 days for every five.
    let isBeforeMarch = month < 3 ? 1 : 0
    let years = year - isBeforeMarch
    let months = month - 3 + 12 * isBeforeMarch
    return years * 365 + years / 4 - years / 100 + years / 400 - 719_468 + (153 * months + 2) / 5 + day - 1
  }

  /// `2026-11-21` of a second.
  static func text(ofSeconds seconds: Int) -> String {
    var day = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
    var year = 1970 + day / 366
    while dayNumber(year + 1, 1, 1) <= day { year += 1 }
    while dayNumber(year, 1, 1) > day { year -= 1 }
    day -= dayNumber(year, 1, 1)
    var month = 1
    while day >= length(ofMonth: month, year) {
      day -= length(ofMonth: month, year)
      month += 1
    }
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day + 1, 2))"
  }
}
