public import Domain
import GRDB

/// How far jobs on long recordings have come, so that the next attempt goes on where the last one was cut off.
public struct ProgressStore: Sendable {
  let connection: StoreConnection

  /// What an earlier attempt saved; nil where there is nothing, or another recogniser saved it.
  public func find(_ jobID: ID<Job>, fingerprint: String) throws -> SavedProgress? {
    try connection.read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT checkpoint, seconds FROM job_progress WHERE job_id = ? AND fingerprint = ?",
        arguments: [jobID.rawValue, fingerprint])
      guard let row else { return nil }
      let segments = try String.fetchAll(
        db, sql: "SELECT json FROM job_segments WHERE job_id = ? ORDER BY number", arguments: [jobID.rawValue])
      return SavedProgress(segments: segments, checkpoint: row["checkpoint"], seconds: row["seconds"])
    }
  }

  /// Saves what is new and the checkpoint behind it, both or neither.
  /// - Parameters:
  ///   - known: how many segments were saved before; 0 starts anew.
  ///   - news: what was heard since.
  /// - Throws: ``StorageError/leaseLost(id:)``, with nothing written, where the claim is no longer held.
  public func save(
    _ job: Job, owner: String, fingerprint: String, known: Int, news: SavedProgress
  ) throws {
    let now = connection.now
    try connection.write { db in
      let current = try JobStore.find(db, job.id)
      guard let current, current.state == .running, current.leaseOwner == owner, current.claims == job.claims else {
        throw StorageError.leaseLost(id: job.id.rawValue)
      }
      if known == 0 { try Self.clear(db, job.id) }
      try db.execute(
        sql: """
          INSERT INTO job_progress (job_id, owner_id, fingerprint, checkpoint, seconds, updated_at)
          VALUES (:job, :owner, :fingerprint, :checkpoint, :seconds, :now)
          ON CONFLICT (job_id) DO UPDATE SET
            fingerprint = :fingerprint, checkpoint = :checkpoint, seconds = :seconds, updated_at = :now
          """,
        arguments: [
          "job": job.id.rawValue, "owner": job.ownerID.rawValue, "fingerprint": fingerprint,
          "checkpoint": news.checkpoint, "seconds": news.seconds, "now": now,
        ])
      for (index, segment) in news.segments.enumerated() {
        try db.execute(
          sql: "INSERT INTO job_segments (job_id, number, json) VALUES (?, ?, ?)",
          arguments: [job.id.rawValue, known + index + 1, segment])
      }
    }
  }

  /// Forgets what was saved, in the running transaction: the transcript is there.
  static func clear(_ db: Database, _ jobID: ID<Job>) throws {
    try db.execute(sql: "DELETE FROM job_progress WHERE job_id = ?", arguments: [jobID.rawValue])
  }
}
