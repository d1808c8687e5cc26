import Rules
import Synchronization

/// Checkers that nobody uses at the moment.
///
/// There is no lock: a process may fork while another of its threads checks, and the child, in which that thread does not
/// exist, goes on checking. (A lock that was held then would never be given back.)
final class CheckerPool: Sendable {
  /// As many checkers are kept at most: more threads than this at once each make one of their own.
  private static let slotCount = 32
  /// Each empty, or a checker that is retained by it.
  private nonisolated(unsafe) let slots: UnsafeMutablePointer<Atomic<UnsafeRawPointer?>>

  init() {
    slots = .allocate(capacity: Self.slotCount)
    for index in 0..<Self.slotCount { (slots + index).initialize(to: Atomic(nil)) }
  }

  deinit {
    while take() != nil {}
    slots.deinitialize(count: Self.slotCount)
    slots.deallocate()
  }

  /// A checker that is the caller's alone until it is put back; nil where there is none.
  func take() -> Checker? {
    for index in 0..<Self.slotCount {
      // Reading is cheaper than exchanging, and most slots are empty.
      guard slots[index].load(ordering: .relaxed) != nil,
        let checker = slots[index].exchange(nil, ordering: .acquiring)
      else { continue }
      return Unmanaged<Checker>.fromOpaque(checker).takeRetainedValue()
    }
    return nil
  }

  /// Keeps a checker for the next caller, or lets it go where there are enough.
  func put(_ checker: Checker) {
    let pointer = Unmanaged.passRetained(checker)
    for index in 0..<Self.slotCount
    where slots[index].compareExchange(
      expected: nil, desired: UnsafeRawPointer(pointer.toOpaque()), ordering: .releasing
    ).exchanged {
      return
    }
    pointer.release()
  }
}
