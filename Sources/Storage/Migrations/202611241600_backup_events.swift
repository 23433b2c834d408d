import GRDB

/// Finds the last backup among millions of events.
enum BackupEvents {
  static func migrate(_ db: Database) throws {
    try db.execute(sql: "CREATE INDEX events_of_backups ON events (seq) WHERE kind = 'backup.made'")
  }
}
