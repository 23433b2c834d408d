import GRDB

/// A build of the copilot's index writes its pieces in small transactions, above the highest number that searches see, and
/// is switched to in one. `reference_pieces` is what there is to be seen.
enum CopilotGenerations {
  static func migrate(_ db: Database) throws {
    for statement in [chunks, CopilotTables.triggers, generations] { try db.execute(sql: statement) }
  }

  /// Two generations of a piece stand beside each other for a while: an id is no longer there once.
  private static let chunks = """
    CREATE TABLE reference_generations (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL CONSTRAINT chunk_has_id CHECK (id <> ''),
      owner_id TEXT NOT NULL CONSTRAINT chunk_has_owner CHECK (owner_id <> ''),
      hash TEXT NOT NULL CONSTRAINT chunk_sha256 CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
      source TEXT NOT NULL CONSTRAINT chunk_source_known CHECK (
        source IN ('wiki', 'playbook', 'pricing', 'crm', 'intel')),
      account TEXT NOT NULL,
      rep TEXT NOT NULL,
      region TEXT NOT NULL,
      terms BLOB NOT NULL CONSTRAINT chunk_terms_whole CHECK (length(terms) >= 12 AND length(terms) % 4 = 0),
      names TEXT NOT NULL,
      title TEXT NOT NULL,
      tags TEXT NOT NULL,
      content TEXT NOT NULL,
      json TEXT NOT NULL CONSTRAINT chunk_json CHECK (json_valid(json)),
      vector BLOB,
      vector_model TEXT,
      updated_at INTEGER NOT NULL,
      CONSTRAINT chunk_vector_whole CHECK ((vector IS NULL) = (vector_model IS NULL))
    ) STRICT;
    INSERT INTO reference_generations (number, id, owner_id, hash, source, account, rep, region, terms, names, title,
      tags, content, json, vector, vector_model, updated_at)
    SELECT number, id, owner_id, hash, source, account, rep, region, terms, names, title, tags, content, json, vector,
      vector_model, updated_at FROM reference_chunks;
    DROP TABLE reference_chunks;
    ALTER TABLE reference_generations RENAME TO reference_chunks;
    CREATE INDEX reference_chunks_by_id ON reference_chunks (id);
    CREATE INDEX reference_chunks_with_vector ON reference_chunks (vector_model) WHERE vector_model IS NOT NULL;
    """

  /// `reference_staging` is the build that began last; whoever takes its row away ends it. `reference_gone` are pieces that are
  /// no longer seen and not yet deleted.
  private static let generations = """
    ALTER TABLE reference_build ADD COLUMN high INTEGER NOT NULL DEFAULT 0;
    UPDATE reference_build SET high = (SELECT COALESCE(MAX(number), 0) FROM reference_chunks);
    CREATE TABLE reference_staging (
      id INTEGER PRIMARY KEY CONSTRAINT staging_is_one CHECK (id = 1),
      token TEXT NOT NULL CONSTRAINT staging_has_token CHECK (token <> '')
    ) STRICT;
    CREATE TABLE reference_gone (number INTEGER PRIMARY KEY) STRICT;
    CREATE VIEW reference_pieces AS
      SELECT * FROM reference_chunks
      WHERE number <= (SELECT high FROM reference_build) AND number NOT IN (SELECT number FROM reference_gone);
    """
}
