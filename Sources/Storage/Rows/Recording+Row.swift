import Domain
import GRDB

extension Recording {
  init(row: Row) throws {
    self.init(
      id: row.id("id"), ownerID: row.id("owner_id"), draftID: row.id("draft_id"),
      contactID: row.optionalID("contact_id"), state: try row.state("state"), chunkCount: row["chunk_count"],
      frames: row["frames"], sha256: row["sha256"], clipID: row.optionalID("clip_id"), failure: row["failure"],
      startedAt: row.date("started_at"), updatedAt: row.date("updated_at"))
  }
}

extension RecordedChunk {
  init(row: Row) {
    self.init(number: row["number"], byteCount: row["byte_count"], sha256: row["sha256"], path: row["path"])
  }
}
