public import Domain
import GRDB

/// Notes that other systems saved and never delivered. They wait as `cached`: nothing is sent until a person flushes.
public struct ImportStore: Sendable {
  /// What is said of a note's delivery until it is flushed.
  public static let reason = "imported, not sent yet: fieldos crm flush"

  let connection: StoreConnection

  /// Stores an imported note, its first version, its outbox entry and their event, all or nothing.
  /// - Returns: nil where a note with this fingerprint was imported before; nothing was written then.
  public func save(_ imported: ImportedNote, ownerID: ID<Owner> = Owner.local) throws -> OutboxEntry? {
    let now = connection.now
    let json = try imported.payload.json()
    return try connection.write { db in
      if try Self.isKnown(db, imported.fingerprint) { return nil }
      let contact = imported.payload.contact
      let note = try DraftStore.adopt(
        db, Note(id: .random(), clipID: nil, ownerID: ownerID, createdAt: imported.savedAt), text: imported.text,
        subject: DraftSubject(contactName: contact.name, account: contact.account))
      try NoteStore.insert(db, note)
      let version = NoteVersion(noteID: note.id, number: 1, text: imported.text, createdAt: imported.savedAt)
      try NoteStore.insert(db, version, ownerID: ownerID)
      try db.execute(
        sql: "INSERT INTO imports (fingerprint, owner_id, note_id, imported_at) VALUES (?, ?, ?, ?)",
        arguments: [imported.fingerprint, ownerID.rawValue, note.id.rawValue, now])
      return try Self.cache(db, note: note, payload: String(decoding: json, as: UTF8.self), at: now)
    }
  }

  /// Which of these fingerprints were imported before.
  public func known(_ fingerprints: Set<String>) throws -> Set<String> {
    try connection.read { db in try fingerprints.filter { try Self.isKnown(db, $0) } }
  }

  /// Whether a note's contact was erased here: it is not taken in again.
  public func isErased(_ contact: Contact) throws -> Bool {
    try connection.read { db in
      try ErasureMarks.holds(
        db,
        ErasureMarks.person(
          name: contact.name, email: contact.email, phone: contact.phone, customerID: contact.customerID,
          account: contact.account))
    }
  }

  /// Which of these lines of a log were taken out because they name somebody who was erased.
  public func erased(lines: [String]) throws -> Set<String> {
    try connection.read { db in
      guard try ErasureMarks.salt(db) != nil else { return [] }
      return Set(try lines.filter { try ErasureMarks.holds(db, [["line", $0]]) })
    }
  }

  /// Which of these SHA-1 sums belong to a clip of the owner.
  public func knownClips(sha1s: Set<String>, ownerID: ID<Owner> = Owner.local) throws -> Set<String> {
    try connection.read { db in
      try sha1s.filter { sha1 in
        try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM clips WHERE owner_id = ? AND sha1 = ?)",
          arguments: [ownerID.rawValue, sha1]) ?? false
      }
    }
  }

  private static func isKnown(_ db: Database, _ fingerprint: String) throws -> Bool {
    let isThere = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM imports WHERE fingerprint = ?)", arguments: [fingerprint])
    return try isThere == true || ErasureMarks.holds(db, [["import", fingerprint]])
  }

  private static func cache(_ db: Database, note: Note, payload: String, at now: Int64) throws -> OutboxEntry {
    let row = try Row.fetchOne(
      db,
      sql: """
        INSERT INTO outbox (id, owner_id, note_id, note_version, payload, state, last_error, created_at,
          state_changed_at)
        VALUES (:id, :owner, :note, 1, :payload, 'cached', :reason, :saved, :now) RETURNING *
        """,
      arguments: [
        "id": ID<OutboxEntry>.random().rawValue, "owner": note.ownerID.rawValue, "note": note.id.rawValue,
        "payload": payload, "reason": reason, "saved": note.createdAt.unixMilliseconds, "now": now,
      ])
    guard let row else { throw StorageError.constraintFailed(reason: "outbox") }
    let entry = try OutboxEntry(row: row)
    try EventStore.append(
      db, at: now, kind: "crm.\(entry.state.rawValue)", ownerID: entry.ownerID, subjectID: entry.id.rawValue,
      facts: try OpsFacts(db, entry: entry))
    return entry
  }
}
