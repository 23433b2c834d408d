import Domain
import GRDB

/// Finds the jobs that a worker may take. Every statement walks an index in the order of its result: what it costs
/// doesn't grow with how many jobs wait, wait for later, or are over.
package enum JobSearch {
  /// The next lower priority at which jobs of a kind wait.
  package static let nextPriority = """
    SELECT priority FROM jobs INDEXED BY jobs_waiting
    WHERE state IN ('available', 'retryable') AND kind = :kind AND priority < :below
    ORDER BY priority DESC LIMIT 1
    """

  /// Jobs of one kind and priority whose time came between two moments.
  package static let waiting = """
    SELECT * FROM jobs INDEXED BY jobs_waiting
    WHERE state IN ('available', 'retryable') AND kind = :kind AND priority = :priority
      AND run_at > :after AND run_at <= :until
    ORDER BY run_at, created_at, rowid LIMIT :limit
    """

  /// Jobs of one kind that wait since a moment that is yet to come: the clock was put back.
  package static let putBack = """
    SELECT * FROM jobs INDEXED BY jobs_waiting_since
    WHERE state IN ('available', 'retryable') AND kind = :kind AND updated_at > :latest
    ORDER BY updated_at LIMIT :limit
    """

  /// Running jobs whose lease ended between two moments.
  package static let running = """
    SELECT * FROM jobs INDEXED BY jobs_running
    WHERE state = 'running' AND lease_expires_at > :after AND lease_expires_at <= :until
    ORDER BY lease_expires_at
    """

  /// Jobs that may be claimed, in order: priority, due time, creation.
  static func due(_ db: Database, kinds: [JobKind], now: Int64, limit: Int) throws -> [Job] {
    var found = try putBack(db, kinds: kinds, now: now, limit: limit)
    var below = Int.max
    while found.count < limit, let priority = try highestPriority(db, kinds: kinds, below: below) {
      let left = limit - found.count
      let jobs = try kinds.flatMap { try due(db, kind: $0, priority: priority, now: now, limit: left) }
      let news = jobs.filter { job in !found.contains { $0.id == job.id } }
      found += news.sorted { ($0.runAt, $0.createdAt) < ($1.runAt, $1.createdAt) }.prefix(left)
      below = priority
    }
    return found
  }

  /// Jobs of these kinds that run under a lease that is over.
  static func lapsed(_ db: Database, kinds: [JobKind], now: Int64) throws -> [Job] {
    let longest = Int64(JobStore.machine.longestLeaseSeconds * 1000)
    return try spans(now: now, longest: longest).flatMap { after, until in
      let statement = try db.cachedStatement(sql: running)
      return try Row.fetchAll(statement, arguments: ["after": after, "until": until]).map(Job.init(row:))
    }.filter { kinds.contains($0.kind) }
  }

  private static func putBack(_ db: Database, kinds: [JobKind], now: Int64, limit: Int) throws -> [Job] {
    let latest = now + Int64(JobMachine.clockSlackSeconds * 1000)
    let statement = try db.cachedStatement(sql: putBack)
    let jobs = try kinds.flatMap { kind in
      try Row.fetchAll(statement, arguments: ["kind": kind.rawValue, "latest": latest, "limit": limit])
        .map(Job.init(row:))
    }
    return Array(jobs.sorted { ($1.priority, $0.runAt) < ($0.priority, $1.runAt) }.prefix(limit))
  }

  private static func highestPriority(_ db: Database, kinds: [JobKind], below: Int) throws -> Int? {
    try kinds.compactMap { kind in
      let statement = try db.cachedStatement(sql: nextPriority)
      return try Int.fetchOne(statement, arguments: ["kind": kind.rawValue, "below": below])
    }.max()
  }

  private static func due(
    _ db: Database, kind: JobKind, priority: Int, now: Int64, limit: Int
  ) throws -> [Job] {
    let longest = Int64(JobStore.machine.policy.longestDelaySeconds * 1000)
    return try spans(now: now, longest: longest).flatMap { after, until in
      try Row.fetchAll(
        try db.cachedStatement(sql: waiting),
        arguments: [
          "kind": kind.rawValue, "priority": priority, "after": after, "until": until, "limit": limit,
        ]
      ).map(Job.init(row:))
    }
  }

  /// When times that count as come lie: up to now, and so far ahead that only a clock put back since can have set them.
  private static func spans(now: Int64, longest: Int64) -> [(after: Int64, until: Int64)] {
    [(Int64.min, now), (now + longest, Int64.max)]
  }
}
