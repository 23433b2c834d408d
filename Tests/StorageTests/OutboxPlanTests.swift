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
        INSERT INTO clips (id, owner_id, path, original_name, byte_count, sha1, sha256, duration_seconds, created_at)
        SELECT 'c' || n, 'local', 'p' || n, 'n', 1, printf('%040x', n), printf('%064x', n), 1, 0 FROM n
        """,
        "INSERT INTO notes (id, owner_id, clip_id, created_at) SELECT 'n' || n, 'local', 'c' || n, 0 FROM n",
        """
        INSERT INTO note_versions (note_id, number, owner_id, text, created_at)
        SELECT 'n' || n, 1, 'local', 't', 0 FROM n
        """,
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

  @Test("the plans hold, and the claim is right, with 100,000 entries, due, waiting and synced, once analysed")
  func backlog() throws {
    try add(60_000, state: "queued", next: 0, from: 1_000)
    try add(20_000, state: "queued", next: fixture.clock.now.addingTimeInterval(3_600).unixMilliseconds, from: 100_000)
    try add(20_000, state: "synced", next: nil, from: 200_000)
    try DatabaseQueue(path: path).write { try $0.execute(sql: "ANALYZE") }
    for index in 0..<4 { try plans(index: index) }
    #expect(try fixture.claimEntry()?.state == .sending)
    #expect(try fixture.store.outbox.counts() == [.queued: 79_999, .sending: 1, .synced: 20_000])
  }
}
