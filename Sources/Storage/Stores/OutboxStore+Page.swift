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
  ///   - limit: at most this many.
  public func waiting(ownerID: ID<Owner>?, limit: Int) throws -> [OutboxLine] {
    // Each form is word for word what an index is made for.
    let condition =
      ownerID == nil
      ? "outbox.state IN ('queued', 'sending', 'retrying', 'cached', 'failed')"
      : "outbox.state NOT IN ('synced', 'superseded')"
    return try lines(condition, ownerID, "created_at, outbox.rowid", ["limit": limit])
  }

  /// What came into the CRM since a moment, the latest first.
  /// - Parameter ownerID: whose; nil for everybody's.
  public func synced(ownerID: ID<Owner>?, since: Date, limit: Int) throws -> [OutboxLine] {
    try lines(
      "outbox.state = 'synced' AND outbox.state_changed_at >= :since", ownerID, "state_changed_at DESC",
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

  package static func sql(_ condition: String, hasOwner: Bool, order: String) -> String {
    """
    SELECT outbox.*, drafts.contact_name AS subject_name, drafts.account AS subject_account FROM outbox
    LEFT JOIN drafts ON drafts.id = outbox.note_id
    WHERE \(condition)\(hasOwner ? " AND outbox.owner_id = :owner" : "") ORDER BY outbox.\(order) LIMIT :limit
    """
  }
}
