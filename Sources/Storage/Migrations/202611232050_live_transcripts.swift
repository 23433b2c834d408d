import GRDB

/// What was heard of recordings while they were spoken.
enum LiveTranscriptTables {
  static func migrate(_ db: Database) throws {
    try db.execute(sql: transcripts)
  }

  private static let transcripts = """
    CREATE TABLE live_transcripts (
      draft_id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      recording_id TEXT NOT NULL UNIQUE,
      -- Phrases with their times, a JSON object; and their words alone.
      words TEXT NOT NULL CONSTRAINT live_words_json CHECK (json_valid(words)),
      text TEXT NOT NULL,
      state TEXT NOT NULL CONSTRAINT live_state_known CHECK (state IN ('live', 'ended', 'stopped')),
      reason TEXT,
      -- How the engine did, a JSON object.
      figures TEXT NOT NULL CONSTRAINT live_figures_json CHECK (json_valid(figures)),
      final_only INTEGER NOT NULL DEFAULT 0 CONSTRAINT live_final_only_is_flag CHECK (final_only IN (0, 1)),
      -- The version of the draft that these words became, where no final transcript was to come.
      draft_version INTEGER,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      CONSTRAINT live_stop_explained CHECK ((state = 'stopped') = (reason IS NOT NULL)),
      FOREIGN KEY (draft_id, owner_id) REFERENCES drafts (id, owner_id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX live_transcripts_over ON live_transcripts (updated_at) WHERE state <> 'live' AND text <> '';
    CREATE INDEX live_transcripts_open ON live_transcripts (recording_id) WHERE state = 'live';
    CREATE INDEX live_transcripts_final_only ON live_transcripts (final_only) WHERE final_only = 1;
    """
}
