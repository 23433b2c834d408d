import Domain
import Foundation
import GRDB

/// Drafts that come with something else, in its transaction.
extension DraftStore {
  /// What a new draft begins with.
  struct New {
    var id: ID<Note> = .random()
    let ownerID: ID<Owner>
    var contactID: ID<Person>?
    var subject = DraftSubject.unknown
    var recordingID: ID<Recording>?
    var clipID: ID<Clip>?
    var isAutomatic = false
    let createdAt: Int64
  }

  @discardableResult
  static func insert(_ db: Database, _ new: New) throws -> Draft {
    let subject = try new.subject == .unknown ? names(db, new.contactID, new.ownerID) : new.subject
    let created = Date(unixMilliseconds: new.createdAt)
    let draft = Draft(
      id: new.id, ownerID: new.ownerID, seq: try freeSeq(db, at: new.createdAt), contactID: new.contactID,
      subject: subject, recordingID: new.recordingID, clipID: new.clipID, text: "", version: 0, createdAt: created,
      updatedAt: created, heardAt: nil, deletedAt: nil)
    try draft.insert(db, isAutomatic: new.isAutomatic)
    return draft
  }

  /// What a person and the account are called, where the draft's owner may see them.
  static func names(_ db: Database, _ id: ID<Person>?, _ ownerID: ID<Owner>) throws -> DraftSubject {
    guard let card = try id.flatMap({ try PeopleStore.card(db, $0) }) else { return .unknown }
    let seesAll = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM users WHERE id = ? AND role IN ('manager', 'admin'))",
      arguments: [ownerID.rawValue])
    guard card.person.ownerID == ownerID || seesAll == true else { return .unknown }
    return DraftSubject(contactName: card.person.name, account: card.account.name)
  }

  /// The note as it is saved for the CRM: under the identifier of its clip's draft. A draft is made where there is none,
  /// so that every note has its page.
  static func adopt(_ db: Database, _ note: Note, text: String, subject: DraftSubject) throws -> Note {
    let known = try note.clipID.flatMap { try find(db, clipID: $0) } ?? find(db, note.id)
    let created = note.createdAt.unixMilliseconds
    let draft =
      try known
      ?? insert(
        db, New(id: note.id, ownerID: note.ownerID, subject: subject, clipID: note.clipID, createdAt: created))
    if draft.text.isEmpty, !text.isEmpty { try write(db, draft, text: text, origin: .typed, editor: "", at: created) }
    try db.execute(
      sql: """
        UPDATE drafts SET automatic = 0, contact_name = CASE contact_name WHEN '' THEN :name ELSE contact_name END,
          account = CASE account WHEN '' THEN :account ELSE account END
        WHERE id = :id
        """,
      arguments: ["name": subject.contactName, "account": subject.account, "id": draft.id.rawValue])
    return Note(id: draft.id, clipID: note.clipID, ownerID: note.ownerID, createdAt: note.createdAt)
  }

  /// Puts the words of a clip's first transcript into its draft, once, with the event `draft.transcribed`.
  static func hear(_ db: Database, _ transcript: Transcript, at now: Int64) throws {
    guard let draft = try find(db, clipID: transcript.clipID), draft.heardAt == nil else { return }
    try db.execute(sql: "UPDATE drafts SET heard_at = ? WHERE id = ?", arguments: [now, draft.id.rawValue])
    let text = try text(db, transcript, draft)
    let changed =
      text == draft.text ? draft : try write(db, draft, text: text, origin: .transcript, editor: "", at: now)
    try record(db, "transcribed", changed, .transcript, at: now)
  }

  /// Words that were heard live are in the draft where no final transcript was to come: one that comes after all takes
  /// their place, unless the rep has changed the draft since.
  private static func text(_ db: Database, _ transcript: Transcript, _ draft: Draft) throws -> String {
    let live = try Row.fetchOne(
      db, sql: "SELECT text, draft_version FROM live_transcripts WHERE draft_id = ? AND draft_version IS NOT NULL",
      arguments: [draft.id.rawValue])
    guard let live else { return DraftText.appending(transcript.text, to: draft.text) }
    let words: String = live["text"]
    guard live["draft_version"] == draft.version, draft.text.hasSuffix(words), !transcript.text.isEmpty else {
      return draft.text
    }
    return DraftText.appending(transcript.text, to: String(draft.text.dropLast(words.count)))
  }

  /// Makes these the draft's words, as its next version.
  @discardableResult
  static func write(
    _ db: Database, _ draft: Draft, text: String, origin: DraftOrigin, editor: String, at now: Int64
  ) throws -> Draft {
    let number = try nextNumber(db, draft)
    let version = DraftVersion(
      number: number, text: text, createdAt: Date(unixMilliseconds: now), origin: origin, editor: editor)
    try version.insert(db, draft)
    return try setText(db, draft, text, version: number, at: now)
  }

  static func setText(
    _ db: Database, _ draft: Draft, _ text: String, version: Int, at now: Int64
  ) throws -> Draft {
    let row = try Row.fetchOne(
      db, sql: "UPDATE drafts SET text = ?, version = ?, updated_at = ? WHERE id = ? RETURNING *",
      arguments: [text, version, now, draft.id.rawValue])
    guard let row else { throw StorageError.constraintFailed(reason: "drafts") }
    return Draft(row: row)
  }

  static func nextNumber(_ db: Database, _ draft: Draft) throws -> Int {
    let last = try Int.fetchOne(
      db, sql: "SELECT MAX(number) FROM draft_versions WHERE draft_id = ?", arguments: [draft.id.rawValue])
    return (last ?? 0) + 1
  }

  /// The first free place from a moment on.
  private static func freeSeq(_ db: Database, at created: Int64) throws -> Int64 {
    let base = seq(Date(unixMilliseconds: created))
    let place = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM drafts WHERE seq = ?)")
    guard try Bool.fetchOne(place, arguments: [base]) == true else { return base }
    let free = try Int64.fetchOne(
      db,
      sql: """
        SELECT seq + 1 FROM drafts AS d WHERE seq >= ? AND NOT EXISTS (SELECT 1 FROM drafts WHERE seq = d.seq + 1)
        ORDER BY seq LIMIT 1
        """,
      arguments: [base])
    return free ?? base
  }
}
