public import Domain
import Foundation
import GRDB

extension OutboxStore {
  /// What a flush did.
  public struct Flushed: Sendable, Equatable {
    /// Entries that were cached or failed and are queued again, their attempts counted anew.
    public var queued = 0
    /// Entries that waited for their next try and are due now.
    public var hurried = 0
    /// Entries that stay cached because their owner works offline.
    public var offline = 0

    public init(queued: Int = 0, hurried: Int = 0, offline: Int = 0) {
      self.queued = queued
      self.hurried = hurried
      self.offline = offline
    }
  }

  /// What putting one entry back did.
  public enum Retry: Sendable, Equatable {
    /// It was given up and is queued again, its attempts counted anew.
    case queued(OutboxEntry)
    /// It waited for its next try and is due now.
    case hurried(OutboxEntry)
    /// It is being sent, was delivered, or gave way to a newer version.
    case refused(OutboxEntry)
    /// Its owner works offline.
    case offline(OutboxEntry)
  }

  /// Puts everything that was cached or failed back into the queue, has what waits tried at once, and stops waiting for
  /// endpoints that were down. Entries of those who work offline stay.
  ///
  /// Goes by steps of 500 entries, each a transaction: a crash in between leaves the rest as it was.
  /// - Parameter hurries: false leaves retrying notes their time.
  @discardableResult
  public func flush(hurries: Bool = true) throws -> Flushed {
    var report = Flushed()
    let end = try connection.read { try Int64.fetchOne($0, sql: "SELECT MAX(rowid) FROM outbox") ?? 0 }
    if hurries { report.hurried = try hurryAll() }
    try openLanes()
    for state in [DeliveryState.cached, .failed] {
      try inSteps(to: end, "state = '\(state.rawValue)'") { db, entry, now in
        if try Self.isOffline(db, entry.ownerID) {
          report.offline += 1
        } else {
          report.queued += 1
          _ = try Self.requeue(db, entry, at: now)
        }
      }
    }
    return report
  }

  /// Puts one entry back: at once, and to an endpoint that was down as well.
  /// - Returns: nil where there is no such entry.
  public func retry(_ id: ID<OutboxEntry>) throws -> Retry? {
    let now = connection.now
    let result: Retry? = try connection.write { db in
      guard let entry = try Self.find(db, id) else { return nil }
      guard entry.state.isPending || entry.state.isKept else { return .refused(entry) }
      if try Self.isOffline(db, entry.ownerID) { return .offline(entry) }
      guard entry.state.isPending else { return .queued(try Self.requeue(db, entry, at: now)) }
      return .hurried(try Self.hurry(db, entry, at: now))
    }
    switch result {
    case .queued, .hurried: try openLanes()
    case .refused, .offline, nil: break
    }
    return result
  }

  static func requeue(_ db: Database, _ entry: OutboxEntry, at now: Int64) throws -> OutboxEntry {
    let row = try Row.fetchOne(
      db,
      sql: """
        UPDATE outbox SET state = 'queued', attempts = 0, next_attempt_at = :now, waiting_since = :now,
          response_code = NULL, last_error = NULL, held_offline = 0, state_changed_at = :now
        WHERE id = :id RETURNING *
        """,
      arguments: ["now": now, "id": entry.id.rawValue])
    return try recorded(db, try row.map(OutboxEntry.init(row:)) ?? entry, at: now)
  }

  private static func hurry(_ db: Database, _ entry: OutboxEntry, at now: Int64) throws -> OutboxEntry {
    let row = try Row.fetchOne(
      db, sql: "UPDATE outbox SET next_attempt_at = :now, waiting_since = :now WHERE id = :id RETURNING *",
      arguments: ["now": now, "id": entry.id.rawValue])
    try EventStore.append(
      db, at: now, kind: "outbox.hurried", ownerID: entry.ownerID, subjectID: entry.id.rawValue, facts: ["entries": 1])
    return try row.map(OutboxEntry.init(row:)) ?? entry
  }

  private func hurryAll() throws -> Int {
    let now = connection.now
    return try connection.write { db in
      try db.execute(
        sql: """
          UPDATE outbox SET next_attempt_at = :now, waiting_since = :now
          WHERE state IN ('queued', 'retrying') AND next_attempt_at > :now
          """,
        arguments: ["now": now])
      let count = db.changesCount
      guard count > 0 else { return 0 }
      try EventStore.append(
        db, at: now, kind: "outbox.hurried", ownerID: Owner.local, subjectID: "outbox", facts: ["entries": count])
      return count
    }
  }

  /// Visits the entries of a kind in the order of their making, a transaction for each 500, none twice.
  func inSteps(
    to end: Int64, _ condition: String, _ visit: (Database, OutboxEntry, Int64) throws -> Void
  ) throws {
    var place: Int64 = 0
    while true {
      let now = connection.now
      let last = try connection.write { db in
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT rowid AS place, * FROM outbox WHERE \(condition) AND rowid > ? AND rowid <= ?
            ORDER BY rowid LIMIT \(Self.stepSize)
            """,
          arguments: [place, end])
        for row in rows { try visit(db, try OutboxEntry(row: row), now) }
        return rows.last.map { row -> Int64 in row["place"] }
      }
      guard let last else { return }
      place = last
    }
  }

  private static let stepSize = 500
}
