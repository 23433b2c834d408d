import GRDB

/// Recordings that come up in chunks while they are spoken.
enum RecordingTables {
  static func migrate(_ db: Database) throws {
    try db.execute(sql: recordings)
    try db.execute(sql: chunks)
  }

  private static let recordings = """
    CREATE TABLE recordings (
      id TEXT PRIMARY KEY NOT NULL CONSTRAINT recording_id CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
      owner_id TEXT NOT NULL CONSTRAINT recording_has_owner CHECK (owner_id <> ''),
      draft_id TEXT NOT NULL UNIQUE CONSTRAINT recording_has_draft CHECK (draft_id <> ''),
      contact_id TEXT,
      state TEXT NOT NULL CONSTRAINT recording_state_known CHECK (state IN ('open', 'complete', 'failed', 'assembled')),
      sample_rate INTEGER NOT NULL CONSTRAINT recording_sample_rate CHECK (sample_rate = 16000),
      chunk_count INTEGER CONSTRAINT recording_chunk_count CHECK (chunk_count IS NULL OR chunk_count > 0),
      frames INTEGER CONSTRAINT recording_frames CHECK (frames IS NULL OR frames > 0),
      sha256 TEXT CONSTRAINT recording_sha256 CHECK (
        sha256 IS NULL OR (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*')),
      clip_id TEXT,
      failure TEXT,
      -- What the browser said of itself, a JSON object.
      client TEXT NOT NULL CONSTRAINT recording_client_json CHECK (json_valid(client)),
      started_at INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (id, owner_id),
      CONSTRAINT recording_declared CHECK ((state = 'open') = (chunk_count IS NULL)),
      CONSTRAINT recording_declared_whole CHECK (
        (chunk_count IS NULL) = (frames IS NULL) AND (chunk_count IS NULL) = (sha256 IS NULL)),
      CONSTRAINT recording_assembled_has_clip CHECK ((state = 'assembled') = (clip_id IS NOT NULL)),
      CONSTRAINT recording_failure_explained CHECK ((state = 'failed') = (failure IS NOT NULL))
    ) STRICT;
    CREATE INDEX recordings_unfinished ON recordings (owner_id, updated_at) WHERE state <> 'assembled';
    CREATE INDEX recordings_complete ON recordings (updated_at) WHERE state = 'complete';
    """

  /// Rows go when the recording is a clip: a day of speaking is tens of thousands of them.
  private static let chunks = """
    CREATE TABLE recording_chunks (
      recording_id TEXT NOT NULL,
      number INTEGER NOT NULL CONSTRAINT chunk_number CHECK (number >= 0),
      owner_id TEXT NOT NULL,
      byte_count INTEGER NOT NULL CONSTRAINT chunk_of_samples CHECK (byte_count > 0 AND byte_count % 2 = 0),
      sha256 TEXT NOT NULL CONSTRAINT chunk_sha256 CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
      path TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (recording_id, number),
      FOREIGN KEY (recording_id, owner_id) REFERENCES recordings (id, owner_id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    """
}
