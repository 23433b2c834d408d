import Domain
import Foundation
import GRDB

extension OpsFacts {
  /// The numbers of the operations log as the running transaction sees them, after the entry's change.
  init(_ db: Database, entry: OutboxEntry) throws {
    func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
    let lastSuccess = try Int64.fetchOne(db, sql: "SELECT MAX(completed_at) FROM jobs WHERE completed_at IS NOT NULL")
    self.init(
      status: entry.state,
      queueLength: try OutboxStore.waiting(db),
      // The first term lets SQLite use the partial index `jobs_failed`.
      aiFailures: try count("SELECT COUNT(*) FROM jobs WHERE state IN ('retryable', 'dead') AND state = 'dead'"),
      finalWorkerQueueDepth: try JobStore.depth(db),
      finalWorkerLastSuccess: lastSuccess.map { Timestamp.utc(Date(unixMilliseconds: $0)) },
      finalWorkerError: try Self.workerError(db, since: lastSuccess ?? .min),
      // Attempt numbers are never reused, so the highest one counts them, also those erased since.
      crmProcessedCount: try count("SELECT MAX(id) FROM attempts"),
      crmResponseCode: entry.responseCode, crmError: entry.lastError, crmAttempts: entry.attempts)
    let streaming = try StreamingFacts(db)
    streamUpdates = streaming.updates
    streamFirstPartialMilliseconds = streaming.firstPartialMilliseconds.flatMap { Int(exactly: $0.rounded()) }
    streamDropouts = streaming.dropouts
    let chat = try CopilotTally(db)
    chatRequests = chat.requests
    chatFallbackCount = chat.fallbacks
    chatLastError = chat.lastError
    chatLastHash = chat.lastHash
    chatLastQuery = chat.lastQuery
    chatPositioningCount = chat.briefs
  }

  static func workerError(_ db: Database, since lastSuccess: Int64) throws -> String? {
    try String.fetchOne(
      db,
      sql: """
        SELECT last_error FROM jobs WHERE state IN ('retryable', 'dead') AND updated_at > ?
        ORDER BY updated_at DESC LIMIT 1
        """,
      arguments: [lastSuccess])
  }
}
