import GRDB

/// Notes while they are written, their versions, what reps correct in transcripts, the shape of each recording's sound,
/// and one index of all words. Notes and recordings that are there get a draft.
enum DraftTables {
  static func migrate(_ db: Database) throws {
    for statement in [
      drafts, versions, corrections, waves, discarded, index, triggers, renames, order, oldNotes,
      oldClips,
    ] {
      try db.execute(sql: statement)
    }
  }

  /// Who is called otherwise is found under the new name.
  private static let renames = """
    CREATE TRIGGER drafts_follow_people AFTER UPDATE OF name, account_id ON people BEGIN
      UPDATE drafts SET contact_name = NEW.name,
        account = COALESCE((SELECT name FROM accounts WHERE id = NEW.account_id), account)
      WHERE contact_id = NEW.id;
    END;
    CREATE TRIGGER drafts_follow_accounts AFTER UPDATE OF name ON accounts WHEN OLD.name <> NEW.name BEGIN
      UPDATE drafts SET account = NEW.name WHERE contact_id IN (SELECT id FROM people WHERE account_id = NEW.id);
    END;
    """

  /// `seq` is the millisecond of creation × 1024, counted on within it: the index of words is in order of time by it.
  private static let drafts = """
    CREATE TABLE drafts (
      seq INTEGER PRIMARY KEY NOT NULL,
      id TEXT NOT NULL UNIQUE CONSTRAINT draft_has_id CHECK (id <> ''),
      owner_id TEXT NOT NULL CONSTRAINT draft_has_owner CHECK (owner_id <> ''),
      contact_id TEXT,
      contact_name TEXT NOT NULL DEFAULT '',
      account TEXT NOT NULL DEFAULT '',
      recording_id TEXT UNIQUE,
      clip_id TEXT UNIQUE REFERENCES clips (id) ON DELETE SET NULL,
      -- Made with the clip, not by a person; gives way to the draft that the clip was recorded for.
      automatic INTEGER NOT NULL DEFAULT 0 CONSTRAINT draft_automatic_is_flag CHECK (automatic IN (0, 1)),
      text TEXT NOT NULL DEFAULT '',
      version INTEGER NOT NULL DEFAULT 0 CONSTRAINT draft_version CHECK (version >= 0),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      heard_at INTEGER,
      deleted_at INTEGER,
      UNIQUE (id, owner_id),
      CONSTRAINT draft_text_has_version CHECK (version > 0 OR text = '')
    ) STRICT;
    CREATE INDEX drafts_by_owner ON drafts (owner_id) WHERE deleted_at IS NULL;
    CREATE INDEX drafts_by_owner_account ON drafts (owner_id, account) WHERE deleted_at IS NULL;
    CREATE INDEX drafts_by_account ON drafts (account) WHERE deleted_at IS NULL;
    CREATE INDEX drafts_by_contact ON drafts (contact_id) WHERE contact_id IS NOT NULL;
    CREATE INDEX drafts_deleted ON drafts (deleted_at) WHERE deleted_at IS NOT NULL;
    """

  private static let versions = """
    CREATE TABLE draft_versions (
      draft_id TEXT NOT NULL,
      number INTEGER NOT NULL CONSTRAINT draft_version_from_one CHECK (number >= 1),
      owner_id TEXT NOT NULL,
      text TEXT NOT NULL,
      origin TEXT NOT NULL CONSTRAINT draft_origin_known CHECK (
        origin IN ('typed', 'inserted', 'polish', 'transcript', 'conflict')),
      editor TEXT NOT NULL DEFAULT '',
      created_at INTEGER NOT NULL,
      PRIMARY KEY (draft_id, number),
      FOREIGN KEY (draft_id, owner_id) REFERENCES drafts (id, owner_id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    """

  private static let corrections = """
    CREATE TABLE transcript_corrections (
      transcript_id TEXT NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
      number INTEGER NOT NULL CONSTRAINT correction_from_one CHECK (number >= 1),
      owner_id TEXT NOT NULL CONSTRAINT correction_has_owner CHECK (owner_id <> ''),
      -- null: as it was heard, after all.
      text TEXT,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (transcript_id, number)
    ) STRICT, WITHOUT ROWID;
    """

  private static let waves = """
    CREATE TABLE clip_waves (
      clip_id TEXT PRIMARY KEY NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
      owner_id TEXT NOT NULL CONSTRAINT wave_has_owner CHECK (owner_id <> ''),
      seconds REAL NOT NULL CONSTRAINT wave_seconds CHECK (seconds >= 0),
      -- One byte a bar, 0 for silence.
      bars BLOB NOT NULL CONSTRAINT wave_has_bars CHECK (length(bars) BETWEEN 1 AND 1000),
      made_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// The note of such a clip was deleted for good and never saved for the CRM: nothing needs its audio.
  private static let discarded = """
    ALTER TABLE clips ADD COLUMN discarded_at INTEGER;
    CREATE INDEX clips_discarded ON clips (created_at) WHERE discarded_at IS NOT NULL AND purged_at IS NULL;
    """

  /// Names weigh most, then the rep's own words.
  private static let index = """
    CREATE VIRTUAL TABLE note_index USING fts5 (
      names, words, said, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
    INSERT INTO note_index (note_index, rank) VALUES ('rank', 'bm25(8.0, 4.0, 1.0)');
    """

  /// What was heard in a clip, and what the rep made of it.
  private static func said(_ clip: String) -> String {
    """
    COALESCE((SELECT text FROM transcripts WHERE clip_id = \(clip) ORDER BY number DESC LIMIT 1), '')
      || COALESCE((SELECT char(10) || c.text FROM transcripts AS t
        JOIN transcript_corrections AS c ON c.transcript_id = t.id
        WHERE t.clip_id = \(clip) ORDER BY t.number DESC, c.number DESC LIMIT 1), '')
    """
  }

  private static let names = "trim(NEW.contact_name || char(10) || NEW.account, char(10))"

  private static let triggers = """
    CREATE TRIGGER drafts_indexed AFTER INSERT ON drafts BEGIN
      INSERT INTO note_index (rowid, names, words, said) VALUES (NEW.seq, \(names), NEW.text, \(said("NEW.clip_id")));
    END;
    CREATE TRIGGER drafts_reindexed AFTER UPDATE OF text, contact_name, account, clip_id ON drafts BEGIN
      UPDATE note_index SET names = \(names), words = NEW.text, said = \(said("NEW.clip_id")) WHERE rowid = NEW.seq;
    END;
    CREATE TRIGGER drafts_unindexed AFTER DELETE ON drafts BEGIN
      DELETE FROM note_index WHERE rowid = OLD.seq;
    END;
    CREATE TRIGGER transcripts_indexed AFTER INSERT ON transcripts BEGIN
      UPDATE note_index SET said = \(said("NEW.clip_id"))
      WHERE rowid = (SELECT seq FROM drafts WHERE clip_id = NEW.clip_id);
    END;
    CREATE TRIGGER corrections_indexed AFTER INSERT ON transcript_corrections BEGIN
      UPDATE note_index
      SET said = \(said("(SELECT clip_id FROM transcripts WHERE id = NEW.transcript_id)"))
      WHERE rowid = (
        SELECT seq FROM drafts WHERE clip_id = (SELECT clip_id FROM transcripts WHERE id = NEW.transcript_id));
    END;
    """

  /// The place of each note, and of each recording without one, in the order of time.
  private static let order = """
    CREATE TABLE draft_order AS
    WITH every AS (
      SELECT created_at, id AS note_id, clip_id FROM notes
      UNION ALL
      SELECT created_at, NULL, id FROM clips WHERE NOT EXISTS (SELECT 1 FROM notes WHERE notes.clip_id = clips.id)
    ), counted AS (
      SELECT *, row_number() OVER (ORDER BY created_at, note_id, clip_id) AS n FROM every
    )
    SELECT note_id, clip_id, n + MAX(created_at * 1024 - n) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) AS seq
    FROM counted;
    CREATE INDEX draft_order_note ON draft_order (note_id);
    CREATE INDEX draft_order_clip ON draft_order (clip_id);
    """

  /// A draft for each note, with the note's own versions.
  private static let oldNotes = """
    INSERT INTO drafts (seq, id, owner_id, contact_name, account, clip_id, text, version, created_at, updated_at,
      heard_at)
    SELECT (SELECT seq FROM draft_order WHERE note_id = notes.id), notes.id, notes.owner_id,
      COALESCE(json_extract(sent.payload, '$.contact_name'), ''),
      COALESCE(json_extract(sent.payload, '$.account'), ''), notes.clip_id, COALESCE(last.text, ''),
      COALESCE(last.number, 0), notes.created_at, COALESCE(last.created_at, notes.created_at),
      (SELECT MIN(completed_at) FROM transcripts WHERE transcripts.clip_id = notes.clip_id)
    FROM notes
    LEFT JOIN note_versions AS last ON last.note_id = notes.id
      AND last.number = (SELECT MAX(number) FROM note_versions WHERE note_id = notes.id)
    LEFT JOIN outbox AS sent ON sent.id = (
      SELECT id FROM outbox WHERE note_id = notes.id ORDER BY note_version DESC LIMIT 1);
    INSERT INTO draft_versions (draft_id, number, owner_id, text, origin, created_at)
    SELECT note_id, number, owner_id, text, 'typed', created_at FROM note_versions;
    """

  /// A draft for each recording without a note.
  private static let oldClips = """
    INSERT INTO drafts (seq, id, owner_id, clip_id, automatic, text, version, created_at, updated_at, heard_at)
    SELECT place.seq, lower(hex(randomblob(16))), clips.owner_id, clips.id, 1, COALESCE(trim(heard.text), ''),
      COALESCE(trim(heard.text), '') <> '', clips.created_at, COALESCE(heard.completed_at, clips.created_at),
      heard.completed_at
    FROM draft_order AS place
    JOIN clips ON clips.id = place.clip_id
    LEFT JOIN transcripts AS heard ON heard.clip_id = clips.id
      AND heard.number = (SELECT MAX(number) FROM transcripts WHERE clip_id = clips.id)
    WHERE place.note_id IS NULL;
    INSERT INTO draft_versions (draft_id, number, owner_id, text, origin, created_at)
    SELECT id, 1, owner_id, text, 'transcript', updated_at FROM drafts WHERE automatic = 1 AND version = 1;
    DROP TABLE draft_order;
    """
}
