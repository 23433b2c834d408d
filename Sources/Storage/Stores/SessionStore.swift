public import Domain
public import Foundation
import GRDB

/// In which browsers people are signed in. Tokens are known by their SHA-256 only.
///
/// A token that is old is replaced in two steps, since a phone may miss the answer that brings the new one: the new
/// token works beside the old one, and its first use retires the old one.
public struct SessionStore: Sendable {
  /// An open session, and whose.
  public struct Found: Sendable {
    public let session: Session
    public let user: User
    /// Whether the token should be replaced.
    public let wantsRenewal: Bool
    /// Whether this use is worth a row: the first of a token, or some time after the last.
    let isNews: Bool
  }

  let connection: StoreConnection

  /// Begins a session, and forgets those that ended 30 days ago.
  /// - Parameters:
  ///   - token: SHA-256 of the token.
  ///   - secret: 32 random bytes.
  public func begin(
    of ownerID: ID<Owner>, token: Data, secret: Data, agent: String, address: String,
    policy: SessionPolicy = SessionPolicy()
  ) throws -> Session {
    let now = connection.now
    let session = Session(
      id: .random(), ownerID: ownerID, secret: secret, createdAt: Date(unixMilliseconds: now),
      lastSeenAt: Date(unixMilliseconds: now), expiresAt: Date(unixMilliseconds: now + policy.longest.milliseconds),
      agent: String(agent.prefix(80)), address: String(address.prefix(80)))
    try connection.write { db in
      try db.execute(
        sql: "DELETE FROM sessions WHERE expires_at < ?", arguments: [now - 30 * 86_400_000])
      try Self.insert(db, session)
      try Self.insert(db, token: token, of: session.id, ownerID, usedAt: now, at: now)
      try Self.record(db, "session.began", session.id, ownerID, at: now)
    }
    return session
  }

  /// The open session that a token belongs to. Nil where the token was never handed out or is retired, the session is
  /// over or revoked, or the user disabled.
  public func find(token: Data, policy: SessionPolicy = SessionPolicy()) throws -> Found? {
    let now = connection.now
    let row = try connection.read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT s.*, s.id AS session_id, u.id, u.name, u.role, u.password, u.created_at AS user_created_at,
            u.disabled_at, t.created_at AS token_at, t.used_at, t.retired_at
          FROM session_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.owner_id
          WHERE t.hash = ? AND (t.retired_at IS NULL OR t.retired_at > ?) AND s.revoked_at IS NULL
            AND s.expires_at > ? AND s.last_seen_at > ? AND u.disabled_at IS NULL
          """,
        arguments: [token, now, now, now - policy.idle.milliseconds])
    }
    return try row.map { try Found(row: $0, now: now, policy: policy) }
  }

  /// Writes down that a token was used; the first use of a new one retires the ones before it.
  public func note(_ found: Found, token: Data, policy: SessionPolicy = SessionPolicy()) throws {
    guard found.isNews else { return }
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: "UPDATE sessions SET last_seen_at = MAX(last_seen_at, ?) WHERE id = ?",
        arguments: [now, found.session.id.rawValue])
      try db.execute(
        sql: "UPDATE session_tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL", arguments: [now, token])
      guard db.changesCount == 1 else { return }
      try db.execute(
        sql: """
          UPDATE session_tokens SET retired_at = ?
          WHERE session_id = ? AND hash <> ? AND retired_at IS NULL
            AND created_at <= (SELECT created_at FROM session_tokens WHERE hash = ?)
          """,
        arguments: [now + policy.grace.milliseconds, found.session.id.rawValue, token, token])
      try db.execute(
        sql: "DELETE FROM session_tokens WHERE session_id = ? AND retired_at <= ?",
        arguments: [found.session.id.rawValue, now])
    }
  }

  /// Hands out a session's next token.
  /// - Parameter token: SHA-256 of the new token.
  /// - Returns: false where one was handed out less than a minute ago; nothing was written then.
  public func renew(_ session: Session, token: Data) throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      let latest = try Int64.fetchOne(
        db, sql: "SELECT MAX(created_at) FROM session_tokens WHERE session_id = ?", arguments: [session.id.rawValue])
      guard let latest, latest <= now - 60_000 else { return false }
      // One that never arrived.
      try db.execute(
        sql: "DELETE FROM session_tokens WHERE session_id = ? AND used_at IS NULL", arguments: [session.id.rawValue])
      try Self.insert(db, token: token, of: session.id, session.ownerID, usedAt: nil, at: now)
      return true
    }
  }

  private static func insert(_ db: Database, _ session: Session) throws {
    try db.execute(
      sql: """
        INSERT INTO sessions (id, owner_id, secret, created_at, last_seen_at, expires_at, agent, address)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        session.id.rawValue, session.ownerID.rawValue, session.secret, session.createdAt.unixMilliseconds,
        session.lastSeenAt.unixMilliseconds, session.expiresAt.unixMilliseconds, session.agent, session.address,
      ])
  }

  private static func insert(
    _ db: Database, token: Data, of id: ID<Session>, _ ownerID: ID<Owner>, usedAt: Int64?, at now: Int64
  ) throws {
    try db.execute(
      sql: "INSERT INTO session_tokens (hash, session_id, owner_id, created_at, used_at) VALUES (?, ?, ?, ?, ?)",
      arguments: [token, id.rawValue, ownerID.rawValue, now, usedAt])
  }

  static func record(
    _ db: Database, _ kind: String, _ id: ID<Session>, _ ownerID: ID<Owner>, at now: Int64
  ) throws {
    try EventStore.append(
      db, at: now, kind: kind, ownerID: ownerID, subjectID: id.rawValue, facts: [String: String]())
  }
}

extension SessionStore.Found {
  fileprivate init(row: Row, now: Int64, policy: SessionPolicy) throws {
    session = Session(row: row)
    let password: String? = row["password"]
    user = User(
      id: row.id("owner_id"), name: row["name"], role: try row.state("role"), hasPassword: password != nil,
      createdAt: row.date("user_created_at"), disabledAt: row.optionalDate("disabled_at"))
    let tokenAt: Int64 = row["token_at"]
    let retiredAt: Int64? = row["retired_at"]
    let usedAt: Int64? = row["used_at"]
    wantsRenewal = retiredAt == nil && now - tokenAt >= policy.renewAfter.milliseconds
    isNews = usedAt == nil || now - session.lastSeenAt.unixMilliseconds >= policy.noteEvery.milliseconds
  }
}

extension Session {
  init(row: Row) {
    self.init(
      id: row.id("session_id"), ownerID: row.id("owner_id"), secret: row["secret"],
      createdAt: row.date("created_at"), lastSeenAt: row.date("last_seen_at"), expiresAt: row.date("expires_at"),
      agent: row["agent"], address: row["address"])
  }
}

extension Double {
  /// Seconds as whole milliseconds, the store's unit of time.
  var milliseconds: Int64 { Int64((self * 1000).rounded()) }
}
