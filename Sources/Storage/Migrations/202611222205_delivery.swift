import GRDB

/// Delivery as people see it: rows say when they are being sent, whether the CRM may hold an unconfirmed copy, and why
/// they are kept; versions of a note, the rep's offline flag, one lane for each CRM endpoint, and counts that cost
/// nothing to read. SQLite cannot change a CHECK, so `outbox` and `attempts` are built anew and their rows carried over.
enum DeliveryTables {
  static func migrate(_ db: Database) throws {
    for statement in [outbox, carryOutbox, attempts, carryAttempts, replace, indexes, tally, offline, lanes] {
      try db.execute(sql: statement)
    }
  }

  private static let states = "'queued', 'sending', 'synced', 'retrying', 'cached', 'failed', 'superseded'"

  private static let outbox = """
    CREATE TABLE outbox_new (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      note_id TEXT NOT NULL,
      note_version INTEGER NOT NULL,
      payload_id TEXT CONSTRAINT outbox_payload_id CHECK (payload_id <> ''),
      payload TEXT NOT NULL CONSTRAINT outbox_payload_json CHECK (json_valid(payload)),
      state TEXT NOT NULL CONSTRAINT outbox_state_known CHECK (state IN (\(states))),
      attempts INTEGER NOT NULL DEFAULT 0 CONSTRAINT outbox_attempts CHECK (attempts >= 0),
      next_attempt_at INTEGER,
      waiting_since INTEGER NOT NULL DEFAULT 0,
      claims INTEGER NOT NULL DEFAULT 0 CONSTRAINT outbox_claims CHECK (claims >= 0),
      lease_owner TEXT,
      lease_expires_at INTEGER,
      response_code INTEGER CONSTRAINT outbox_response_code CHECK (
        response_code IS NULL OR response_code BETWEEN 100 AND 999),
      last_error TEXT,
      unknown_outcome INTEGER NOT NULL DEFAULT 0 CONSTRAINT outbox_unknown_is_flag CHECK (unknown_outcome IN (0, 1)),
      held_offline INTEGER NOT NULL DEFAULT 0 CONSTRAINT outbox_held_is_flag CHECK (held_offline IN (0, 1)),
      created_at INTEGER NOT NULL,
      state_changed_at INTEGER NOT NULL,
      UNIQUE (note_id, note_version),
      UNIQUE (id, owner_id),
      FOREIGN KEY (note_id, note_version, owner_id) REFERENCES note_versions (note_id, number, owner_id),
      CONSTRAINT outbox_synced_by_answer CHECK (
        state <> 'synced' OR (response_code IS NOT NULL AND response_code BETWEEN 200 AND 299)),
      CONSTRAINT outbox_synced_is_known CHECK (state <> 'synced' OR unknown_outcome = 0),
      CONSTRAINT outbox_pending_has_time CHECK ((state IN ('queued', 'retrying')) = (next_attempt_at IS NOT NULL)),
      CONSTRAINT outbox_lease_whole CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL)),
      CONSTRAINT outbox_sent_under_lease CHECK ((state = 'sending') = (lease_owner IS NOT NULL)),
      CONSTRAINT outbox_held_is_cached CHECK (held_offline = 0 OR state = 'cached'),
      CONSTRAINT outbox_failure_explained CHECK (
        state NOT IN ('retrying', 'cached', 'failed') OR held_offline = 1 OR last_error IS NOT NULL)
    ) STRICT;
    """

  /// A row that was claimed when the schema changed may be on its way to the CRM.
  private static let carryOutbox = """
    INSERT INTO outbox_new (rowid, id, owner_id, note_id, note_version, payload, state, attempts, next_attempt_at,
      waiting_since, claims, lease_owner, lease_expires_at, response_code, last_error, created_at, state_changed_at)
    SELECT rowid, id, owner_id, note_id, note_version, payload,
      CASE WHEN lease_owner IS NULL THEN state ELSE 'sending' END, attempts,
      CASE WHEN lease_owner IS NULL THEN next_attempt_at END, state_changed_at, claims, lease_owner, lease_expires_at,
      response_code, last_error, created_at, state_changed_at
    FROM outbox;
    """

  private static let attempts = """
    CREATE TABLE attempts_new (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      owner_id TEXT NOT NULL,
      outbox_id TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      finished_at INTEGER NOT NULL,
      state TEXT NOT NULL CONSTRAINT attempt_state_known CHECK (state IN (\(states)) AND state <> 'sending'),
      next_attempt_at INTEGER,
      response_code INTEGER,
      error TEXT,
      unknown_outcome INTEGER NOT NULL DEFAULT 0 CONSTRAINT attempt_unknown_is_flag CHECK (
        unknown_outcome = 0 OR (unknown_outcome = 1 AND response_code IS NULL)),
      FOREIGN KEY (outbox_id, owner_id) REFERENCES outbox (id, owner_id)
    ) STRICT;
    """

  private static let carryAttempts = """
    INSERT INTO attempts_new (id, owner_id, outbox_id, started_at, finished_at, state, next_attempt_at, response_code,
      error)
    SELECT id, owner_id, outbox_id, started_at, finished_at, state, next_attempt_at, response_code, error FROM attempts;
    """

  private static let replace = """
    DROP TABLE attempts;
    DROP TABLE outbox;
    ALTER TABLE outbox_new RENAME TO outbox;
    ALTER TABLE attempts_new RENAME TO attempts;
    """

  private static let indexes = """
    CREATE UNIQUE INDEX outbox_one_waiting_per_note ON outbox (note_id) WHERE state IN ('queued', 'retrying');
    CREATE UNIQUE INDEX outbox_one_sending_per_note ON outbox (note_id) WHERE state = 'sending';
    CREATE INDEX outbox_due ON outbox (next_attempt_at, created_at) WHERE state IN ('queued', 'retrying');
    CREATE INDEX outbox_waiting ON outbox (waiting_since) WHERE state IN ('queued', 'retrying');
    CREATE INDEX outbox_sending ON outbox (lease_expires_at) WHERE state = 'sending';
    CREATE INDEX outbox_unknown ON outbox (state) WHERE unknown_outcome = 1;
    CREATE INDEX outbox_held ON outbox (owner_id) WHERE held_offline = 1;
    CREATE INDEX outbox_by_state ON outbox (state);
    CREATE INDEX attempts_by_entry ON attempts (outbox_id, id);
    CREATE INDEX attempts_unknown ON attempts (id) WHERE unknown_outcome = 1;
    CREATE INDEX attempts_with_error ON attempts (id) WHERE error IS NOT NULL;
    """

  /// Kept by the database itself, so that no code path can forget it.
  private static let tally = """
    CREATE TABLE outbox_tally (
      state TEXT PRIMARY KEY NOT NULL,
      entries INTEGER NOT NULL CONSTRAINT tally_not_negative CHECK (entries >= 0)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO outbox_tally SELECT state, COUNT(*) FROM outbox GROUP BY state;
    CREATE TRIGGER outbox_tally_insert AFTER INSERT ON outbox BEGIN
      INSERT INTO outbox_tally VALUES (NEW.state, 1) ON CONFLICT (state) DO UPDATE SET entries = entries + 1;
    END;
    CREATE TRIGGER outbox_tally_update AFTER UPDATE OF state ON outbox WHEN OLD.state <> NEW.state BEGIN
      UPDATE outbox_tally SET entries = entries - 1 WHERE state = OLD.state;
      INSERT INTO outbox_tally VALUES (NEW.state, 1) ON CONFLICT (state) DO UPDATE SET entries = entries + 1;
    END;
    CREATE TRIGGER outbox_tally_delete AFTER DELETE ON outbox BEGIN
      UPDATE outbox_tally SET entries = entries - 1 WHERE state = OLD.state;
    END;
    """

  /// Who works offline; the owner '*' stands for everybody.
  private static let offline = """
    CREATE TABLE offline (
      owner_id TEXT PRIMARY KEY NOT NULL CONSTRAINT offline_has_owner CHECK (owner_id <> ''),
      since INTEGER NOT NULL
    ) STRICT;
    """

  private static let lanes = """
    CREATE TABLE delivery_lanes (
      endpoint TEXT PRIMARY KEY NOT NULL CONSTRAINT lane_has_endpoint CHECK (endpoint <> ''),
      failures INTEGER NOT NULL CONSTRAINT lane_failures CHECK (failures >= 0),
      openings INTEGER NOT NULL CONSTRAINT lane_openings CHECK (openings >= 0),
      open_until INTEGER,
      probe_until INTEGER,
      tokens REAL NOT NULL CONSTRAINT lane_tokens CHECK (tokens >= 0),
      tokens_at INTEGER NOT NULL,
      hold_until INTEGER,
      CONSTRAINT lane_probes_when_open CHECK (probe_until IS NULL OR open_until IS NOT NULL)
    ) STRICT;
    """
}
