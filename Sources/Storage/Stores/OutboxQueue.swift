import Domain
import GRDB

/// The questions that every poll asks, each answered by the first rows of one index however long the queue is. The
/// indexes are named because SQLite's planner would sort the whole queue otherwise; a test reads its plans.
package enum OutboxQueue {
  /// In this order: entries whose wait was set under a clock that has since been put back, then those that are due.
  package static let claimable = [
    """
    SELECT id FROM outbox INDEXED BY outbox_waiting WHERE \(pending) AND waiting_since > :now + \(slack) AND \(free)
    ORDER BY waiting_since LIMIT 1
    """,
    """
    SELECT id FROM outbox INDEXED BY outbox_due WHERE \(pending) AND next_attempt_at <= :now AND \(free)
    ORDER BY next_attempt_at, created_at, rowid LIMIT 1
    """,
  ]

  /// Claims that are over; one that ends later than any claim can was made under a clock that has since been put back.
  package static let lapsed = """
    SELECT * FROM outbox INDEXED BY outbox_sending WHERE state = 'sending'
    AND (lease_expires_at <= :now OR lease_expires_at > :now + \(longestLease))
    """

  /// The next wait or claim that ends.
  package static let nextTime = """
    SELECT MIN(at) FROM (
      SELECT * FROM (SELECT next_attempt_at AS at FROM outbox INDEXED BY outbox_due WHERE \(pending)
        ORDER BY next_attempt_at LIMIT 1)
      UNION ALL
      SELECT * FROM (SELECT lease_expires_at AS at FROM outbox INDEXED BY outbox_sending WHERE state = 'sending'
        ORDER BY lease_expires_at LIMIT 1))
    """

  static func arguments(now: Int64) -> StatementArguments {
    ["now": now]
  }

  private static let slack = Int64(DeliveryTimes.clockSlackSeconds * 1_000)
  private static let longestLease = Int64(DeliveryTimes.longestLeaseSeconds * 1_000)

  /// Word for word the condition of the partial indexes.
  private static let pending = "state IN ('queued', 'retrying')"

  /// A newer version waits until the older one's attempt has ended, and nothing of those who work offline is sent.
  private static let free = """
    NOT EXISTS (SELECT 1 FROM outbox AS other WHERE other.note_id = outbox.note_id AND other.state = 'sending')
    AND NOT EXISTS (SELECT 1 FROM offline WHERE offline.owner_id IN (outbox.owner_id, '*'))
    """
}
