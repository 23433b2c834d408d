public import Domain
import GRDB

/// Changes that an admin makes to users, and people to themselves.
extension UserStore {
  public func setRole(_ role: Role, of id: ID<Owner>, by admin: ID<Owner>) throws -> Change {
    let now = connection.now
    return try connection.write { db in
      guard let user = try Self.find(db, id) else { return .missing }
      if role < .admin, try Self.isLastAdmin(db, user) { return .lastAdmin }
      try db.execute(sql: "UPDATE users SET role = ? WHERE id = ?", arguments: [role.rawValue, id.rawValue])
      try Self.record(db, "user.changed", id, by: admin, ["what": "role", "role": role.rawValue], at: now)
      return .done
    }
  }

  /// A disabled user is signed out everywhere at once; rows stay.
  public func setDisabled(_ isDisabled: Bool, _ id: ID<Owner>, by admin: ID<Owner>) throws -> Change {
    let now = connection.now
    return try connection.write { db in
      guard let user = try Self.find(db, id) else { return .missing }
      if isDisabled, try Self.isLastAdmin(db, user) { return .lastAdmin }
      try db.execute(
        sql: "UPDATE users SET disabled_at = ? WHERE id = ?", arguments: [isDisabled ? now : nil, id.rawValue])
      if isDisabled { try SessionStore.revoke(db, ownerID: id, except: nil, at: now) }
      try Self.record(db, isDisabled ? "user.disabled" : "user.enabled", id, by: admin, [:], at: now)
      return .done
    }
  }

  /// Sets a password, and signs the user out everywhere but in the session that did it.
  /// - Parameter password: its hash.
  public func setPassword(
    _ password: String, name: String? = nil, of id: ID<Owner>, by person: ID<Owner>, keeping session: ID<Session>?
  ) throws -> Change {
    let now = connection.now
    return try connection.write { db in
      guard let user = try Self.find(db, id) else { return .missing }
      let name = name ?? user.name
      if try Self.isTaken(db, name, except: id) { return .nameTaken }
      try db.execute(
        sql: "UPDATE users SET password = ?, name = ?, name_key = ? WHERE id = ?",
        arguments: [password, name, User.key(name), id.rawValue])
      try SessionStore.revoke(db, ownerID: id, except: session, at: now)
      try Self.record(db, "user.changed", id, by: person, ["what": "password"], at: now)
      return .done
    }
  }
}
