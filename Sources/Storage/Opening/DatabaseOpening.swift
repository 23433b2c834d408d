import Foundation
import GRDB

/// Opens the database file, proves its settings and brings its schema up to date.
enum DatabaseOpening {
  static func open(path: String) throws -> DatabasePool {
    try createPrivately(path)
    do {
      let pool = try DatabasePool(path: path, configuration: configuration())
      try pool.writeWithoutTransaction { db in
        try insistOnFullSync(db)
        try refuseNewerSchema(db)
      }
      try Migrations.migrator.migrate(pool)
      try pool.writeWithoutTransaction(proveSettings)
      return pool
    } catch {
      throw StorageError.translate(error, path: path)
    }
  }

  /// SQLite gives its journal the permissions of the database, so one private file makes all of them private.
  private static func createPrivately(_ path: String) throws {
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: path) }
    close(descriptor)
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "fieldos"
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = 4
    return configuration
  }

  /// GRDB's pool sets NORMAL on its writer after the configuration's own hook has run, so FULL is set afterwards.
  private static func insistOnFullSync(_ db: Database) throws {
    try db.execute(sql: "PRAGMA synchronous = FULL")
  }

  private static func refuseNewerSchema(_ db: Database) throws {
    let known = Set(Migrations.migrator.migrations)
    let applied = try Migrations.migrator.appliedIdentifiers(db)
    let unknown = applied.subtracting(known).sorted()
    if !unknown.isEmpty { throw StorageError.newerSchema(unknownMigrations: unknown) }
  }

  private static func proveSettings(_ db: Database) throws {
    let found = try Durability(db)
    func insist(_ name: String, _ wanted: String, _ found: String) throws {
      if wanted != found { throw StorageError.settingRefused(name: name, wanted: wanted, found: found) }
    }
    try insist("journal_mode", "wal", found.journalMode)
    try insist("synchronous", "2", String(found.synchronous))
    try insist("busy_timeout", "5000", String(found.busyTimeoutMilliseconds))
    try insist("foreign_keys", "true", String(found.foreignKeysEnforced))
  }
}
