public import Domain
import GRDB

/// What the recogniser heard: one transcript a clip, written by ``JobStore/complete(_:owner:transcript:)``.
public struct TranscriptStore: Sendable {
  let connection: StoreConnection

  /// The transcript of a clip, nil until there is one.
  public func find(_ clipID: ID<Clip>) throws -> Transcript? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM transcripts WHERE clip_id = ?", arguments: [clipID.rawValue])
        .map(Transcript.init(row:))
    }
  }

  /// Transcripts whose clip has no note yet, oldest first.
  public func withoutNote() throws -> [Transcript] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM transcripts WHERE NOT EXISTS (SELECT 1 FROM notes WHERE notes.clip_id = transcripts.clip_id)
          ORDER BY completed_at, rowid
          """
      ).map(Transcript.init(row:))
    }
  }
}
