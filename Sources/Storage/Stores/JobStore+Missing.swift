import Domain
import GRDB

extension JobStore {
  /// Gives up a clip's jobs that wait for something that is gone, in the running transaction. One that runs is left to
  /// its worker, which may have the file open.
  static func giveUpWaiting(_ db: Database, clipID: ID<Clip>, error: String, at now: Int64) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM jobs WHERE clip_id = ? AND state IN ('available', 'retryable')",
      arguments: [clipID.rawValue])
    for row in rows { try apply(.giveUp(error: error), to: try Job(row: row), in: db, at: now) }
  }
}
