import GRDB

/// The copilot's index tells which chunks have a word and nothing more: ranking reads places and lengths from the chunks'
/// rows. Without places the lists of common words are a fraction as long.
enum LeanCopilotIndex {
  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        DROP TABLE reference_index;
        CREATE VIRTUAL TABLE reference_index USING fts5 (
          names, title, tags, content, content = 'reference_chunks', content_rowid = 'number',
          columnsize = 0, detail = none, tokenize = 'porter unicode61 remove_diacritics 2');
        INSERT INTO reference_index (reference_index) VALUES ('rebuild');
        """)
  }
}
