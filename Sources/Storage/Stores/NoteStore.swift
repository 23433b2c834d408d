public import Domain
import Foundation
import GRDB

/// Saved notes, their versions, and the outbox entry that each save makes.
public struct NoteStore: Sendable {
  /// What came of saving a note.
  public enum SaveResult: Sendable, Equatable {
    /// Note, first version, outbox entry and event are durable.
    case saved(Note, OutboxEntry)
    /// The clip has a note already; nothing was written.
    case existing(Note, OutboxEntry)
  }

  /// What came of saving a note again.
  public enum EditResult: Sendable, Equatable {
    /// The new version and its outbox entry are durable.
    case saved(NoteVersion, OutboxEntry)
    /// Somebody else saved this version meanwhile; nothing was written.
    case conflict(latest: NoteVersion)
    /// There is no such note.
    case missing
  }

  let connection: StoreConnection

  /// Saves a note with its first version and queues its delivery, all or nothing. A clip has one note: a second save
  /// for the same clip returns the first. The note gets the identifier of its clip's draft.
  public func save(_ note: Note, text: String, payload: CRMPayload) throws -> SaveResult {
    let now = connection.now
    let json = String(decoding: try payload.json(), as: UTF8.self)
    return try connection.write { db in
      if let clipID = note.clipID, let known = try Self.find(db, clipID: clipID),
        let entry = try OutboxStore.latest(db, noteID: known.id)
      {
        return .existing(known, entry)
      }
      let subject = DraftSubject(contactName: payload.contact.name, account: payload.contact.account)
      let note = try DraftStore.adopt(db, note, text: text, subject: subject)
      try Self.insert(db, note)
      let version = NoteVersion(noteID: note.id, number: 1, text: text, createdAt: note.createdAt)
      try Self.insert(db, version, ownerID: note.ownerID)
      return .saved(note, try OutboxStore.enqueue(db, note: note, version: 1, payload: json, at: now))
    }
  }

  /// Saves a note again: the next version, with an outbox entry and idempotency key of its own and the same payload
  /// identifier. Versions that the CRM does not have yet are superseded, so it gets the last words and nothing out of
  /// order; one that is being sent is waited for.
  /// - Parameter number: the version that the words were made from; nil overwrites whatever is the latest.
  public func edit(
    _ noteID: ID<Note>, text: String, payload: CRMPayload, basedOn number: Int? = nil
  ) throws -> EditResult {
    let now = connection.now
    let json = String(decoding: try payload.json(), as: UTF8.self)
    return try connection.write { db in
      guard let note = try Self.find(db, noteID), let latest = try Self.versions(db, noteID).last else {
        return .missing
      }
      if let number, number != latest.number { return .conflict(latest: latest) }
      let version = NoteVersion(
        noteID: noteID, number: latest.number + 1, text: text, createdAt: Date(unixMilliseconds: now))
      try Self.insert(db, version, ownerID: note.ownerID)
      let payloadID = try OutboxStore.latest(db, noteID: noteID)?.payloadID
      try OutboxStore.supersede(db, noteID: noteID, at: now)
      let entry = try OutboxStore.enqueue(
        db, note: note, version: version.number, payload: json, payloadID: payloadID, at: now)
      return .saved(version, entry)
    }
  }

  /// The note about a clip, nil until it is saved.
  public func find(_ clipID: ID<Clip>) throws -> Note? {
    try connection.read { try Self.find($0, clipID: clipID) }
  }

  /// The note with this identifier, nil where there is none.
  public func find(_ noteID: ID<Note>) throws -> Note? {
    try connection.read { try Self.find($0, noteID) }
  }

  /// Every version of a note, oldest first.
  public func versions(_ noteID: ID<Note>) throws -> [NoteVersion] {
    try connection.read { try Self.versions($0, noteID) }
  }

  /// The outbox entry of a note's newest version, nil where there is no such note.
  public func latestEntry(_ noteID: ID<Note>) throws -> OutboxEntry? {
    try connection.read { try OutboxStore.latest($0, noteID: noteID) }
  }

  private static func versions(_ db: Database, _ noteID: ID<Note>) throws -> [NoteVersion] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM note_versions WHERE note_id = ? ORDER BY number", arguments: [noteID.rawValue]
    ).map { row in
      NoteVersion(
        noteID: row.id("note_id"), number: row["number"], text: row["text"], createdAt: row.date("created_at"))
    }
  }

  private static func find(_ db: Database, clipID: ID<Clip>) throws -> Note? {
    try Row.fetchOne(db, sql: "SELECT * FROM notes WHERE clip_id = ?", arguments: [clipID.rawValue])
      .map(Note.init(row:))
  }

  private static func find(_ db: Database, _ noteID: ID<Note>) throws -> Note? {
    try Row.fetchOne(db, sql: "SELECT * FROM notes WHERE id = ?", arguments: [noteID.rawValue]).map(Note.init(row:))
  }

  static func insert(_ db: Database, _ note: Note) throws {
    try db.execute(
      sql: "INSERT INTO notes (id, owner_id, clip_id, created_at) VALUES (?, ?, ?, ?)",
      arguments: [
        note.id.rawValue, note.ownerID.rawValue, note.clipID?.rawValue, note.createdAt.unixMilliseconds,
      ])
  }

  static func insert(_ db: Database, _ version: NoteVersion, ownerID: ID<Owner>) throws {
    try db.execute(
      sql: "INSERT INTO note_versions (note_id, number, owner_id, text, created_at) VALUES (?, ?, ?, ?, ?)",
      arguments: [
        version.noteID.rawValue, version.number, ownerID.rawValue, version.text, version.createdAt.unixMilliseconds,
      ])
  }
}

extension Note {
  fileprivate init(row: Row) {
    self.init(
      id: row.id("id"), clipID: row.optionalID("clip_id"), ownerID: row.id("owner_id"),
      createdAt: row.date("created_at"))
  }
}
