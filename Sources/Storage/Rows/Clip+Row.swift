import Domain
import GRDB

extension Clip {
  init(row: Row) {
    self.init(
      id: row.id("id"), ownerID: row.id("owner_id"), path: row["path"], originalName: row["original_name"],
      byteCount: row["byte_count"], sha1: row["sha1"], sha256: row["sha256"],
      durationSeconds: row["duration_seconds"], createdAt: row.date("created_at"),
      purgedAt: row.optionalDate("purged_at"), missingAt: row.optionalDate("missing_at"))
  }

  func insert(_ db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO clips (id, owner_id, path, original_name, byte_count, sha1, sha256, duration_seconds, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(
      arguments: [
        id.rawValue, ownerID.rawValue, path, originalName, byteCount, sha1, sha256, durationSeconds,
        createdAt.unixMilliseconds,
      ])
  }
}
