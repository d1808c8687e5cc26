#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Jobs that several threads do, and their outputs in the order of the jobs.
///
/// The thread that submits jobs and takes outputs does jobs too where it would have to wait. The others are started when there is more
/// to do than it can begin with, and wait for jobs until the end: a thread costs as much as some bodies. Only few jobs are under way
/// at a time, and fewer of those that are known to be large.
final class Pipeline<Worker, Job, Output>: @unchecked Sendable {
  // Unchecked: what threads share is behind the lock, or is never changed. A worker stays on its thread, and a job and its output
  // are with one thread at a time: who submits, who does it, who takes it.

  private final class Entry {
    let job: Job
    let byteCount: Int
    var output: Output?

    init(_ job: Job, byteCount: Int) {
      self.job = job
      self.byteCount = byteCount
    }
  }

  private let workerCountMax: Int
  private let first: Worker
  private let makeWorker: () -> Worker?
  private let run: (Worker, Job) -> Output
  private let lock = Lock()

  // Behind the lock.
  private var entries: [Entry] = []
  /// The first of them that nobody has begun with.
  private var unbegun = 0
  private var isClosed = false

  // Of the thread that submits.
  private var jobCount = 0
  private var byteCount = 0
  private var threads: [pthread_t] = []
  private var cannotStart = false

  /// So many jobs have to wait before another thread is worth its while.
  private static var jobsWorthAThread: Int { 5 }
  private static var byteCountMax: Int { 8 << 20 }

  /// - Parameters:
  ///   - first: the worker of the thread that submits.
  ///   - workerCountMax: how many there are at most, the first one included.
  ///   - makeWorker: one more, called on the thread that submits; nil where there can be none.
  ///   - run: does a job, on the thread of its worker.
  init(
    first: Worker, workerCountMax: Int, makeWorker: @escaping () -> Worker?, run: @escaping (Worker, Job) -> Output
  ) {
    self.first = first
    self.workerCountMax = workerCountMax
    self.makeWorker = makeWorker
    self.run = run
  }

  /// So many are under way that an output has to be taken before another job is submitted.
  var isFull: Bool {
    jobCount >= (workerCountMax == 1 ? 1 : 2 * workerCountMax + Self.jobsWorthAThread - 1)
      || byteCount >= Self.byteCountMax
  }

  /// - Parameter byteCount: how much memory the job holds, where it is known.
  func submit(_ job: Job, byteCount: Int = 0) {
    precondition(!isFull, "An output has to be taken first.")
    jobCount += 1
    self.byteCount += byteCount
    lock.lock()
    entries.append(Entry(job, byteCount: byteCount))
    let waiting = entries.count - unbegun
    lock.signalJob()
    lock.unlock()
    if waiting >= Self.jobsWorthAThread { startThread() }
  }

  /// The output of the oldest job whose output was not taken; nil where there is no such job.
  ///
  /// - Parameter waits: where the job is not done yet, others are done until it is. Without it the answer is nil then.
  func next(waits: Bool) -> Output? {
    lock.lock()
    defer { lock.unlock() }
    while let oldest = entries.first {
      if let output = oldest.output {
        entries.removeFirst()
        unbegun -= 1
        jobCount -= 1
        byteCount -= oldest.byteCount
        return output
      }
      guard waits else { return nil }
      if unbegun < entries.count { doJob(first) } else { lock.waitForOutput() }
    }
    return nil
  }

  /// Lets the threads end, once all outputs are taken.
  func close() {
    lock.lock()
    isClosed = true
    lock.signalEnd()
    lock.unlock()
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  /// Does the first job that nobody has begun with, the lock let go meanwhile.
  private func doJob(_ worker: Worker) {
    let entry = entries[unbegun]
    unbegun += 1
    lock.unlock()
    let output = run(worker, entry.job)
    lock.lock()
    entry.output = output
    lock.signalOutput()
  }

  private func startThread() {
    guard threads.count + 1 < workerCountMax, !cannotStart else { return }
    guard let worker = makeWorker(), let thread = Thread.start({ self.work(worker) }) else {
      // The others do the work.
      cannotStart = true
      return
    }
    threads.append(thread)
  }

  private func work(_ worker: Worker) {
    lock.lock()
    defer { lock.unlock() }
    while true {
      if unbegun < entries.count {
        doJob(worker)
      } else if isClosed {
        return
      } else {
        lock.waitForJob()
      }
    }
  }
}

/// A lock, and two things to wait for: jobs and outputs.
private final class Lock {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let hasJob = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let hasOutput = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(hasJob, nil)
    pthread_cond_init(hasOutput, nil)
  }

  deinit {
    pthread_cond_destroy(hasOutput)
    pthread_cond_destroy(hasJob)
    pthread_mutex_destroy(mutex)
    hasOutput.deallocate()
    hasJob.deallocate()
    mutex.deallocate()
  }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
  func signalJob() { pthread_cond_signal(hasJob) }
  func signalEnd() { pthread_cond_broadcast(hasJob) }
  func waitForJob() { pthread_cond_wait(hasJob, mutex) }
  func signalOutput() { pthread_cond_signal(hasOutput) }
  func waitForOutput() { pthread_cond_wait(hasOutput, mutex) }
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
