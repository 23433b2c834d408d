public import Domain
import GRDB

/// Where a person is signed in, and the end of that.
extension SessionStore {
  /// A person's open sessions, the one used last first.
  public func open(of ownerID: ID<Owner>, policy: SessionPolicy = SessionPolicy()) throws -> [Session] {
    let now = connection.now
    return try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT *, id AS session_id FROM sessions
          WHERE owner_id = ? AND revoked_at IS NULL AND expires_at > ? AND last_seen_at > ?
          ORDER BY last_seen_at DESC LIMIT 100
          """,
        arguments: [ownerID.rawValue, now, now - policy.idle.milliseconds]
      ).map(Session.init(row:))
    }
  }

  /// What the person of a session may do, nil where the session is over or the person disabled.
  public func role(in id: ID<Session>) throws -> Role? {
    let now = connection.now
    return try connection.read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT u.role FROM sessions s JOIN users u ON u.id = s.owner_id
          WHERE s.id = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND u.disabled_at IS NULL
          """,
        arguments: [id.rawValue, now]
      ).map { try $0.state("role") }
    }
  }

  /// Ends one session of a person.
  /// - Returns: false where the person has no such session, or it was ended before.
  @discardableResult
  public func revoke(_ id: ID<Session>, of ownerID: ID<Owner>) throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      try db.execute(
        sql: "UPDATE sessions SET revoked_at = ? WHERE id = ? AND owner_id = ? AND revoked_at IS NULL",
        arguments: [now, id.rawValue, ownerID.rawValue])
      guard db.changesCount == 1 else { return false }
      try Self.record(db, "session.ended", id, ownerID, at: now)
      return true
    }
  }

  /// Ends all sessions of a person but one.
  public func revokeAll(of ownerID: ID<Owner>, except session: ID<Session>?) throws {
    let now = connection.now
    try connection.write { try Self.revoke($0, ownerID: ownerID, except: session, at: now) }
  }

  static func revoke(_ db: Database, ownerID: ID<Owner>, except session: ID<Session>?, at now: Int64) throws {
    let open = try String.fetchAll(
      db, sql: "SELECT id FROM sessions WHERE owner_id = ? AND revoked_at IS NULL AND id <> ?",
      arguments: [ownerID.rawValue, session?.rawValue ?? ""])
    for id in open {
      try db.execute(sql: "UPDATE sessions SET revoked_at = ? WHERE id = ?", arguments: [now, id])
      try record(db, "session.ended", ID(id), ownerID, at: now)
    }
  }
}
