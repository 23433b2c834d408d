import GRDB

/// Who may use the cockpit, in which browsers they are signed in, what was done and refused, and how often signing in
/// failed. Of tokens and passwords only hashes are kept.
enum AccessTables {
  static func migrate(_ db: Database) throws {
    for statement in [users, sessions, audit, throttles] { try db.execute(sql: statement) }
  }

  private static let users = """
    CREATE TABLE users (
      id TEXT PRIMARY KEY NOT NULL CONSTRAINT user_has_id CHECK (id <> ''),
      name TEXT NOT NULL CONSTRAINT user_has_name CHECK (name <> ''),
      name_key TEXT NOT NULL UNIQUE CONSTRAINT user_has_name_key CHECK (name_key <> ''),
      role TEXT NOT NULL CONSTRAINT user_role_known CHECK (role IN ('rep', 'manager', 'admin')),
      password TEXT CONSTRAINT user_password_is_hashed CHECK (password IS NULL OR password GLOB '$scrypt$*'),
      created_at INTEGER NOT NULL,
      disabled_at INTEGER
    ) STRICT;
    """

  /// A session has one token, and for a while two: the next one is handed out before the old one ends.
  private static let sessions = """
    CREATE TABLE sessions (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL REFERENCES users (id),
      secret BLOB NOT NULL CONSTRAINT session_secret_whole CHECK (length(secret) = 32),
      created_at INTEGER NOT NULL,
      last_seen_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      agent TEXT NOT NULL,
      address TEXT NOT NULL,
      revoked_at INTEGER,
      UNIQUE (id, owner_id),
      CONSTRAINT session_has_an_end CHECK (expires_at > created_at)
    ) STRICT;
    CREATE INDEX sessions_by_owner ON sessions (owner_id, last_seen_at);
    CREATE INDEX sessions_by_end ON sessions (expires_at);
    CREATE TABLE session_tokens (
      hash BLOB PRIMARY KEY NOT NULL CONSTRAINT session_token_hashed CHECK (length(hash) = 32),
      session_id TEXT NOT NULL,
      owner_id TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      used_at INTEGER,
      retired_at INTEGER,
      FOREIGN KEY (session_id, owner_id) REFERENCES sessions (id, owner_id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX session_tokens_by_session ON session_tokens (session_id, created_at);
    """

  private static let audit = """
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      owner_id TEXT,
      action TEXT NOT NULL CONSTRAINT audit_has_action CHECK (action <> ''),
      subject TEXT NOT NULL CONSTRAINT audit_subject_short CHECK (length(subject) <= 200),
      address TEXT NOT NULL,
      outcome TEXT NOT NULL CONSTRAINT audit_outcome_known CHECK (outcome IN ('done', 'refused')),
      count INTEGER NOT NULL DEFAULT 1 CONSTRAINT audit_counts_one CHECK (count >= 1)
    ) STRICT;
    """

  private static let throttles = """
    CREATE TABLE sign_in_throttles (
      key TEXT PRIMARY KEY NOT NULL CONSTRAINT throttle_has_key CHECK (key <> ''),
      failures INTEGER NOT NULL CONSTRAINT throttle_failures CHECK (failures >= 1),
      last_at INTEGER NOT NULL,
      blocked_until INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sign_in_throttles_by_time ON sign_in_throttles (last_at);
    """
}
