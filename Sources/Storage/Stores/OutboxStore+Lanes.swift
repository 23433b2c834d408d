public import Domain
import Foundation
import GRDB

extension OutboxStore {
  /// The lane of every endpoint that was ever delivered to, by endpoint.
  public func lanes() throws -> [(endpoint: String, lane: DeliveryLane)] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM delivery_lanes ORDER BY endpoint").map { row in
        (row["endpoint"], DeliveryLane(row: row))
      }
    }
  }

  static func lane(_ db: Database, _ target: DeliveryTarget, now: Int64) throws -> DeliveryLane {
    try Row.fetchOne(db, sql: "SELECT * FROM delivery_lanes WHERE endpoint = ?", arguments: [target.endpoint])
      .map(DeliveryLane.init(row:)) ?? DeliveryLane(now: Date(unixMilliseconds: now), limits: target.limits)
  }

  /// Stores what an attempt said about its endpoint.
  static func note(
    _ db: Database, _ signal: DeliveryLane.Signal, on target: DeliveryTarget, at now: Int64
  ) throws {
    var lane = try lane(db, target, now: now)
    lane.ended(signal, now: Date(unixMilliseconds: now), limits: target.limits)
    try save(db, lane, of: target.endpoint, at: now)
  }

  /// Stores a lane; a breaker that came into another phase is an event.
  static func save(_ db: Database, _ lane: DeliveryLane, of endpoint: String, at now: Int64) throws {
    let before = try Row.fetchOne(db, sql: "SELECT * FROM delivery_lanes WHERE endpoint = ?", arguments: [endpoint])
      .map(DeliveryLane.init(row:))
    try db.execute(
      sql: """
        INSERT INTO delivery_lanes (endpoint, failures, openings, open_until, probe_until, tokens, tokens_at, hold_until)
        VALUES (:endpoint, :failures, :openings, :open, :probe, :tokens, :at, :hold)
        ON CONFLICT (endpoint) DO UPDATE SET failures = :failures, openings = :openings, open_until = :open,
          probe_until = :probe, tokens = :tokens, tokens_at = :at, hold_until = :hold
        """,
      arguments: [
        "endpoint": endpoint, "failures": lane.breaker.failures, "openings": lane.breaker.openings,
        "open": lane.breaker.openUntil?.unixMilliseconds, "probe": lane.breaker.probeUntil?.unixMilliseconds,
        "tokens": lane.tokens, "at": lane.tokensAt.unixMilliseconds, "hold": lane.holdUntil?.unixMilliseconds,
      ])
    let phase = lane.breaker.setPhase
    guard phase != before?.breaker.setPhase ?? .closed else { return }
    try EventStore.append(
      db, at: now, kind: "breaker.\(phase.rawValue)", ownerID: Owner.local, subjectID: endpoint,
      facts: ["failures": lane.breaker.failures])
  }

  /// A person wants to see at once: no lane waits any longer.
  func openLanes() throws {
    let now = connection.now
    try connection.write { db in
      for row in try Row.fetchAll(db, sql: "SELECT * FROM delivery_lanes") {
        var lane = DeliveryLane(row: row)
        lane.hurried(now: Date(unixMilliseconds: now))
        try Self.save(db, lane, of: row["endpoint"], at: now)
      }
    }
  }
}

extension CircuitBreaker {
  /// The phase that something was done to bring about; time alone makes no event.
  fileprivate var setPhase: Phase { openUntil == nil ? .closed : probeUntil == nil ? .open : .halfOpen }
}

extension DeliveryLane {
  fileprivate init(row: Row) {
    self.init(
      breaker: CircuitBreaker(
        failures: row["failures"], openings: row["openings"], openUntil: row.optionalDate("open_until"),
        probeUntil: row.optionalDate("probe_until")),
      tokens: row["tokens"], tokensAt: row.date("tokens_at"), holdUntil: row.optionalDate("hold_until"))
  }
}
