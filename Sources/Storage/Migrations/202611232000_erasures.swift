import GRDB

/// That people were erased, and by what they would be known if an import brought them again. Nothing here tells who:
/// `erasure_marks` are salted hashes.
enum ErasureTables {
  static func migrate(_ db: Database) throws {
    try db.execute(sql: erasures)
    try db.execute(sql: marks)
  }

  /// `owner_id` is who asked for it.
  private static let erasures = """
    CREATE TABLE erasures (
      id TEXT PRIMARY KEY NOT NULL CONSTRAINT erasure_id CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
      owner_id TEXT NOT NULL CONSTRAINT erasure_has_owner CHECK (owner_id <> ''),
      at INTEGER NOT NULL,
      state TEXT NOT NULL CONSTRAINT erasure_state_known CHECK (
        state IN ('planned', 'removing', 'proving', 'done', 'failed')),
      -- How many rows went, by table, and files.
      removed TEXT NOT NULL CONSTRAINT erasure_removed_json CHECK (json_valid(removed)),
      proof TEXT CONSTRAINT erasure_proof_json CHECK (proof IS NULL OR json_valid(proof)),
      -- The installation's one salt, made with its first erasure.
      salt BLOB NOT NULL CONSTRAINT erasure_salted CHECK (length(salt) = 32),
      updated_at INTEGER NOT NULL,
      CONSTRAINT erasure_ends_with_proof CHECK (state NOT IN ('done', 'failed') OR proof IS NOT NULL)
    ) STRICT;
    CREATE INDEX erasures_by_time ON erasures (at);
    CREATE INDEX erasures_open ON erasures (at) WHERE state <> 'done';
    """

  private static let marks = """
    CREATE TABLE erasure_marks (
      hash TEXT PRIMARY KEY NOT NULL CONSTRAINT erasure_mark_hashed CHECK (
        length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
      erasure_id TEXT NOT NULL REFERENCES erasures (id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX erasure_marks_by_erasure ON erasure_marks (erasure_id);
    """
}
