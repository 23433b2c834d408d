public import Domain
public import Foundation
import GRDB

extension OperationsStore {
  /// How a span went, part by part: what the small lines beside the figures are drawn from.
  /// - Parameter steps: equal parts of the span.
  public func pulse(_ span: Range<Date>, steps: Int) throws -> OperationsPulse {
    let (first, last) = (span.lowerBound.unixMilliseconds, span.upperBound.unixMilliseconds)
    let arguments = Self.arguments(span) + ["steps": steps, "length": max(1, last - first)]
    return try connection.read { db in
      func rates(_ sql: String) throws -> [Double] {
        try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
          let (good, tried): (Double, Double) = (row["good"], row["tried"])
          return good / tried
        }
      }
      let waits = try Row.fetchAll(db, sql: OperationsQuestions.waits, arguments: Self.arguments(span)).map {
        Wait(since: $0["created_at"], until: $0["left_at"])
      }
      return OperationsPulse(
        oldestSeconds: Self.oldest(waits, from: first, length: last - first, steps: steps),
        delivered: try rates(OperationsQuestions.deliveredByStep),
        transcribed: try rates(OperationsQuestions.transcribedByStep))
    }
  }

  /// A note's time outside the CRM.
  private struct Wait {
    let since: Int64
    /// nil while it lasts.
    let until: Int64?
  }

  /// Seconds for which the oldest of the notes that wait at the end of each step has waited.
  private static func oldest(_ waits: [Wait], from first: Int64, length: Int64, steps: Int) -> [Double] {
    (1...max(1, steps)).map { step in
      let end = first + length * Int64(step) / Int64(max(1, steps))
      let oldest = waits.first { $0.since <= end && ($0.until ?? .max) > end }
      return oldest.map { Double(end - $0.since) / 1_000 } ?? 0
    }
  }
}

extension OperationsQuestions {
  private static let step = "CAST((at - :since) * :steps / :length AS INTEGER)"

  /// The last attempt of a note in a step decides.
  static let deliveredByStep = """
    SELECT SUM(state = 'synced') AS good, COUNT(*) AS tried FROM (
      SELECT \(step) AS step, state, MAX(id) FROM (
        SELECT finished_at AS at, outbox_id, state, id FROM attempts INDEXED BY attempts_by_time
        WHERE finished_at >= :since AND finished_at < :until)
      GROUP BY step, outbox_id)
    WHERE state <> 'superseded' GROUP BY step ORDER BY step
    """

  static let transcribedByStep = """
    SELECT SUM(outcome = 'completed') AS good, COUNT(*) AS tried FROM (
      SELECT \(step) AS step, outcome, MAX(number) FROM (
        SELECT ended_at AS at, job_id, outcome, number FROM job_attempts INDEXED BY job_attempts_by_time
        WHERE ended_at IS NOT NULL AND ended_at >= :since AND ended_at < :until
          AND outcome IN ('completed', 'failed', 'lapsed'))
      GROUP BY step, job_id)
    GROUP BY step ORDER BY step
    """

  /// Notes that waited at some time of the span, the oldest first.
  static let waits = """
    SELECT created_at, NULL AS left_at FROM outbox INDEXED BY outbox_undelivered_by_age
    WHERE state IN ('queued', 'sending', 'retrying', 'cached', 'failed') AND created_at < :until
    UNION ALL
    SELECT created_at, state_changed_at FROM outbox INDEXED BY outbox_synced_at
    WHERE state = 'synced' AND state_changed_at >= :since
    UNION ALL
    SELECT created_at, state_changed_at FROM outbox INDEXED BY outbox_superseded_at
    WHERE state = 'superseded' AND state_changed_at >= :since
    ORDER BY created_at
    """
}
