import GRDB

/// Clips that lost their audio in order or not, every recording ever seen, and several transcripts a clip.
enum ClipsRemembered {
  static func migrate(_ db: Database) throws {
    for statement in [audio, fingerprints, transcripts] {
      try db.execute(sql: statement)
    }
  }

  /// A row whose file is not there says so: `purged_at` by retention, `missing_at` where a sweep found it gone.
  private static let audio = """
    ALTER TABLE clips ADD COLUMN purged_at INTEGER;
    ALTER TABLE clips ADD COLUMN missing_at INTEGER CONSTRAINT clip_missing_unless_purged CHECK (
      missing_at IS NULL OR purged_at IS NULL);
    CREATE INDEX clips_with_audio ON clips (created_at) WHERE purged_at IS NULL;
    CREATE INDEX clips_missing ON clips (missing_at) WHERE missing_at IS NOT NULL;
    CREATE INDEX IF NOT EXISTS jobs_by_clip ON jobs (clip_id);
    """

  /// Outlives its clip: what was seen once is known for ever.
  private static let fingerprints = """
    CREATE TABLE clip_fingerprints (
      owner_id TEXT NOT NULL CONSTRAINT fingerprint_has_owner CHECK (owner_id <> ''),
      sha1 TEXT NOT NULL CONSTRAINT fingerprint_sha1 CHECK (length(sha1) = 40 AND sha1 NOT GLOB '*[^0-9a-f]*'),
      first_seen_at INTEGER NOT NULL,
      clip_id TEXT REFERENCES clips (id) ON DELETE SET NULL,
      PRIMARY KEY (owner_id, sha1)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX fingerprints_by_clip ON clip_fingerprints (clip_id);
    INSERT INTO clip_fingerprints (owner_id, sha1, first_seen_at, clip_id)
      SELECT owner_id, sha1, created_at, id FROM clips;
    """

  /// SQLite drops no UNIQUE: the table is made anew.
  private static let transcripts = """
    CREATE TABLE new_transcripts (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      clip_id TEXT NOT NULL,
      number INTEGER NOT NULL CONSTRAINT transcript_from_one CHECK (number >= 1),
      text TEXT NOT NULL,
      segments TEXT NOT NULL CONSTRAINT transcript_segments_json CHECK (json_valid(segments)),
      language TEXT NOT NULL,
      confidence REAL NOT NULL CONSTRAINT transcript_confidence CHECK (confidence BETWEEN 0 AND 1),
      audio_seconds REAL NOT NULL CONSTRAINT transcript_audio_seconds CHECK (audio_seconds >= 0),
      latency_ms INTEGER NOT NULL CONSTRAINT transcript_latency CHECK (latency_ms >= 0),
      model TEXT NOT NULL,
      compute_type TEXT NOT NULL,
      engine TEXT NOT NULL,
      completed_at INTEGER NOT NULL,
      UNIQUE (clip_id, number),
      FOREIGN KEY (clip_id, owner_id) REFERENCES clips (id, owner_id)
    ) STRICT;
    INSERT INTO new_transcripts (id, owner_id, clip_id, number, text, segments, language, confidence, audio_seconds,
        latency_ms, model, compute_type, engine, completed_at)
      SELECT id, owner_id, clip_id, 1, text, segments, language, confidence, audio_seconds, latency_ms, model,
        compute_type, engine, completed_at
      FROM transcripts ORDER BY rowid;
    DROP TABLE transcripts;
    ALTER TABLE new_transcripts RENAME TO transcripts;
    CREATE INDEX transcripts_by_time ON transcripts (completed_at);
    """
}
