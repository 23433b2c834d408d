import GRDB

/// What the copilot answers from, one index of its words, and how often it was asked.
enum CopilotTables {
  static func migrate(_ db: Database) throws {
    for statement in [chunks, index, triggers, words, build, asked] { try db.execute(sql: statement) }
  }

  /// What ranking reads comes first in a row. `terms` are the words as numbers.
  private static let chunks = """
    CREATE TABLE reference_chunks (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CONSTRAINT chunk_has_id CHECK (id <> ''),
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
    CREATE INDEX reference_chunks_with_vector ON reference_chunks (vector_model) WHERE vector_model IS NOT NULL;
    """

  private static let index = """
    CREATE VIRTUAL TABLE reference_index USING fts5 (
      names, title, tags, content, content = 'reference_chunks', content_rowid = 'number',
      tokenize = 'porter unicode61 remove_diacritics 2');
    """

  static let triggers = """
    CREATE TRIGGER reference_indexed AFTER INSERT ON reference_chunks BEGIN
      INSERT INTO reference_index (rowid, names, title, tags, content)
      VALUES (NEW.number, NEW.names, NEW.title, NEW.tags, NEW.content);
    END;
    CREATE TRIGGER reference_reindexed AFTER UPDATE OF names, title, tags, content ON reference_chunks BEGIN
      INSERT INTO reference_index (reference_index, rowid, names, title, tags, content)
      VALUES ('delete', OLD.number, OLD.names, OLD.title, OLD.tags, OLD.content);
      INSERT INTO reference_index (rowid, names, title, tags, content)
      VALUES (NEW.number, NEW.names, NEW.title, NEW.tags, NEW.content);
    END;
    CREATE TRIGGER reference_unindexed AFTER DELETE ON reference_chunks BEGIN
      INSERT INTO reference_index (reference_index, rowid, names, title, tags, content)
      VALUES ('delete', OLD.number, OLD.names, OLD.title, OLD.tags, OLD.content);
    END;
    """

  /// Every word of the index and in how many chunks it is: what misspelled words are compared with.
  private static let words = """
    CREATE TABLE reference_words (
      word TEXT PRIMARY KEY NOT NULL CONSTRAINT word_is_one CHECK (word <> ''),
      chunks INTEGER NOT NULL CONSTRAINT word_is_used CHECK (chunks > 0)
    ) STRICT, WITHOUT ROWID;
    """

  /// The one build that the index is of. `version` rises with every change of it.
  private static let build = """
    CREATE TABLE reference_build (
      id INTEGER PRIMARY KEY CONSTRAINT build_is_one CHECK (id = 1),
      version INTEGER NOT NULL,
      built_at INTEGER NOT NULL,
      model TEXT NOT NULL,
      chunks INTEGER NOT NULL CONSTRAINT build_chunks CHECK (chunks >= 0),
      terms INTEGER NOT NULL CONSTRAINT build_terms CHECK (terms >= 0)
    ) STRICT;
    """

  /// Counters since the installation began. Of the last question either the words are kept or, in privacy mode, their
  /// keyed hash.
  private static let asked = """
    CREATE TABLE copilot_tally (
      id INTEGER PRIMARY KEY CONSTRAINT tally_is_one CHECK (id = 1),
      requests INTEGER NOT NULL DEFAULT 0 CONSTRAINT tally_requests CHECK (requests >= 0),
      fallbacks INTEGER NOT NULL DEFAULT 0 CONSTRAINT tally_fallbacks CHECK (fallbacks BETWEEN 0 AND requests),
      refusals INTEGER NOT NULL DEFAULT 0 CONSTRAINT tally_refusals CHECK (refusals BETWEEN 0 AND requests),
      briefs INTEGER NOT NULL DEFAULT 0 CONSTRAINT tally_briefs CHECK (briefs BETWEEN 0 AND requests),
      last_error TEXT,
      last_query TEXT,
      last_hash TEXT CONSTRAINT tally_hash CHECK (length(last_hash) = 12 AND last_hash NOT GLOB '*[^0-9a-f]*'),
      hash_key BLOB NOT NULL CONSTRAINT tally_key CHECK (length(hash_key) = 32),
      CONSTRAINT tally_words_or_hash CHECK (last_query IS NULL OR last_hash IS NULL)
    ) STRICT;
    INSERT INTO copilot_tally (id, hash_key) VALUES (1, randomblob(32));
    """
}
