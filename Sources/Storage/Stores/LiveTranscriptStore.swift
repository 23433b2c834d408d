public import Domain
import Foundation
import GRDB

/// What was heard of recordings while they were spoken.
public struct LiveTranscriptStore: Sendable {
  let connection: StoreConnection

  /// The live text of a note, nil where none was heard.
  public func find(_ draftID: ID<Note>) throws -> LiveTranscript? {
    try connection.read { try Self.find($0, draftID) }
  }

  /// Keeps what is committed so far. No event: words come every second, and what they are worth is told at the end.
  /// - Returns: false where the note is not here any more.
  @discardableResult
  public func save(_ live: LiveTranscript) throws -> Bool {
    let now = connection.now
    return try connection.write { try Self.write($0, live, at: now) }
  }

  /// Keeps what was heard, with the event `stream.ended`.
  /// - Parameter asDraft: whether the words become the draft's, for no final transcript is to come.
  /// - Returns: false where the note is not here any more.
  @discardableResult
  public func end(_ live: LiveTranscript, asDraft: Bool) throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      guard try Self.write(db, live, at: now), let draft = try DraftStore.find(db, live.draftID) else { return false }
      if asDraft { try Self.become(db, draft, live.words.text, at: now) }
      try EventStore.append(
        db, at: now, kind: "stream.ended", ownerID: live.ownerID, subjectID: live.draftID.rawValue,
        facts: live.figures)
      return true
    }
  }

  /// Ends what nobody goes on with; nothing where it is over already, or nobody listened.
  public func close(_ draftID: ID<Note>, asDraft: Bool) throws {
    guard var live = try find(draftID), live.state == .live else { return }
    live.state = .ended
    try end(live, asDraft: asDraft)
  }

  /// Ends live texts of recordings that are whole: for the start, when nobody listens yet.
  public func closeFinished(asDraft: Bool) throws {
    let open = try connection.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT live.draft_id FROM live_transcripts AS live JOIN recordings ON recordings.id = live.recording_id
          WHERE live.state = 'live' AND recordings.state = 'assembled'
          """)
    }
    for draft in open { try close(ID(draft), asDraft: asDraft) }
  }

  /// Words that were heard live are the draft's, once.
  private static func become(_ db: Database, _ draft: Draft, _ words: String, at now: Int64) throws {
    let known = try Int.fetchOne(
      db, sql: "SELECT draft_version FROM live_transcripts WHERE draft_id = ?", arguments: [draft.id.rawValue])
    guard known == nil, draft.heardAt == nil, !words.isEmpty else { return }
    let text = DraftText.appending(words, to: draft.text)
    let changed = try DraftStore.write(db, draft, text: text, origin: .transcript, editor: "", at: now)
    try db.execute(
      sql: "UPDATE live_transcripts SET draft_version = ? WHERE draft_id = ?",
      arguments: [changed.version, draft.id.rawValue])
    try DraftStore.record(db, "heard_live", changed, .transcript, at: now)
  }

  private static func write(_ db: Database, _ live: LiveTranscript, at now: Int64) throws -> Bool {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let words = String(decoding: try encoder.encode(live.words), as: UTF8.self)
    let figures = String(decoding: try encoder.encode(live.figures), as: UTF8.self)
    try db.execute(
      sql: """
        INSERT INTO live_transcripts (draft_id, owner_id, recording_id, words, text, state, reason, figures, final_only,
          created_at, updated_at)
        SELECT id, owner_id, :recording, :words, :text, :state, :reason, :figures, :finalOnly, :now, :now
        FROM drafts WHERE id = :draft
        ON CONFLICT (draft_id) DO UPDATE SET words = excluded.words, text = excluded.text, state = excluded.state,
          reason = excluded.reason, figures = excluded.figures, final_only = excluded.final_only,
          updated_at = excluded.updated_at
        """,
      arguments: [
        "draft": live.draftID.rawValue, "recording": live.recordingID.rawValue, "words": words,
        "text": live.words.text, "state": live.state.rawValue, "reason": live.reason, "figures": figures,
        "finalOnly": live.figures.finalOnly, "now": now,
      ])
    return db.changesCount > 0
  }

  private static func find(_ db: Database, _ draftID: ID<Note>) throws -> LiveTranscript? {
    try Row.fetchOne(db, sql: "SELECT * FROM live_transcripts WHERE draft_id = ?", arguments: [draftID.rawValue])
      .map(LiveTranscript.init(row:))
  }
}

extension LiveTranscript {
  fileprivate init(row: Row) throws {
    func json<Value: Decodable>(_ column: String) throws -> Value {
      let text: String = row[column]
      guard let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) else {
        throw StorageError.unreadableValue(column: "live_transcripts.\(column)")
      }
      return value
    }
    self.init(
      draftID: row.id("draft_id"), recordingID: row.id("recording_id"), ownerID: row.id("owner_id"),
      words: try json("words"), state: try row.state("state"), reason: row["reason"], figures: try json("figures"))
  }
}

extension StreamingFacts {
  /// As the running transaction sees it.
  init(_ db: Database) throws {
    let latest = try Row.fetchOne(
      db,
      sql: """
        SELECT json_extract(figures, '$.first_partial_ms') AS first, json_extract(figures, '$.updates') AS updates,
          json_extract(figures, '$.dropouts') AS dropouts
        FROM live_transcripts WHERE state <> 'live' AND text <> '' ORDER BY updated_at DESC LIMIT 1
        """)
    let fallbacks = try Int.fetchOne(
      db, sql: "SELECT COUNT(*) FROM live_transcripts INDEXED BY live_transcripts_final_only WHERE final_only = 1")
    self.init(
      firstPartialMilliseconds: latest?["first"], updates: latest?["updates"] ?? 0,
      dropouts: latest?["dropouts"] ?? 0, fallbacks: fallbacks ?? 0)
  }
}
