#if FUZZING
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #elseif canImport(Darwin)
    import Darwin
  #endif

  // As `make fuzz` builds it: libFuzzer has the main function, makes the inputs, and calls these two.

  /// The part that `$TARGET` names. One thread runs.
  nonisolated(unsafe) private var target: any FuzzTarget = JSONTarget()

  @c(LLVMFuzzerInitialize)
  func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer) -> CInt {
    let name = getenv("TARGET").map { String(cString: $0) } ?? ""
    guard let named = FuzzTargets.named(name) else { fatalError("$TARGET is none of \(FuzzTargets.names)") }
    target = named
    return 0
  }

  @c(LLVMFuzzerTestOneInput)
  func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(UnsafeBufferPointer(start: data, count: count))
    return 0
  }
#endif
