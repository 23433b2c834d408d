public import Domain
import Foundation
import GRDB

extension NoteStore {
  /// What came of sending a draft.
  public enum SendResult: Sendable, Equatable {
    /// A version of the note and its delivery are durable.
    case saved(NoteVersion, OutboxEntry)
    /// The newest version says the same: a second tap, or nothing was changed since. Nothing was written.
    case unchanged(OutboxEntry)
  }

  /// Saves a draft's words for the CRM and queues their delivery, all or nothing: the first time as the note of the
  /// draft's identifier, later as its next version, which takes the place of those that were not delivered yet.
  /// - Parameter note: with the identifier, clip and owner of the draft.
  public func send(_ note: Note, text: String, payload: CRMPayload) throws -> SendResult {
    let now = connection.now
    let json = String(decoding: try payload.json(), as: UTF8.self)
    return try connection.write { db in
      let latest = try OutboxStore.latest(db, noteID: note.id)
      if let latest, Self.saysTheSame(latest.payload, payload) { return .unchanged(latest) }
      if try Row.fetchOne(db, sql: "SELECT 1 FROM notes WHERE id = ?", arguments: [note.id.rawValue]) == nil {
        try Self.insert(db, note)
      }
      let last = try Int.fetchOne(
        db, sql: "SELECT MAX(number) FROM note_versions WHERE note_id = ?", arguments: [note.id.rawValue])
      let version = NoteVersion(
        noteID: note.id, number: (last ?? 0) + 1, text: text, createdAt: Date(unixMilliseconds: now))
      try Self.insert(db, version, ownerID: note.ownerID)
      try OutboxStore.supersede(db, noteID: note.id, at: now)
      let entry = try OutboxStore.enqueue(
        db, note: note, version: version.number, payload: json, payloadID: latest?.payloadID, at: now)
      return .saved(version, entry)
    }
  }

  /// Whether two payloads differ in nothing but when they were made.
  private static func saysTheSame(_ stored: Data, _ payload: CRMPayload) -> Bool {
    guard var known = try? JSONDecoder().decode(CRMPayload.self, from: stored) else { return false }
    known.timestamp = payload.timestamp
    return known == payload
  }
}
