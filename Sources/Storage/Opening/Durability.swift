import Foundation
import GRDB

/// Settings of the writing connection that decide what survives a power cut.
public struct Durability: Sendable, Equatable {
  /// `wal` when all is well.
  public let journalMode: String
  /// SQLite's number for it: 2 is FULL, a commit is on disk before it returns.
  public let synchronous: Int
  /// How long a statement waits for another process, in milliseconds.
  public let busyTimeoutMilliseconds: Int
  public let foreignKeysEnforced: Bool

  init(_ db: Database) throws {
    journalMode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
    synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
    busyTimeoutMilliseconds = try Int.fetchOne(db, sql: "PRAGMA busy_timeout") ?? -1
    foreignKeysEnforced = try Bool.fetchOne(db, sql: "PRAGMA foreign_keys") ?? false
  }
}
