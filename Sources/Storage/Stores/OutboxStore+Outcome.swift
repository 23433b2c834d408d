public import Domain
import Foundation
import GRDB

extension OutboxStore {
  /// Stores an attempt and the state it led to, with its event, all or nothing.
  /// - Parameters:
  ///   - target: where it was sent to; nil leaves the endpoint's lane alone.
  ///   - signal: what the attempt said about the endpoint.
  /// - Throws: ``StorageError/leaseLost(id:)``, with nothing written, where the claim is no longer held.
  @discardableResult
  public func record(
    _ attempt: DeliveryAttempt, for entry: OutboxEntry, owner: String,
    to target: DeliveryTarget? = nil, signal: DeliveryLane.Signal = .alive
  ) throws -> OutboxEntry {
    let now = connection.now
    return try connection.write { db in
      let isHeld = try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM outbox
            WHERE id = :id AND state = 'sending' AND lease_owner = :owner AND claims = :claims)
          """,
        arguments: ["id": entry.id.rawValue, "owner": owner, "claims": entry.claims])
      guard isHeld == true else { throw StorageError.leaseLost(id: entry.id.rawValue) }
      if let target { try Self.note(db, signal, on: target, at: now) }
      return try Self.settle(db, entry, attempt, at: now)
    }
  }

  /// Ends the attempt under way: the entry's new state, the attempt's row and the event.
  static func settle(
    _ db: Database, _ entry: OutboxEntry, _ attempt: DeliveryAttempt, at now: Int64
  ) throws -> OutboxEntry {
    let isOffline = try isOffline(db, entry.ownerID)
    let state = attempt.state.settled(hasNewerVersion: try hasNewer(db, entry), isOffline: isOffline)
    let next = state.isPending ? attempt.nextAttemptAt?.unixMilliseconds : nil
    let row = try Row.fetchOne(
      db,
      sql: """
        UPDATE outbox SET state = :state, attempts = attempts + 1, next_attempt_at = :next, waiting_since = :now,
          response_code = :code, last_error = :error, held_offline = :held, lease_owner = NULL,
          lease_expires_at = NULL, state_changed_at = :now,
          unknown_outcome = CASE WHEN :state = 'synced' THEN 0 ELSE MAX(unknown_outcome, :unknown) END
        WHERE id = :id RETURNING *
        """,
      arguments: [
        "state": state.rawValue, "next": next, "now": now, "code": attempt.responseCode, "error": attempt.error,
        "held": state == .cached && attempt.state.isPending, "unknown": attempt.unknownOutcome,
        "id": entry.id.rawValue,
      ])
    guard let row else { throw StorageError.leaseLost(id: entry.id.rawValue) }
    let settled = try OutboxEntry(row: row)
    try insert(db, attempt, of: settled, at: now)
    return try recorded(db, settled, at: now)
  }

  /// Adds a version's entry to the running transaction: due at once, or kept while its owner works offline.
  /// - Parameter payloadID: nil for the note's own identifier.
  static func enqueue(
    _ db: Database, note: Note, version: Int, payload: String, payloadID: String? = nil, at now: Int64
  ) throws -> OutboxEntry {
    let isOffline = try isOffline(db, note.ownerID)
    let state = isOffline ? DeliveryState.cached : .queued
    let row = try Row.fetchOne(
      db,
      sql: """
        INSERT INTO outbox (id, owner_id, note_id, note_version, payload_id, payload, state, next_attempt_at,
          waiting_since, held_offline, created_at, state_changed_at)
        VALUES (:id, :owner, :note, :version, :payload_id, :payload, :state, :next, :now, :held, :now, :now) RETURNING *
        """,
      arguments: [
        "id": ID<OutboxEntry>.random().rawValue, "owner": note.ownerID.rawValue, "note": note.id.rawValue,
        "version": version, "payload_id": payloadID, "payload": payload, "state": state.rawValue,
        "next": isOffline ? nil : now, "now": now, "held": isOffline,
      ])
    guard let row else { throw StorageError.constraintFailed(reason: "outbox") }
    return try recorded(db, try OutboxEntry(row: row), at: now)
  }

  /// Withdraws the versions of a note that wait or were given up: the CRM gets the newer one instead. One that is being
  /// sent at this moment ends as its answer says.
  static func supersede(_ db: Database, noteID: ID<Note>, at now: Int64) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        UPDATE outbox SET state = 'superseded', next_attempt_at = NULL, held_offline = 0, state_changed_at = :now
        WHERE note_id = :note AND state IN ('queued', 'retrying', 'cached', 'failed') RETURNING *
        """,
      arguments: ["now": now, "note": noteID.rawValue])
    for row in rows { _ = try recorded(db, try OutboxEntry(row: row), at: now) }
  }

  private static func hasNewer(_ db: Database, _ entry: OutboxEntry) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE note_id = ? AND note_version > ?)",
      arguments: [entry.noteID.rawValue, entry.noteVersion]) ?? false
  }

  private static func insert(
    _ db: Database, _ attempt: DeliveryAttempt, of entry: OutboxEntry, at now: Int64
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO attempts (owner_id, outbox_id, started_at, finished_at, state, next_attempt_at, response_code,
          error, unknown_outcome)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        entry.ownerID.rawValue, entry.id.rawValue, attempt.startedAt.unixMilliseconds, now, entry.state.rawValue,
        entry.nextAttemptAt?.unixMilliseconds, attempt.responseCode, attempt.error, attempt.unknownOutcome,
      ])
  }
}
