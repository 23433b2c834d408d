import Domain
import GRDB

extension Job {
  init(row: Row) throws {
    self.init(
      id: row.id("id"), ownerID: row.id("owner_id"), clipID: row.id("clip_id"),
      kind: JobKind(rawValue: row["kind"]), state: try row.state("state"), attempts: row["attempts"],
      maxAttempts: row["max_attempts"], runAt: row.date("run_at"), leaseOwner: row["lease_owner"],
      leaseExpiresAt: row.optionalDate("lease_expires_at"), lastError: row["last_error"],
      createdAt: row.date("created_at"), completedAt: row.optionalDate("completed_at"))
  }
}

/// What a job event says beside its kind.
struct JobFacts: Encodable {
  let jobKind: String
  let attempts: Int
  let maxAttempts: Int
  let error: String?

  init(_ job: Job) {
    jobKind = job.kind.rawValue
    attempts = job.attempts
    maxAttempts = job.maxAttempts
    error = job.lastError
  }

  enum CodingKeys: String, CodingKey {
    case attempts, error
    case jobKind = "job_kind"
    case maxAttempts = "max_attempts"
  }
}
