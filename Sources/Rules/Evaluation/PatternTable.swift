import CPCRE2

/// The patterns of a program, as one thread uses them: compiled when they are first asked for.
///
/// Pointers only, so that the walk counts no references; ``Checker`` owns and frees them.
struct PatternTable {
  enum Result {
    case match, noMatch
    /// The match or depth limit was reached, or the text is too long: neither yes nor no.
    case gaveUp
  }

  /// The outcome of a check whose pattern gave up.
  static let gaveUpOutcome: UInt8 = 250

  /// A pattern that has not decided after so many steps is hostile, or the text is. Sound ones on sound values take
  /// hundreds.
  private static let matchLimit: UInt32 = 100_000
  private static let depthLimit: UInt32 = 1_000
  /// Kibibytes of backtracking memory.
  private static let heapLimit: UInt32 = 1_024
  /// Longer texts, in bytes, are not matched: the limits count anew at each place where a match could start, so that time
  /// still grows with the length. Whatever has a pattern has a few thousand characters at most.
  private static let textCountMax = 1 << 16

  private let codes: UnsafeMutablePointer<OpaquePointer?>
  private let count: Int
  private let matchData: OpaquePointer
  private let context: OpaquePointer

  init(count: Int) {
    self.count = count
    codes = .allocate(capacity: max(count, 1))
    codes.initialize(repeating: nil, count: max(count, 1))
    guard let matchData = pcre2_match_data_create_8(1, nil), let context = pcre2_match_context_create_8(nil) else {
      preconditionFailure("PCRE2 has no memory for a match; the process has none either.")
    }
    self.matchData = matchData
    self.context = context
    pcre2_set_match_limit_8(context, Self.matchLimit)
    pcre2_set_depth_limit_8(context, Self.depthLimit)
    pcre2_set_heap_limit_8(context, Self.heapLimit)
  }

  func free() {
    for index in 0..<count { pcre2_code_free_8(codes[index]) }
    codes.deallocate()
    pcre2_match_data_free_8(matchData)
    pcre2_match_context_free_8(context)
  }

  @inline(__always)
  func match(
    _ index: Int, _ pattern: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>
  ) -> Result {
    guard text.count <= Self.textCountMax, let code = codes[index] ?? compile(index, pattern) else { return .gaveUp }
    // The text was validated by the parser: PCRE2 need not look at its UTF-8 again.
    let status = pcre2_match_8(code, text.baseAddress, text.count, 0, PCRE2_NO_UTF_CHECK, matchData, context)
    if status >= 0 { return .match }
    return status == PCRE2_ERROR_NOMATCH ? .noMatch : .gaveUp
  }

  @inline(never)
  private func compile(_ index: Int, _ pattern: UnsafeBufferPointer<UInt8>) -> OpaquePointer? {
    var error: Int32 = 0
    var offset = 0
    let code = pcre2_compile_8(pattern.baseAddress, pattern.count, Self.options, &error, &offset, nil)
    // Without JIT, on a machine that has none, the interpreter does it.
    if let code { pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) }
    codes[index] = code
    return code
  }

  private static let options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C

  /// What is wrong with a pattern, in PCRE2's words, or nil.
  static func mistake(in pattern: String) -> String? {
    var error: Int32 = 0
    var offset = 0
    let bytes = Array(pattern.utf8)
    let code = pcre2_compile_8(bytes, bytes.count, options, &error, &offset, nil)
    if let code {
      pcre2_code_free_8(code)
      return nil
    }
    var message = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(error, &message, message.count)
    return "\(String(decoding: message.prefix(max(0, Int(length))), as: UTF8.self)), at byte \(offset)"
  }
}
