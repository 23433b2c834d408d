import Domain
import GRDB

/// Customers, the people there, what was promised to them, and how days ended.
enum PeopleTables {
  static func migrate(_ db: Database) throws {
    for statement in [accounts, people, followUps, days, files, search, deliveries] {
      try db.execute(sql: statement)
    }
  }

  private static let accounts = """
    CREATE TABLE accounts (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL CONSTRAINT account_has_owner CHECK (owner_id <> ''),
      customer_id TEXT NOT NULL UNIQUE CONSTRAINT account_has_customer_id CHECK (customer_id <> ''),
      name TEXT NOT NULL CONSTRAINT account_has_name CHECK (name <> ''),
      type TEXT NOT NULL, street TEXT NOT NULL, city TEXT NOT NULL, state TEXT NOT NULL, zip TEXT NOT NULL,
      region TEXT NOT NULL, service TEXT NOT NULL, stage TEXT NOT NULL, assigned_rep TEXT NOT NULL,
      lead_source TEXT NOT NULL, notes TEXT NOT NULL, summary TEXT NOT NULL, drop_reason TEXT NOT NULL,
      last_contact_on TEXT NOT NULL,
      value REAL CONSTRAINT account_value CHECK (value >= 0),
      acres REAL CONSTRAINT account_acres CHECK (acres >= 0),
      heat REAL,
      -- The row of the table of customers as it was last read: what people changed since is told from it.
      imported TEXT CONSTRAINT account_imported_json CHECK (imported IS NULL OR json_valid(imported)),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (id, owner_id)
    ) STRICT;
    CREATE INDEX accounts_by_name ON accounts (name COLLATE NOCASE);
    CREATE INDEX accounts_by_service ON accounts (service);
    """

  /// `number` is what the search index knows a person by.
  private static let people = """
    CREATE TABLE people (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE CONSTRAINT person_has_id CHECK (id <> ''),
      owner_id TEXT NOT NULL,
      account_id TEXT NOT NULL,
      name TEXT NOT NULL CONSTRAINT person_has_name CHECK (name <> ''),
      title TEXT NOT NULL,
      phone TEXT NOT NULL,
      email TEXT NOT NULL,
      -- The account's own contact, as the table of customers names it.
      is_imported INTEGER NOT NULL DEFAULT 0 CONSTRAINT person_imported_is_flag CHECK (is_imported IN (0, 1)),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (id, owner_id),
      FOREIGN KEY (account_id, owner_id) REFERENCES accounts (id, owner_id) ON UPDATE CASCADE
    ) STRICT;
    CREATE INDEX people_by_account ON people (account_id);
    CREATE INDEX people_by_name ON people (name);
    CREATE INDEX people_by_owner_and_name ON people (owner_id, name);
    CREATE UNIQUE INDEX people_one_imported_per_account ON people (account_id) WHERE is_imported = 1;
    """

  private static let followUps = """
    CREATE TABLE follow_ups (
      id TEXT PRIMARY KEY NOT NULL,
      owner_id TEXT NOT NULL,
      person_id TEXT NOT NULL,
      reason TEXT NOT NULL,
      due_at INTEGER NOT NULL,
      all_day INTEGER NOT NULL CONSTRAINT follow_up_all_day_is_flag CHECK (all_day IN (0, 1)),
      -- What the table of customers said, where it comes from there: none twice.
      imported_for TEXT CONSTRAINT follow_up_imported_for CHECK (imported_for <> ''),
      done_at INTEGER,
      version INTEGER NOT NULL DEFAULT 1 CONSTRAINT follow_up_version_from_one CHECK (version >= 1),
      before TEXT CONSTRAINT follow_up_before_json CHECK (before IS NULL OR json_valid(before)),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      UNIQUE (person_id, imported_for),
      FOREIGN KEY (person_id, owner_id) REFERENCES people (id, owner_id) ON UPDATE CASCADE
    ) STRICT;
    CREATE INDEX follow_ups_open ON follow_ups (due_at) WHERE done_at IS NULL;
    CREATE INDEX follow_ups_open_by_owner ON follow_ups (owner_id, due_at) WHERE done_at IS NULL;
    CREATE INDEX follow_ups_done ON follow_ups (done_at) WHERE done_at IS NOT NULL;
    CREATE INDEX follow_ups_done_by_owner ON follow_ups (owner_id, done_at) WHERE done_at IS NOT NULL;
    """

  private static let days = """
    CREATE TABLE day_closings (
      owner_id TEXT NOT NULL CONSTRAINT closing_has_owner CHECK (owner_id <> ''),
      -- As the server's calendar has it: 2026-05-14.
      day TEXT NOT NULL CONSTRAINT closing_day CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
      closed_at INTEGER NOT NULL,
      done INTEGER NOT NULL CONSTRAINT closing_done CHECK (done >= 0),
      total INTEGER NOT NULL CONSTRAINT closing_total CHECK (total >= done),
      moved INTEGER NOT NULL CONSTRAINT closing_moved CHECK (moved BETWEEN 0 AND total - done),
      PRIMARY KEY (owner_id, day)
    ) STRICT, WITHOUT ROWID;
    """

  /// Tables of customers that were read, and the pipeline's figures as they were last read.
  private static let files = """
    CREATE TABLE customer_files (
      sha256 TEXT PRIMARY KEY NOT NULL CONSTRAINT customer_file_sha256 CHECK (
        length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
      imported_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE pipeline_figures (
      id INTEGER PRIMARY KEY CONSTRAINT pipeline_is_one CHECK (id = 1),
      last_updated TEXT NOT NULL,
      overdue_touches INTEGER NOT NULL,
      weekly_value REAL NOT NULL,
      currency TEXT NOT NULL,
      read_at INTEGER NOT NULL
    ) STRICT;
    """

  /// Kept by the database itself, so that no code path can forget it.
  private static let search = """
    CREATE VIRTUAL TABLE people_search USING fts5 (
      person, account, place, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
    CREATE TRIGGER people_search_insert AFTER INSERT ON people BEGIN
      INSERT INTO people_search (rowid, person, account, place)
        SELECT NEW.number, NEW.name, name, city || ' ' || street FROM accounts WHERE id = NEW.account_id;
    END;
    CREATE TRIGGER people_search_update AFTER UPDATE OF name ON people WHEN OLD.name <> NEW.name BEGIN
      UPDATE people_search SET person = NEW.name WHERE rowid = NEW.number;
    END;
    CREATE TRIGGER people_search_delete AFTER DELETE ON people BEGIN
      DELETE FROM people_search WHERE rowid = OLD.number;
    END;
    CREATE TRIGGER people_search_account AFTER UPDATE OF name, city, street ON accounts BEGIN
      UPDATE people_search SET account = NEW.name, place = NEW.city || ' ' || NEW.street
        WHERE rowid IN (SELECT number FROM people WHERE account_id = NEW.id);
    END;
    """

  /// What was sent about a customer, newest first.
  private static let deliveries = """
    CREATE INDEX outbox_by_customer ON outbox (json_extract(payload, '$.customer_id'), created_at);
    """
}
