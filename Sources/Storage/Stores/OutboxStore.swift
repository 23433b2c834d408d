public import Domain
public import Foundation
import GRDB

/// The notes on their way to the CRM. An entry leaves only by an answer: it is never dropped, and what a deliverer
/// reports counts only while it still holds the claim it was given.
public struct OutboxStore: Sendable {
  let connection: StoreConnection

  /// The entry with this identifier, nil where there is none.
  public func find(_ id: ID<OutboxEntry>) throws -> OutboxEntry? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM outbox WHERE id = ?", arguments: [id.rawValue])
        .map(OutboxEntry.init(row:))
    }
  }

  /// Every entry, oldest first.
  public func all() throws -> [OutboxEntry] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM outbox ORDER BY created_at, rowid").map(OutboxEntry.init(row:))
    }
  }

  /// How many entries are in each state; states without any are left out.
  public func counts() throws -> [DeliveryState: Int] {
    try connection.read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT state, COUNT(*) AS n FROM outbox GROUP BY state")
      return try rows.reduce(into: [:]) { counts, row in counts[try row.state("state")] = row["n"] }
    }
  }

  /// When the next entry may be claimed, nil where none waits or delivery is paused. In the past: now.
  public func nextDueAt() throws -> Date? {
    try connection.read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT MIN(MAX(next_attempt_at, COALESCE(lease_expires_at, next_attempt_at))) FROM outbox
          WHERE state IN ('queued', 'retrying') AND \(QueueStore.isOpen(.delivery))
          """
      ).map(Date.init(unixMilliseconds:))
    }
  }

  /// The attempts at one entry over its whole life, oldest first.
  public func attempts(of id: ID<OutboxEntry>) throws -> [DeliveryAttempt] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM attempts WHERE outbox_id = ? ORDER BY id", arguments: [id.rawValue]
      ).map { row in
        DeliveryAttempt(
          startedAt: row.date("started_at"), state: try row.state("state"),
          nextAttemptAt: row.optionalDate("next_attempt_at"), responseCode: row["response_code"],
          error: row["error"])
      }
    }
  }

  static func latest(_ db: Database, noteID: ID<Note>) throws -> OutboxEntry? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM outbox WHERE note_id = ? ORDER BY note_version DESC LIMIT 1",
      arguments: [noteID.rawValue]
    ).map(OutboxEntry.init(row:))
  }
}
