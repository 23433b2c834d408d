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

/// What a worker does, as it happens.
public enum WorkerEvent: Sendable {
  case claimed(Clip, attempt: Int)
  case progress(Clip, seconds: Double)
  case heartbeat(depth: Int)
  case completed(Clip, Transcript)
  /// Something about the recording that people should know, such as that its end is missing.
  case notice(Clip, String)
  /// `isFinal`: it will not be tried again.
  case failed(Clip, reason: String, isFinal: Bool)
  /// Another worker has the job by now; this one's result was thrown away.
  case leaseLost(Clip)
}

/// What an error means for a job.
public struct JobFailure: Sendable, Equatable {
  /// One line for people, without anything that was said in the clip.
  public let reason: String
  /// Another try can't help, such as with a recording that is no audio.
  public let isPermanent: Bool

  public init(reason: String, isPermanent: Bool) {
    self.reason = reason
    self.isPermanent = isPermanent
  }
}

/// Claims transcription jobs, one at a time, and commits what the recogniser hears.
///
/// A job is completed in one transaction with its transcript, under the lease it was claimed with: a worker that was thought
/// dead can't write over its successor.
public struct FinalWorker: Sendable {
  /// How many jobs ended how.
  public struct Tally: Sendable, Equatable {
    public var completed = 0
    public var failed = 0

    public init() {}
  }

  private let store: FieldStore
  private let recogniser: any Recogniser
  private let configuration: WorkerConfiguration
  private let clock: WallClock
  private let judge: @Sendable (any Error) -> JobFailure
  private let report: @Sendable (WorkerEvent) -> Void

  /// - Parameters:
  ///   - judge: says what an error of the recogniser means.
  ///   - report: called from any thread.
  public init(
    store: FieldStore, recogniser: any Recogniser, configuration: WorkerConfiguration, clock: WallClock = .system,
    judge: @escaping @Sendable (any Error) -> JobFailure, report: @escaping @Sendable (WorkerEvent) -> Void
  ) {
    self.store = store
    self.recogniser = recogniser
    self.configuration = configuration
    self.clock = clock
    self.judge = judge
    self.report = report
  }

  /// Works until the task is cancelled, or with `stopWhenIdle` until nothing is left that could become due.
  public func run(stopWhenIdle: Bool) async throws -> Tally {
    var tally = Tally()
    var nextSign = ContinuousClock.now
    while !Task.isCancelled {
      if let job = try claim() {
        try await work(job, &tally)
        continue
      }
      if try stopWhenIdle && store.jobs.pending(kinds: [.transcribe]).isEmpty { break }
      if ContinuousClock.now >= nextSign {
        report(.heartbeat(depth: try store.jobs.depth()))
        nextSign = .now + configuration.heartbeat
      }
      try? await Task.sleep(for: configuration.poll)
    }
    return tally
  }

  /// Nothing, too, where another process holds the store for the moment.
  private func claim() throws -> Job? {
    do {
      return try store.jobs.claim(kinds: [.transcribe], owner: configuration.owner, lease: configuration.lease)
    } catch StorageError.busy {
      return nil
    }
  }

  private func work(_ job: Job, _ tally: inout Tally) async throws {
    guard let clip = try store.clips.find(job.clipID) else { return }
    report(.claimed(clip, attempt: job.attempts))
    do {
      let transcript = try await transcribe(clip, job)
      try await complete(job, transcript)
      tally.completed += 1
      report(.completed(clip, transcript))
    } catch StorageError.leaseLost {
      report(.leaseLost(clip))
    } catch is CancellationError {
      // An orderly stop costs no attempt; after a kill the lease runs out by itself.
      _ = try? store.jobs.release(job, owner: configuration.owner)
    } catch {
      do {
        try fail(job, clip, judge(error), &tally)
      } catch StorageError.leaseLost {
        report(.leaseLost(clip))
      }
    }
  }

  private func fail(_ job: Job, _ clip: Clip, _ failure: JobFailure, _ tally: inout Tally) throws {
    let ended = try store.jobs.fail(
      job, owner: configuration.owner, error: failure.reason, permanent: failure.isPermanent)
    let isFinal = ended.state == .dead
    if isFinal { tally.failed += 1 }
    report(.failed(clip, reason: failure.reason, isFinal: isFinal))
  }

  /// Recognises on a thread of its own while this task keeps the lease alive.
  private func transcribe(_ clip: Clip, _ job: Job) async throws -> Transcript {
    let file = store.dataDirectory.appending(path: clip.path)
    let begin = ContinuousClock.now
    let recognition = try await withThrowingTaskGroup(of: Recognition?.self) { group in
      group.addTask { try await recognise(file, clip) }
      group.addTask { try await keepLease(job) }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
    if let notice = recognition.notice { report(.notice(clip, notice)) }
    return transcript(recognition, clip, latency: begin.duration(to: .now))
  }

  /// Returns as soon as it is cancelled; the thread stops at its next sign of progress, and its result counts no more.
  private func recognise(_ file: URL, _ clip: Clip) async throws -> Recognition {
    let (recogniser, report) = (recogniser, report)
    let outcome = Outcome()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        outcome.wait(with: continuation)
        Thread.detachNewThread {
          outcome.settle(
            Result {
              try recogniser.recognise(file) { seconds in
                if outcome.isSettled { throw CancellationError() }
                report(.progress(clip, seconds: seconds))
              }
            })
        }
      }
    } onCancel: {
      outcome.settle(.failure(CancellationError()))
    }
  }

  /// Renews the claim until it is cancelled. A store that can't be written for a moment is tried again: only a claim that
  /// somebody else has ends the work.
  private func keepLease(_ job: Job) async throws -> Recognition? {
    while !Task.isCancelled {
      try await Task.sleep(for: configuration.heartbeat)
      do {
        guard try store.jobs.heartbeat(job, owner: configuration.owner, lease: configuration.lease) else {
          throw StorageError.leaseLost(id: job.id.rawValue)
        }
        report(.heartbeat(depth: try store.jobs.depth()))
      } catch StorageError.busy, StorageError.diskFull {
        continue
      }
    }
    return nil
  }

  /// A transcript is too dear to be thrown away for a store that is busy for a moment.
  private func complete(_ job: Job, _ transcript: Transcript) async throws {
    for _ in 0..<5 {
      do {
        try store.jobs.complete(job, owner: configuration.owner, transcript: transcript)
        return
      } catch StorageError.busy {
        _ = try? store.jobs.heartbeat(job, owner: configuration.owner, lease: configuration.lease)
      }
    }
    try store.jobs.complete(job, owner: configuration.owner, transcript: transcript)
  }

  private func transcript(_ heard: Recognition, _ clip: Clip, latency: Duration) -> Transcript {
    Transcript(
      id: .random(), clipID: clip.id, ownerID: clip.ownerID, text: heard.text, segmentsJSON: heard.segmentsJSON,
      language: heard.language, confidence: heard.confidence, audioSeconds: heard.audioSeconds,
      latencyMilliseconds: Int((latency.inSeconds * 1000).rounded()), model: recogniser.model,
      computeType: recogniser.computeType, engine: recogniser.engine, completedAt: clock.now())
  }
}

/// The first of a thread's result and a cancellation, handed to one waiting task.
private final class Outcome: Sendable {
  private struct State {
    var continuation: CheckedContinuation<Recognition, any Error>?
    var result: Result<Recognition, any Error>?
  }
  private let state = Mutex(State())

  var isSettled: Bool { state.withLock { $0.result != nil } }

  func wait(with continuation: CheckedContinuation<Recognition, any Error>) {
    let early = state.withLock { state in
      if state.result == nil { state.continuation = continuation }
      return state.result
    }
    if let early { continuation.resume(with: early) }
  }

  func settle(_ result: Result<Recognition, any Error>) {
    let waiting = state.withLock { state -> CheckedContinuation<Recognition, any Error>? in
      guard state.result == nil else { return nil }
      state.result = result
      defer { state.continuation = nil }
      return state.continuation
    }
    waiting?.resume(with: result)
  }
}
