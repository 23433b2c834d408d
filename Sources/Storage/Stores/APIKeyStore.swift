public import Domain
public import Foundation
import GRDB

/// Keys with which programs ask the transcription server.
public struct APIKeyStore: Sendable {
  let connection: StoreConnection

  /// - Parameters:
  ///   - hash: SHA-256 of the key.
  ///   - hint: how the key begins.
  public func add(name: String, hash: Data, hint: String, scopes: Set<APIScope>) throws -> APIKey {
    let now = connection.now
    let key = APIKey(
      id: .random(), name: name, hint: hint, scopes: scopes, createdAt: Date(unixMilliseconds: now))
    try connection.write { db in
      try db.execute(
        sql: "INSERT INTO api_keys (id, name, hash, hint, scopes, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [key.id.rawValue, name, hash, hint, scopes.map(\.rawValue).sorted().joined(separator: " "), now])
    }
    return key
  }

  /// All that were ever made, oldest first.
  public func list() throws -> [APIKey] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM api_keys ORDER BY created_at, id").map(APIKey.init)
    }
  }

  /// The key with this hash, revoked or not.
  public func find(hash: Data) throws -> APIKey? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM api_keys WHERE hash = ?", arguments: [hash]).map(APIKey.init)
    }
  }

  /// Whether a key was ever made: from then on everybody needs one, whether or not all are revoked.
  public func areNeeded() throws -> Bool {
    try connection.read { db in try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM api_keys)") ?? false }
  }

  /// - Parameter id: of a key, or how it begins where no other does so.
  /// - Returns: the keys that were meant; the only one is revoked now, several are left as they are.
  public func revoke(_ id: String) throws -> [APIKey] {
    try connection.write { db in
      let found = try Row.fetchAll(
        db, sql: "SELECT * FROM api_keys WHERE substr(id, 1, length(:id)) = :id", arguments: ["id": id]
      ).map(APIKey.init)
      if found.count == 1 {
        try db.execute(
          sql: "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?",
          arguments: [connection.now, found[0].id.rawValue])
      }
      return found
    }
  }

  /// The key was shown now.
  public func noteUse(of id: ID<APIKey>) throws {
    try connection.write { db in
      try db.execute(
        sql: "UPDATE api_keys SET last_used_at = ? WHERE id = ?", arguments: [connection.now, id.rawValue])
    }
  }
}

extension APIKey {
  fileprivate init(_ row: Row) {
    let scopes: String = row["scopes"]
    self.init(
      id: row.id("id"), name: row["name"], hint: row["hint"],
      scopes: Set(scopes.split(separator: " ").compactMap { APIScope(rawValue: String($0)) }),
      createdAt: row.date("created_at"), lastUsedAt: row.optionalDate("last_used_at"),
      revokedAt: row.optionalDate("revoked_at"))
  }
}
