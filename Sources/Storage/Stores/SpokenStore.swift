public import Domain
public import Foundation
import GRDB

/// What was spoken, recording by recording, and how far each has come.
public struct SpokenStore: Sendable {
  /// Where an owner's notes are.
  public struct Whereabouts: Sendable, Equatable {
    /// Delivered from a moment on.
    public let synced: Int
    /// Not in the CRM yet, those that need a person among them.
    public let waiting: Int
    /// Given up: a person has to look.
    public let needsPerson: Int

    public init(synced: Int, waiting: Int, needsPerson: Int) {
      self.synced = synced
      self.waiting = waiting
      self.needsPerson = needsPerson
    }
  }

  let connection: StoreConnection

  /// An owner's recordings and notes since a moment, newest first.
  /// - Parameter limit: at most this many.
  public func since(_ start: Date, ownerID: ID<Owner>, limit: Int) throws -> [SpokenClip] {
    try connection.read { db in
      let clips = try Row.fetchAll(
        db, sql: Self.clips, arguments: ["owner": ownerID.rawValue, "start": start.unixMilliseconds, "limit": limit])
      let notes = try Row.fetchAll(
        db, sql: Self.notesAlone,
        arguments: ["owner": ownerID.rawValue, "start": start.unixMilliseconds, "limit": limit])
      let all = try (clips + notes).map(SpokenClip.init(row:))
      return Array(all.sorted { $0.at > $1.at }.prefix(limit))
    }
  }

  /// What was sent about a customer, newest first, a line a note.
  public func about(customerID: String, ownerID: ID<Owner>?, limit: Int) throws -> [SpokenClip] {
    let owner = ownerID == nil ? "" : "AND outbox.owner_id = :owner"
    var arguments: StatementArguments = ["customer": customerID, "limit": limit]
    if let ownerID { arguments = arguments &+ ["owner": ownerID.rawValue] }
    return try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT NULL AS clip_id, note_id, json_extract(payload, '$.account') AS account, created_at AS at,
            1 AS has_words, 0 AS words_failed, state, state_changed_at, response_code, last_error, unknown_outcome,
            held_offline
          FROM outbox
          WHERE json_extract(payload, '$.customer_id') = :customer AND state <> 'superseded' \(owner)
          ORDER BY created_at DESC LIMIT :limit
          """,
        arguments: arguments
      ).map(SpokenClip.init(row:))
    }
  }

  /// How many notes of an owner are in the CRM and how many are not.
  /// - Parameter start: only what was delivered from then on counts as delivered.
  public func whereabouts(ownerID: ID<Owner>, since start: Date) throws -> Whereabouts {
    try connection.read { db in
      func count(_ condition: String) throws -> Int {
        try Int.fetchOne(
          db, sql: "SELECT COUNT(*) FROM outbox WHERE owner_id = :owner AND \(condition)",
          arguments: ["owner": ownerID.rawValue]) ?? 0
      }
      let waiting = "state NOT IN ('synced', 'superseded')"
      let synced = try Int.fetchOne(
        db, sql: "SELECT COUNT(*) FROM outbox WHERE state = 'synced' AND state_changed_at >= ? AND owner_id = ?",
        arguments: [start.unixMilliseconds, ownerID.rawValue])
      return Whereabouts(
        synced: synced ?? 0, waiting: try count(waiting), needsPerson: try count("\(waiting) AND state = 'failed'"))
    }
  }

  /// Each clip with the newest version of its note.
  private static let clips = """
    SELECT clips.id AS clip_id, notes.id AS note_id, json_extract(outbox.payload, '$.account') AS account,
      clips.created_at AS at,
      EXISTS (SELECT 1 FROM transcripts WHERE transcripts.clip_id = clips.id) AS has_words,
      EXISTS (SELECT 1 FROM jobs WHERE jobs.clip_id = clips.id AND jobs.state = 'dead') AS words_failed,
      outbox.state, outbox.state_changed_at, outbox.response_code, outbox.last_error, outbox.unknown_outcome,
      outbox.held_offline
    FROM clips LEFT JOIN notes ON notes.clip_id = clips.id
    LEFT JOIN outbox ON outbox.note_id = notes.id
      AND outbox.note_version = (SELECT MAX(note_version) FROM outbox AS newest WHERE newest.note_id = notes.id)
    WHERE clips.owner_id = :owner AND clips.created_at >= :start
    ORDER BY clips.created_at DESC LIMIT :limit
    """

  /// Notes that came without a recording.
  private static let notesAlone = """
    SELECT NULL AS clip_id, notes.id AS note_id, json_extract(outbox.payload, '$.account') AS account,
      outbox.created_at AS at, 1 AS has_words, 0 AS words_failed,
      outbox.state, outbox.state_changed_at, outbox.response_code, outbox.last_error, outbox.unknown_outcome,
      outbox.held_offline
    FROM outbox JOIN notes ON notes.id = outbox.note_id
    WHERE outbox.owner_id = :owner AND outbox.created_at >= :start AND notes.clip_id IS NULL
      AND outbox.state <> 'superseded'
    ORDER BY outbox.created_at DESC LIMIT :limit
    """
}

extension SpokenClip {
  fileprivate init(row: Row) throws {
    let state: String? = row["state"]
    let delivery: DeliveryStatus? = try state.map { _ in
      DeliveryStatus(
        state: try row.state("state"), timestamp: row.date("state_changed_at"), responseCode: row["response_code"],
        error: row["last_error"], unknownOutcome: row["unknown_outcome"], heldOffline: row["held_offline"])
    }
    self.init(
      clipID: row.optionalID("clip_id"), noteID: row.optionalID("note_id"), account: row["account"], at: row.date("at"),
      hasWords: row["has_words"], wordsFailed: row["words_failed"], delivery: delivery)
  }
}
