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

  private func claim(_ owner: String = "d1") throws -> OutboxEntry? { try fixture.claimEntry(owner) }

  @Test("a due entry is claimed by one deliverer only, and says that it is being sent")
  func claimedOnce() throws {
    let claimed = try #require(try claim("d1"))
    #expect(claimed.id == entry.id)
    #expect(claimed.state == .sending)
    #expect(claimed.nextAttemptAt == nil)
    #expect(try claim("d2") == nil)
    #expect(try outbox.counts() == [.sending: 1])
    #expect(try fixture.eventKinds().last == "outbox.sending")
  }

  /// Weakness 7 of the prototype: a note was lost where the process died while sending it.
  @Test("a deliverer that died while sending leaves a retrying entry whose outcome is unknown, once its lease is over")
  func processDeath() throws {
    _ = try claim("d1")
    #expect(try outbox.nextDueAt() == fixture.clock.now.addingTimeInterval(35))
    fixture.clock.advance(34.999)
    #expect(try claim("d2") == nil)
    fixture.clock.advance(0.001)
    let again = try #require(try claim("d2"))
    #expect(again.id == entry.id)
    #expect(again.attempts == 1)
    #expect(again.claims == 2)
    #expect(again.unknownOutcome)
    #expect(try fixture.eventKinds().suffix(3) == ["outbox.sending", "crm.retrying", "outbox.sending"])
    #expect(try outbox.attempts(of: entry.id).map(\.unknownOutcome) == [true])
    #expect(try outbox.unknownOutcomes() == (entries: 1, attempts: 1))
  }

  @Test("a 2xx settles an unknown outcome; the attempt that nobody heard of stays on record")
  func unknownSettled() throws {
    _ = try claim()
    fixture.clock.advance(35)
    let synced = try outbox.record(fixture.attempt(.synced, code: 200), for: #require(try claim()), owner: "d1")
    #expect(!synced.unknownOutcome)
    #expect(try outbox.unknownOutcomes() == (entries: 0, attempts: 1))
  }

  @Test("an answer that is no success leaves an earlier outcome unknown")
  func unknownStays() throws {
    let lost = DeliveryAttempt(
      startedAt: fixture.clock.now, state: .retrying, nextAttemptAt: fixture.clock.now, responseCode: nil,
      error: "no answer", unknownOutcome: true)
    try outbox.record(lost, for: #require(try claim()), owner: "d1")
    let refused = fixture.attempt(.failed, code: 422, error: "no such account")
    #expect(try outbox.record(refused, for: #require(try claim()), owner: "d1").unknownOutcome)
  }

  @Test("an outcome after the claim lapsed and was taken over writes nothing")
  func fenced() throws {
    let first = try #require(try claim("d1"))
    fixture.clock.advance(35)
    let second = try #require(try claim("d1"))
    let attempts = try outbox.attempts(of: entry.id)
    #expect(throws: StorageError.leaseLost(id: entry.id.rawValue)) {
      try outbox.record(fixture.attempt(.synced, code: 200), for: first, owner: "d1")
    }
    #expect(try outbox.attempts(of: entry.id) == attempts)
    #expect(try outbox.record(fixture.attempt(.synced, code: 200), for: second, owner: "d1").state == .synced)
  }

  @Test("a retrying entry waits for its time, and each attempt is kept")
  func retrying() throws {
    let first = fixture.attempt(.retrying, next: 5, code: 503, error: "mock failure")
    let after = try outbox.record(first, for: #require(try claim()), owner: "d1")
    #expect(after.attempts == 1)
    #expect(after.status.state == .retrying)
    #expect(try outbox.nextDueAt() == fixture.clock.now.addingTimeInterval(5))
    #expect(try claim() == nil)
    fixture.clock.advance(5)
    let second = fixture.attempt(.synced, code: 200)
    let synced = try outbox.record(second, for: #require(try claim()), owner: "d1")
    #expect(synced.attempts == 2)
    #expect(synced.lastError == nil)
    let kept = try outbox.attempts(of: entry.id)
    #expect(kept.map(\.state) == [.retrying, .synced])
    #expect(kept.map(\.responseCode) == [503, 200])
    #expect(kept.map(\.error) == ["mock failure", nil])
    #expect(kept.map(\.nextAttemptAt) == [first.nextAttemptAt, nil])
    #expect(kept.map(\.startedAt) == [first.startedAt, second.startedAt])
    #expect(kept.map(\.endedAt) == [fixture.clock.now.addingTimeInterval(-5), fixture.clock.now])
    #expect(try outbox.nextDueAt() == nil)
    let kinds = try fixture.eventKinds().filter { $0.hasPrefix("crm.") }
    #expect(kinds == ["crm.queued", "crm.retrying", "crm.synced"])
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
    try outbox.record(fixture.attempt(.synced, code: 200), for: #require(try claim()), owner: "d1")
    let facts = try fixture.store.events.after(0, limit: 100, kindPrefix: "crm.").map {
      try JSONDecoder().decode(OpsFacts.self, from: Data($0.json.utf8))
    }
    #expect(facts.map(\.status) == [.queued, .queued, .synced])
    #expect(facts.map(\.queueLength) == [1, 2, 1])
    #expect(facts.map(\.crmProcessedCount) == [0, 0, 1])
    #expect(facts.map(\.crmAttempts) == [0, 0, 1])
    #expect(facts.map(\.finalWorkerQueueDepth) == [1, 2, 2])
  }

  @Test("a clock that was put back strands nothing: neither what waits nor what was being sent")
  func clockPutBack() throws {
    try fixture.addNote(digit: "b")
    let waits = fixture.attempt(.retrying, next: 86_400, code: 503, error: "down")
    try outbox.record(waits, for: #require(try claim()), owner: "d1")
    _ = try claim("died")
    fixture.clock.advance(-7_200)
    #expect(try outbox.nextDueAt() == fixture.clock.now)
    let again = try [#require(try claim()), #require(try claim())]
    #expect(Set(again.map(\.id)) == Set(try outbox.all().map(\.id)))
    #expect(try claim() == nil)
  }

  @Test("a clock that steps back by a moment, as time servers have it, changes no wait")
  func clockStep() throws {
    let waits = fixture.attempt(.retrying, next: 300, code: 503, error: "down")
    try outbox.record(waits, for: #require(try claim()), owner: "d1")
    fixture.clock.advance(-59)
    #expect(try claim() == nil)
  }

  @Test("counts are those of the rows, whatever happened to them")
  func tally() throws {
    for digit in "bcd" { try fixture.addNote(digit: digit) }
    try outbox.record(fixture.attempt(.synced, code: 200), for: #require(try claim()), owner: "d1")
    try outbox.record(fixture.attempt(.failed, code: 422, error: "e"), for: #require(try claim()), owner: "d1")
    _ = try claim()
    let rows = Dictionary(grouping: try outbox.all(), by: \.state).mapValues(\.count)
    #expect(try outbox.counts() == rows)
    #expect(rows == [.synced: 1, .failed: 1, .sending: 1, .queued: 1])
  }
}

extension StoreFixture {
  func claimEntry(_ owner: String = "d1") throws -> OutboxEntry? {
    try store.outbox.claimDue(owner: owner, lease: .seconds(35))
  }

  func attempt(
    _ state: DeliveryState, next: Double? = nil, code: Int? = nil, error: String? = nil
  ) -> DeliveryAttempt {
    DeliveryAttempt(
      startedAt: clock.now, state: state, nextAttemptAt: next.map(clock.now.addingTimeInterval), responseCode: code,
      error: error)
  }

  /// Claims the entry that is due and records this outcome.
  @discardableResult
  func deliver(_ attempt: DeliveryAttempt) throws -> OutboxEntry {
    guard let entry = try claimEntry() else { throw Unexpected() }
    return try store.outbox.record(attempt, for: entry, owner: "d1")
  }
}
