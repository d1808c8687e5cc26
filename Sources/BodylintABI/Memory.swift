import Bodylint
import CBodylint

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// What crosses the border between Swift and C: objects behind pointers, texts that end with a NUL byte, options that a
// caller built with another version of the header.

/// Gives an object to the caller, who frees it.
func handle(_ object: some AnyObject) -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(object).toOpaque()) }

/// The object behind a pointer that a caller gave, still the caller's.
func object<Object: AnyObject>(_ pointer: OpaquePointer?, _: Object.Type) -> Object? {
  pointer.map { Unmanaged<Object>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
}

func free<Object: AnyObject>(_ pointer: OpaquePointer?, _: Object.Type) {
  if let pointer { Unmanaged<Object>.fromOpaque(UnsafeRawPointer(pointer)).release() }
}

/// A mistake of whoever calls, in words.
struct ABIError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Runs what can fail; the caller gets nil and the reason.
func attempt(
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ body: () throws -> OpaquePointer
) -> OpaquePointer? {
  inside {
    error?.pointee = nil
    do {
      return try body()
    } catch let reason {
      error?.pointee = copy("\(reason)")
      return nil
    }
  }
}

/// Runs what a function of the library does. All of them do it in here: see `gate.h`.
func inside<Result>(_ body: () -> Result) -> Result {
  gate_enter()
  defer { gate_leave() }
  return body()
}

/// The options that this version knows.
///
/// - Parameter count: the member `size`. Larger options are those of a newer caller, who must not have set what is not known
///   here; there are no older ones than this version's.
func known<Options>(_ given: UnsafePointer<Options>?, size count: Int?) throws(ABIError) -> Options {
  try withUnsafeTemporaryAllocation(of: Options.self, capacity: 1) { (memory) throws(ABIError) -> Options in
    let own = UnsafeMutableRawBufferPointer(memory)
    own.initializeMemory(as: UInt8.self, repeating: 0)
    guard let given, let count else { return memory[0] }
    guard own.count...4_096 ~= count else {
      throw ABIError("the member size is \(count); it is sizeof of the options, \(own.count) or more")
    }
    let bytes = UnsafeRawBufferPointer(start: given, count: count)
    own.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<own.count]))
    guard bytes.dropFirst(own.count).allSatisfy({ $0 == 0 }) else {
      throw ABIError("the options have members that this version of libbodylint does not know")
    }
    return memory[0]
  }
}

/// The text that a caller gave; nil where none was.
func text(_ pointer: UnsafePointer<CChar>?, _ name: StaticString) throws(ABIError) -> String? {
  guard let pointer else { return nil }
  guard let text = String(validatingCString: pointer) else { throw ABIError("\(name) is not UTF-8") }
  return text
}

/// A text for the caller, who frees it with `bodylint_string_free`; nil where there is no memory.
func copy(_ text: String) -> UnsafeMutablePointer<CChar>? { copy(Array(text.utf8)) }

/// The same of a text in bytes.
func copy(_ utf8: [UInt8]) -> UnsafeMutablePointer<CChar>? {
  utf8.withUnsafeBufferPointer { utf8 in
    guard let out = malloc(utf8.count + 1)?.assumingMemoryBound(to: UInt8.self) else { return nil }
    write(utf8, to: out)
    return UnsafeMutableRawPointer(out).assumingMemoryBound(to: CChar.self)
  }
}

/// The C library's, whose name is taken here.
func systemFree(_ pointer: UnsafeMutableRawPointer?) { free(pointer) }

private func write(_ utf8: UnsafeBufferPointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) {
  if let start = utf8.baseAddress { out.update(from: start, count: utf8.count) }
  out[utf8.count] = 0
}

/// Texts that C may look at for as long as this lives.
final class CStrings: Sendable {
  private nonisolated(unsafe) let pointers: [UnsafeMutablePointer<CChar>]

  init(_ texts: [String]) { pointers = texts.map { strdup($0) } }

  deinit { for pointer in pointers { systemFree(pointer) } }

  subscript(index: Int) -> UnsafePointer<CChar> { UnsafePointer(pointers[index]) }
}

/// Memory for a report, given back all at once.
final class Arena {
  private static let chunkCount = 16_384
  private var chunks: [UnsafeMutableRawPointer] = []
  private var next = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { for chunk in chunks { chunk.deallocate() } }

  /// A text that ends with a NUL byte. A NUL character in it would end it too early, and becomes U+2400.
  func text(_ text: String) -> UnsafePointer<CChar> {
    var text =
      text.utf8.contains(0)
      ? String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{2400}" : $0 })) : text
    return text.withUTF8 { utf8 in
      let out = bytes(count: utf8.count + 1, alignment: 1)
      write(utf8, to: out.assumingMemoryBound(to: UInt8.self))
      return UnsafePointer(out.assumingMemoryBound(to: CChar.self))
    }
  }

  /// nil where there is no text.
  func text(_ text: String?) -> UnsafePointer<CChar>? { text.map { self.text($0) } }

  /// Elements to be initialized, of a type that needs no end; without any there is no memory.
  func array<Element: BitwiseCopyable>(count: Int) -> UnsafeMutableBufferPointer<Element> {
    guard count > 0 else { return UnsafeMutableBufferPointer(start: nil, count: 0) }
    let out = bytes(count: count * MemoryLayout<Element>.stride, alignment: MemoryLayout<Element>.alignment)
    return UnsafeMutableBufferPointer(start: out.assumingMemoryBound(to: Element.self), count: count)
  }

  /// Elements, each made from one of another list.
  func array<Source, Element: BitwiseCopyable>(
    _ list: [Source], _ make: (Source) -> Element
  ) -> UnsafeMutableBufferPointer<Element> {
    let out: UnsafeMutableBufferPointer<Element> = array(count: list.count)
    for (index, source) in list.enumerated() { out.initializeElement(at: index, to: make(source)) }
    return out
  }

  private func bytes(count: Int, alignment: Int) -> UnsafeMutableRawPointer {
    let padding = next.baseAddress.map { -Int(bitPattern: $0) & (alignment - 1) } ?? 0
    if next.baseAddress == nil || next.count < count + padding {
      let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, Self.chunkCount), alignment: 16)
      chunks.append(chunk.baseAddress!)
      next = chunk
      return bytes(count: count, alignment: alignment)
    }
    let out = next.baseAddress! + padding
    next = UnsafeMutableRawBufferPointer(rebasing: next.dropFirst(padding + count))
    return out
  }
}
