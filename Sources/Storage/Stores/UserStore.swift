public import Domain
import Foundation
import GRDB

/// Who may use the cockpit. An installation starts without users; the first admin owns what was there before.
public struct UserStore: Sendable {
  /// What came of a change.
  public enum Change: Sendable, Equatable {
    case done
    /// There is no such user.
    case missing
    /// Somebody else is called so.
    case nameTaken
    /// Nobody would be left who may administer.
    case lastAdmin
  }

  let connection: StoreConnection

  /// Everybody, by name.
  public func all() throws -> [User] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM users ORDER BY name_key").map(User.init(row:))
    }
  }

  /// The user with this identifier, nil where there is none.
  public func find(_ id: ID<Owner>) throws -> User? {
    try connection.read { try Self.find($0, id) }
  }

  /// Who signs in with this name, and the hash of the password where one is set.
  public func credentials(name: String) throws -> (user: User, password: String?)? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM users WHERE name_key = ?", arguments: [User.key(name)])
        .map { (try User(row: $0), $0["password"]) }
    }
  }

  /// Whether somebody can sign in with a password.
  public func anyoneSignsIn() throws -> Bool {
    try connection.read { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM users WHERE password IS NOT NULL AND disabled_at IS NULL)") ?? false
    }
  }

  /// Whether nobody can sign in as an admin: then the first-run link may make one.
  public func needsFirstAdmin() throws -> Bool {
    try connection.read(Self.needsFirstAdmin)
  }

  /// The one user of a machine, an admin without a password; made at the first call.
  public func ensureLocal() throws -> User {
    if let user = try find(Owner.local) { return user }
    let now = connection.now
    return try connection.write { db in
      if let user = try Self.find(db, Owner.local) { return user }
      // Whoever is called so keeps the name.
      let isTaken = try Self.isTaken(db, "You", except: Owner.local)
      let user = User(
        id: Owner.local, name: isTaken ? "You (this machine)" : "You", role: .admin, hasPassword: false,
        createdAt: Date(unixMilliseconds: now), disabledAt: nil)
      try Self.insert(db, user, password: nil, by: Owner.local, at: now)
      return user
    }
  }

  /// Makes the first admin, who owns what the installation holds already.
  /// - Parameter password: its hash.
  /// - Returns: nil where an admin can sign in already, or somebody else is called so; nothing was written then.
  public func makeFirstAdmin(name: String, password: String) throws -> User? {
    let now = connection.now
    return try connection.write { db in
      guard try Self.needsFirstAdmin(db), try !Self.isTaken(db, name, except: Owner.local) else { return nil }
      if try Self.find(db, Owner.local) == nil {
        let user = User(
          id: Owner.local, name: name, role: .admin, hasPassword: true, createdAt: Date(unixMilliseconds: now),
          disabledAt: nil)
        try Self.insert(db, user, password: password, by: Owner.local, at: now)
      } else {
        try db.execute(
          sql: """
            UPDATE users SET name = ?, name_key = ?, password = ?, role = 'admin', disabled_at = NULL WHERE id = ?
            """,
          arguments: [name, User.key(name), password, Owner.local.rawValue])
        try SessionStore.revoke(db, ownerID: Owner.local, except: nil, at: now)
        try Self.record(db, "user.changed", Owner.local, by: Owner.local, ["what": "first admin"], at: now)
      }
      return try Self.find(db, Owner.local)
    }
  }

  /// - Parameters:
  ///   - password: its hash.
  ///   - admin: who adds the user.
  /// - Returns: nil where somebody is called so.
  public func add(name: String, role: Role, password: String, by admin: ID<Owner>) throws -> User? {
    let now = connection.now
    let user = User(
      id: .random(), name: name, role: role, hasPassword: true, createdAt: Date(unixMilliseconds: now), disabledAt: nil)
    return try connection.write { db in
      if try Self.isTaken(db, name, except: user.id) { return nil }
      try Self.insert(db, user, password: password, by: admin, at: now)
      return user
    }
  }
}

extension UserStore {
  static func find(_ db: Database, _ id: ID<Owner>) throws -> User? {
    try Row.fetchOne(db, sql: "SELECT * FROM users WHERE id = ?", arguments: [id.rawValue]).map(User.init(row:))
  }

  static func isTaken(_ db: Database, _ name: String, except id: ID<Owner>) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM users WHERE name_key = ? AND id <> ?)",
      arguments: [User.key(name), id.rawValue]) ?? false
  }

  static func needsFirstAdmin(_ db: Database) throws -> Bool {
    try
      !(Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM users WHERE role = 'admin' AND password IS NOT NULL AND disabled_at IS NULL)
          """) ?? false)
  }

  /// Whether nobody but this one administers.
  static func isLastAdmin(_ db: Database, _ user: User) throws -> Bool {
    guard user.role == .admin, user.disabledAt == nil else { return false }
    // An admin without a password can't replace one who signs in.
    let others = try Int.fetchOne(
      db,
      sql: """
        SELECT COUNT(*) FROM users
        WHERE role = 'admin' AND disabled_at IS NULL AND id <> ? AND (password IS NOT NULL OR ? = 0)
        """,
      arguments: [user.id.rawValue, user.hasPassword ? 1 : 0])
    return others == 0
  }

  static func insert(_ db: Database, _ user: User, password: String?, by: ID<Owner>, at now: Int64) throws {
    try db.execute(
      sql: "INSERT INTO users (id, name, name_key, role, password, created_at) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [
        user.id.rawValue, user.name, User.key(user.name), user.role.rawValue, password,
        user.createdAt.unixMilliseconds,
      ])
    try record(db, "user.added", user.id, by: by, ["role": user.role.rawValue], at: now)
  }

  static func record(
    _ db: Database, _ kind: String, _ id: ID<Owner>, by: ID<Owner>, _ facts: [String: String], at now: Int64
  ) throws {
    try EventStore.append(
      db, at: now, kind: kind, ownerID: id, subjectID: id.rawValue,
      facts: facts.merging(["by": by.rawValue]) { $1 })
  }
}

extension User {
  init(row: Row) throws {
    let password: String? = row["password"]
    self.init(
      id: row.id("id"), name: row["name"], role: try row.state("role"), hasPassword: password != nil,
      createdAt: row.date("created_at"), disabledAt: row.optionalDate("disabled_at"))
  }
}
