#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `date: {form: date}`, `date: {time: absent}`, `date: {zone: utc}`, `date: {after: now}`
enum DateCheck: Check {
  static let keyword = "date"
  static let opcode = Opcode.date
  static let subject = CheckSubject.text
  static let placeholders = ["actual", "problem", "now"]
  static let summary =
    "The string is a date (ISO 8601) that the calendar has, without a time, in UTC, or in the future."
  static let argumentSchema =
    #"{"type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"properties":{"form":{"enum":["date","date-time","iso8601"]},"time":{"const":"absent"},"zone":{"const":"utc"},"after":{"const":"now"}}}"#

  private enum Aspect: UInt32 { case date, dateTime, iso8601, withoutTime, utc, afterNow }

  private static let words: [(key: String, value: String, aspect: Aspect)] = [
    ("form", "date", .date), ("form", "date-time", .dateTime), ("form", "iso8601", .iso8601),
    ("time", "absent", .withoutTime), ("zone", "utc", .utc), ("after", "now", .afterNow),
  ]

  static func compile(_ argument: YAMLNode, _ scope: CheckScope) throws(RuleFileError) {
    let members = try scope.reader.members(argument, keys: ["form", "time", "zone", "after"], of: "date")
    guard members.count == 1, let (key, node) = members.first else {
      throw scope.reader.mistake(argument, "date takes one of form, time, zone and after")
    }
    let value = try scope.reader.text(node)
    guard let word = words.first(where: { $0.key == key && $0.value == value }) else {
      let known = words.filter { $0.key == key }.map(\.value)
      throw scope.reader.mistake(node, scope.reader.unknown("value", value, of: "'\(key)'", known: known))
    }
    scope.emit(word.aspect.rawValue)
  }

  static func outcome(
    _ date: CalendarDate, _ operands: UnsafePointer<UInt32>, _ now: Int?
  ) -> UInt8 {
    let isSound = date.problem == .none
    let holds =
      switch Aspect(rawValue: operands[0])! {
      case .date: isSound && date.isExtended && !date.hasTime
      case .dateTime: isSound && date.isExtended && date.hasTime
      case .iso8601: isSound
      case .withoutTime: !isSound || !date.hasTime
      case .utc: !isSound || !date.hasTime || date.isZulu
      case .afterNow: !isSound || date.seconds > now ?? systemClock()
      }
    return holds ? 0 : 1
  }

  /// A time without an offset was probably meant to be UTC; one of no offset is.
  static func fix(
    of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> CheckFix? {
    let node = context.document[fault.node]
    guard Aspect(rawValue: operands[0]) == .utc, node.flags.isDisjoint(with: [.escaped, .damaged]) else { return nil }
    let text = context.document.raw(node)
    let date = CalendarDate(text)
    guard date.problem == .none, date.hasTime, !date.isZulu else { return nil }
    switch date.offset {
    case nil:
      return CheckFix(description: "write it as UTC, with Z", isSafe: false, range: text.count..<text.count, text: "Z")
    case 0:
      let sign = text.lastIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") } ?? text.count
      return CheckFix(description: "write Z", isSafe: false, range: sign..<text.count, text: "Z")
    default: return nil
    }
  }

  /// Seconds since 1970.
  static func systemClock() -> Int { time(nil) }

  static func text(
    for name: PlaceholderName, of fault: RawFault, _ operands: UnsafePointer<UInt32>, _ context: FaultContext
  ) -> String? {
    switch name {
    case "actual": context.text(fault)
    case "problem": context.withBytes(of: fault) { problem(CalendarDate($0), Aspect(rawValue: operands[0])!) }
    case "now": CalendarDate.text(ofSeconds: context.now ?? systemClock())
    default: nil
    }
  }

  private static func problem(_ date: CalendarDate, _ aspect: Aspect) -> String {
    let form =
      switch aspect {
      case .date, .withoutTime: "a date is written YYYY-MM-DD"
      case .dateTime, .utc: "a date and time is written YYYY-MM-DDThh:mm:ssZ"
      case .iso8601, .afterNow: "a date is written YYYY-MM-DD, or with a time as ISO 8601 has it"
      }
    switch date.problem {
    case .form: return form
    case .calendar: return "there is no such day or time"
    case .none:
      if aspect == .utc {
        return date.offset == nil ? "it does not end in Z" : "its offset is given, but UTC is written Z"
      }
      return form
    }
  }
}
