import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("People: the cost of a page")
struct PeoplePlanTests {
  private let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  @Test(
    "what Today asks is looked up in an index",
    arguments: [
      "SELECT * FROM follow_ups WHERE done_at IS NULL AND due_at < 1 ORDER BY due_at LIMIT 9",
      "SELECT * FROM follow_ups WHERE owner_id = 'a' AND done_at IS NULL AND due_at < 1 ORDER BY due_at LIMIT 9",
      "SELECT COUNT(*) FROM follow_ups WHERE owner_id = 'a' AND done_at IS NOT NULL AND done_at >= 1",
      "SELECT COUNT(*) FROM outbox WHERE owner_id = 'a' AND state NOT IN ('synced', 'superseded')",
      "SELECT COUNT(*) FROM outbox WHERE state = 'synced' AND state_changed_at >= 1 AND owner_id = 'a'",
      "SELECT * FROM drafts WHERE owner_id = 'a' AND deleted_at IS NULL AND seq >= 1 ORDER BY seq DESC LIMIT 6",
      "SELECT * FROM outbox WHERE json_extract(payload, '$.customer_id') = 'C1' ORDER BY created_at DESC LIMIT 5",
      "SELECT * FROM accounts WHERE customer_id = 'C1'",
      "SELECT * FROM people WHERE owner_id = 'a' ORDER BY name LIMIT 20",
    ])
  func plan(sql: String) throws {
    let path = fixture.folder.url.appending(path: "fieldos.sqlite").path
    let steps = try DatabaseQueue(path: path).read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }
    }
    #expect(steps.count == 1 && steps[0].contains("INDEX"), "\(steps)")
    #expect(steps[0].hasPrefix("SEARCH"), "\(steps)")
  }
}
