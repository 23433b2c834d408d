import Domain
import Foundation
import Storage
import Synchronization

/// The jobs that a worker has in hand while a recogniser works on them: claims the next, keeps each alone under its own lease,
/// commits what was heard.
///
/// A job whose last attempt ended badly is worked on alone, so that a recording that kills the process takes no others with it.
final class JobDesk: RecognitionDesk, Sendable {
  private struct InHand {
    let job: Job
    let clip: Clip
    let began = ContinuousClock.now
    /// Segments that are rows already.
    var saved = 0
    /// Segments that are not.
    var unsaved: [String] = []
    var isWithdrawn = false
  }
  private struct State {
    var inHand: [Int: InHand] = [:]
    var nextID = 0
    var first: Job?
    var takesMore = true
    var isStopped = false
    var tally = FinalWorker.Tally()
  }

  private let context: WorkerContext
  private let state: Mutex<State>

  init(first: Job, _ context: WorkerContext) {
    self.context = context
    state = Mutex(State(first: first))
  }

  var tally: FinalWorker.Tally { state.withLock { $0.tally } }

  // MARK: - For the recogniser

  func next() throws -> RecognitionRequest? {
    while let job = try nextJob() {
      guard let clip = try context.store.clips.find(job.clipID) else { continue }
      let id = try takeInHand(job, clip)
      context.report(.claimed(clip, attempt: job.attempts))
      do {
        try context.verify(clip)
      } catch {
        try finished(id, .failure(error))
        continue
      }
      return RecognitionRequest(
        id: id, file: context.store.dataDirectory.appending(path: clip.path), resume: resume(job, clip, id))
    }
    return nil
  }

  private func nextJob() throws -> Job? {
    let (first, mayClaim) = try state.withLock { state in
      if state.isStopped { throw CancellationError() }
      defer { state.first = nil }
      if let first = state.first, first.attempts > 1 { state.takesMore = false }
      return (state.first, state.takesMore)
    }
    if let first { return first }
    guard mayClaim, let job = try context.claim() else { return nil }
    guard job.attempts > 1 else { return job }
    _ = try? context.store.jobs.release(job, owner: context.owner)
    state.withLock { $0.takesMore = false }
    return nil
  }

  private func takeInHand(_ job: Job, _ clip: Clip) throws -> Int {
    do {
      return try state.withLock { state in
        // Claimed while the work was being stopped.
        if state.isStopped { throw CancellationError() }
        state.nextID += 1
        state.inHand[state.nextID] = InHand(job: job, clip: clip)
        return state.nextID
      }
    } catch {
      _ = try? context.store.jobs.release(job, owner: context.owner)
      throw error
    }
  }

  private func resume(_ job: Job, _ clip: Clip, _ id: Int) -> SavedProgress? {
    guard let saved = try? context.store.progress.find(job.id, fingerprint: context.fingerprint) else { return nil }
    state.withLock { $0.inHand[id]?.saved = saved.segments.count }
    context.report(.resumed(clip, seconds: saved.seconds))
    return saved
  }

  func progress(_ id: Int, seconds: Double) throws {
    let clip = try state.withLock { state in
      if state.isStopped { throw CancellationError() }
      return state.inHand[id]?.clip
    }
    if let clip { context.report(.progress(clip, seconds: seconds)) }
  }

  func isWithdrawn(_ id: Int) -> Bool {
    state.withLock { state in state.inHand[id].map(\.isWithdrawn) ?? true }
  }

  /// What can't be saved now is saved with the next: it spares work, and costs none.
  func heard(_ id: Int, segments: [String], checkpoint: String, seconds: Double) throws {
    let item = state.withLock { state in
      state.inHand[id]?.unsaved += segments
      return state.inHand[id]
    }
    guard let item else { return }
    let news = SavedProgress(segments: item.unsaved, checkpoint: checkpoint, seconds: seconds)
    do {
      try context.store.progress.save(
        item.job, owner: context.owner, fingerprint: context.fingerprint, known: item.saved, news: news)
      state.withLock { state in
        state.inHand[id]?.saved += news.segments.count
        state.inHand[id]?.unsaved = []
      }
    } catch StorageError.leaseLost {
      withdraw(id) { .leaseLost($0) }
    } catch is StorageError {}
  }

  func finished(_ id: Int, _ result: Result<Recognition, any Error>) throws {
    guard let item = take(id) else { return }
    do {
      let heard = try result.get()
      if let notice = heard.notice { context.report(.notice(item.clip, notice)) }
      let transcript = context.transcript(heard, item.clip, latency: item.began.duration(to: .now))
      try complete(item.job, transcript)
      state.withLock { $0.tally.completed += 1 }
      context.report(.completed(item.clip, transcript))
    } catch StorageError.leaseLost {
      context.report(.leaseLost(item.clip))
    } catch {
      try fail(item.job, item.clip, error)
    }
  }

  /// A transcript is too dear to be thrown away for a store that is busy for a moment.
  private func complete(_ job: Job, _ transcript: Transcript) throws {
    for _ in 0..<5 {
      do {
        try context.store.jobs.complete(job, owner: context.owner, transcript: transcript)
        return
      } catch StorageError.busy {
        _ = try? context.store.jobs.heartbeat(job, owner: context.owner, lease: context.lease)
      }
    }
    try context.store.jobs.complete(job, owner: context.owner, transcript: transcript)
  }

  private func fail(_ job: Job, _ clip: Clip, _ error: any Error) throws {
    let failure = context.judge(error)
    do {
      let ended = try context.store.jobs.fail(
        job, owner: context.owner, error: failure.reason, permanent: failure.isPermanent)
      let isFinal = ended.state == .dead
      if isFinal { state.withLock { $0.tally.failed += 1 } }
      context.report(.failed(clip, reason: failure.reason, isFinal: isFinal))
    } catch StorageError.leaseLost {
      context.report(.leaseLost(clip))
    }
  }

  // MARK: - For the worker

  /// Renews every claim. A store that can't be written for a moment is tried again: only a claim that somebody else has ends
  /// the work on a job.
  func renewLeases() throws {
    for (id, item) in state.withLock({ $0.inHand }) where !item.isWithdrawn {
      do {
        switch try context.store.jobs.heartbeat(item.job, owner: context.owner, lease: context.lease) {
        case .held: continue
        case .lost: withdraw(id) { .leaseLost($0) }
        case .cancelled: withdraw(id) { .cancelled($0) }
        }
      } catch StorageError.busy, StorageError.diskFull {
        continue
      }
    }
  }

  /// Ends the work on everything, and gives back what is in hand: an orderly stop costs no attempt, and after a kill the leases
  /// run out by themselves.
  func stop() {
    for item in takeAll() { _ = try? context.store.jobs.release(item.job, owner: context.owner) }
  }

  /// The recogniser itself failed, and with it everything in hand.
  func fail(with error: any Error) throws {
    for item in takeAll() { try fail(item.job, item.clip, error) }
  }

  private func withdraw(_ id: Int, _ event: (Clip) -> WorkerEvent) {
    let clip = state.withLock { state in
      state.inHand[id]?.isWithdrawn = true
      return state.inHand[id]?.clip
    }
    if let clip { context.report(event(clip)) }
  }

  private func take(_ id: Int) -> InHand? {
    state.withLock { state in
      guard let item = state.inHand.removeValue(forKey: id), !item.isWithdrawn else { return nil }
      return item
    }
  }

  private func takeAll() -> [InHand] {
    state.withLock { state in
      state.isStopped = true
      defer { state.inHand = [:] }
      return state.inHand.values.filter { !$0.isWithdrawn }
    }
  }
}
