import Domain
import GRDB

extension Job {
  init(row: Row) throws {
    self.init(
      id: row.id("id"), ownerID: row.id("owner_id"), clipID: row.id("clip_id"),
      kind: JobKind(rawValue: row["kind"]), state: try row.state("state"), priority: row["priority"],
      attempts: row["attempts"], maxAttempts: row["max_attempts"], claims: row["claims"], runAt: row.date("run_at"),
      leaseOwner: row["lease_owner"], leaseExpiresAt: row.optionalDate("lease_expires_at"),
      lastError: row["last_error"], createdAt: row.date("created_at"), completedAt: row.optionalDate("completed_at"),
      updatedAt: row.date("updated_at"))
  }

  /// Writes what an event can have changed.
  func update(_ db: Database, at now: Int64) throws {
    try db.execute(
      sql: """
        UPDATE jobs SET state = :state, priority = :priority, attempts = :attempts, claims = :claims,
          run_at = :run_at, lease_owner = :owner, lease_expires_at = :expires, last_error = :error,
          completed_at = :completed, updated_at = :now
        WHERE id = :id
        """,
      arguments: [
        "state": state.rawValue, "priority": priority, "attempts": attempts, "claims": claims,
        "run_at": runAt.unixMilliseconds, "owner": leaseOwner, "expires": leaseExpiresAt?.unixMilliseconds,
        "error": lastError, "completed": completedAt?.unixMilliseconds, "now": now, "id": id.rawValue,
      ])
  }
}

/// What a job event says beside its kind.
struct JobFacts: Encodable {
  let jobKind: String
  let attempts: Int
  let maxAttempts: Int
  let priority: Int
  let error: String?
  /// The person who did it, nil where a worker did.
  let by: String?

  init(_ job: Job, by person: String?) {
    priority = job.priority
    by = person
    jobKind = job.kind.rawValue
    attempts = job.attempts
    maxAttempts = job.maxAttempts
    error = job.lastError
  }

  enum CodingKeys: String, CodingKey {
    case attempts, priority, error, by
    case jobKind = "job_kind"
    case maxAttempts = "max_attempts"
  }
}
