public import Domain
import Foundation
import GRDB

/// What reps say that transcripts should read. Every correction is kept, and so is what was heard.
public struct CorrectionStore: Sendable {
  /// What came of correcting a transcript.
  public enum SaveResult: Sendable, Equatable {
    case saved(TranscriptCorrection)
    /// Somebody else corrected it meanwhile; nothing was written.
    case conflict(latest: TranscriptCorrection)
    /// There is no such transcript.
    case missing
  }

  let connection: StoreConnection

  /// Corrects a transcript, with the event `transcript.corrected`, or takes the correction back.
  /// - Parameters:
  ///   - text: nil for what was heard.
  ///   - number: the correction that these words were made from, 0 where they were made from what was heard; nil
  ///     overwrites whatever is the latest.
  public func save(_ id: ID<Transcript>, text: String?, basedOn number: Int? = nil) throws -> SaveResult {
    let now = connection.now
    return try connection.write { db in
      let owner = try String.fetchOne(
        db, sql: "SELECT owner_id FROM transcripts WHERE id = ?", arguments: [id.rawValue])
      guard let owner else { return .missing }
      let latest = try Self.latest(db, id)
      if let latest, latest.text == text { return .saved(latest) }
      if let number, let latest, latest.number != number { return .conflict(latest: latest) }
      let next = TranscriptCorrection(
        transcriptID: id, number: (latest?.number ?? 0) + 1, text: text, createdAt: Date(unixMilliseconds: now))
      try db.execute(
        sql: """
          INSERT INTO transcript_corrections (transcript_id, number, owner_id, text, created_at) VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [id.rawValue, next.number, owner, text, now])
      try EventStore.append(
        db, at: now, kind: "transcript.corrected", ownerID: ID(owner), subjectID: id.rawValue,
        facts: ["number": next.number])
      return .saved(next)
    }
  }

  /// The last correction of a transcript, nil where it was never corrected.
  public func latest(_ id: ID<Transcript>) throws -> TranscriptCorrection? {
    try connection.read { try Self.latest($0, id) }
  }

  /// Every correction of a transcript, oldest first.
  public func all(_ id: ID<Transcript>) throws -> [TranscriptCorrection] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM transcript_corrections WHERE transcript_id = ? ORDER BY number",
        arguments: [id.rawValue]
      ).map(TranscriptCorrection.init(row:))
    }
  }

  private static func latest(_ db: Database, _ id: ID<Transcript>) throws -> TranscriptCorrection? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM transcript_corrections WHERE transcript_id = ? ORDER BY number DESC LIMIT 1",
      arguments: [id.rawValue]
    ).map(TranscriptCorrection.init(row:))
  }
}

extension TranscriptCorrection {
  fileprivate init(row: Row) {
    self.init(
      transcriptID: row.id("transcript_id"), number: row["number"], text: row["text"],
      createdAt: row.date("created_at"))
  }
}
