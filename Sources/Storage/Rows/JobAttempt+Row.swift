import Domain
import GRDB

extension JobAttempt {
  init(row: Row) throws {
    let outcome: String? = row["outcome"]
    self.init(
      number: row["number"], worker: row["worker"], startedAt: row.date("started_at"),
      endedAt: row.optionalDate("ended_at"), outcome: try outcome.map { _ in try row.state("outcome") },
      error: row["error"])
  }

  /// Opens the attempt that a claim began. One that is open still was ended by a release that kept no attempts.
  static func begin(_ db: Database, _ job: Job, at now: Int64) throws {
    try db.execute(
      sql: """
        UPDATE job_attempts SET ended_at = ?, outcome = 'lapsed', error = 'how it ended was not recorded'
        WHERE job_id = ? AND outcome IS NULL
        """,
      arguments: [now, job.id.rawValue])
    try db.execute(
      sql: "INSERT INTO job_attempts (job_id, number, owner_id, worker, started_at) VALUES (?, ?, ?, ?, ?)",
      arguments: [job.id.rawValue, job.claims, job.ownerID.rawValue, job.leaseOwner ?? "", now])
  }

  /// Closes the attempt of a job's latest claim.
  static func end(
    _ db: Database, _ job: Job, _ outcome: Outcome, error: String?, at now: Int64
  ) throws {
    try db.execute(
      sql: """
        UPDATE job_attempts SET ended_at = ?, outcome = ?, error = ?
        WHERE job_id = ? AND number = ? AND outcome IS NULL
        """,
      arguments: [now, outcome.rawValue, error, job.id.rawValue, job.claims])
  }
}
