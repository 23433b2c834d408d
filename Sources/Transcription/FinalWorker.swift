public import Domain
import Foundation
public import Storage
import Synchronization

/// How the worker holds on to its jobs.
public struct WorkerConfiguration: Sendable {
  /// How long a claim lasts without a sign of life. Default 10 s: so long a killed worker's job waits at most.
  public var lease: Duration = .seconds(10)
  /// Time between signs of life while it works. Default 2 s.
  public var heartbeat: Duration = .seconds(2)
  /// Time between looks at an empty queue. Default 250 ms.
  public var poll: Duration = .milliseconds(250)
  /// Names this worker in its claims; unique to the process.
  public var owner: String

  public init(owner: String) { self.owner = owner }
}

/// Claims transcription jobs, as many as its recogniser takes at a time, and commits what is heard.
///
/// A job is completed in one transaction with its transcript, under the lease it was claimed with: a worker that was thought
/// dead can't write over its successor. A long recording's progress is saved window by window, under the same lease.
public struct FinalWorker: Sendable {
  /// How many jobs ended how.
  public struct Tally: Sendable, Equatable {
    public var completed = 0
    public var failed = 0

    public init() {}
  }

  private let context: WorkerContext

  /// - Parameters:
  ///   - verify: throws where a clip's file is not what was taken in.
  ///   - judge: says what an error of the recogniser means.
  ///   - report: called from any thread.
  public init(
    store: FieldStore, recogniser: any Recogniser, configuration: WorkerConfiguration, clock: WallClock = .system,
    verify: @escaping @Sendable (Clip) throws -> Void = { _ in },
    judge: @escaping @Sendable (any Error) -> JobFailure, report: @escaping @Sendable (WorkerEvent) -> Void
  ) {
    context = WorkerContext(
      store: store, recogniser: recogniser, configuration: configuration, clock: clock, verify: verify,
      judge: judge, report: report, sign: WorkerSign(store: store, owner: configuration.owner))
  }

  /// Works until the task is cancelled, or with `stopWhenIdle` until nothing is left that could become due: the queue is
  /// empty or paused.
  public func run(stopWhenIdle: Bool) async throws -> Tally {
    var tally = Tally()
    var nextSign = ContinuousClock.now
    defer { context.sign.takeBack() }
    while !Task.isCancelled {
      context.sign.give()
      if let job = try context.claim() {
        let ended = try await work(from: job)
        tally.completed += ended.completed
        tally.failed += ended.failed
        continue
      }
      if try stopWhenIdle && context.store.jobs.isIdle(kinds: [.transcribe]) { break }
      if ContinuousClock.now >= nextSign {
        context.report(.heartbeat(depth: try context.store.jobs.depth()))
        nextSign = .now + context.configuration.heartbeat
      }
      try? await Task.sleep(for: context.configuration.poll)
    }
    return tally
  }

  /// Recognises a job, and what the recogniser can take beside it, on a thread of its own while this task keeps the leases
  /// alive.
  private func work(from job: Job) async throws -> Tally {
    let desk = JobDesk(first: job, context)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await recognise(desk) }
        group.addTask { try await keepLeases(desk) }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch is CancellationError {
      desk.stop()
    } catch {
      try desk.fail(with: error)
    }
    return desk.tally
  }

  /// Returns as soon as it is cancelled; the thread stops at its next sign of progress, and its results count no more.
  private func recognise(_ desk: JobDesk) async throws {
    let recogniser = context.recogniser
    let outcome = Outcome()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        outcome.wait(with: continuation)
        Thread.detachNewThread {
          outcome.settle(Result { try recogniser.recognise(desk) })
        }
      }
    } onCancel: {
      outcome.settle(.failure(CancellationError()))
    }
  }

  /// Until it is cancelled.
  private func keepLeases(_ desk: JobDesk) async throws {
    while true {
      try await Task.sleep(for: context.configuration.heartbeat)
      try desk.renewLeases()
      context.sign.give()
      do {
        context.report(.heartbeat(depth: try context.store.jobs.depth()))
      } catch StorageError.busy {
        continue
      }
    }
  }
}

/// The first of a thread's result and a cancellation, handed to one waiting task.
private final class Outcome: Sendable {
  private struct State {
    var continuation: CheckedContinuation<Void, any Error>?
    var result: Result<Void, any Error>?
  }
  private let state = Mutex(State())

  func wait(with continuation: CheckedContinuation<Void, any Error>) {
    let early = state.withLock { state in
      if state.result == nil { state.continuation = continuation }
      return state.result
    }
    if let early { continuation.resume(with: early) }
  }

  func settle(_ result: Result<Void, any Error>) {
    let waiting = state.withLock { state -> CheckedContinuation<Void, any Error>? in
      guard state.result == nil else { return nil }
      state.result = result
      defer { state.continuation = nil }
      return state.continuation
    }
    waiting?.resume(with: result)
  }
}
