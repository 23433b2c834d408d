public import Domain
import GRDB

extension OutboxStore {
  /// Takes a delivery that waits out of the queue and puts it with those that wait for a person. Nothing is lost: it
  /// is sent again when somebody says so.
  /// - Parameter person: who does it, told as the reason.
  /// - Returns: the entry as it is then; nil where it does not wait: it is being sent, was delivered, or is kept.
  public func setAside(_ id: ID<OutboxEntry>, by person: String) throws -> OutboxEntry? {
    let now = connection.now
    return try connection.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          UPDATE outbox SET state = 'failed', next_attempt_at = NULL, held_offline = 0, state_changed_at = :now,
            last_error = :reason
          WHERE id = :id AND state IN ('queued', 'retrying') RETURNING *
          """,
        arguments: ["now": now, "reason": "set aside by \(person)", "id": id.rawValue])
      guard let row else { return nil }
      return try Self.recorded(db, try OutboxEntry(row: row), at: now)
    }
  }
}
