import Findings

/// Faults in the order in which they were met, in memory that is kept from body to body.
///
/// Pointers only, so that the walk counts no references; ``free()`` gives the memory back.
struct FaultBuffer {
  private var storage: UnsafeMutablePointer<RawFault>
  private var capacity: Int
  private(set) var count = 0
  /// Of all faults.
  private var severities = Severities()

  private static let capacityMin = 64
  /// More than this is given back after use.
  private static let capacityKept = 1 << 16

  init() {
    capacity = Self.capacityMin
    storage = .allocate(capacity: capacity)
  }

  func free() { storage.deallocate() }

  var faults: UnsafeBufferPointer<RawFault> { UnsafeBufferPointer(start: storage, count: count) }

  @inline(__always)
  mutating func append(_ fault: RawFault) {
    if count == capacity { grow(to: capacity * 2) }
    (storage + count).initialize(to: fault)
    count &+= 1
    severities.add(fault)
  }

  @inline(never)
  private mutating func grow(to capacity: Int) {
    let larger = UnsafeMutablePointer<RawFault>.allocate(capacity: capacity)
    larger.moveInitialize(from: storage, count: count)
    storage.deallocate()
    storage = larger
    self.capacity = capacity
  }

  /// A fault that stands in some worlds only is a warning at most, as ``FindingWriter`` has it.
  ///
  /// - Parameter start: the faults before this one are not counted.
  func count(from start: Int = 0) -> FindingCount {
    var severities = start == 0 ? severities : Severities()
    if start > 0 { for fault in faults.dropFirst(start) { severities.add(fault) } }
    let total = max(0, self.count - start)
    return FindingCount(
      errors: severities.errors, warnings: severities.notInfos - severities.errors, infos: total - severities.notInfos)
  }

  /// Counted without a branch: nobody could guess how severe the next fault is.
  private struct Severities {
    var errors = 0
    var notInfos = 0

    @inline(__always)
    mutating func add(_ fault: RawFault, times: Int = 1) {
      // The codes are 1, 2 and 3.
      let code = fault.isGuess ? min(fault.severity, Severity.warning.code) : fault.severity
      notInfos &+= times &* Int(code &>> 1)
      errors &+= times &* Int(code &>> 1 & code)
    }
  }

  /// Sorts the first faults by place.
  mutating func sort(upTo end: Int, place: (RawFault) -> Int) {
    var faults = UnsafeMutableBufferPointer(start: storage, count: min(count, end))
    if (1..<max(1, faults.count)).allSatisfy({ place(faults[$0 - 1]) <= place(faults[$0]) }) { return }
    faults.sort { place($0) < place($1) }
  }

  func suffix(from start: Int) -> [RawFault] { Array(faults[start...]) }

  mutating func replaceAll(from start: Int, with newFaults: [RawFault]) {
    for fault in faults[start...] { severities.add(fault, times: -1) }
    count = start
    for fault in newFaults { append(fault) }
  }

  mutating func update(from start: Int, _ change: (inout RawFault) -> Void) {
    for index in start..<count {
      severities.add(storage[index], times: -1)
      change(&storage[index])
      severities.add(storage[index])
    }
  }

  /// The last fault is about a part of its value.
  mutating func setPart(start: UInt32, length: UInt32) {
    storage[count - 1].partStart = start
    storage[count - 1].partLength = length
  }

  @inline(__always)
  mutating func removeAll() {
    count = 0
    severities = Severities()
    if capacity > Self.capacityKept { shrink() }
  }

  private mutating func shrink() {
    storage.deallocate()
    capacity = Self.capacityMin
    storage = .allocate(capacity: capacity)
  }
}
