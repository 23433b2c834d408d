public import Domain
import Foundation
import GRDB

extension DraftStore {
  /// What came of saving a draft.
  public enum SaveResult: Sendable, Equatable {
    /// The words are durable. Their text is what was sent, with words behind it that were heard meanwhile.
    case saved(Draft)
    /// Somebody else changed it meanwhile: the draft stays as they left it, and the words that were sent are kept as a
    /// version of their own.
    case conflict(latest: Draft, kept: DraftVersion)
    /// There is no such draft.
    case missing
  }

  /// Saves a draft's words, with the event `draft.saved`, or `draft.conflict`.
  ///
  /// What one page types within 30 s is one version; each call is durable all the same.
  /// - Parameters:
  ///   - number: the version that the words were made from, 0 before the first; nil overwrites whatever is the latest.
  ///   - editor: names the page that the words were typed in, so that its own saves never conflict; "" for none.
  public func save(
    _ id: ID<Note>, text: String, basedOn number: Int?, origin: DraftOrigin = .typed, editor: String = ""
  ) throws -> SaveResult {
    let now = connection.now
    return try connection.write { db in
      guard let draft = try Self.find(db, id) else { return .missing }
      if draft.text == text { return .saved(draft) }
      let number = min(number ?? draft.version, draft.version)
      guard let merged = try Self.merged(db, draft, text, basedOn: number, editor: editor) else {
        let kept = try Self.keep(db, draft, text, since: number, editor: editor, at: now)
        try Self.record(db, "conflict", draft, .conflict, at: now)
        return .conflict(latest: draft, kept: kept)
      }
      if draft.text == merged { return .saved(draft) }
      let saved = try Self.store(db, draft, merged, origin: origin, editor: editor, at: now)
      try db.execute(sql: "UPDATE drafts SET automatic = 0 WHERE id = ? AND automatic = 1", arguments: [id.rawValue])
      try Self.record(db, "saved", saved, origin, at: now)
      return .saved(saved)
    }
  }

  private static func merged(
    _ db: Database, _ draft: Draft, _ text: String, basedOn number: Int, editor: String
  ) throws -> String? {
    let since = try versions(db, draft.id, after: number).filter { $0.origin != .conflict }
    if since.isEmpty { return text }
    let base = try String.fetchOne(
      db, sql: "SELECT text FROM draft_versions WHERE draft_id = ? AND number = ?",
      arguments: [draft.id.rawValue, number])
    return DraftText.merged(text, base: base ?? "", since: since, editor: editor)
  }

  private static func store(
    _ db: Database, _ draft: Draft, _ text: String, origin: DraftOrigin, editor: String, at now: Int64
  ) throws -> Draft {
    let current = try Row.fetchOne(
      db, sql: "SELECT * FROM draft_versions WHERE draft_id = ? AND number = ?",
      arguments: [draft.id.rawValue, draft.version]
    ).map(DraftVersion.init(row:))
    let date = Date(unixMilliseconds: now)
    guard let current, DraftText.goesOn(current, origin: origin, editor: editor, at: date) else {
      return try write(db, draft, text: text, origin: origin, editor: editor, at: now)
    }
    try rewrite(db, draft, current.number, text)
    return try setText(db, draft, text, version: current.number, at: now)
  }

  /// Keeps words that lost a conflict; the same page's next ones take their place.
  private static func keep(
    _ db: Database, _ draft: Draft, _ text: String, since number: Int, editor: String, at now: Int64
  ) throws -> DraftVersion {
    let earlier = try versions(db, draft.id, after: number).last { version in
      version.origin == .conflict && !editor.isEmpty && version.editor == editor
    }
    let kept = DraftVersion(
      number: try earlier?.number ?? nextNumber(db, draft), text: text, createdAt: Date(unixMilliseconds: now),
      origin: .conflict, editor: editor)
    if earlier == nil { try kept.insert(db, draft) } else { try rewrite(db, draft, kept.number, text) }
    return kept
  }

  private static func rewrite(_ db: Database, _ draft: Draft, _ number: Int, _ text: String) throws {
    try db.execute(
      sql: "UPDATE draft_versions SET text = ? WHERE draft_id = ? AND number = ?",
      arguments: [text, draft.id.rawValue, number])
  }
}

extension DraftStore {
  /// Makes an earlier version's words the draft's again, as its next version, with the event `draft.saved`. Settles a
  /// conflict, whichever version is taken.
  /// - Returns: nil where there is no such draft or version.
  public func use(_ id: ID<Note>, version number: Int) throws -> Draft? {
    let now = connection.now
    return try connection.write { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM draft_versions WHERE draft_id = ? AND number = ?", arguments: [id.rawValue, number])
      guard let row, let draft = try Self.find(db, id) else { return nil }
      let version = try DraftVersion(row: row)
      let saved = try Self.write(db, draft, text: version.text, origin: .typed, editor: "", at: now)
      try Self.record(db, "saved", saved, .typed, at: now)
      return saved
    }
  }
}
