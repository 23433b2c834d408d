public import Domain
import GRDB

/// Who did what, and what was refused. The last 50,000 lines are kept.
public struct AuditStore: Sendable {
  private static let kept = 50_000
  let connection: StoreConnection

  public func add(_ line: AuditLine) throws {
    try connection.write { db in
      try db.execute(
        sql: "INSERT INTO audit (at, owner_id, action, subject, address, outcome, count) VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          line.at.unixMilliseconds, line.ownerID?.rawValue, line.action, String(line.subject.prefix(200)),
          String(line.address.prefix(80)), line.outcome.rawValue, line.count,
        ])
      try db.execute(sql: "DELETE FROM audit WHERE id <= ?", arguments: [db.lastInsertedRowID - Int64(Self.kept)])
    }
  }

  /// The last lines, newest first.
  public func recent(limit: Int) throws -> [AuditLine] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM audit ORDER BY id DESC LIMIT ?", arguments: [limit]).map { row in
        AuditLine(
          at: row.date("at"), ownerID: row.optionalID("owner_id"), action: row["action"], subject: row["subject"],
          address: row["address"], outcome: try row.state("outcome"), count: row["count"])
      }
    }
  }
}
