import Domain
import Foundation
import GRDB

extension KnownClip {
  /// What the running transaction sees of a clip's way.
  init(_ db: Database, _ clip: Clip, firstSeenAt: Date) throws {
    let job = try Row.fetchOne(
      db, sql: "SELECT state FROM jobs WHERE clip_id = ? ORDER BY created_at DESC, rowid DESC LIMIT 1",
      arguments: [clip.id.rawValue])
    let transcripts = try Int.fetchOne(
      db, sql: "SELECT COUNT(*) FROM transcripts WHERE clip_id = ?", arguments: [clip.id.rawValue])
    let delivery = try Row.fetchOne(
      db,
      sql: """
        SELECT outbox.state FROM notes JOIN outbox ON outbox.note_id = notes.id WHERE notes.clip_id = ?
        ORDER BY outbox.note_version DESC LIMIT 1
        """,
      arguments: [clip.id.rawValue])
    let hasNote = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM notes WHERE clip_id = ?)", arguments: [clip.id.rawValue])
    self.init(
      firstSeenAt: firstSeenAt, clip: clip, job: try job?.state("state"), transcripts: transcripts ?? 0,
      hasNote: hasNote ?? false, delivery: try delivery?.state("state"))
  }
}
