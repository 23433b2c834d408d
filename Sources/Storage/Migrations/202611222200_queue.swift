import GRDB

/// Jobs get a priority and a number of claims that never goes back, every attempt is kept, their number by kind and state
/// is counted as they change, and queues can be paused.
///
/// The table of jobs is written anew, since SQLite adds no rule to one that is there. Whoever does so again has to make
/// its indexes and triggers again, too.
enum QueueTables {
  static func migrate(_ db: Database) throws {
    for statement in [jobs, indexes, attempts, counts, pauses] {
      try db.execute(sql: statement)
    }
  }

  private static let jobs = """
    CREATE TABLE jobs_anew (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      clip_id TEXT NOT NULL,
      kind TEXT NOT NULL CONSTRAINT job_has_kind CHECK (kind <> ''),
      state TEXT NOT NULL CONSTRAINT job_state_known CHECK (
        state IN ('available', 'running', 'retryable', 'completed', 'cancelled', 'dead')),
      priority INTEGER NOT NULL DEFAULT 0 CONSTRAINT job_priority_in_range CHECK (priority BETWEEN -100 AND 100),
      attempts INTEGER NOT NULL DEFAULT 0,
      max_attempts INTEGER NOT NULL CONSTRAINT job_may_be_tried CHECK (max_attempts >= 1),
      claims INTEGER NOT NULL DEFAULT 0,
      run_at INTEGER NOT NULL,
      lease_owner TEXT,
      lease_expires_at INTEGER,
      last_error TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      completed_at INTEGER,
      UNIQUE (id, owner_id),
      FOREIGN KEY (clip_id, owner_id) REFERENCES clips (id, owner_id),
      CONSTRAINT job_attempts_in_budget CHECK (attempts BETWEEN 0 AND max_attempts),
      CONSTRAINT job_lease_whole CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL)),
      CONSTRAINT job_runs_under_lease CHECK ((state = 'running') = (lease_owner IS NOT NULL)),
      CONSTRAINT job_runs_on_attempt CHECK (state <> 'running' OR attempts >= 1),
      CONSTRAINT job_completed_at CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
      CONSTRAINT job_failure_explained CHECK (state NOT IN ('retryable', 'dead') OR last_error IS NOT NULL),
      CONSTRAINT job_waits_for_attempt CHECK (state NOT IN ('available', 'retryable') OR attempts < max_attempts),
      CONSTRAINT job_attempts_are_claims CHECK (claims >= attempts)
    ) STRICT;
    INSERT INTO jobs_anew (id, owner_id, clip_id, kind, state, attempts, max_attempts, claims, run_at, lease_owner,
      lease_expires_at, last_error, created_at, updated_at, completed_at)
    SELECT id, owner_id, clip_id, kind, state, attempts, max_attempts, attempts, run_at, lease_owner,
      lease_expires_at, last_error, created_at, updated_at, completed_at FROM jobs ORDER BY rowid;
    DROP TABLE jobs;
    ALTER TABLE jobs_anew RENAME TO jobs;
    """

  /// `jobs_waiting` has the order of claims: nothing is sorted or skipped over, however many wait.
  private static let indexes = """
    CREATE UNIQUE INDEX jobs_one_pending_per_clip ON jobs (clip_id, kind)
      WHERE state IN ('available', 'running', 'retryable');
    CREATE INDEX jobs_waiting ON jobs (kind, priority DESC, run_at, created_at)
      WHERE state IN ('available', 'retryable');
    CREATE INDEX jobs_waiting_since ON jobs (kind, updated_at) WHERE state IN ('available', 'retryable');
    CREATE INDEX jobs_running ON jobs (lease_expires_at) WHERE state = 'running';
    CREATE INDEX jobs_failed ON jobs (updated_at) WHERE state IN ('retryable', 'dead');
    CREATE INDEX jobs_completed ON jobs (completed_at) WHERE completed_at IS NOT NULL;
    CREATE INDEX jobs_by_clip ON jobs (clip_id, created_at);
    """

  private static let attempts = """
    CREATE TABLE job_attempts (
      job_id TEXT NOT NULL,
      number INTEGER NOT NULL CONSTRAINT job_attempt_from_one CHECK (number >= 1),
      owner_id TEXT NOT NULL,
      worker TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      outcome TEXT CONSTRAINT job_attempt_outcome_known CHECK (
        outcome IS NULL OR outcome IN ('completed', 'failed', 'released', 'cancelled', 'lapsed')),
      error TEXT,
      PRIMARY KEY (job_id, number),
      FOREIGN KEY (job_id, owner_id) REFERENCES jobs (id, owner_id),
      CONSTRAINT job_attempt_ended_whole CHECK ((outcome IS NULL) = (ended_at IS NULL)),
      CONSTRAINT job_attempt_explained CHECK (
        (error IS NOT NULL) = (outcome IS NOT NULL AND outcome IN ('failed', 'lapsed')))
    ) STRICT;
    CREATE UNIQUE INDEX job_attempts_one_open ON job_attempts (job_id) WHERE outcome IS NULL;
    INSERT INTO job_attempts (job_id, number, owner_id, worker, started_at)
    SELECT id, claims, owner_id, lease_owner, updated_at FROM jobs WHERE state = 'running';
    INSERT INTO job_attempts (job_id, number, owner_id, worker, started_at, ended_at, outcome, error)
    SELECT id, claims, owner_id, 'not recorded', updated_at, updated_at, 'failed', last_error FROM jobs
    WHERE state IN ('retryable', 'dead') AND claims >= 1;
    """

  /// Counting 100,000 rows at every heartbeat is too dear.
  private static let counts = """
    CREATE TABLE job_counts (
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      number INTEGER NOT NULL CONSTRAINT job_count_not_negative CHECK (number >= 0),
      PRIMARY KEY (kind, state)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO job_counts SELECT kind, state, COUNT(*) FROM jobs GROUP BY kind, state;
    CREATE TRIGGER jobs_counted_in AFTER INSERT ON jobs BEGIN
      INSERT INTO job_counts VALUES (NEW.kind, NEW.state, 1) ON CONFLICT (kind, state) DO UPDATE SET number = number + 1;
    END;
    CREATE TRIGGER jobs_counted_out AFTER DELETE ON jobs BEGIN
      UPDATE job_counts SET number = number - 1 WHERE kind = OLD.kind AND state = OLD.state;
    END;
    CREATE TRIGGER jobs_counted_over AFTER UPDATE OF kind, state ON jobs
    WHEN OLD.kind <> NEW.kind OR OLD.state <> NEW.state BEGIN
      UPDATE job_counts SET number = number - 1 WHERE kind = OLD.kind AND state = OLD.state;
      INSERT INTO job_counts VALUES (NEW.kind, NEW.state, 1) ON CONFLICT (kind, state) DO UPDATE SET number = number + 1;
    END;
    """

  /// A queue without a row is open.
  private static let pauses = """
    CREATE TABLE paused_queues (
      name TEXT PRIMARY KEY NOT NULL CONSTRAINT paused_queue_has_name CHECK (name <> ''),
      paused_at INTEGER NOT NULL,
      paused_by TEXT NOT NULL CONSTRAINT paused_by_somebody CHECK (paused_by <> '')
    ) STRICT, WITHOUT ROWID;
    """
}
