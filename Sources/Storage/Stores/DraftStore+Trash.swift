public import Domain
import Foundation
import GRDB

extension DraftStore {
  /// Deletes a draft, with the event `draft.deleted`: lists leave it out, and for a day it can be brought back. A note that
  /// was saved for the CRM goes there all the same.
  /// - Returns: nil where there is none, or it is deleted already.
  @discardableResult
  public func delete(_ id: ID<Note>) throws -> Draft? {
    let now = connection.now
    return try change(
      "UPDATE drafts SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL RETURNING *", [now, id.rawValue], "deleted",
      at: now)
  }

  /// Brings a deleted draft back, with the event `draft.restored`.
  /// - Returns: nil where there is none that is deleted.
  @discardableResult
  public func restore(_ id: ID<Note>) throws -> Draft? {
    try change(
      "UPDATE drafts SET deleted_at = NULL WHERE id = ? AND deleted_at IS NOT NULL RETURNING *", [id.rawValue],
      "restored", at: connection.now)
  }

  /// The drafts of an owner that can still be brought back, the last deleted first.
  public func deleted(ownerID: ID<Owner>, limit: Int = 100) throws -> [Draft] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM drafts WHERE owner_id = ? AND deleted_at IS NOT NULL ORDER BY deleted_at DESC LIMIT ?
          """,
        arguments: [ownerID.rawValue, limit]
      ).map(Draft.init(row:))
    }
  }

  /// How many drafts ``purgeDeleted(limit:)`` would remove, were its limit none.
  public func purgeableCount() throws -> Int {
    let horizon = Self.purgeHorizon(connection.now)
    return try connection.read { db in
      try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM drafts WHERE deleted_at <= ?", arguments: [horizon]) ?? 0
    }
  }

  private static func purgeHorizon(_ now: Int64) -> Int64 { now - Int64(Draft.undoSeconds * 1000) }

  /// Removes drafts that were deleted more than a day ago, with the event `draft.purged` each. Where the note was never
  /// saved for the CRM, retention may let the audio go from now on.
  /// - Returns: how many went.
  @discardableResult
  public func purgeDeleted(limit: Int = 500) throws -> Int {
    let now = connection.now
    let horizon = Self.purgeHorizon(now)
    return try connection.write { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT * FROM drafts WHERE deleted_at IS NOT NULL AND deleted_at <= ? ORDER BY deleted_at LIMIT ?",
        arguments: [horizon, limit])
      for draft in rows.map(Draft.init(row:)) {
        try Self.discardSound(db, draft, at: now)
        try db.execute(sql: "DELETE FROM drafts WHERE id = ?", arguments: [draft.id.rawValue])
        try Self.record(db, "purged", draft, at: now)
      }
      return rows.count
    }
  }

  private static func discardSound(_ db: Database, _ draft: Draft, at now: Int64) throws {
    guard let clipID = draft.clipID else { return }
    try db.execute(
      sql: """
        UPDATE clips SET discarded_at = :now
        WHERE id = :clip AND NOT EXISTS (SELECT 1 FROM notes WHERE notes.clip_id = clips.id)
        """,
      arguments: ["now": now, "clip": clipID.rawValue])
  }

  private func change(
    _ sql: String, _ arguments: StatementArguments, _ what: String, at now: Int64
  ) throws -> Draft? {
    try connection.write { db in
      guard let row = try Row.fetchOne(db, sql: sql, arguments: arguments) else { return nil }
      let draft = Draft(row: row)
      try Self.record(db, what, draft, at: now)
      return draft
    }
  }
}
