import GRDB

/// Keys with which programs ask the transcription server. Of a key only a hash is kept, and how it begins.
enum APIKeyTable {
  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE api_keys (
          id TEXT PRIMARY KEY NOT NULL CONSTRAINT api_key_has_id CHECK (id <> ''),
          name TEXT NOT NULL CONSTRAINT api_key_has_name CHECK (length(name) BETWEEN 1 AND 100),
          hash BLOB NOT NULL UNIQUE CONSTRAINT api_key_hashed CHECK (length(hash) = 32),
          hint TEXT NOT NULL CONSTRAINT api_key_hint_short CHECK (length(hint) <= 12),
          scopes TEXT NOT NULL CONSTRAINT api_key_has_scopes CHECK (scopes <> ''),
          created_at INTEGER NOT NULL,
          last_used_at INTEGER,
          revoked_at INTEGER
        ) STRICT;
        """)
  }
}
