import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Several threads for one list of jobs.
enum Processors {
  static var count: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// Has each worker, on a thread of its own, take the next job until none is left; the results in the order of the jobs.
  static func map<Worker, Output>(
    _ count: Int, workers: [Worker], _ job: @escaping (Worker, Int) -> Output
  ) -> [Output] {
    let results = UnsafeMutableBufferPointer<Output?>.allocate(capacity: count)
    results.initialize(repeating: nil)
    defer {
      results.deinitialize()
      results.deallocate()
    }
    let next = Counter()
    func work(_ worker: Worker) {
      while true {
        let index = next.take()
        guard index < count else { return }
        results[index] = job(worker, index)
      }
    }
    var threads: [pthread_t] = []
    for worker in workers.dropFirst() {
      if let thread = Thread.start({ work(worker) }) { threads.append(thread) }
    }
    work(workers[0])
    for thread in threads { pthread_join(thread, nil) }
    return results.map { $0! }
  }
}

/// Numbers that are handed out once each.
private final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  func take() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}

private enum Thread {
  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Documents may be deep: as much stack as the first thread has.
  private static let stackByteCount = 8 << 20

  /// Nil where the system has no thread to give: the others do the work.
  static func start(_ run: @escaping () -> Void) -> pthread_t? {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackByteCount)
    let body = Unmanaged.passRetained(Body(run))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes,
      { argument in
        Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, body.toOpaque())
    guard status == 0 else {
      body.release()
      return nil
    }
    return thread
  }
}

enum Clock {
  /// `2026-11-21`, by UTC.
  static var today: String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
  }
}
