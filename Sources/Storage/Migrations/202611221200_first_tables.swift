import GRDB

/// Clips, jobs, transcripts, notes, the outbox, events and leases. All times are milliseconds since 1970-01-01 UTC.
/// What must never be true of a row is a named CHECK, so that no code path can store it.
enum FirstTables {
  static func migrate(_ db: Database) throws {
    for statement in [clips, jobs, transcripts, notes, outbox, log] {
      try db.execute(sql: statement)
    }
  }

  private static let clips = """
    CREATE TABLE clips (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL CONSTRAINT clip_has_owner CHECK (owner_id <> ''),
      path TEXT NOT NULL UNIQUE,
      original_name TEXT NOT NULL,
      byte_count INTEGER NOT NULL CONSTRAINT clip_not_empty CHECK (byte_count > 0),
      sha1 TEXT NOT NULL CONSTRAINT clip_sha1 CHECK (length(sha1) = 40 AND sha1 NOT GLOB '*[^0-9a-f]*'),
      sha256 TEXT NOT NULL CONSTRAINT clip_sha256 CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
      duration_seconds REAL CONSTRAINT clip_duration CHECK (duration_seconds IS NULL OR duration_seconds >= 0),
      created_at INTEGER NOT NULL,
      UNIQUE (owner_id, sha1),
      UNIQUE (id, owner_id)
    ) STRICT;
    """

  private static let jobs = """
    CREATE TABLE jobs (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      clip_id TEXT NOT NULL,
      kind TEXT NOT NULL CONSTRAINT job_has_kind CHECK (kind <> ''),
      state TEXT NOT NULL CONSTRAINT job_state_known CHECK (
        state IN ('available', 'running', 'retryable', 'completed', 'cancelled', 'dead')),
      attempts INTEGER NOT NULL DEFAULT 0,
      max_attempts INTEGER NOT NULL CONSTRAINT job_may_be_tried CHECK (max_attempts >= 1),
      run_at INTEGER NOT NULL,
      lease_owner TEXT,
      lease_expires_at INTEGER,
      last_error TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      completed_at INTEGER,
      FOREIGN KEY (clip_id, owner_id) REFERENCES clips (id, owner_id),
      CONSTRAINT job_attempts_in_budget CHECK (attempts BETWEEN 0 AND max_attempts),
      CONSTRAINT job_lease_whole CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL)),
      CONSTRAINT job_runs_under_lease CHECK ((state = 'running') = (lease_owner IS NOT NULL)),
      CONSTRAINT job_runs_on_attempt CHECK (state <> 'running' OR attempts >= 1),
      CONSTRAINT job_completed_at CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
      CONSTRAINT job_failure_explained CHECK (state NOT IN ('retryable', 'dead') OR last_error IS NOT NULL)
    ) STRICT;
    CREATE UNIQUE INDEX jobs_one_pending_per_clip ON jobs (clip_id, kind)
      WHERE state IN ('available', 'running', 'retryable');
    CREATE INDEX jobs_pending ON jobs (run_at) WHERE state IN ('available', 'running', 'retryable');
    CREATE INDEX jobs_failed ON jobs (updated_at) WHERE state IN ('retryable', 'dead');
    CREATE INDEX jobs_completed ON jobs (completed_at) WHERE completed_at IS NOT NULL;
    """

  private static let transcripts = """
    CREATE TABLE transcripts (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      clip_id TEXT NOT NULL UNIQUE,
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
      FOREIGN KEY (clip_id, owner_id) REFERENCES clips (id, owner_id)
    ) STRICT;
    CREATE INDEX transcripts_by_time ON transcripts (completed_at);
    """

  private static let notes = """
    CREATE TABLE notes (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      clip_id TEXT NOT NULL UNIQUE,
      created_at INTEGER NOT NULL,
      UNIQUE (id, owner_id),
      FOREIGN KEY (clip_id, owner_id) REFERENCES clips (id, owner_id)
    ) STRICT;
    CREATE TABLE note_versions (
      note_id TEXT NOT NULL,
      number INTEGER NOT NULL CONSTRAINT note_version_from_one CHECK (number >= 1),
      owner_id TEXT NOT NULL,
      text TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (note_id, number),
      UNIQUE (note_id, number, owner_id),
      FOREIGN KEY (note_id, owner_id) REFERENCES notes (id, owner_id)
    ) STRICT;
    """

  private static let outbox = """
    CREATE TABLE outbox (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      note_id TEXT NOT NULL,
      note_version INTEGER NOT NULL,
      payload TEXT NOT NULL CONSTRAINT outbox_payload_json CHECK (json_valid(payload)),
      state TEXT NOT NULL CONSTRAINT outbox_state_known CHECK (
        state IN ('queued', 'synced', 'retrying', 'cached', 'failed')),
      attempts INTEGER NOT NULL DEFAULT 0 CONSTRAINT outbox_attempts CHECK (attempts >= 0),
      next_attempt_at INTEGER,
      claims INTEGER NOT NULL DEFAULT 0 CONSTRAINT outbox_claims CHECK (claims >= 0),
      lease_owner TEXT,
      lease_expires_at INTEGER,
      response_code INTEGER CONSTRAINT outbox_response_code CHECK (
        response_code IS NULL OR response_code BETWEEN 100 AND 999),
      last_error TEXT,
      created_at INTEGER NOT NULL,
      state_changed_at INTEGER NOT NULL,
      UNIQUE (note_id, note_version),
      UNIQUE (id, owner_id),
      FOREIGN KEY (note_id, note_version, owner_id) REFERENCES note_versions (note_id, number, owner_id),
      CONSTRAINT outbox_synced_by_answer CHECK (
        state <> 'synced' OR (response_code IS NOT NULL AND response_code BETWEEN 200 AND 299)),
      CONSTRAINT outbox_pending_has_time CHECK ((state IN ('queued', 'retrying')) = (next_attempt_at IS NOT NULL)),
      CONSTRAINT outbox_lease_whole CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL)),
      CONSTRAINT outbox_leased_is_pending CHECK (lease_owner IS NULL OR state IN ('queued', 'retrying')),
      CONSTRAINT outbox_failure_explained CHECK (
        state NOT IN ('retrying', 'cached', 'failed') OR last_error IS NOT NULL)
    ) STRICT;
    CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE state IN ('queued', 'retrying');
    CREATE INDEX outbox_by_state ON outbox (state);
    CREATE TABLE attempts (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      owner_id TEXT NOT NULL,
      outbox_id TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      finished_at INTEGER NOT NULL,
      state TEXT NOT NULL CONSTRAINT attempt_state_known CHECK (
        state IN ('queued', 'synced', 'retrying', 'cached', 'failed')),
      next_attempt_at INTEGER,
      response_code INTEGER,
      error TEXT,
      FOREIGN KEY (outbox_id, owner_id) REFERENCES outbox (id, owner_id)
    ) STRICT;
    CREATE INDEX attempts_by_entry ON attempts (outbox_id, id);
    """

  private static let log = """
    CREATE TABLE events (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL CONSTRAINT event_has_kind CHECK (kind <> ''),
      owner_id TEXT NOT NULL,
      subject_id TEXT NOT NULL,
      json TEXT NOT NULL CONSTRAINT event_json CHECK (json_valid(json))
    ) STRICT;
    CREATE TABLE leases (
      name TEXT PRIMARY KEY NOT NULL,
      owner TEXT NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT;
    """
}
