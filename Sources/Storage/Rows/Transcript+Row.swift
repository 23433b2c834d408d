import Domain
import GRDB

extension Transcript {
  init(row: Row) {
    self.init(
      id: row.id("id"), clipID: row.id("clip_id"), ownerID: row.id("owner_id"), text: row["text"],
      segmentsJSON: row["segments"], language: row["language"], confidence: row["confidence"],
      audioSeconds: row["audio_seconds"], latencyMilliseconds: row["latency_ms"], model: row["model"],
      computeType: row["compute_type"], engine: row["engine"], completedAt: row.date("completed_at"),
      number: row["number"])
  }

  /// Keeps it as the clip's next, beside those that are there.
  func insert(_ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO transcripts (number, id, owner_id, clip_id, text, segments, language, confidence, audio_seconds,
          latency_ms, model, compute_type, engine, completed_at)
        VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM transcripts WHERE clip_id = ?),
          ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        clipID.rawValue, id.rawValue, ownerID.rawValue, clipID.rawValue, text, segmentsJSON, language, confidence,
        audioSeconds, latencyMilliseconds, model, computeType, engine, completedAt.unixMilliseconds,
      ])
  }
}
