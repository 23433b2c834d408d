import GRDB

/// What the helpers beside a draft have done for it, each for the transcript that the draft had then: a new transcript
/// begins anew. `transcript` is '' while there is none.
enum HelperTables {
  static func migrate(_ db: Database) throws {
    for statement in [cues, quotes, steps, outbox] { try db.execute(sql: statement) }
  }

  private static let cues = """
    CREATE TABLE helper_cues (
      draft_id TEXT NOT NULL,
      transcript TEXT NOT NULL,
      title TEXT NOT NULL CONSTRAINT cue_has_title CHECK (title <> ''),
      owner_id TEXT NOT NULL,
      used_at INTEGER NOT NULL,
      PRIMARY KEY (draft_id, transcript, title),
      FOREIGN KEY (draft_id, owner_id) REFERENCES drafts (id, owner_id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    """

  private static let quotes = """
    CREATE TABLE helper_quotes (
      draft_id TEXT NOT NULL,
      transcript TEXT NOT NULL,
      owner_id TEXT NOT NULL,
      choice TEXT NOT NULL CONSTRAINT quote_choice_json CHECK (json_valid(choice)),
      -- The quote as it was put into the note; null while none is in it.
      summary TEXT CONSTRAINT quote_summary_json CHECK (summary IS NULL OR json_valid(summary)),
      inserted_at INTEGER,
      updated_at INTEGER NOT NULL,
      PRIMARY KEY (draft_id, transcript),
      FOREIGN KEY (draft_id, owner_id) REFERENCES drafts (id, owner_id) ON DELETE CASCADE,
      CONSTRAINT quote_inserted_whole CHECK ((summary IS NULL) = (inserted_at IS NULL))
    ) STRICT, WITHOUT ROWID;
    """

  private static let steps = """
    CREATE TABLE helper_steps (
      draft_id TEXT NOT NULL,
      transcript TEXT NOT NULL,
      -- Names the step as it was found, however it was edited since.
      key TEXT NOT NULL CONSTRAINT step_has_key CHECK (key <> ''),
      owner_id TEXT NOT NULL,
      json TEXT NOT NULL CONSTRAINT step_json CHECK (json_valid(json)),
      state TEXT NOT NULL CONSTRAINT step_state_known CHECK (state IN ('added', 'skipped')),
      decided_at INTEGER NOT NULL,
      PRIMARY KEY (draft_id, transcript, key),
      FOREIGN KEY (draft_id, owner_id) REFERENCES drafts (id, owner_id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    """

  /// What came into the CRM today, of one owner.
  private static let outbox = """
    CREATE INDEX outbox_synced_by_owner ON outbox (owner_id, state_changed_at) WHERE state = 'synced';
    """
}
