public import Domain
import GRDB

extension JobStore {
  /// Takes up to `limit` due jobs in one transaction: the highest priority first, within it the one that fell due first.
  ///
  /// A claim that lapsed ends here: its attempt is spent, and the job is due again, or dead after its last. Kinds whose
  /// queue is paused are not claimed.
  ///
  /// - Parameters:
  ///   - kinds: what this worker can do.
  ///   - owner: who claims; unique to the process.
  ///   - lease: how long each claim holds unless ``heartbeat(_:owner:lease:)`` renews it; at most 10 min.
  ///   - limit: how many jobs the worker can do at a time.
  /// - Returns: the running jobs, none where nothing is due.
  public func claim(kinds: [JobKind], owner: String, lease: Duration, limit: Int) throws -> [Job] {
    guard limit > 0 else { return [] }
    // Waiting workers look without taking the write lock from those who have something to write.
    let glance = connection.now
    guard try connection.read({ try Self.isClaimable($0, kinds: kinds, now: glance) }) else { return [] }
    return try connection.write { db in
      let now = connection.now
      for job in try JobSearch.lapsed(db, kinds: kinds, now: now) { try Self.apply(.lapse, to: job, in: db, at: now) }
      let open = try QueueStore.open(db, kinds)
      return try JobSearch.due(db, kinds: open, now: now, limit: limit).map { job in
        try Self.apply(.claim(owner: owner, leaseSeconds: lease.inSeconds), to: job, in: db, at: now)
      }
    }
  }

  /// Takes the due job that goes first; see ``claim(kinds:owner:lease:limit:)``.
  public func claim(kinds: [JobKind], owner: String, lease: Duration) throws -> Job? {
    try claim(kinds: kinds, owner: owner, lease: lease, limit: 1).first
  }

  /// A sign of life: extends a claim, and tells the worker whether its work is still wanted.
  public func heartbeat(_ job: Job, owner: String, lease: Duration) throws -> JobHold {
    let claim = JobClaim(owner: owner, number: job.claims)
    do {
      try connection.write { db in
        guard let current = try Self.find(db, job.id) else { throw JobRefusal.unknown }
        try Self.apply(
          .heartbeat(claim, leaseSeconds: lease.inSeconds), to: current, in: db, at: connection.now)
      }
      return .held
    } catch let refusal as JobRefusal {
      return refusal == .cancelled ? .cancelled : .lost
    }
  }

  private static func isClaimable(_ db: Database, kinds: [JobKind], now: Int64) throws -> Bool {
    if try !JobSearch.due(db, kinds: try QueueStore.open(db, kinds), now: now, limit: 1).isEmpty { return true }
    return try !JobSearch.lapsed(db, kinds: kinds, now: now).isEmpty
  }
}
