import Domain
public import Foundation
import GRDB

/// Named leases: who may do what only one process at a time may do.
///
/// A lease that ends later than the longest one from now was taken by a clock that has been put back since: it is over.
public struct LeaseStore: Sendable {
  /// Longest lease, in milliseconds: 10 min. Longer ones are cut.
  private static let longest: Int64 = 600_000

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
          WHERE owner = :owner OR NOT (expires_at > :now AND expires_at <= :longest)
          """,
        arguments: [
          "name": name, "owner": owner, "expires": now + min(lease.wholeMilliseconds, Self.longest), "now": now,
          "longest": now + Self.longest,
        ])
      return db.changesCount == 1
    }
  }

  /// Gives the lease back, if the owner has it.
  public func release(_ name: String, owner: String) throws {
    try connection.write { db in
      try db.execute(sql: "DELETE FROM leases WHERE name = ? AND owner = ?", arguments: [name, owner])
    }
  }

  /// Names of the signs of life that workers give, apart by who gives them.
  private static let signs = ("sign/", "sign0")
  private static let signLasts: Int64 = 60_000

  /// A worker says that it is alive and able to work. Signs of workers that died are swept away.
  public func giveSign(owner: String) throws {
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: "DELETE FROM leases WHERE name >= ? AND name < ? AND (expires_at < ? OR expires_at > ?)",
        arguments: [Self.signs.0, Self.signs.1, now - Self.longest, now + Self.longest])
      try db.execute(
        sql: """
          INSERT INTO leases (name, owner, expires_at) VALUES (:name, :owner, :expires)
          ON CONFLICT (name) DO UPDATE SET expires_at = :expires
          """,
        arguments: ["name": Self.signs.0 + owner, "owner": owner, "expires": now + Self.signLasts])
    }
  }

  /// A worker ends in order: its sign goes with it.
  public func takeSignBack(owner: String) throws {
    try release(Self.signs.0 + owner, owner: owner)
  }

  /// When a worker last gave a sign of life, nil where none did or all ended in order.
  public func lastSign() throws -> Date? {
    let last = try connection.read { db in
      try Int64.fetchOne(
        db, sql: "SELECT MAX(expires_at) FROM leases WHERE name >= ? AND name < ?",
        arguments: [Self.signs.0, Self.signs.1])
    }
    return last.map { Date(unixMilliseconds: $0 - Self.signLasts) }
  }

  /// Who holds the lease at present, nil where nobody does.
  public func holder(_ name: String) throws -> String? {
    let now = connection.now
    return try connection.read { db in
      try String.fetchOne(
        db, sql: "SELECT owner FROM leases WHERE name = ? AND expires_at > ? AND expires_at <= ?",
        arguments: [name, now, now + Self.longest])
    }
  }
}
