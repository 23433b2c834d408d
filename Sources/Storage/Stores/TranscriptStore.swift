public import Domain
import GRDB

/// What the recogniser heard, written by ``JobStore/complete(_:owner:transcript:)``. A clip that was transcribed again
/// keeps every transcript; the last is current.
public struct TranscriptStore: Sendable {
  let connection: StoreConnection

  /// The current transcript of a clip, nil until there is one.
  public func find(_ clipID: ID<Clip>) throws -> Transcript? {
    try connection.read { db in
      try Row.fetchOne(
        db, sql: "SELECT * FROM transcripts WHERE clip_id = ? ORDER BY number DESC LIMIT 1",
        arguments: [clipID.rawValue]
      ).map(Transcript.init(row:))
    }
  }

  /// Every transcript of a clip, the first at the front.
  public func all(_ clipID: ID<Clip>) throws -> [Transcript] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM transcripts WHERE clip_id = ? ORDER BY number", arguments: [clipID.rawValue]
      ).map(Transcript.init(row:))
    }
  }

  /// Seconds of work that a second of sound took, over the last 20 transcripts; nil before the first.
  public func pace() throws -> Double? {
    try connection.read { db in
      try Double.fetchOne(
        db,
        sql: """
          SELECT SUM(latency_ms) / 1000.0 / SUM(audio_seconds)
          FROM (SELECT latency_ms, audio_seconds FROM transcripts ORDER BY completed_at DESC LIMIT 20)
          """)
    }
  }

  /// The current transcripts of clips that have no note yet, oldest first; without those whose draft was deleted.
  public func withoutNote() throws -> [Transcript] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM transcripts WHERE NOT EXISTS (SELECT 1 FROM notes WHERE notes.clip_id = transcripts.clip_id)
            AND number = (SELECT MAX(number) FROM transcripts AS all_of_clip
              WHERE all_of_clip.clip_id = transcripts.clip_id)
            AND NOT EXISTS (SELECT 1 FROM drafts
              WHERE drafts.clip_id = transcripts.clip_id AND drafts.deleted_at IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM clips
              WHERE clips.id = transcripts.clip_id AND clips.discarded_at IS NOT NULL)
          ORDER BY completed_at, rowid
          """
      ).map(Transcript.init(row:))
    }
  }
}
