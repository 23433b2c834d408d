import Domain
import Foundation
import GRDB

extension ClipProgress {
  /// How far the running transaction sees a clip.
  init(_ db: Database, _ clip: Clip) throws {
    let jobs = try Row.fetchAll(
      db, sql: "SELECT state, updated_at FROM jobs WHERE clip_id = ?", arguments: [clip.id.rawValue])
    // A version without an outbox entry gives a row of nulls.
    let versions = try Row.fetchAll(
      db,
      sql: """
        SELECT outbox.state, outbox.state_changed_at FROM notes
        JOIN note_versions ON note_versions.note_id = notes.id
        LEFT JOIN outbox ON outbox.note_id = notes.id AND outbox.note_version = note_versions.number
        WHERE notes.clip_id = ? ORDER BY note_versions.number
        """,
      arguments: [clip.id.rawValue])
    let discarded = try Int64.fetchOne(
      db, sql: "SELECT discarded_at FROM clips WHERE id = ?", arguments: [clip.id.rawValue])
    self.init(
      takenInAt: clip.createdAt,
      jobs: try jobs.map { Step(try $0.state("state"), since: $0.date("updated_at")) },
      versions: try versions.map { row in
        try row.optionalDate("state_changed_at").map { Step(try row.state("state"), since: $0) }
      },
      discardedAt: discarded.map(Date.init(unixMilliseconds:)))
  }
}
