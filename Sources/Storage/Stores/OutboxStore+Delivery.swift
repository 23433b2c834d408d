public import Domain
import GRDB

extension OutboxStore {
  /// Takes the entry that is due first. A deliverer that dies leaves its claim to lapse: the entry is due again then,
  /// and goes out with the same idempotency key.
  /// - Parameters:
  ///   - owner: who claims; unique to the process.
  ///   - lease: how long the claim holds; longer than an attempt can take.
  /// - Returns: the entry, or nil where nothing is due.
  public func claimDue(owner: String, lease: Duration) throws -> OutboxEntry? {
    let now = connection.now
    // Looks without the write lock first: most polls find nothing.
    guard try connection.read({ try Self.isDue($0, now: now) }) else { return nil }
    return try connection.write { db in
      try Row.fetchOne(
        db,
        sql: """
          UPDATE outbox SET lease_owner = :owner, lease_expires_at = :expires, claims = claims + 1
          WHERE id = (SELECT id FROM \(Self.due) ORDER BY next_attempt_at, created_at, rowid LIMIT 1)
          RETURNING *
          """,
        arguments: ["owner": owner, "expires": now + lease.wholeMilliseconds, "now": now]
      ).map(OutboxEntry.init(row:))
    }
  }

  /// Stores an attempt and the state it led to, with its event, all or nothing.
  /// - Throws: ``StorageError/leaseLost(id:)``, with nothing written, where the claim is no longer held.
  @discardableResult
  public func record(_ attempt: DeliveryAttempt, for entry: OutboxEntry, owner: String) throws -> OutboxEntry {
    let now = connection.now
    return try connection.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          UPDATE outbox SET state = :state, attempts = attempts + 1, next_attempt_at = :next,
            response_code = :code, last_error = :error, lease_owner = NULL, lease_expires_at = NULL,
            state_changed_at = CASE WHEN state = :state THEN state_changed_at ELSE :now END
          WHERE id = :id AND lease_owner = :owner AND claims = :claims RETURNING *
          """,
        arguments: [
          "state": attempt.state.rawValue, "next": attempt.nextAttemptAt?.unixMilliseconds,
          "code": attempt.responseCode, "error": attempt.error, "now": now, "id": entry.id.rawValue,
          "owner": owner, "claims": entry.claims,
        ])
      guard let row else { throw StorageError.leaseLost(id: entry.id.rawValue) }
      try Self.insert(db, attempt, entry: entry, finishedAt: now)
      return try Self.recorded(db, try OutboxEntry(row: row), at: now)
    }
  }

  /// Puts everything that was cached or failed back into the queue, attempts counted anew.
  /// - Returns: how many entries.
  @discardableResult
  public func flush() throws -> Int {
    let now = connection.now
    return try connection.write { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          UPDATE outbox SET state = 'queued', attempts = 0, next_attempt_at = :now, response_code = NULL,
            last_error = NULL, state_changed_at = :now
          WHERE state IN ('cached', 'failed') RETURNING *
          """,
        arguments: ["now": now])
      for row in rows { _ = try Self.recorded(db, try OutboxEntry(row: row), at: now) }
      return rows.count
    }
  }

  /// Adds an entry in state queued, due at once, to the running transaction.
  static func enqueue(
    _ db: Database, note: Note, version: Int, payload: String, at now: Int64
  ) throws -> OutboxEntry {
    let id = ID<OutboxEntry>.random()
    let row = try Row.fetchOne(
      db,
      sql: """
        INSERT INTO outbox (id, owner_id, note_id, note_version, payload, state, next_attempt_at, created_at,
          state_changed_at)
        VALUES (:id, :owner, :note, :version, :payload, 'queued', :now, :now, :now) RETURNING *
        """,
      arguments: [
        "id": id.rawValue, "owner": note.ownerID.rawValue, "note": note.id.rawValue, "version": version,
        "payload": payload, "now": now,
      ])
    guard let row else { throw StorageError.constraintFailed(reason: "outbox") }
    return try recorded(db, try OutboxEntry(row: row), at: now)
  }

  /// The index is named because SQLite would sort every pending entry at each claim otherwise.
  private static let due = """
    outbox INDEXED BY outbox_due WHERE state IN ('queued', 'retrying') AND next_attempt_at <= :now
    AND (lease_expires_at IS NULL OR lease_expires_at <= :now) AND \(QueueStore.isOpen(.delivery))
    """

  private static func isDue(_ db: Database, now: Int64) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM \(due))", arguments: ["now": now]) ?? false
  }

  private static func insert(
    _ db: Database, _ attempt: DeliveryAttempt, entry: OutboxEntry, finishedAt now: Int64
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO attempts (owner_id, outbox_id, started_at, finished_at, state, next_attempt_at, response_code,
          error)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        entry.ownerID.rawValue, entry.id.rawValue, attempt.startedAt.unixMilliseconds, now,
        attempt.state.rawValue, attempt.nextAttemptAt?.unixMilliseconds, attempt.responseCode, attempt.error,
      ])
  }

  /// Writes the event `crm.<state>` with the numbers as they are in this transaction.
  private static func recorded(_ db: Database, _ entry: OutboxEntry, at now: Int64) throws -> OutboxEntry {
    try EventStore.append(
      db, at: now, kind: "crm.\(entry.state.rawValue)", ownerID: entry.ownerID, subjectID: entry.id.rawValue,
      facts: try OpsFacts(db, entry: entry))
    return entry
  }
}
