import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

/// The cost of a claim must not grow with the queue: SQLite's own plan says whether it does.
@Suite("Plans of the job queue")
struct JobPlanTests {
  private let fixture: StoreFixture

  init() throws {
    fixture = try StoreFixture()
  }

  private func plan(_ sql: String, _ arguments: StatementArguments) throws -> [String] {
    let queue = try DatabaseQueue(path: fixture.folder.url.appending(path: "fieldos.sqlite").path)
    return try queue.read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] }
    }
  }

  /// Each statement with the one line that its plan must be.
  private static let plans: [(sql: String, arguments: StatementArguments, plan: String)] = [
    (
      JobSearch.waiting, ["kind": "transcribe.v1", "priority": 0, "after": 0, "until": 9, "limit": 1],
      "SEARCH jobs USING INDEX jobs_waiting (kind=? AND priority=? AND run_at>? AND run_at<?)"
    ),
    (
      JobSearch.putBack, ["kind": "transcribe.v1", "latest": 9, "limit": 1],
      "SEARCH jobs USING INDEX jobs_waiting_since (kind=? AND updated_at>?)"
    ),
    (
      JobSearch.nextPriority, ["kind": "transcribe.v1", "below": 9],
      "SEARCH jobs USING INDEX jobs_waiting (kind=? AND priority<?)"
    ),
    (
      JobSearch.running, ["after": 0, "until": 9],
      "SEARCH jobs USING INDEX jobs_running (lease_expires_at>? AND lease_expires_at<?)"
    ),
    (JobStore.dead, [], "SCAN jobs USING INDEX jobs_failed"),
  ]

  private func expectPlans() throws {
    for (sql, arguments, expected) in Self.plans { #expect(try plan(sql, arguments) == [expected]) }
  }

  @Test("claims search one range of an index each and sort nothing, nor does the list of the dead")
  func emptyQueue() throws {
    try expectPlans()
  }

  @Test("the plans hold, and the claim is right, with 100,000 jobs waiting, for later and completed, once analysed")
  func longQueue() throws {
    let queue = try DatabaseQueue(path: fixture.folder.url.appending(path: "fieldos.sqlite").path)
    try queue.write { db in
      try db.execute(sql: Backlog.sql(count: 100_000, now: fixture.clock.now.unixMilliseconds))
      try db.execute(sql: "ANALYZE")
    }
    try expectPlans()
    #expect(try fixture.store.jobs.counts() == [.available: 100_000, .retryable: 100_000, .completed: 100_000])
    #expect(try fixture.store.jobs.depth() == 200_000)
    #expect(try fixture.claim("w")?.id == ID("job00300000"))
  }
}

/// A backlog made in one statement a table: taking in 300,000 recordings one by one takes too long.
enum Backlog {
  static func sql(count: Int, now: Int64) -> String {
    """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(3 * count))
    INSERT INTO clips (id, owner_id, path, original_name, byte_count, sha1, sha256, created_at)
    SELECT printf('clip%08d', i), 'local', printf('audio_cache/%08d.wav', i), 'visit.wav', 1, printf('%040x', i),
      printf('%064x', i), \(now) FROM n;
    INSERT INTO jobs (id, owner_id, clip_id, kind, state, attempts, max_attempts, claims, run_at, last_error,
      created_at, updated_at, completed_at)
    SELECT printf('job%08d', rowid), 'local', id, 'transcribe.v1',
      CASE rowid % 3 WHEN 0 THEN 'available' WHEN 1 THEN 'retryable' ELSE 'completed' END, rowid % 3 = 1, 5,
      rowid % 3 = 1, \(now) + CASE rowid % 3 WHEN 1 THEN 3600000 ELSE -rowid END,
      CASE rowid % 3 WHEN 1 THEN 'why' END, \(now), \(now), CASE rowid % 3 WHEN 2 THEN \(now) END FROM clips;
    """
  }
}
