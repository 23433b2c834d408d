import Domain
import Foundation
import GRDB

extension Draft {
  init(row: Row) {
    self.init(
      id: row.id("id"), ownerID: row.id("owner_id"), seq: row["seq"], contactID: row.optionalID("contact_id"),
      subject: DraftSubject(contactName: row["contact_name"], account: row["account"]),
      recordingID: row.optionalID("recording_id"), clipID: row.optionalID("clip_id"), text: row["text"],
      version: row["version"], createdAt: row.date("created_at"), updatedAt: row.date("updated_at"),
      heardAt: row.optionalDate("heard_at"), deletedAt: row.optionalDate("deleted_at"))
  }

  /// Adds a draft that has no words yet.
  func insert(_ db: Database, isAutomatic: Bool) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO drafts (seq, id, owner_id, contact_id, contact_name, account, recording_id, clip_id, automatic,
          created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
        """)
    try statement.execute(
      arguments: [
        seq, id.rawValue, ownerID.rawValue, contactID?.rawValue, subject.contactName, subject.account,
        recordingID?.rawValue, clipID?.rawValue, isAutomatic, createdAt.unixMilliseconds,
      ])
  }
}

extension DraftVersion {
  init(row: Row) throws {
    self.init(
      number: row["number"], text: row["text"], createdAt: row.date("created_at"), origin: try row.state("origin"),
      editor: row["editor"])
  }

  func insert(_ db: Database, _ draft: Draft) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO draft_versions (draft_id, number, owner_id, text, origin, editor, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(
      arguments: [
        draft.id.rawValue, number, draft.ownerID.rawValue, text, origin.rawValue, editor, createdAt.unixMilliseconds,
      ])
  }
}

/// What a draft's event says: which version, never its words.
struct DraftFacts: Encodable {
  let version: Int
  let origin: String?
  let clip: String?
}
