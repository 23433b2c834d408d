import GRDB

/// What the files that people read need beside event rows, and notes that came without a recording.
enum Views {
  static func migrate(_ db: Database) throws {
    try db.execute(sql: views)
    try letNotesBeWithoutClip(db)
  }

  private static let views = """
    CREATE TABLE views (
      name TEXT PRIMARY KEY NOT NULL CONSTRAINT view_known CHECK (name IN ('crm_snapshot', 'crm_sample')),
      -- Events up to this one are in the file.
      projected_seq INTEGER NOT NULL DEFAULT 0 CONSTRAINT view_projected CHECK (projected_seq >= 0),
      -- Notes saved up to this event are not shown any more.
      scrubbed_seq INTEGER NOT NULL DEFAULT 0 CONSTRAINT view_scrubbed CHECK (scrubbed_seq >= 0),
      -- What the file held before the first projection; null until it was looked for.
      inherited TEXT CONSTRAINT view_inherited_object CHECK (
        inherited IS NULL OR (json_valid(inherited) AND json_type(inherited) = 'object'))
    ) STRICT;
    CREATE TABLE imports (
      fingerprint TEXT PRIMARY KEY NOT NULL CONSTRAINT import_sha256 CHECK (
        length(fingerprint) = 64 AND fingerprint NOT GLOB '*[^0-9a-f]*'),
      owner_id TEXT NOT NULL,
      note_id TEXT NOT NULL UNIQUE,
      imported_at INTEGER NOT NULL,
      FOREIGN KEY (note_id, owner_id) REFERENCES notes (id, owner_id)
    ) STRICT;
    CREATE INDEX events_of_entry ON events (subject_id, seq) WHERE kind >= 'crm.' AND kind < 'crm/';
    CREATE INDEX outbox_by_age ON outbox (created_at);
    CREATE INDEX outbox_synced_at ON outbox (state_changed_at) WHERE state = 'synced';
    CREATE INDEX transcripts_latency ON transcripts (latency_ms);
    """

  /// SQLite cannot drop a NOT NULL: the table is made anew from its own definition, which keeps every other column.
  private static func letNotesBeWithoutClip(_ db: Database) throws {
    let sql = try String.fetchOne(db, sql: "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'notes'")
    guard let sql, let body = sql.firstIndex(of: "(") else { throw StorageError.unreadableValue(column: "notes") }
    let columns = sql[body...].replacing("clip_id TEXT NOT NULL", with: "clip_id TEXT")
    let indexes = try String.fetchAll(
      db, sql: "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'notes' AND sql IS NOT NULL")
    try db.execute(sql: "CREATE TABLE notes_anew \(columns)")
    try db.execute(sql: "INSERT INTO notes_anew SELECT * FROM notes")
    try db.execute(sql: "DROP TABLE notes")
    try db.execute(sql: "ALTER TABLE notes_anew RENAME TO notes")
    for index in indexes { try db.execute(sql: index) }
  }
}
