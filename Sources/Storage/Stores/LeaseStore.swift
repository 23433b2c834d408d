import Domain
import GRDB

/// Named leases: who may do what only one process at a time may do.
public struct LeaseStore: Sendable {
  let connection: StoreConnection

  /// Takes the lease, or renews it for the owner who has it.
  /// - Returns: false while somebody else's lease runs.
  public func acquire(_ name: String, owner: String, lease: Duration) throws -> Bool {
    // Those who wait for it look without the write lock.
    if let holder = try holder(name), holder != owner { return false }
    let now = connection.now
    return try connection.write { db in
      try db.execute(
        sql: """
          INSERT INTO leases (name, owner, expires_at) VALUES (:name, :owner, :expires)
          ON CONFLICT (name) DO UPDATE SET owner = :owner, expires_at = :expires
          WHERE owner = :owner OR expires_at <= :now
          """,
        arguments: ["name": name, "owner": owner, "expires": now + lease.wholeMilliseconds, "now": now])
      return db.changesCount == 1
    }
  }

  /// Gives the lease back, if the owner has it.
  public func release(_ name: String, owner: String) throws {
    try connection.write { db in
      try db.execute(sql: "DELETE FROM leases WHERE name = ? AND owner = ?", arguments: [name, owner])
    }
  }

  /// Who holds the lease at present, nil where nobody does.
  public func holder(_ name: String) throws -> String? {
    let now = connection.now
    return try connection.read { db in
      try String.fetchOne(
        db, sql: "SELECT owner FROM leases WHERE name = ? AND expires_at > ?", arguments: [name, now])
    }
  }
}
