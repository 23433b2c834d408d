public import Domain
public import Foundation
import GRDB

extension EventStore {
  /// How many events a look back goes over at most.
  private static let reach = 20_000

  /// The latest events of some kinds, newest first, among the last 20,000 of all.
  /// - Parameters:
  ///   - since: none before; nil for any.
  ///   - kinds: beginnings of kinds, such as `crm.`, or whole ones.
  public func latest(_ kinds: [String], since: Date? = nil, limit: Int) throws -> [Event] {
    let conditions = kinds.map { _ in "substr(kind, 1, ?) = ?" }.joined(separator: " OR ")
    var arguments: StatementArguments = [Self.reach, since?.unixMilliseconds ?? 0]
    for kind in kinds { arguments += [kind.count, kind] }
    arguments += [limit]
    return try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT seq, at, kind, owner_id, subject_id, json FROM events
          WHERE seq > (SELECT COALESCE(MAX(seq), 0) FROM events) - ? AND at >= ? AND (\(conditions))
          ORDER BY seq DESC LIMIT ?
          """,
        arguments: arguments
      ).map(Event.init(row:))
    }
  }

  /// When the latest event happened, nil before the first.
  public func lastAt() throws -> Date? {
    try connection.read { db in
      try Int64.fetchOne(db, sql: "SELECT at FROM events ORDER BY seq DESC LIMIT 1").map(Date.init(unixMilliseconds:))
    }
  }
}
