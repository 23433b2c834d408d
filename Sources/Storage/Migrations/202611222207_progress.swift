import GRDB

/// How far the transcription of long recordings has come: a checkpoint a job, and its segments as rows, so that saving one
/// more window costs as much at the end of three hours as at the start.
enum ProgressTables {
  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE job_progress (
          job_id TEXT PRIMARY KEY NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
          owner_id TEXT NOT NULL,
          fingerprint TEXT NOT NULL,
          checkpoint TEXT NOT NULL CONSTRAINT progress_checkpoint_json CHECK (json_valid(checkpoint)),
          seconds REAL NOT NULL CONSTRAINT progress_seconds CHECK (seconds >= 0),
          updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE job_segments (
          job_id TEXT NOT NULL REFERENCES job_progress (job_id) ON DELETE CASCADE,
          number INTEGER NOT NULL CONSTRAINT segment_from_one CHECK (number >= 1),
          json TEXT NOT NULL CONSTRAINT segment_json CHECK (json_valid(json)),
          PRIMARY KEY (job_id, number)
        ) STRICT, WITHOUT ROWID;
        """)
  }
}
