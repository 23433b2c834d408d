public import Domain
import Foundation
import GRDB

/// The queue of work on clips. ``JobMachine`` decides what an event makes of a job; the store applies it in one
/// transaction with the job's history of attempts and an event row. Claims are fenced: what a worker reports counts only
/// while it still holds the claim it was given.
public struct JobStore: Sendable {
  static let machine = JobMachine()

  let connection: StoreConnection

  /// The job with this identifier, nil where there is none.
  public func find(_ id: ID<Job>) throws -> Job? {
    try connection.read { try Self.find($0, id) }
  }

  /// The jobs whose identifier starts like this, at most `limit`.
  public func find(prefix: String, limit: Int = 2) throws -> [Job] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM jobs WHERE id >= :prefix AND id < :prefix || :end ORDER BY id LIMIT :limit",
        arguments: ["prefix": prefix, "end": "\u{10FFFF}", "limit": limit]
      ).map(Job.init(row:))
    }
  }

  /// How many jobs of the kinds that this release knows are available, running or retryable. Costs the same however
  /// many there are.
  public func depth() throws -> Int {
    try connection.read(Self.depth)
  }

  /// How many jobs of all kinds are in each state; states without any are left out.
  public func counts() throws -> [JobState: Int] {
    try connection.read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT state, SUM(number) AS n FROM job_counts WHERE number > 0 GROUP BY state")
      return try rows.reduce(into: [:]) { counts, row in counts[try row.state("state")] = row["n"] }
    }
  }

  /// Whether a worker has nothing to wait for: no job of these kinds is pending, or people have paused them.
  public func isIdle(kinds: [JobKind]) throws -> Bool {
    try connection.read { db in try Self.pendingCount(db, kinds: try QueueStore.open(db, kinds)) == 0 }
  }

  /// Every attempt at a job over its whole life, oldest first.
  public func attempts(of id: ID<Job>) throws -> [JobAttempt] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM job_attempts WHERE job_id = ? ORDER BY number", arguments: [id.rawValue]
      ).map(JobAttempt.init(row:))
    }
  }

  static func find(_ db: Database, _ id: ID<Job>) throws -> Job? {
    try Row.fetchOne(db, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id.rawValue]).map(Job.init(row:))
  }

  static func depth(_ db: Database) throws -> Int { try pendingCount(db, kinds: JobKind.known) }

  private static func pendingCount(_ db: Database, kinds: [JobKind]) throws -> Int {
    let states = JobState.allCases.filter(\.isPending).map(\.rawValue)
    return try Int.fetchOne(
      db,
      sql: """
        SELECT SUM(number) FROM job_counts WHERE kind IN (\(databaseQuestionMarks(count: kinds.count)))
          AND state IN (\(databaseQuestionMarks(count: states.count)))
        """,
      arguments: StatementArguments(kinds.map(\.rawValue) + states)) ?? 0
  }

  /// Adds an available job to the running transaction.
  static func enqueue(
    _ db: Database, clip: Clip, kind: JobKind, maxAttempts: Int, at now: Int64
  ) throws -> Job {
    let time = Date(unixMilliseconds: now)
    let job = Job(
      id: .random(), ownerID: clip.ownerID, clipID: clip.id, kind: kind, state: .available, attempts: 0,
      maxAttempts: maxAttempts, claims: 0, runAt: time, leaseOwner: nil, leaseExpiresAt: nil, lastError: nil,
      createdAt: time, completedAt: nil, updatedAt: time)
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO jobs (id, owner_id, clip_id, kind, state, max_attempts, run_at, created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, 'available', ?5, ?6, ?6, ?6)
        """)
    try statement.execute(
      arguments: [job.id.rawValue, job.ownerID.rawValue, job.clipID.rawValue, kind.rawValue, maxAttempts, now])
    try record(db, job, at: now)
    return job
  }
}

// MARK: One event, one transaction

extension JobStore {
  /// Puts an event to a job in the running transaction and stores what the machine makes of it: the row, the history of
  /// attempts, and an event row where the state changed.
  /// - Throws: `JobRefusal`, with nothing written.
  @discardableResult
  static func apply(
    _ event: JobEvent, to job: Job, in db: Database, at now: Int64, by person: String? = nil
  ) throws -> Job {
    let step = try machine.apply(event, to: job, at: .init(unixMilliseconds: now))
    let next = step.job
    try next.update(db, at: now)
    switch step.attempt {
    case .none: break
    case .begins: try JobAttempt.begin(db, next, at: now)
    case .ends(let outcome, let error): try JobAttempt.end(db, next, outcome, error: error, at: now)
    }
    if next.state != job.state { try record(db, next, at: now, by: person) }
    return next
  }

  static func record(_ db: Database, _ job: Job, at now: Int64, by person: String? = nil) throws {
    try record(db, job, as: job.state.rawValue, at: now, by: person)
  }

  static func record(_ db: Database, _ job: Job, as what: String, at now: Int64, by person: String?) throws {
    try EventStore.append(
      db, at: now, kind: "job.\(what)", ownerID: job.ownerID, subjectID: job.id.rawValue,
      facts: JobFacts(job, by: person))
  }
}
