import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Access: rows") struct AccessPlanTests {
  private let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  @Test(
    "what every request asks is an index lookup",
    arguments: [
      "SELECT 1 FROM session_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.owner_id WHERE t.hash = x''",
      "SELECT 1 FROM sessions WHERE owner_id = 'u' ORDER BY last_seen_at DESC LIMIT 100",
      "SELECT 1 FROM users WHERE name_key = 'u'",
      "SELECT blocked_until FROM sign_in_throttles WHERE key = 'k'",
      "DELETE FROM sign_in_throttles WHERE last_at < 1",
      "DELETE FROM sessions WHERE expires_at < 1",
      "DELETE FROM audit WHERE id <= 1",
    ])
  func plans(sql: String) throws {
    let path = fixture.folder.url.appending(path: "fieldos.sqlite").path
    let steps = try DatabaseQueue(path: path).read { db in
      try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }
    }
    #expect(!steps.isEmpty)
    for step in steps { #expect(step.contains("SEARCH"), "\(steps)") }
  }

  @Test("a session and its end are told as events, without a secret") func events() throws {
    let user = try fixture.store.users.ensureLocal()
    let secret = Data(repeating: 7, count: 32)
    let session = try fixture.store.sessions.begin(
      of: user.id, token: Data(repeating: 1, count: 32), secret: secret, agent: "Firefox", address: "127.0.0.1")
    try fixture.store.sessions.revoke(session.id, of: user.id)
    let events = try fixture.store.events.after(0, limit: 10)
    #expect(events.map(\.kind) == ["user.added", "session.began", "session.ended"])
    #expect(events.allSatisfy { $0.ownerID == Owner.local && !$0.json.contains("Firefox") })
  }

  @Test("an open session tells what its person may do now, and nothing once it or the person is out") func role() throws
  {
    let users = fixture.store.users
    let sessions = fixture.store.sessions
    let admin = try users.ensureLocal()
    let user = try #require(try users.add(name: "Zoe", role: .rep, password: "$scrypt$x", by: admin.id))
    func begin(_ byte: UInt8) throws -> ID<Session> {
      try sessions.begin(
        of: user.id, token: Data(repeating: byte, count: 32), secret: Data(count: 32), agent: "", address: ""
      ).id
    }
    let (first, second, third) = (try begin(1), try begin(2), try begin(3))
    #expect(try sessions.role(in: first) == .rep)
    #expect(try users.setRole(.manager, of: user.id, by: admin.id) == .done)
    #expect(try sessions.role(in: first) == .manager)
    try sessions.revoke(first, of: user.id)
    #expect(try sessions.role(in: first) == nil)
    fixture.clock.advance(30 * 86_400)
    #expect(try sessions.role(in: second) == nil)
    fixture.clock.advance(-86_400)
    #expect(try users.setDisabled(true, user.id, by: admin.id) == .done)
    #expect(try sessions.role(in: third) == nil)
    #expect(try sessions.role(in: ID("nobody's")) == nil)
  }

  @Test("a session that ended a month ago is forgotten with its tokens") func forgotten() throws {
    let user = try fixture.store.users.ensureLocal()
    func begin(_ byte: UInt8) throws -> Session {
      try fixture.store.sessions.begin(
        of: user.id, token: Data(repeating: byte, count: 32), secret: Data(count: 32), agent: "", address: "")
    }
    _ = try begin(1)
    fixture.clock.advance(61 * 86_400)
    _ = try begin(2)
    let path = fixture.folder.url.appending(path: "fieldos.sqlite").path
    let left = try DatabaseQueue(path: path).read { db in
      try Int.fetchOne(db, sql: "SELECT (SELECT COUNT(*) FROM sessions) * 10 + (SELECT COUNT(*) FROM session_tokens)")
    }
    #expect(left == 11)
  }

  @Test("the audit keeps its last 50,000 lines") func bounded() throws {
    let path = fixture.folder.url.appending(path: "fieldos.sqlite").path
    try DatabaseQueue(path: path).write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 50500)
          INSERT INTO audit (at, action, subject, address, outcome) SELECT n, 'a', '', '', 'done' FROM n
          """)
    }
    try fixture.store.audit.add(
      AuditLine(at: fixture.clock.now, ownerID: nil, action: "last", subject: "", address: "", outcome: .refused))
    let count = try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM audit") }
    #expect(count == 50_000)
    #expect(try fixture.store.audit.recent(limit: 1).first?.action == "last")
  }

  @Test("two admins at once can't remove each other") func lastAdmin() throws {
    let users = fixture.store.users
    let first = try #require(try users.makeFirstAdmin(name: "Ada", password: "$scrypt$x"))
    let second = try #require(try users.add(name: "Bo", role: .admin, password: "$scrypt$x", by: first.id))
    #expect(try users.setDisabled(true, second.id, by: first.id) == .done)
    #expect(try users.setRole(.rep, of: first.id, by: second.id) == .lastAdmin)
    #expect(try users.makeFirstAdmin(name: "Eve", password: "$scrypt$x") == nil)
  }
}
