public import Domain
public import Foundation
import GRDB

/// Notes while they are written. Whatever a call acknowledges is durable.
public struct DraftStore: Sendable {
  /// What came of bringing a recording to its draft.
  public enum AttachResult: Sendable, Equatable {
    case attached(Draft)
    /// The same bytes belong to this draft already; nothing was written.
    case taken(Draft)
    /// There is no such draft, or no such clip of its owner.
    case missing
  }

  let connection: StoreConnection

  /// Begins a note, with the event `draft.begun`. A recording or an identifier that has one already gives that one.
  /// - Parameters:
  ///   - contactID: whom it is about, where that is known.
  ///   - recordingID: what is being recorded for it.
  ///   - subject: the names of contact and account, for lists and the search; those of the contact's rows by default.
  ///   - id: one that a phone gave it without a network; a new one by default.
  public func begin(
    ownerID: ID<Owner>, contactID: ID<Person>? = nil, recordingID: ID<Recording>? = nil,
    subject: DraftSubject? = nil, id: ID<Note>? = nil
  ) throws -> Draft {
    let now = connection.now
    return try connection.write { db in
      if let known = try Self.known(db, id, recordingID, ownerID) { return known }
      let draft = try Self.insert(
        db,
        New(
          id: id ?? .random(), ownerID: ownerID, contactID: contactID,
          subject: subject ?? .unknown, recordingID: recordingID, createdAt: now))
      try Self.record(db, "begun", draft, at: now)
      return draft
    }
  }

  /// Brings a whole recording to its draft, with the event `draft.attached`; words that were heard already are put in.
  /// A draft that was made with the clip, by nobody, gives way.
  @discardableResult
  public func attach(clipID: ID<Clip>, to id: ID<Note>) throws -> AttachResult {
    let now = connection.now
    return try connection.write { db in
      guard let draft = try Self.find(db, id), let clip = try ClipStore.find(db, clipID), clip.ownerID == draft.ownerID
      else { return .missing }
      if draft.clipID == clipID { return .attached(draft) }
      if let other = try Self.find(db, clipID: clipID) {
        guard draft.clipID == nil, try Self.giveWay(db, other) else { return .taken(other) }
      } else if draft.clipID != nil {
        return .taken(draft)
      }
      try db.execute(
        sql: "UPDATE drafts SET clip_id = ?, updated_at = ? WHERE id = ?",
        arguments: [clipID.rawValue, now, id.rawValue])
      try Self.record(db, "attached", try Self.find(db, id) ?? draft, at: now)
      let heard = try Row.fetchOne(
        db, sql: "SELECT * FROM transcripts WHERE clip_id = ? ORDER BY number DESC LIMIT 1",
        arguments: [clipID.rawValue])
      if let heard { try Self.hear(db, Transcript(row: heard), at: now) }
      return .attached(try Self.find(db, id) ?? draft)
    }
  }

  /// Says whom a note is about, with the event `draft.assigned`.
  /// - Returns: nil where there is no such draft.
  @discardableResult
  public func assign(_ id: ID<Note>, contactID: ID<Person>?, subject: DraftSubject? = nil) throws -> Draft? {
    let now = connection.now
    return try connection.write { db in
      guard let known = try Self.find(db, id) else { return nil }
      let subject = try subject ?? Self.names(db, contactID, known.ownerID)
      let row = try Row.fetchOne(
        db,
        sql: """
          UPDATE drafts SET contact_id = ?, contact_name = ?, account = ?, automatic = 0 WHERE id = ? RETURNING *
          """,
        arguments: [contactID?.rawValue, subject.contactName, subject.account, id.rawValue])
      guard let row else { return nil }
      let draft = Draft(row: row)
      try Self.record(db, "assigned", draft, at: now)
      return draft
    }
  }

  /// The draft with this identifier, deleted ones among them; nil where there is none.
  public func find(_ id: ID<Note>) throws -> Draft? {
    try connection.read { try Self.find($0, id) }
  }

  /// The draft of a clip, nil where it has none.
  public func find(clipID: ID<Clip>) throws -> Draft? {
    try connection.read { try Self.find($0, clipID: clipID) }
  }

  /// The newest drafts of an owner, without those that were deleted.
  /// - Parameter since: only those begun from then on; nil for all.
  public func list(ownerID: ID<Owner>, since: Date? = nil, limit: Int = 100) throws -> [Draft] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM drafts WHERE owner_id = ? AND deleted_at IS NULL AND seq >= ? ORDER BY seq DESC LIMIT ?
          """,
        arguments: [ownerID.rawValue, since.map { Self.seq($0) } ?? 0, limit]
      ).map(Draft.init(row:))
    }
  }

  /// Every version of a draft, oldest first; those that lost a conflict among them.
  public func versions(_ id: ID<Note>) throws -> [DraftVersion] {
    try connection.read { try Self.versions($0, id, after: 0) }
  }

  static func find(_ db: Database, _ id: ID<Note>) throws -> Draft? {
    try Row.fetchOne(db, sql: "SELECT * FROM drafts WHERE id = ?", arguments: [id.rawValue]).map(Draft.init(row:))
  }

  static func find(_ db: Database, clipID: ID<Clip>) throws -> Draft? {
    try Row.fetchOne(db, sql: "SELECT * FROM drafts WHERE clip_id = ?", arguments: [clipID.rawValue])
      .map(Draft.init(row:))
  }

  static func versions(_ db: Database, _ id: ID<Note>, after number: Int) throws -> [DraftVersion] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM draft_versions WHERE draft_id = ? AND number > ? ORDER BY number",
      arguments: [id.rawValue, number]
    ).map(DraftVersion.init(row:))
  }

  /// Writes the event `draft.<what>`.
  static func record(
    _ db: Database, _ what: String, _ draft: Draft, _ origin: DraftOrigin? = nil, at now: Int64
  ) throws {
    try EventStore.append(
      db, at: now, kind: "draft.\(what)", ownerID: draft.ownerID, subjectID: draft.id.rawValue,
      facts: DraftFacts(version: draft.version, origin: origin?.rawValue, clip: draft.clipID?.rawValue))
  }

  /// The first place of a moment in the order of drafts.
  static func seq(_ date: Date) -> Int64 {
    let (seq, overflow) = date.unixMilliseconds.multipliedReportingOverflow(by: 1024)
    return overflow ? (date.unixMilliseconds < 0 ? .min : .max) : seq
  }

  private static func known(
    _ db: Database, _ id: ID<Note>?, _ recordingID: ID<Recording>?, _ ownerID: ID<Owner>
  ) throws -> Draft? {
    let row = try Row.fetchOne(
      db, sql: "SELECT * FROM drafts WHERE (id = ? OR recording_id = ?) AND owner_id = ?",
      arguments: [id?.rawValue, recordingID?.rawValue, ownerID.rawValue])
    return row.map(Draft.init(row:))
  }

  /// Removes a draft that nobody made or changed.
  private static func giveWay(_ db: Database, _ draft: Draft) throws -> Bool {
    try db.execute(
      sql: """
        DELETE FROM drafts WHERE id = :id AND automatic = 1
          AND NOT EXISTS (SELECT 1 FROM notes WHERE notes.id = drafts.id)
          AND NOT EXISTS (SELECT 1 FROM draft_versions WHERE draft_id = :id AND origin <> 'transcript')
        """,
      arguments: ["id": draft.id.rawValue])
    return db.changesCount > 0
  }
}
