public import Domain
import GRDB

/// How often signing in failed, by name and by address, so that guessing gets slow. Rows, so that a restart is no way
/// around it.
public struct SignInStore: Sendable {
  let connection: StoreConnection

  /// Counts a try before the password is looked at: tries at the same time can't outrun the limit.
  /// - Returns: nil where it may go on; else how long to wait, in whole seconds. A try that must wait is not counted.
  public func begin(_ limits: [SignInLimit]) throws -> Int? {
    let now = connection.now
    return try connection.write { db in
      try db.execute(sql: "DELETE FROM sign_in_throttles WHERE last_at < ?", arguments: [now - 86_400_000])
      let waits = try limits.compactMap { try Self.wait(db, $0, at: now) }
      if let longest = waits.max() { return longest }
      for limit in limits { try Self.count(db, limit, at: now) }
      return nil
    }
  }

  /// The password was right: the name's failures are forgotten, and this try is taken back from the address.
  public func succeeded(_ limits: [SignInLimit]) throws {
    try connection.write { db in
      for limit in limits {
        try db.execute(
          sql: "DELETE FROM sign_in_throttles WHERE key = ? AND (? OR failures <= 1)",
          arguments: [limit.key, limit.forgives])
        try db.execute(
          sql: "UPDATE sign_in_throttles SET failures = failures - 1, blocked_until = NULL WHERE key = ?",
          arguments: [limit.key])
      }
    }
  }

  private static func wait(_ db: Database, _ limit: SignInLimit, at now: Int64) throws -> Int? {
    let until = try Int64.fetchOne(
      db, sql: "SELECT blocked_until FROM sign_in_throttles WHERE key = ? AND blocked_until > ?",
      arguments: [limit.key, now])
    // A clock that was put back must not lock anybody out for longer than the rule.
    return until.map { Int((min($0 - now, Int64(limit.longest) * 1000) + 999) / 1000) }
  }

  private static func count(_ db: Database, _ limit: SignInLimit, at now: Int64) throws {
    let row = try Row.fetchOne(
      db, sql: "SELECT failures, last_at FROM sign_in_throttles WHERE key = ?", arguments: [limit.key])
    let isFresh = row.map { now - ($0["last_at"] as Int64) < Int64(limit.memory) * 1000 } ?? false
    let failures = (isFresh ? row?["failures"] ?? 0 : 0) + 1
    let block = limit.block(after: failures).map { now + Int64($0) * 1000 }
    try db.execute(
      sql: """
        INSERT INTO sign_in_throttles (key, failures, last_at, blocked_until) VALUES (:key, :failures, :now, :block)
        ON CONFLICT (key) DO UPDATE SET failures = :failures, last_at = :now, blocked_until = :block
        """,
      arguments: ["key": limit.key, "failures": failures, "now": now, "block": block])
  }
}
