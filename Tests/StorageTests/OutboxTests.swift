import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Outbox")
struct OutboxTests {
  private let fixture: StoreFixture
  private let entry: OutboxEntry
  private var outbox: OutboxStore { fixture.store.outbox }

  init() throws {
    fixture = try StoreFixture()
    entry = try fixture.addNote()
  }

  private func claim(_ owner: String = "d1") throws -> OutboxEntry? {
    try outbox.claimDue(owner: owner, lease: .seconds(35))
  }

  private func attempt(
    _ state: DeliveryState, next: Double? = nil, code: Int? = nil, error: String? = nil
  ) -> DeliveryAttempt {
    DeliveryAttempt(
      startedAt: fixture.clock.now, state: state, nextAttemptAt: next.map(fixture.clock.now.addingTimeInterval),
      responseCode: code, error: error)
  }

  @Test("a due entry is claimed by one deliverer only")
  func claimedOnce() throws {
    #expect(try claim("d1")?.id == entry.id)
    #expect(try claim("d2") == nil)
  }

  @Test("an entry claimed by a process that died is due again after its lease")
  func processDeath() throws {
    _ = try claim("d1")
    #expect(try outbox.nextDueAt() == fixture.clock.now.addingTimeInterval(35))
    fixture.clock.advance(34.999)
    #expect(try claim("d2") == nil)
    fixture.clock.advance(0.001)
    let again = try #require(try claim("d2"))
    #expect(again.id == entry.id)
    #expect(again.attempts == 0)
    #expect(again.claims == 2)
  }

  @Test("an outcome after the claim lapsed and was taken over writes nothing")
  func fenced() throws {
    let first = try #require(try claim("d1"))
    fixture.clock.advance(35)
    let second = try #require(try claim("d1"))
    #expect(throws: StorageError.leaseLost(id: entry.id.rawValue)) {
      try outbox.record(attempt(.synced, code: 200), for: first, owner: "d1")
    }
    #expect(try outbox.attempts(of: entry.id).isEmpty)
    #expect(try outbox.record(attempt(.synced, code: 200), for: second, owner: "d1").state == .synced)
  }

  @Test("a retrying entry waits for its time, and each attempt is kept")
  func retrying() throws {
    let first = attempt(.retrying, next: 5, code: 503, error: "mock failure")
    let after = try outbox.record(first, for: #require(try claim()), owner: "d1")
    #expect(after.attempts == 1)
    #expect(after.status.state == .retrying)
    #expect(try outbox.nextDueAt() == fixture.clock.now.addingTimeInterval(5))
    #expect(try claim() == nil)
    fixture.clock.advance(5)
    let second = attempt(.synced, code: 200)
    let synced = try outbox.record(second, for: #require(try claim()), owner: "d1")
    #expect(synced.attempts == 2)
    #expect(synced.lastError == nil)
    #expect(try outbox.attempts(of: entry.id) == [first, second])
    #expect(try outbox.nextDueAt() == nil)
    #expect(try fixture.eventKinds().suffix(3) == ["crm.queued", "crm.retrying", "crm.synced"])
  }

  @Test("flushing queues what was cached and failed, attempts counted anew, and leaves the rest")
  func flush() throws {
    let other = try fixture.addNote(digit: "b")
    try outbox.record(attempt(.cached, error: "no connection"), for: #require(try claim()), owner: "d1")
    try outbox.record(attempt(.synced, code: 201), for: #require(try claim()), owner: "d1")
    #expect(try outbox.counts() == [.cached: 1, .synced: 1])
    #expect(try outbox.flush() == 1)
    let flushed = try #require(try outbox.find(entry.id))
    #expect(flushed.state == .queued)
    #expect(flushed.attempts == 0)
    #expect(try outbox.find(other.id)?.state == .synced)
    #expect(try claim()?.id == entry.id)
    #expect(try fixture.eventKinds().last == "crm.queued")
    #expect(try outbox.flush() == 0)
  }

  @Test("entries are claimed in the order in which they fall due")
  func order() throws {
    fixture.clock.advance(1)
    let second = try fixture.addNote(digit: "b")
    #expect(try claim()?.id == entry.id)
    #expect(try claim()?.id == second.id)
  }

  @Test("an event carries the numbers as they were at that event")
  func eventNumbers() throws {
    try fixture.addNote(digit: "b")
    try outbox.record(attempt(.synced, code: 200), for: #require(try claim()), owner: "d1")
    let facts = try fixture.store.events.after(0, limit: 100, kindPrefix: "crm.").map {
      try JSONDecoder().decode(OpsFacts.self, from: Data($0.json.utf8))
    }
    #expect(facts.map(\.status) == [.queued, .queued, .synced])
    #expect(facts.map(\.queueLength) == [1, 2, 1])
    #expect(facts.map(\.crmProcessedCount) == [0, 0, 1])
    #expect(facts.map(\.crmAttempts) == [0, 0, 1])
    #expect(facts.map(\.finalWorkerQueueDepth) == [1, 2, 2])
  }
}
