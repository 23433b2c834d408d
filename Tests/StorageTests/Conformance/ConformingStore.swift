import Domain
import Foundation
import Storage
import TestSupport

/// What a store of jobs must do, whatever database is behind it. ``QueueConformance`` runs every case against every
/// store of ``StoreKind``.
///
/// To add a store: conform a type to this protocol (open an empty database of its own on the given clock), add a case
/// to ``StoreKind``, and make it there. No case of the suite may be left out or bent for it.
protocol ConformingStore: Sendable {
  /// A second connection to the same database, as another process has one.
  func another() throws -> Self

  /// Takes a new recording in, with its job.
  func add(_ digit: Character, maxAttempts: Int) throws -> Job
  func claim(kinds: [JobKind], owner: String, lease: Duration, limit: Int) throws -> [Job]
  func heartbeat(_ job: Job, owner: String, lease: Duration) throws -> JobHold
  /// Stores a transcript of the job's clip and completes it.
  func complete(_ job: Job, owner: String) throws -> Job
  func fail(_ job: Job, owner: String, error: String, permanent: Bool, jitter: Double) throws -> Job
  func release(_ job: Job, owner: String) throws -> Job
  func cancel(_ id: ID<Job>) throws -> Result<Job, JobRefusal>
  func replay(_ id: ID<Job>) throws -> Result<Job, JobRefusal>
  func replayDead() throws -> JobStore.ReplayTally
  func prioritise(_ id: ID<Job>, _ priority: Int) throws -> Result<Job, JobRefusal>
  func pause(_ queue: QueueName) throws -> Bool
  func resume(_ queue: QueueName) throws -> Bool

  func find(_ id: ID<Job>) throws -> Job?
  func attempts(of id: ID<Job>) throws -> [JobAttempt]
  func depth() throws -> Int
  func counts() throws -> [JobState: Int]
  func paused() throws -> [QueuePause]
  /// How many transcripts of the job's clip are stored.
  func transcripts(of job: Job) throws -> Int
  /// The kinds of all events so far, in order.
  func eventKinds() throws -> [String]
}

/// The stores that there are.
enum StoreKind: String, CaseIterable, Sendable {
  case sqlite

  /// An empty store on this clock.
  func make(_ clock: ManualClock) throws -> any ConformingStore {
    switch self {
    case .sqlite: try SQLiteStore(clock)
    }
  }
}

extension ConformingStore {
  func add(_ digit: Character) throws -> Job { try add(digit, maxAttempts: 3) }

  func claim(_ owner: String, lease: Duration = .seconds(60)) throws -> Job? {
    try claim(kinds: [.transcribe], owner: owner, lease: lease, limit: 1).first
  }

  func fail(_ job: Job, owner: String, error: String, permanent: Bool = false) throws -> Job {
    try fail(job, owner: owner, error: error, permanent: permanent, jitter: 0)
  }
}
