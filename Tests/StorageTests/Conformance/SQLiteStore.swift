import Domain
import Foundation
import Storage
import TestSupport

/// The store that ships: SQLite in a data folder.
struct SQLiteStore: ConformingStore {
  private let folder: TemporaryFolder
  private let clock: ManualClock
  private let store: FieldStore

  init(_ clock: ManualClock) throws {
    try self.init(clock, TemporaryFolder())
  }

  private init(_ clock: ManualClock, _ folder: TemporaryFolder) throws {
    self.folder = folder
    self.clock = clock
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
  }

  func another() throws -> SQLiteStore { try SQLiteStore(clock, folder) }

  func add(_ digit: Character, maxAttempts: Int) throws -> Job {
    let result = try store.clips.insertWithJob(
      Fixture.clip(digit: digit, at: clock.now), jobKind: .transcribe, maxAttempts: maxAttempts)
    guard case .stored(_, let job) = result else { throw StoreFixture.Unexpected() }
    return job
  }

  func claim(kinds: [JobKind], owner: String, lease: Duration, limit: Int) throws -> [Job] {
    try store.jobs.claim(kinds: kinds, owner: owner, lease: lease, limit: limit)
  }

  func heartbeat(_ job: Job, owner: String, lease: Duration) throws -> JobHold {
    try store.jobs.heartbeat(job, owner: owner, lease: lease)
  }

  func complete(_ job: Job, owner: String) throws -> Job {
    guard let clip = try store.clips.find(job.clipID) else { throw StoreFixture.Unexpected() }
    return try store.jobs.complete(job, owner: owner, transcript: Fixture.transcript(of: clip, at: clock.now))
  }

  func fail(_ job: Job, owner: String, error: String, permanent: Bool, jitter: Double) throws -> Job {
    try store.jobs.fail(job, owner: owner, error: error, permanent: permanent, jitter: jitter)
  }

  func release(_ job: Job, owner: String) throws -> Job { try store.jobs.release(job, owner: owner) }
  func cancel(_ id: ID<Job>) throws -> Result<Job, JobRefusal> { try store.jobs.cancel(id, by: "tester") }
  func replay(_ id: ID<Job>) throws -> Result<Job, JobRefusal> { try store.jobs.replay(id, by: "tester") }
  func replayDead() throws -> JobStore.ReplayTally { try store.jobs.replayDead(by: "tester") }

  func prioritise(_ id: ID<Job>, _ priority: Int) throws -> Result<Job, JobRefusal> {
    try store.jobs.prioritise(id, priority, by: "tester")
  }

  func pause(_ queue: QueueName) throws -> Bool { try store.queues.pause(queue, by: "tester") }
  func resume(_ queue: QueueName) throws -> Bool { try store.queues.resume(queue, by: "tester") }

  func find(_ id: ID<Job>) throws -> Job? { try store.jobs.find(id) }
  func attempts(of id: ID<Job>) throws -> [JobAttempt] { try store.jobs.attempts(of: id) }
  func depth() throws -> Int { try store.jobs.depth() }
  func counts() throws -> [JobState: Int] { try store.jobs.counts() }
  func paused() throws -> [QueuePause] { try store.queues.paused() }
  func transcripts(of job: Job) throws -> Int { try store.transcripts.find(job.clipID) == nil ? 0 : 1 }
  func eventKinds() throws -> [String] { try store.events.after(0, limit: 10_000).map(\.kind) }
}
