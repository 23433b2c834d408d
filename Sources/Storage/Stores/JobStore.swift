public import Domain
import GRDB

/// The queue of work on clips. A job is in one state at a time; every change of state is one transaction with its
/// event. Claims are fenced: what a worker reports counts only while it still holds the claim it was given.
public struct JobStore: Sendable {
  let connection: StoreConnection

  /// The job with this identifier, nil where there is none.
  public func find(_ id: ID<Job>) throws -> Job? {
    try connection.read { try Self.find($0, id) }
  }

  /// How many jobs are available, running or retryable.
  public func depth() throws -> Int {
    try connection.read(Self.depth)
  }

  /// The jobs of these kinds that still have to be done, the one that is due first at the front.
  public func pending(kinds: [JobKind]) throws -> [Job] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM jobs WHERE state IN ('available', 'running', 'retryable')
            AND kind IN (\(databaseQuestionMarks(count: kinds.count)))
          ORDER BY run_at, created_at, rowid
          """,
        arguments: StatementArguments(kinds.map(\.rawValue))
      ).map(Job.init(row:))
    }
  }

  /// The jobs that were given up, oldest first.
  public func deadJobs() throws -> [Job] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM jobs WHERE state = 'dead' ORDER BY updated_at, rowid")
        .map(Job.init(row:))
    }
  }

  static func find(_ db: Database, _ id: ID<Job>) throws -> Job? {
    try Row.fetchOne(db, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id.rawValue]).map(Job.init(row:))
  }

  static func depth(_ db: Database) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT COUNT(*) FROM jobs WHERE state IN ('available', 'running', 'retryable')") ?? 0
  }

  /// Adds an available job to the running transaction.
  static func enqueue(
    _ db: Database, clip: Clip, kind: JobKind, maxAttempts: Int, at now: Int64
  ) throws -> Job {
    let row = try Row.fetchOne(
      db,
      sql: """
        INSERT INTO jobs (id, owner_id, clip_id, kind, state, max_attempts, run_at, created_at, updated_at)
        VALUES (:id, :owner, :clip, :kind, 'available', :max, :now, :now, :now) RETURNING *
        """,
      arguments: [
        "id": ID<Job>.random().rawValue, "owner": clip.ownerID.rawValue, "clip": clip.id.rawValue,
        "kind": kind.rawValue, "max": maxAttempts, "now": now,
      ])
    return try recorded(db, row, at: now, or: clip.id.rawValue)
  }

  /// Reads the row that a transition returned and writes its event. No row: the transition's condition did not hold.
  static func recorded(_ db: Database, _ row: Row?, at now: Int64, or id: String) throws -> Job {
    guard let row else { throw StorageError.leaseLost(id: id) }
    let job = try Job(row: row)
    try record(db, job, at: now)
    return job
  }

  static func record(_ db: Database, _ job: Job, at now: Int64) throws {
    try EventStore.append(
      db, at: now, kind: "job.\(job.state.rawValue)", ownerID: job.ownerID, subjectID: job.id.rawValue,
      facts: JobFacts(job))
  }
}
