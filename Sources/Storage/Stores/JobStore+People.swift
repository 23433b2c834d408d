public import Domain
import GRDB

/// What people do to jobs. A refusal is an answer, not an error: the state forbids it, and nothing was written.
extension JobStore {
  /// What came of starting every dead job again.
  public struct ReplayTally: Sendable, Equatable {
    public internal(set) var replayed = 0
    /// Left dead, for another job for the same clip is pending.
    public internal(set) var withPendingTwin = 0
  }

  /// Withdraws a pending job. A worker that runs it learns so at its next sign of life.
  /// - Parameter person: who does it, as their system calls them.
  public func cancel(_ id: ID<Job>, by person: String) throws -> Result<Job, JobRefusal> {
    try act(id) { db, job, now in try Self.apply(.cancel, to: job, in: db, at: now, by: person) }
  }

  /// Starts a dead or cancelled job again, with all its attempts; their history is kept.
  public func replay(_ id: ID<Job>, by person: String) throws -> Result<Job, JobRefusal> {
    try act(id) { db, job, now in try Self.replay(db, job, at: now, by: person) }
  }

  /// Starts every dead job again, in one transaction.
  public func replayDead(by person: String) throws -> ReplayTally {
    try connection.write { db in
      let now = connection.now
      var tally = ReplayTally()
      for row in try Row.fetchAll(db, sql: Self.dead) {
        do {
          try Self.replay(db, try Job(row: row), at: now, by: person)
          tally.replayed += 1
        } catch JobRefusal.twinPending {
          tally.withPendingTwin += 1
        }
      }
      return tally
    }
  }

  /// Moves a pending job forward or back: jobs of a higher priority are claimed first.
  /// - Parameter priority: -100...100.
  public func prioritise(_ id: ID<Job>, _ priority: Int, by person: String) throws -> Result<Job, JobRefusal> {
    try act(id) { db, job, now in
      let after = try Self.apply(.prioritise(priority), to: job, in: db, at: now, by: person)
      try Self.record(db, after, as: "prioritised", at: now, by: person)
      return after
    }
  }

  /// Starts a clip's latest job again, with all its attempts, where it is dead or cancelled: the recording was taken in
  /// again.
  /// - Returns: false where it is neither.
  public func revive(clipID: ID<Clip>) throws -> Bool {
    let latest = try connection.read { db in
      try String.fetchOne(
        db, sql: "SELECT id FROM jobs WHERE clip_id = ? ORDER BY created_at DESC, rowid DESC LIMIT 1",
        arguments: [clipID.rawValue])
    }
    guard let latest, case .success = try replay(ID(latest), by: "ingest") else { return false }
    return true
  }

  /// Word for word with the condition of the partial index `jobs_failed`, which SQLite only then uses.
  package static let dead = """
    SELECT * FROM jobs WHERE state IN ('retryable', 'dead') AND state = 'dead' ORDER BY updated_at, rowid
    """

  private func act(
    _ id: ID<Job>, _ body: (Database, Job, Int64) throws -> Job
  ) throws -> Result<Job, JobRefusal> {
    do {
      return .success(
        try connection.write { db in
          guard let job = try Self.find(db, id) else { throw JobRefusal.unknown }
          return try body(db, job, connection.now)
        })
    } catch let refusal as JobRefusal {
      return .failure(refusal)
    }
  }

  @discardableResult
  private static func replay(_ db: Database, _ job: Job, at now: Int64, by person: String) throws -> Job {
    let twin = try String.fetchOne(
      db,
      sql: """
        SELECT id FROM jobs WHERE clip_id = ? AND kind = ? AND id <> ? AND state IN ('available', 'running', 'retryable')
        """,
      arguments: [job.clipID.rawValue, job.kind.rawValue, job.id.rawValue])
    if let twin { throw JobRefusal.twinPending(ID(twin)) }
    return try apply(.replay, to: job, in: db, at: now, by: person)
  }
}
