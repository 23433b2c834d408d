public import Domain
public import Foundation
import GRDB

/// What an operator asks: how deliveries, transcripts and live words went in a span of time. Every question is a look
/// into an index, and counts rows, never lines of a log.
public struct OperationsStore: Sendable {
  let connection: StoreConnection

  /// How deliveries went and stand.
  /// - Parameter span: attempts that ended in it count; its end does not.
  public func delivery(_ span: Range<Date>) throws -> DeliveryFigures {
    let waiting = try OutboxStore(connection: connection).counts()
    let failure = try OutboxStore(connection: connection).lastFailure()
    return try connection.read { db in
      var figures = DeliveryFigures()
      figures.counts = waiting
      figures.lastFailure = failure
      figures.oldestWaitingSince = try Self.date(db, OperationsQuestions.oldestWaiting)
      figures.lastSuccess = try Self.date(
        db, "SELECT MAX(state_changed_at) FROM outbox INDEXED BY outbox_synced_at WHERE state = 'synced'")
      let tried = try Row.fetchOne(db, sql: OperationsQuestions.notesTried, arguments: Self.arguments(span))
      figures.tried = tried?["tried"] ?? 0
      figures.delivered = tried?["delivered"] ?? 0
      figures.replies = try Row.fetchAll(
        db, sql: OperationsQuestions.replies, arguments: Self.arguments(span)
      ).map { .init(code: $0["response_code"], count: $0["number"]) }
      figures.isPaused = try Bool.fetchOne(db, sql: "SELECT NOT \(QueueStore.isOpen(.delivery))") ?? false
      return figures
    }
  }

  /// How transcribing went and stands.
  /// - Parameter span: attempts that ended in it count; its end does not.
  public func transcription(_ span: Range<Date>) throws -> TranscriptionFigures {
    let counts = try JobStore(connection: connection).counts()
    let lastSign = try SignStore(connection: connection).last()
    return try connection.read { db in
      var figures = TranscriptionFigures()
      figures.counts = counts
      figures.lastSign = lastSign
      figures.depth = try JobStore.depth(db)
      let tried = try Row.fetchOne(db, sql: OperationsQuestions.jobsTried, arguments: Self.arguments(span))
      figures.tried = tried?["tried"] ?? 0
      figures.completed = tried?["completed"] ?? 0
      figures.paces = try Self.paces(db, span)
      let success = try Int64.fetchOne(db, sql: "SELECT MAX(completed_at) FROM jobs WHERE completed_at IS NOT NULL")
      figures.lastSuccess = success.map(Date.init(unixMilliseconds:))
      figures.lastError = try OpsFacts.workerError(db, since: success ?? .min)
      figures.model = try String.fetchOne(db, sql: "SELECT model FROM transcripts ORDER BY completed_at DESC LIMIT 1")
      figures.isPaused = try Bool.fetchOne(db, sql: "SELECT NOT \(QueueStore.isOpen(.transcribe))") ?? false
      return figures
    }
  }

  /// How live words came. An event that can't be read is left out.
  public func streams(_ span: Range<Date>) throws -> StreamFigures {
    try connection.read { db in
      let decoder = JSONDecoder()
      return StreamFigures(
        sessions: try String.fetchAll(
          db, sql: OperationsQuestions.streams, arguments: Self.arguments(span)
        ).compactMap { try? decoder.decode(StreamFigures.Session.self, from: Data($0.utf8)) })
    }
  }

  private static func paces(_ db: Database, _ span: Range<Date>) throws -> [TranscriptionFigures.Pace] {
    try Row.fetchAll(db, sql: OperationsQuestions.paces, arguments: arguments(span)).reversed().map { row in
      let milliseconds: Int64 = row["latency_ms"]
      return .init(
        at: row.date("completed_at"), seconds: Double(milliseconds) / 1_000, audioSeconds: row["audio_seconds"])
    }
  }

  static func date(_ db: Database, _ sql: String) throws -> Date? {
    try Int64.fetchOne(db, sql: sql).map(Date.init(unixMilliseconds:))
  }

  static func arguments(_ span: Range<Date>) -> StatementArguments {
    ["since": span.lowerBound.unixMilliseconds, "until": span.upperBound.unixMilliseconds]
  }
}

/// An operator's questions; a test reads their plans.
package enum OperationsQuestions {
  package static let all = [
    oldestWaiting, notesTried, replies, jobsTried, paces, streams, arrivals, departures, deliveredByStep,
    transcribedByStep, waits,
  ]

  static let oldestWaiting = """
    SELECT MIN(created_at) FROM outbox INDEXED BY outbox_undelivered_by_age
    WHERE state IN ('queued', 'sending', 'retrying', 'cached', 'failed')
    """

  private static let inSpan = "finished_at >= :since AND finished_at < :until"

  /// The last attempt of each note decides; SQLite takes `state` from the row of the MAX.
  static let notesTried = """
    SELECT COUNT(*) AS tried, COALESCE(SUM(state = 'synced'), 0) AS delivered FROM (
      SELECT state, MAX(id) FROM attempts INDEXED BY attempts_by_time WHERE \(inSpan) GROUP BY outbox_id)
    WHERE state <> 'superseded'
    """

  static let replies = """
    SELECT response_code, COUNT(*) AS number FROM attempts INDEXED BY attempts_by_time WHERE \(inSpan)
    GROUP BY response_code ORDER BY number DESC, response_code
    """

  static let jobsTried = """
    SELECT COUNT(*) AS tried, COALESCE(SUM(outcome = 'completed'), 0) AS completed FROM (
      SELECT outcome, MAX(number) FROM job_attempts INDEXED BY job_attempts_by_time
      WHERE ended_at IS NOT NULL AND ended_at >= :since AND ended_at < :until
        AND outcome IN ('completed', 'failed', 'lapsed') GROUP BY job_id)
    """

  static let paces = """
    SELECT completed_at, latency_ms, audio_seconds FROM transcripts INDEXED BY transcripts_pace
    WHERE completed_at >= :since AND completed_at < :until ORDER BY completed_at DESC
    LIMIT \(TranscriptionFigures.limit)
    """

  static let streams = """
    SELECT json FROM events INDEXED BY events_of_streams
    WHERE kind = 'stream.ended' AND at >= :since AND at < :until ORDER BY at
    """

  static let arrivals = """
    SELECT created_at FROM outbox INDEXED BY outbox_by_age WHERE created_at >= :since AND created_at < :until
    ORDER BY created_at
    """

  static let departures = """
    SELECT state_changed_at FROM outbox INDEXED BY outbox_synced_at
    WHERE state = 'synced' AND state_changed_at >= :since AND state_changed_at < :until
    UNION ALL
    SELECT state_changed_at FROM outbox INDEXED BY outbox_superseded_at
    WHERE state = 'superseded' AND state_changed_at >= :since AND state_changed_at < :until
    """
}
