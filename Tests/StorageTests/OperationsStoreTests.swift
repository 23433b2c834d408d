import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Operator's questions")
struct OperationsStoreTests {
  private let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  private var path: String { fixture.folder.url.appending(path: "fieldos.sqlite").path }

  @Test("no question scans a table", arguments: 0..<OperationsQuestions.all.count)
  func plans(index: Int) throws {
    let sql = OperationsQuestions.all[index]
    let steps = try DatabaseQueue(path: path).read { db in
      let known: [String: (any DatabaseValueConvertible)?] = ["since": 0, "until": 1, "steps": 1, "length": 1]
      let arguments = StatementArguments(known.filter { sql.contains(":\($0.key)") })
      return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] as String }
    }
    #expect(!steps.isEmpty)
    for step in steps where step.hasPrefix("SCAN") {
      #expect(step.contains("INDEX outbox_undelivered_by_age") || step.contains("subquery"), "\(steps)")
    }
  }

  @Test("a sign of life is the worker's last, and goes with an orderly end") func signs() throws {
    let (signs, clock) = (fixture.store.signs, fixture.clock)
    #expect(try signs.last() == nil)
    try signs.give(owner: "w1")
    let first = clock.now
    clock.advance(30)
    #expect(try signs.last() == first)
    try signs.give(owner: "w2")
    #expect(try signs.last() == clock.now)
    try signs.takeBack(owner: "w2")
    #expect(try signs.last() == first)
    clock.advance(3_600)
    try signs.give(owner: "w3")
    try signs.takeBack(owner: "w3")
    #expect(try signs.last() == nil)
  }

  @Test("the backlog is told backwards from what waits now, by what came and went") func backlog() throws {
    let (store, clock) = (fixture.store, fixture.clock)
    let start = clock.now
    try fixture.addNote()
    clock.advance(60)
    let entry = try #require(try store.outbox.claimDue(owner: "d", lease: .seconds(35)))
    try store.outbox.record(
      DeliveryAttempt(startedAt: clock.now, state: .synced, nextAttemptAt: nil, responseCode: 200, error: nil),
      for: entry, owner: "d")
    clock.advance(60)
    try fixture.addNote(digit: "b")
    clock.advance(60)
    #expect(try store.operations.backlog(start..<clock.now, steps: 3) == [1, 0, 1])
    #expect(try store.operations.backlog((start - 180)..<start, steps: 2) == [0, 0])
  }

  @Test("the pulse tells each part's oldest wait and rates, by a note's last attempt in it") func pulse() throws {
    let (store, clock) = (fixture.store, fixture.clock)
    let start = clock.now
    func attempt(_ state: DeliveryState, _ code: Int) throws {
      let entry = try #require(try store.outbox.claimDue(owner: "d", lease: .seconds(35)))
      try store.outbox.record(
        DeliveryAttempt(
          startedAt: clock.now, state: state, nextAttemptAt: state.isPending ? clock.now : nil, responseCode: code,
          error: state == .synced ? nil : "no"), for: entry, owner: "d")
    }
    try fixture.addNote()
    clock.advance(30)
    try attempt(.retrying, 503)
    clock.advance(10)
    try attempt(.retrying, 503)
    clock.advance(60)
    try attempt(.synced, 200)
    clock.advance(80)
    try fixture.addNote(digit: "b")
    clock.advance(60)
    let pulse = try store.operations.pulse(start..<clock.now, steps: 4)
    #expect(pulse.oldestSeconds == [60, 0, 0, 60])
    #expect(pulse.delivered == [0, 1])
    #expect(pulse.transcribed.isEmpty)
  }
}
