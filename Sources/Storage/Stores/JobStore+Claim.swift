public import Domain
import GRDB

extension JobStore {
  /// Takes the job that is due first: one that is available or retryable and whose time has come, or one whose
  /// worker let its lease lapse. Every claim costs an attempt, so a job that kills its worker ends up dead.
  ///
  /// - Parameters:
  ///   - kinds: what this worker can do.
  ///   - owner: who claims; unique to the process.
  ///   - lease: how long the claim holds unless ``heartbeat(_:owner:lease:)`` renews it.
  /// - Returns: the running job, or nil where nothing is due.
  public func claim(kinds: [JobKind], owner: String, lease: Duration) throws -> Job? {
    let now = connection.now
    // Waiting workers look without taking the write lock from those who have something to write.
    guard try connection.read({ try Self.isClaimable($0, kinds: kinds, now: now) }) else { return nil }
    return try connection.write { db in
      try Self.buryExhausted(db, now: now)
      return try Self.takeDue(db, kinds: kinds, owner: owner, until: now + lease.wholeMilliseconds, now: now)
    }
  }

  /// Extends a claim.
  /// - Returns: false where the claim is lost; the worker has to stop, its result will be refused.
  public func heartbeat(_ job: Job, owner: String, lease: Duration) throws -> Bool {
    let expires = connection.now + lease.wholeMilliseconds
    return try connection.write { db in
      try db.execute(
        sql: "UPDATE jobs SET lease_expires_at = :expires WHERE \(Self.holdsClaim)",
        arguments: Self.claimArguments(job, owner) + ["expires": expires])
      return db.changesCount == 1
    }
  }

  /// The condition that fences a worker's report: same holder, same claim.
  static let holdsClaim = "id = :id AND state = 'running' AND lease_owner = :owner AND attempts = :attempts"

  static func isHeld(_ db: Database, _ job: Job, owner: String) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM jobs WHERE \(holdsClaim))", arguments: claimArguments(job, owner)) ?? false
  }

  static func claimArguments(_ job: Job, _ owner: String) -> StatementArguments {
    ["id": job.id.rawValue, "owner": owner, "attempts": job.attempts]
  }

  /// Word for word the condition of the partial index `jobs_pending`, which SQLite only then uses.
  private static let pending = "state IN ('available', 'running', 'retryable')"

  private static let due = """
    \(pending)
    AND ((state <> 'running' AND run_at <= :now) OR (state = 'running' AND lease_expires_at <= :now))
    """

  private static func kindArguments(_ kinds: [JobKind]) -> (sql: String, arguments: StatementArguments) {
    let names = kinds.indices.map { "kind\($0)" }
    let values = kinds.map { $0.rawValue as (any DatabaseValueConvertible)? }
    return (
      "kind IN (\(names.map { ":" + $0 }.joined(separator: ", ")))",
      StatementArguments(Dictionary(uniqueKeysWithValues: zip(names, values)))
    )
  }

  private static func isClaimable(_ db: Database, kinds: [JobKind], now: Int64) throws -> Bool {
    let kind = kindArguments(kinds)
    return try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM jobs WHERE \(due) AND \(kind.sql))",
      arguments: kind.arguments + ["now": now]) ?? false
  }

  /// Gives up jobs whose last allowed attempt ended without a word.
  private static func buryExhausted(_ db: Database, now: Int64) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        UPDATE jobs SET state = 'dead', lease_owner = NULL, lease_expires_at = NULL, updated_at = :now,
          last_error = 'the worker stopped without an answer on attempt ' || attempts || ' of ' || max_attempts
        WHERE \(pending) AND state = 'running' AND lease_expires_at <= :now AND attempts >= max_attempts
        RETURNING *
        """,
      arguments: ["now": now])
    for row in rows { try record(db, try Job(row: row), at: now) }
  }

  private static func takeDue(
    _ db: Database, kinds: [JobKind], owner: String, until expires: Int64, now: Int64
  ) throws -> Job? {
    let kind = kindArguments(kinds)
    let row = try Row.fetchOne(
      db,
      sql: """
        UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_owner = :owner,
          lease_expires_at = :expires, updated_at = :now
        WHERE id = (SELECT id FROM jobs WHERE \(due) AND \(kind.sql) ORDER BY run_at, created_at, rowid LIMIT 1)
        RETURNING *
        """,
      arguments: kind.arguments + ["owner": owner, "expires": expires, "now": now])
    return try row.map { try recorded(db, $0, at: now, or: "") }
  }
}
