import Domain
public import Foundation
import GRDB

/// Signs of life that workers give: rows of `leases`, one a worker. One that ends later than the longest from now was
/// given by a clock that has been put back since: it is over.
public struct SignStore: Sendable {
  /// Names of the rows, from the first to the one behind the last.
  private static let names = ("sign/", "sign0")
  private static let lasts: Int64 = 60_000  // ms
  /// How long a sign is kept after it lapsed: it tells since when nobody works.
  private static let kept: Int64 = 600_000  // ms

  let connection: StoreConnection

  /// A worker says that it is alive and able to work. Signs of workers that died are swept away.
  public func give(owner: String) throws {
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: "DELETE FROM leases WHERE name >= ? AND name < ? AND (expires_at < ? OR expires_at > ?)",
        arguments: [Self.names.0, Self.names.1, now - Self.kept, now + Self.kept])
      try db.execute(
        sql: """
          INSERT INTO leases (name, owner, expires_at) VALUES (:name, :owner, :expires)
          ON CONFLICT (name) DO UPDATE SET expires_at = :expires
          """,
        arguments: ["name": Self.names.0 + owner, "owner": owner, "expires": now + Self.lasts])
    }
  }

  /// A worker ends in order: its sign goes with it.
  public func takeBack(owner: String) throws {
    try connection.write { db in
      try db.execute(sql: "DELETE FROM leases WHERE name = ?", arguments: [Self.names.0 + owner])
    }
  }

  /// When a worker last gave a sign of life, nil where none did or all ended in order.
  public func last() throws -> Date? {
    let last = try connection.read { db in
      try Int64.fetchOne(
        db, sql: "SELECT MAX(expires_at) FROM leases WHERE name >= ? AND name < ?",
        arguments: [Self.names.0, Self.names.1])
    }
    return last.map { Date(unixMilliseconds: $0 - Self.lasts) }
  }
}
