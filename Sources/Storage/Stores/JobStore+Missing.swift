import Domain
import GRDB

extension JobStore {
  /// Gives up a clip's jobs that wait for something that is gone, in the running transaction. One that runs is left to
  /// its worker, which may have the file open.
  static func giveUpWaiting(_ db: Database, clipID: ID<Clip>, error: String, at now: Int64) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        UPDATE jobs SET state = 'dead', last_error = :error, updated_at = :now
        WHERE clip_id = :clip AND state IN ('available', 'retryable') RETURNING *
        """,
      arguments: ["error": error, "now": now, "clip": clipID.rawValue])
    for row in rows { try record(db, try Job(row: row), at: now) }
  }
}
