import Domain
import Foundation
import GRDB

extension SnapshotFacts {
  /// Events of deliveries, in the words of the index `events_of_entry`.
  static let isDelivery = "kind >= 'crm.' AND kind < 'crm/'"

  /// Seq of the last scrub, 0 before the first.
  static let scrubbedSeq = "COALESCE((SELECT scrubbed_seq FROM views WHERE name = 'crm_snapshot'), 0)"

  /// The snapshot as the running transaction sees it.
  init(_ db: Database, recent: Int) throws {
    let latency = try Row.fetchOne(
      db, sql: "SELECT COUNT(*) AS n, COALESCE(SUM(latency_ms), 0) AS total FROM transcripts")
    // The index is named because SQLite would read every delivered entry otherwise.
    let lastSync = try Int64.fetchOne(
      db, sql: "SELECT MAX(state_changed_at) FROM outbox INDEXED BY outbox_synced_at WHERE state = 'synced'")
    let inherited = try String.fetchOne(
      db, sql: "SELECT inherited FROM views WHERE name = 'crm_snapshot' AND inherited IS NOT NULL")
    let total: Int64 = latency?["total"] ?? 0
    self.init(
      // The first term lets SQLite use the partial index `jobs_failed`.
      aiFailures: try Int.fetchOne(
        db, sql: "SELECT COUNT(*) FROM jobs WHERE state IN ('retryable', 'dead') AND state = 'dead'") ?? 0,
      transcribeSeconds: Double(total) / 1_000, transcribeCount: latency?["n"] ?? 0,
      lastSync: lastSync.map(Date.init(unixMilliseconds:)), lastStatus: try Self.lastStatus(db),
      recent: try Self.recent(db, limit: recent), finalWorker: try FinalWorkerFacts(db),
      streaming: try StreamingFacts(db),
      inherited: inherited.map { Data($0.utf8) })
  }

  /// An entry counts from its first event on: what was saved before a scrub stays out, whatever becomes of it. A version
  /// that gave way to a newer one is not shown beside it.
  private static func recent(_ db: Database, limit: Int) throws -> [OutboxEntry] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM outbox INDEXED BY outbox_by_age
        WHERE state <> 'superseded' AND (SELECT MIN(seq) FROM events WHERE subject_id = outbox.id AND \(isDelivery)) > \(scrubbedSeq)
        ORDER BY created_at DESC, rowid DESC LIMIT ?
        """,
      arguments: [limit]
    ).map(OutboxEntry.init(row:))
  }

  private static func lastStatus(_ db: Database) throws -> DeliveryStatus? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT at, json FROM events WHERE seq > \(scrubbedSeq) AND \(isDelivery) AND kind <> 'crm.superseded'
        ORDER BY seq DESC LIMIT 1
        """)
    guard let row else { return nil }
    let json: String = row["json"]
    guard let facts = try? JSONDecoder().decode(OpsFacts.self, from: Data(json.utf8)) else {
      throw StorageError.unreadableValue(column: "events.json")
    }
    return DeliveryStatus(
      state: facts.status, timestamp: row.date("at"), responseCode: facts.crmResponseCode, error: facts.crmError)
  }
}

extension FinalWorkerFacts {
  fileprivate init(_ db: Database) throws {
    let success = try Int64.fetchOne(db, sql: "SELECT MAX(completed_at) FROM jobs WHERE completed_at IS NOT NULL")
    let failure = try Int64.fetchOne(db, sql: "SELECT MAX(updated_at) FROM jobs WHERE state IN ('retryable', 'dead')")
    let heard = try Row.fetchOne(
      db, sql: "SELECT confidence, latency_ms, model FROM transcripts ORDER BY completed_at DESC LIMIT 1")
    self.init(
      queueDepth: try JobStore.depth(db), lastSuccess: success.map(Date.init(unixMilliseconds:)),
      lastError: try OpsFacts.workerError(db, since: success ?? .min),
      lastSign: [success, failure].compactMap(\.self).max().map(Date.init(unixMilliseconds:)),
      lastConfidence: heard?["confidence"], lastLatencyMilliseconds: heard?["latency_ms"], model: heard?["model"])
  }
}
