public import Domain
public import Foundation
import GRDB

/// What was spoken, note by note, and how far each has come.
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

  /// An owner's notes since a moment, newest first; those that were deleted are left out.
  /// - Parameter limit: at most this many.
  public func since(_ start: Date, ownerID: ID<Owner>, limit: Int) throws -> [SpokenClip] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          \(Self.notes) WHERE drafts.owner_id = :owner AND drafts.deleted_at IS NULL AND drafts.seq >= :seq
          ORDER BY drafts.seq DESC LIMIT :limit
          """,
        arguments: ["owner": ownerID.rawValue, "seq": DraftStore.seq(start), "limit": limit]
      ).map(SpokenClip.init(row:))
    }
  }

  /// Notes with a person, newest first: those that were begun for them, and those that were sent about the customer.
  /// - Parameters:
  ///   - ownerID: whose; nil for everybody's.
  ///   - limit: at most this many.
  public func about(_ card: PersonCard, ownerID: ID<Owner>?, limit: Int) throws -> [SpokenClip] {
    let sent = """
      SELECT note_id FROM outbox WHERE json_extract(payload, '$.customer_id') = :customer
      ORDER BY created_at DESC LIMIT 50
      """
    return try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          \(Self.notes) WHERE drafts.id IN (
            SELECT id FROM drafts WHERE contact_id = :person UNION SELECT note_id FROM (\(sent)))
          AND drafts.deleted_at IS NULL AND (:owner IS NULL OR drafts.owner_id = :owner)
          ORDER BY drafts.seq DESC LIMIT :limit
          """,
        arguments: [
          "person": card.person.id.rawValue, "customer": card.account.customerID, "owner": ownerID?.rawValue,
          "limit": limit,
        ]
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

  /// Each note with its newest version's delivery.
  private static let notes = """
    SELECT drafts.id AS note_id, COALESCE(NULLIF(drafts.account, ''), drafts.contact_name) AS about,
      drafts.created_at AS at, drafts.recording_id IS NOT NULL AND drafts.clip_id IS NULL AS is_coming,
      drafts.clip_id IS NOT NULL AS has_sound,
      EXISTS (SELECT 1 FROM transcripts WHERE transcripts.clip_id = drafts.clip_id) AS has_words,
      EXISTS (SELECT 1 FROM jobs WHERE jobs.clip_id = drafts.clip_id AND jobs.state = 'dead') AS words_failed,
      outbox.state, outbox.state_changed_at, outbox.response_code, outbox.last_error, outbox.unknown_outcome,
      outbox.held_offline
    FROM drafts LEFT JOIN outbox ON outbox.note_id = drafts.id
      AND outbox.note_version = (SELECT MAX(note_version) FROM outbox AS newest WHERE newest.note_id = drafts.id)
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
      noteID: row.id("note_id"), about: row["about"], at: row.date("at"), isComing: row["is_coming"],
      hasSound: row["has_sound"], hasWords: row["has_words"], wordsFailed: row["words_failed"], delivery: delivery)
  }
}
