public import Domain
import Foundation
import GRDB

/// What the helpers beside drafts have done: cues that were used, the quote, next steps that were decided. Each change is
/// one transaction with its event; words that go into the draft go in with it.
public struct HelperStore: Sendable {
  let connection: StoreConnection

  // MARK: Cues

  /// Titles of the cues that were used, in the order of their use.
  public func usedCues(_ scope: HelperScope) throws -> [String] {
    try connection.read { db in
      try String.fetchAll(
        db, sql: "SELECT title FROM helper_cues WHERE draft_id = ? AND transcript = ? ORDER BY used_at, title",
        arguments: [scope.draftID.rawValue, scope.transcript])
    }
  }

  /// Marks a cue as used, with the event `cue.used`.
  /// - Parameter words: put behind the draft's own; nil where the page has done so itself.
  /// - Returns: false where it was used before; nothing is written then.
  @discardableResult
  public func useCue(_ title: String, _ scope: HelperScope, inserting words: String? = nil) throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      try db.execute(
        sql: """
          INSERT INTO helper_cues (draft_id, transcript, title, owner_id, used_at) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO NOTHING
          """,
        arguments: [scope.draftID.rawValue, scope.transcript, title, scope.ownerID.rawValue, now])
      guard db.changesCount == 1 else { return false }
      try Self.append(db, words, scope, at: now)
      try Self.record(db, "cue.used", scope, at: now)
      return true
    }
  }

  /// Offers a cue again, with the event `cue.returned`. Words that it put in are the rep's to remove.
  public func returnCue(_ title: String, _ scope: HelperScope) throws {
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: "DELETE FROM helper_cues WHERE draft_id = ? AND transcript = ? AND title = ?",
        arguments: [scope.draftID.rawValue, scope.transcript, title])
      if db.changesCount > 0 { try Self.record(db, "cue.returned", scope, at: now) }
    }
  }

  // MARK: Quote

  /// The quote's lines as they were last chosen, nil where nobody has chosen yet.
  public func quote(_ scope: HelperScope) throws -> KeptQuote? {
    try connection.read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM helper_quotes WHERE draft_id = ? AND transcript = ?",
        arguments: [scope.draftID.rawValue, scope.transcript])
      guard let row else { return nil }
      let summary: String? = row["summary"]
      return KeptQuote(
        choice: row["choice"],
        summary: summary.flatMap { try? JSONDecoder().decode(QuoteSummary.self, from: Data($0.utf8)) },
        insertedAt: row.optionalDate("inserted_at"))
    }
  }

  /// Keeps the choice of lines; one that is in the note already stays as it is.
  public func keepQuote(choice: String, _ scope: HelperScope) throws {
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: """
          INSERT INTO helper_quotes (draft_id, transcript, owner_id, choice, updated_at) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT (draft_id, transcript) DO UPDATE SET choice = excluded.choice, updated_at = excluded.updated_at
          WHERE inserted_at IS NULL AND choice <> excluded.choice
          """,
        arguments: [scope.draftID.rawValue, scope.transcript, scope.ownerID.rawValue, choice, now])
      if db.changesCount > 0 { try Self.record(db, "quote.chosen", scope, at: now) }
    }
  }

  /// Puts a quote into the note, once, with the event `quote.inserted`.
  /// - Parameter words: put behind the draft's own; nil where the page has done so itself.
  /// - Returns: false where one is in it; nothing is written then.
  @discardableResult
  public func insertQuote(
    _ summary: QuoteSummary, choice: String, _ scope: HelperScope, inserting words: String? = nil
  ) throws -> Bool {
    let now = connection.now
    let json = String(decoding: try JSONEncoder().encode(summary), as: UTF8.self)
    return try connection.write { db in
      try db.execute(
        sql: """
          INSERT INTO helper_quotes (draft_id, transcript, owner_id, choice, summary, inserted_at, updated_at)
          VALUES (:draft, :transcript, :owner, :choice, :summary, :now, :now)
          ON CONFLICT (draft_id, transcript) DO UPDATE SET choice = :choice, summary = :summary, inserted_at = :now,
            updated_at = :now
          WHERE inserted_at IS NULL
          """,
        arguments: [
          "draft": scope.draftID.rawValue, "transcript": scope.transcript, "owner": scope.ownerID.rawValue,
          "choice": choice, "summary": json, "now": now,
        ])
      guard db.changesCount == 1 else { return false }
      try Self.append(db, words, scope, at: now)
      try Self.record(db, "quote.inserted", scope, at: now)
      return true
    }
  }

  /// Takes the quote back, with the event `quote.removed`. Words that it put in are the rep's to remove.
  public func removeQuote(_ scope: HelperScope) throws {
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: """
          UPDATE helper_quotes SET summary = NULL, inserted_at = NULL, updated_at = ?
          WHERE draft_id = ? AND transcript = ? AND inserted_at IS NOT NULL
          """,
        arguments: [now, scope.draftID.rawValue, scope.transcript])
      if db.changesCount > 0 { try Self.record(db, "quote.removed", scope, at: now) }
    }
  }
}

extension HelperScope {
  /// As the tables hold it.
  var transcript: String { transcriptID?.rawValue ?? "" }
}
