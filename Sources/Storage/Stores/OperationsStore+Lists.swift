public import Domain
public import Foundation
import GRDB

/// A note that reached the CRM without its high-accuracy transcript.
public struct ImpactedNote: Sendable, Equatable {
  public let noteID: ID<Note>
  public let version: Int
  public let subject: DraftSubject
  /// When the CRM took it.
  public let sentAt: Date
  /// Whether the transcript came later: the note can be looked at again and sent anew.
  public let hasTranscriptNow: Bool
}

extension OperationsStore {
  /// Notes of recordings that the CRM took since a moment while their high-accuracy transcript was missing, oldest
  /// first.
  /// - Parameter limit: at most this many.
  public func impacted(since: Date, limit: Int = 10_000) throws -> [ImpactedNote] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT outbox.note_id, outbox.note_version, outbox.state_changed_at,
            drafts.contact_name AS subject_name, drafts.account AS subject_account,
            EXISTS (SELECT 1 FROM transcripts WHERE transcripts.clip_id = notes.clip_id) AS has_transcript
          FROM outbox INDEXED BY outbox_synced_at
          JOIN notes ON notes.id = outbox.note_id
          LEFT JOIN drafts ON drafts.id = outbox.note_id
          WHERE outbox.state = 'synced' AND outbox.state_changed_at >= :since AND notes.clip_id IS NOT NULL
            AND COALESCE(json_extract(outbox.payload, '$.transcription_final'), '') = ''
          ORDER BY outbox.state_changed_at, outbox.rowid LIMIT :limit
          """,
        arguments: ["since": since.unixMilliseconds, "limit": limit]
      ).map { row in
        ImpactedNote(
          noteID: row.id("note_id"), version: row["note_version"], subject: OutboxPage.subject(row),
          sentAt: row.date("state_changed_at"), hasTranscriptNow: row["has_transcript"])
      }
    }
  }

  /// How many notes waited for the CRM at the end of each of `steps` equal parts of a span. Told backwards from now, by
  /// what came and went since.
  public func backlog(_ span: Range<Date>, steps: Int) throws -> [Int] {
    let waiting = try OutboxStore(connection: connection).counts()
      .filter { $0.key != .synced && $0.key != .superseded }.values.reduce(0, +)
    let (first, last) = (span.lowerBound.unixMilliseconds, span.upperBound.unixMilliseconds)
    let (arrivals, departures) = try connection.read { db in
      (
        try Int64.fetchAll(db, sql: OperationsQuestions.arrivals, arguments: ["since": first, "until": Int64.max]),
        try Int64.fetchAll(db, sql: OperationsQuestions.departures, arguments: ["since": first, "until": Int64.max])
      )
    }
    var changes = [Int](repeating: 0, count: steps + 1)
    func step(_ at: Int64) -> Int {
      if at >= last { return steps }
      return min(steps - 1, max(0, Int(Double(at - first) / Double(max(1, last - first)) * Double(steps))))
    }
    for at in arrivals { changes[step(at)] += 1 }
    for at in departures { changes[step(at)] -= 1 }
    var depth = waiting - changes[steps]
    var depths = [Int](repeating: 0, count: steps)
    for index in (0..<steps).reversed() {
      depths[index] = max(0, depth)
      depth -= changes[index]
    }
    return depths
  }
}
