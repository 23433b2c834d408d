import CKernels
import Foundation
import Synchronization

/// Threads that share out the many short steps of a decoding. Between steps they wait hot, since a sleeping thread takes
/// longer to wake than a step takes; when no step has come for a while they sleep.
final class WorkerPool: Sendable {
  private let crew = Crew()
  private let helpers: Int

  /// - Parameter threads: with the calling one; 1 or more.
  init(threads: Int) { helpers = threads - 1 }

  deinit { crew.dismiss() }

  /// Runs `body(task, worker)` once for each task of 0..<count, `worker` being below the number of threads and no two calls
  /// of the same worker at a time. Returns when all are done. A call while another one runs is done by its own thread alone,
  /// as worker 0: two decodings may not share scratch.
  func run(_ count: Int, _ body: (_ task: Int, _ worker: Int) -> Void) {
    guard count > 1, helpers > 0, crew.begin(helpers) else {
      for task in 0..<count { body(task, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      crew.work(count, body)
    }
    crew.end()
  }
}

/// What the threads of a pool share. A step is published by its number in `open`; whoever goes to work is counted in
/// `inside`, and a step is over when its tasks are taken and nobody is inside. Threads that come late find it closed.
private final class Crew: @unchecked Sendable {
  private struct Step {
    let count: Int
    let body: (Int, Int) -> Void
  }

  private let open = Atomic<Int>(0)  // number of the step at work, 0 between steps
  private let inside = Atomic<Int>(0)
  private let next = Atomic<Int>(0)  // task
  private let asleep = Atomic<Int>(0)
  private let isBusy = Atomic<Bool>(false)
  private let isDismissed = Atomic<Bool>(false)
  private let bed = NSCondition()
  /// Written while no step is open and nobody is inside.
  private nonisolated(unsafe) var step: Step?
  private nonisolated(unsafe) var steps = 0
  private nonisolated(unsafe) var hasStarted = false

  /// Rounds of waiting, some 20 nanoseconds each, before a thread that waits for the others lets strangers run, and before one
  /// that waits for work sleeps. Whoever lets strangers run gets the core back milliseconds later.
  private static let patience = 30_000
  private static let wakefulness = 15_000

  /// - Returns: false while another step is at work.
  func begin(_ helpers: Int) -> Bool {
    guard isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else { return false }
    if !hasStarted {
      hasStarted = true
      for worker in 1...helpers { start(worker) }
    }
    return true
  }

  func end() { isBusy.store(false, ordering: .releasing) }

  func work(_ count: Int, _ body: @escaping (Int, Int) -> Void) {
    steps += 1
    step = Step(count: count, body: body)
    next.store(0, ordering: .relaxed)
    open.store(steps, ordering: .sequentiallyConsistent)
    if asleep.load(ordering: .sequentiallyConsistent) > 0 { wake() }
    takeTasks(worker: 0)
    open.store(0, ordering: .sequentiallyConsistent)
    var rounds = 0
    while inside.load(ordering: .sequentiallyConsistent) > 0 {
      rounds += 1
      if rounds < Self.patience { ck_relax() } else { sched_yield() }
    }
    step = nil
  }

  func dismiss() {
    isDismissed.store(true, ordering: .sequentiallyConsistent)
    wake()
  }

  private func wake() {
    bed.lock()
    bed.broadcast()
    bed.unlock()
  }

  private func takeTasks(worker: Int) {
    guard let step else { return }
    while true {
      let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if task >= step.count { return }
      step.body(task, worker)
    }
  }

  private func start(_ worker: Int) {
    let thread = Thread { [self] in
      var seen = 0
      while waitForStep(after: &seen) {
        inside.wrappingAdd(1, ordering: .sequentiallyConsistent)
        if open.load(ordering: .sequentiallyConsistent) == seen { takeTasks(worker: worker) }
        inside.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      }
    }
    thread.name = "decoding \(worker)"
    thread.stackSize = 1 << 20
    thread.start()
  }

  /// - Returns: false when the pool is gone.
  private func waitForStep(after seen: inout Int) -> Bool {
    var rounds = 0
    while !isDismissed.load(ordering: .relaxed) {
      let number = open.load(ordering: .acquiring)
      if number != 0, number != seen {
        seen = number
        return true
      }
      rounds += 1
      if rounds < Self.wakefulness { ck_relax() } else { sleep(seen) }
    }
    return false
  }

  private func sleep(_ seen: Int) {
    bed.lock()
    asleep.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while !isDismissed.load(ordering: .sequentiallyConsistent) {
      let number = open.load(ordering: .sequentiallyConsistent)
      if number != 0, number != seen { break }
      bed.wait()
    }
    asleep.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    bed.unlock()
  }
}
