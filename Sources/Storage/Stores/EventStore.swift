public import Domain
import Foundation
import GRDB

/// The log of every transition. Rows are only ever added, each in the transaction of what it reports.
public struct EventStore: Sendable {
  let connection: StoreConnection

  /// Events with a higher seq than the given one, in order.
  /// - Parameters:
  ///   - seq: 0 for all.
  ///   - kindPrefix: only kinds that start with it, such as `crm.`; "" for all.
  public func after(_ seq: Int64, limit: Int, kindPrefix: String = "") throws -> [Event] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT seq, at, kind, owner_id, subject_id, json FROM events
          WHERE seq > ? AND substr(kind, 1, ?) = ? ORDER BY seq LIMIT ?
          """,
        arguments: [seq, kindPrefix.count, kindPrefix, limit]
      ).map(Event.init(row:))
    }
  }

  /// Seq of the latest event, 0 before the first.
  public func lastSeq() throws -> Int64 {
    try connection.read { try Int64.fetchOne($0, sql: "SELECT MAX(seq) FROM events") ?? 0 }
  }

  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  /// Adds an event to the running transaction.
  static func append(
    _ db: Database, at: Int64, kind: String, ownerID: ID<Owner>, subjectID: String, facts: some Encodable
  ) throws {
    let json = String(decoding: try encoder.encode(facts), as: UTF8.self)
    let statement = try db.cachedStatement(
      sql: "INSERT INTO events (at, kind, owner_id, subject_id, json) VALUES (?, ?, ?, ?, ?)")
    try statement.execute(arguments: [at, kind, ownerID.rawValue, subjectID, json])
  }
}

extension Event {
  init(row: Row) {
    self.init(
      seq: row["seq"], at: row.date("at"), kind: row["kind"], ownerID: row.id("owner_id"),
      subjectID: row["subject_id"], json: row["json"])
  }
}
