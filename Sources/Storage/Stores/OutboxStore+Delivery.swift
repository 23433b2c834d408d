public import Domain
public import Foundation
import GRDB

extension OutboxStore {
  /// What came of asking for something to send.
  public enum Claim: Sendable, Equatable {
    /// The caller's, in state sending, until its lease lapses.
    case entry(OutboxEntry)
    /// Nothing is due.
    case nothing
    /// Something is due, but the CRM must be left alone for now.
    case closed(DeliveryLane.Closure)
  }

  /// Takes the entry that is due first, unless the endpoint's lane is closed; a claim uses one token of its budget.
  ///
  /// A deliverer that dies leaves its claim to lapse: the entry is then retrying with an unknown outcome, and goes out
  /// again with the same idempotency key.
  /// - Parameters:
  ///   - owner: who claims; unique to the process.
  ///   - lease: how long the claim holds; longer than an attempt can take, at most 630 s.
  public func claim(owner: String, lease: Duration, to target: DeliveryTarget) throws -> Claim {
    let now = connection.now
    let until = now + lease.wholeMilliseconds
    // Looks without the write lock first: most polls find nothing.
    if let answer = try connection.read({ try Self.reasonToWait($0, target, now: now) }) { return answer }
    return try connection.write { db in
      try Self.lapse(db, now: now)
      var lane = try Self.lane(db, target, now: now)
      let date = Date(unixMilliseconds: now)
      if let closure = lane.closure(now: date, limits: target.limits) { return .closed(closure) }
      guard let entry = try Self.take(db, owner: owner, until: until, now: now) else { return .nothing }
      lane.started(now: date, until: Date(unixMilliseconds: until), limits: target.limits)
      try Self.save(db, lane, of: target.endpoint, at: now)
      return .entry(entry)
    }
  }

  /// Takes the entry that is due first, whatever the lane says.
  /// - Returns: nil where nothing is due.
  public func claimDue(owner: String, lease: Duration) throws -> OutboxEntry? {
    let now = connection.now
    guard try connection.read({ try Self.hasWork($0, now: now) }) else { return nil }
    return try connection.write { db in
      try Self.lapse(db, now: now)
      return try Self.take(db, owner: owner, until: now + lease.wholeMilliseconds, now: now)
    }
  }

  /// Whether a manager paused delivery: notes stay queued, an attempt under way is finished.
  public func isPaused() throws -> Bool {
    try connection.read(Self.isPaused)
  }

  /// When delivery next has something to do, nil where nothing waits or delivery is paused. In the past: now.
  /// - Parameter target: an endpoint that is down, or asked to be left alone, has nothing to do before that ends.
  public func nextDueAt(to target: DeliveryTarget? = nil) throws -> Date? {
    let now = connection.now
    return try connection.read { db in
      guard let due = try Self.nextDueAt(db, now: now) else { return nil }
      let date = Date(unixMilliseconds: due)
      guard let target else { return date }
      let lane = try Self.lane(db, target, now: now)
      guard case .down(let until) = lane.closure(now: Date(unixMilliseconds: now), limits: target.limits) else {
        return date
      }
      return max(date, until)
    }
  }

  private static func reasonToWait(_ db: Database, _ target: DeliveryTarget, now: Int64) throws -> Claim? {
    guard try hasWork(db, now: now) else { return .nothing }
    let lane = try lane(db, target, now: now)
    return lane.closure(now: Date(unixMilliseconds: now), limits: target.limits).map(Claim.closed)
  }

  private static func isPaused(_ db: Database) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT NOT \(QueueStore.isOpen(.delivery))") ?? false
  }

  private static func hasWork(_ db: Database, now: Int64) throws -> Bool {
    if try isPaused(db) { return false }
    let arguments = OutboxQueue.arguments(now: now)
    return try OutboxQueue.claimable.contains { try String.fetchOne(db, sql: $0, arguments: arguments) != nil }
      || Row.fetchOne(db, sql: OutboxQueue.lapsed + " LIMIT 1", arguments: arguments) != nil
  }

  private static func take(_ db: Database, owner: String, until: Int64, now: Int64) throws -> OutboxEntry? {
    var due: String?
    for sql in OutboxQueue.claimable where due == nil {
      due = try String.fetchOne(db, sql: sql, arguments: OutboxQueue.arguments(now: now))
    }
    guard let due else { return nil }
    let row = try Row.fetchOne(
      db,
      sql: """
        UPDATE outbox SET state = 'sending', next_attempt_at = NULL, lease_owner = :owner, lease_expires_at = :until,
          claims = claims + 1, state_changed_at = :now
        WHERE id = :id RETURNING *
        """,
      arguments: ["owner": owner, "until": until, "now": now, "id": due])
    guard let entry = try row.map(OutboxEntry.init(row:)) else { return nil }
    // Not a line of the operations log, which tells what came of attempts.
    try EventStore.append(
      db, at: now, kind: "outbox.sending", ownerID: entry.ownerID, subjectID: entry.id.rawValue,
      facts: ["attempt": entry.attempts + 1])
    return entry
  }

  /// Ends the claims whose holders gave no sign in time: each may have reached the CRM, and is tried again at once.
  private static func lapse(_ db: Database, now: Int64) throws {
    let rows = try Row.fetchAll(db, sql: OutboxQueue.lapsed, arguments: OutboxQueue.arguments(now: now))
    for row in rows {
      let entry = try OutboxEntry(row: row)
      let attempt = DeliveryAttempt(
        startedAt: entry.stateChangedAt, state: .retrying, nextAttemptAt: Date(unixMilliseconds: now),
        responseCode: nil, error: "delivery stopped before it heard the CRM's answer", unknownOutcome: true)
      _ = try settle(db, entry, attempt, at: now)
    }
  }

  private static func nextDueAt(_ db: Database, now: Int64) throws -> Int64? {
    if try isPaused(db) { return nil }
    if try hasWork(db, now: now) { return now }
    return try Int64.fetchOne(db, sql: OutboxQueue.nextTime)
  }
}
