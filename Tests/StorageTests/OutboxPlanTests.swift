import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Outbox: the cost of a claim")
struct OutboxPlanTests {
  private let fixture: StoreFixture
  private var path: String { fixture.folder.url.appending(path: "fieldos.sqlite").path }

  init() throws {
    fixture = try StoreFixture()
  }

  @Test("no question that a poll asks scans the table or sorts", arguments: [0, 1, 2, 3])
  func plans(index: Int) throws {
    let sql = (OutboxQueue.claimable + [OutboxQueue.lapsed, OutboxQueue.nextTime])[index]
    let steps = try DatabaseQueue(path: path).read { db in
      let arguments: StatementArguments = sql.contains(":now") ? ["now": 0] : []
      return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] as String }
    }
    #expect(!steps.isEmpty)
    for step in steps where step.contains("outbox") {
      #expect(step.contains("INDEX outbox_"), "\(steps)")
    }
    #expect(!steps.contains { $0.contains("TEMP B-TREE") }, "\(steps)")
  }

  /// Adds entries with the words of a note that is there, as quickly as SQLite can.
  private func add(_ count: Int, state: String, next: Int64?, from start: Int) throws {
    let code = state == "synced" ? "200" : "NULL"
    try DatabaseQueue(path: path).write { db in
      for sql in [
        """
        INSERT INTO clips SELECT 'c' || n, 'local', 'p' || n, 'n', 1, printf('%040x', n), printf('%064x', n), 1, 0 FROM n
        """,
        "INSERT INTO notes SELECT 'n' || n, 'local', 'c' || n, 0 FROM n",
        "INSERT INTO note_versions SELECT 'n' || n, 1, 'local', 't', 0 FROM n",
        """
        INSERT INTO outbox (id, owner_id, note_id, note_version, payload, state, next_attempt_at, response_code,
          created_at, state_changed_at)
        SELECT 'o' || n, 'local', 'n' || n, 1, '{}', '\(state)', \(next.map(String.init) ?? "NULL"), \(code), 0, 0 FROM n
        """,
      ] {
        try db.execute(
          sql: """
            WITH RECURSIVE n (n) AS (SELECT \(start) UNION ALL SELECT n + 1 FROM n WHERE n < \(start + count - 1)) \(sql)
            """)
      }
    }
  }

  /// The least time that one claim and the record of its answer take, in milliseconds.
  private func claimTime() throws -> Double {
    try (0..<30).map { _ in
      let duration = try ContinuousClock().measure {
        _ = try #require(try fixture.claimEntry())
      }
      return duration / .milliseconds(1)
    }.min() ?? .infinity
  }

  @Test("a claim among 100,000 entries, due, waiting and synced, costs about what it costs among 100")
  func backlog() throws {
    try add(100, state: "queued", next: 0, from: 1)
    let few = try claimTime()
    try add(60_000, state: "queued", next: 0, from: 1_000)
    try add(20_000, state: "queued", next: fixture.clock.now.addingTimeInterval(3_600).unixMilliseconds, from: 100_000)
    try add(20_000, state: "synced", next: nil, from: 200_000)
    let many = try claimTime()
    #expect(many < 3 * few + 2, "\(few) ms, then \(many) ms")
    #expect(try fixture.store.outbox.counts()[.queued] == 100 + 80_000 - 60)
  }
}
