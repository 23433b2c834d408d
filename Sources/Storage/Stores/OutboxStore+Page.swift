public import Domain
public import Foundation
import GRDB

/// A delivery as the outbox page lists it.
public struct OutboxLine: Sendable, Equatable {
  public let entry: OutboxEntry
  public let subject: DraftSubject

  public init(entry: OutboxEntry, subject: DraftSubject) {
    self.entry = entry
    self.subject = subject
  }
}

extension OutboxStore {
  /// What is not in the CRM yet, oldest first.
  /// - Parameters:
  ///   - ownerID: whose; nil for everybody's.
  ///   - needsPerson: only what goes no further without somebody, or only what goes by itself; nil for both.
  ///   - limit: at most this many.
  public func waiting(ownerID: ID<Owner>?, needsPerson: Bool? = nil, limit: Int) throws -> [OutboxLine] {
    let waits = OutboxPage.waits(hasOwner: ownerID != nil)
    let condition = needsPerson.map { "\(waits) AND \($0 ? "" : "NOT ")\(OutboxPage.needsPerson)" } ?? waits
    return try lines(condition, ownerID, "created_at, outbox.rowid", ["limit": limit])
  }

  /// How many deliveries are not in the CRM yet, and how many of these go no further without somebody.
  /// - Parameter ownerID: whose; nil for everybody's.
  public func waitingCounts(ownerID: ID<Owner>?) throws -> (all: Int, needsPerson: Int) {
    let owner = ownerID.map { ["owner": $0.rawValue] } ?? [:]
    return try connection.read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT COUNT(*) AS total, COALESCE(SUM(\(OutboxPage.needsPerson)), 0) AS needs FROM outbox
          WHERE \(OutboxPage.waits(hasOwner: ownerID != nil))\(ownerID == nil ? "" : " AND outbox.owner_id = :owner")
          """, arguments: StatementArguments(owner))
      return (row?["total"] ?? 0, row?["needs"] ?? 0)
    }
  }

  /// What came into the CRM since a moment, the latest first.
  /// - Parameter ownerID: whose; nil for everybody's.
  public func synced(ownerID: ID<Owner>?, since: Date, limit: Int) throws -> [OutboxLine] {
    try lines(
      OutboxPage.synced, ownerID, "state_changed_at DESC",
      ["limit": limit, "since": since.unixMilliseconds])
  }

  private func lines(
    _ condition: String, _ ownerID: ID<Owner>?, _ order: String, _ arguments: [String: (any DatabaseValueConvertible)?]
  ) throws -> [OutboxLine] {
    var arguments = arguments
    if let ownerID { arguments["owner"] = ownerID.rawValue }
    return try connection.read { db in
      try Row.fetchAll(
        db, sql: OutboxPage.sql(condition, hasOwner: ownerID != nil, order: order),
        arguments: StatementArguments(arguments)
      ).map { OutboxLine(entry: try OutboxEntry(row: $0), subject: OutboxPage.subject($0)) }
    }
  }

  /// The attempts at these entries over their whole lives, oldest first; those without any are left out.
  public func attempts(of ids: [ID<OutboxEntry>]) throws -> [ID<OutboxEntry>: [DeliveryAttempt]] {
    let list = String(decoding: try JSONEncoder().encode(ids.map(\.rawValue)), as: UTF8.self)
    let attempts = try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT attempts.* FROM json_each(?) AS wanted CROSS JOIN attempts ON attempts.outbox_id = wanted.value
          ORDER BY attempts.id
          """, arguments: [list]
      ).map { (ID<OutboxEntry>(rawValue: $0["outbox_id"]), try DeliveryAttempt(row: $0)) }
    }
    return Dictionary(grouping: attempts, by: \.0).mapValues { $0.map(\.1) }
  }

  /// Every delivery of a note, the newest first: what was replaced among them.
  public func entries(of noteID: ID<Note>) throws -> [OutboxEntry] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM outbox WHERE note_id = ? ORDER BY note_version DESC LIMIT 50",
        arguments: [noteID.rawValue]
      ).map(OutboxEntry.init(row:))
    }
  }
}

/// The outbox page's questions; a test reads their plans.
package enum OutboxPage {
  static func subject(_ row: Row) -> DraftSubject {
    DraftSubject(contactName: row["subject_name"] ?? "", account: row["subject_account"] ?? "")
  }

  /// Not in the CRM yet. Each form is word for word what an index is made for.
  package static func waits(hasOwner: Bool) -> String {
    hasOwner
      ? "outbox.state NOT IN ('synced', 'superseded')"
      : "outbox.state IN ('queued', 'sending', 'retrying', 'cached', 'failed')"
  }

  package static let needsPerson = "(outbox.state = 'failed' OR (outbox.state = 'cached' AND outbox.held_offline = 0))"

  package static let synced = "outbox.state = 'synced' AND outbox.state_changed_at >= :since"

  package static func sql(_ condition: String, hasOwner: Bool, order: String) -> String {
    // The planner would read everything that was ever synced.
    let index = condition == synced ? " INDEXED BY outbox_synced_at" : ""
    return """
      SELECT outbox.*, drafts.contact_name AS subject_name, drafts.account AS subject_account FROM outbox\(index)
      LEFT JOIN drafts ON drafts.id = outbox.note_id
      WHERE \(condition)\(hasOwner ? " AND outbox.owner_id = :owner" : "") ORDER BY outbox.\(order) LIMIT :limit
      """
  }
}
