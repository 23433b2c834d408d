public import Domain
import Foundation
import GRDB

/// The notes on their way to the CRM. An entry leaves only by an answer: it is never dropped, and what a deliverer
/// reports counts only while it still holds the claim it was given.
public struct OutboxStore: Sendable {
  let connection: StoreConnection

  /// The entry with this identifier, nil where there is none.
  public func find(_ id: ID<OutboxEntry>) throws -> OutboxEntry? {
    try connection.read { try Self.find($0, id) }
  }

  /// The entries whose identifier starts with this text, at most two: enough to see whether it is unique.
  public func find(prefix: String) throws -> [OutboxEntry] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM outbox WHERE id >= :prefix AND id < :prefix || char(1114111) ORDER BY id LIMIT 2",
        arguments: ["prefix": prefix]
      ).map(OutboxEntry.init(row:))
    }
  }

  /// Every entry, oldest first.
  public func all() throws -> [OutboxEntry] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM outbox ORDER BY created_at, rowid").map(OutboxEntry.init(row:))
    }
  }

  /// The entries that wait for a person, oldest change first: failed, and cached without the owner working offline.
  /// - Parameter limit: at most this many.
  public func dead(limit: Int = 1_000) throws -> [OutboxEntry] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM outbox WHERE state IN ('failed', 'cached') AND held_offline = 0
          ORDER BY state_changed_at, rowid LIMIT ?
          """,
        arguments: [limit]
      ).map(OutboxEntry.init(row:))
    }
  }

  /// How many entries are in each state; states without any are left out.
  public func counts() throws -> [DeliveryState: Int] {
    try connection.read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT state, entries FROM outbox_tally WHERE entries > 0")
      return try rows.reduce(into: [:]) { counts, row in counts[try row.state("state")] = row["entries"] }
    }
  }

  /// How many entries wait for a person, see ``dead(limit:)``.
  public func deadCount() throws -> Int {
    try connection.read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT (SELECT COALESCE(SUM(entries), 0) FROM outbox_tally WHERE state IN ('failed', 'cached'))
            - (SELECT COUNT(*) FROM outbox WHERE held_offline = 1)
          """) ?? 0
    }
  }

  /// Entries of which the CRM may hold an unconfirmed copy, and attempts that ended so over the store's whole life.
  public func unknownOutcomes() throws -> (entries: Int, attempts: Int) {
    try connection.read { db in
      let entries = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM outbox WHERE unknown_outcome = 1")
      let attempts = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM attempts WHERE unknown_outcome = 1")
      return (entries ?? 0, attempts ?? 0)
    }
  }

  /// The attempts at one entry over its whole life, oldest first.
  public func attempts(of id: ID<OutboxEntry>) throws -> [DeliveryAttempt] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM attempts WHERE outbox_id = ? ORDER BY id", arguments: [id.rawValue]
      ).map { row in try DeliveryAttempt(row: row) }
    }
  }

  /// The latest attempt that failed, nil where none did.
  public func lastFailure() throws -> DeliveryAttempt? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM attempts WHERE error IS NOT NULL ORDER BY id DESC LIMIT 1")
        .map { row in try DeliveryAttempt(row: row) }
    }
  }

  /// How many notes of this owner are not in the CRM yet, those that wait for a person among them.
  public func waitingCount(ownerID: ID<Owner>) throws -> Int {
    try connection.read { db in
      try Int.fetchOne(
        db,
        sql: "SELECT COUNT(*) FROM outbox WHERE owner_id = ? AND state NOT IN ('synced', 'superseded')",
        arguments: [ownerID.rawValue]) ?? 0
    }
  }

  static func find(_ db: Database, _ id: ID<OutboxEntry>) throws -> OutboxEntry? {
    try Row.fetchOne(db, sql: "SELECT * FROM outbox WHERE id = ?", arguments: [id.rawValue])
      .map(OutboxEntry.init(row:))
  }

  /// The entry of a note's newest version.
  static func latest(_ db: Database, noteID: ID<Note>) throws -> OutboxEntry? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM outbox WHERE note_id = ? ORDER BY note_version DESC LIMIT 1",
      arguments: [noteID.rawValue]
    ).map(OutboxEntry.init(row:))
  }

  /// How many entries delivery still has to do with.
  static func waiting(_ db: Database) throws -> Int {
    try Int.fetchOne(
      db,
      sql: """
        SELECT COALESCE(SUM(entries), 0) FROM outbox_tally WHERE state IN ('queued', 'sending', 'retrying')
        """) ?? 0
  }

  /// Writes the event `crm.<state>` with the numbers as they are in this transaction.
  static func recorded(_ db: Database, _ entry: OutboxEntry, at now: Int64) throws -> OutboxEntry {
    try EventStore.append(
      db, at: now, kind: "crm.\(entry.state.rawValue)", ownerID: entry.ownerID, subjectID: entry.id.rawValue,
      facts: try OpsFacts(db, entry: entry))
    return entry
  }
}

extension DeliveryAttempt {
  init(row: Row) throws {
    self.init(
      startedAt: row.date("started_at"), state: try row.state("state"),
      nextAttemptAt: row.optionalDate("next_attempt_at"), responseCode: row["response_code"],
      error: row["error"], unknownOutcome: row["unknown_outcome"], endedAt: row.date("finished_at"))
  }
}
