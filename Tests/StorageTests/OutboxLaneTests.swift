import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Outbox: the lane of an endpoint")
struct OutboxLaneTests {
  private let fixture: StoreFixture
  private let target = DeliveryTarget(endpoint: "http://crm.example/push", limits: .init(perMinute: 60))
  private var outbox: OutboxStore { fixture.store.outbox }

  init() throws {
    fixture = try StoreFixture()
    for digit in "0123456789" { try fixture.addNote(digit: digit) }
  }

  private func claim(_ store: FieldStore? = nil) throws -> OutboxStore.Claim {
    try (store ?? fixture.store).outbox.claim(owner: "d1", lease: .seconds(35), to: target)
  }

  private func claimed() throws -> OutboxEntry {
    guard case .entry(let entry) = try claim() else { throw StoreFixture.Unexpected() }
    return entry
  }

  /// One attempt that ends in this state and says this about the endpoint.
  private func attempt(_ state: DeliveryState, _ signal: DeliveryLane.Signal) throws {
    let attempt = fixture.attempt(
      state, next: state.isPending ? 0 : nil, code: state == .synced ? 200 : nil, error: state == .synced ? nil : "e")
    try outbox.record(attempt, for: try claimed(), owner: "d1", to: target, signal: signal)
  }

  @Test("five failures in a row close the lane for every process, and no attempt is used up meanwhile")
  func opens() throws {
    for _ in 0..<5 { try attempt(.queued, .trouble()) }
    let until = fixture.clock.now.addingTimeInterval(5)
    #expect(try claim() == .closed(.down(until: until)))
    #expect(try claim(fixture.another()) == .closed(.down(until: until)))
    #expect(try outbox.nextDueAt(to: target) == until)
    #expect(try outbox.nextDueAt() == fixture.clock.now)
    #expect(try outbox.all().map(\.attempts).reduce(0, +) == 5)
    #expect(try fixture.eventKinds().contains("breaker.open"))
  }

  @Test("after the pause one probe goes out; its success opens the lane for all, its failure closes it for longer")
  func probes() throws {
    for _ in 0..<5 { try attempt(.queued, .trouble()) }
    fixture.clock.advance(5)
    let probe = try claimed()
    #expect(try claim() == .closed(.down(until: fixture.clock.now.addingTimeInterval(35))))
    let failed = fixture.attempt(.queued, next: 0, error: "e")
    try outbox.record(failed, for: probe, owner: "d1", to: target, signal: .trouble())
    #expect(try claim() == .closed(.down(until: fixture.clock.now.addingTimeInterval(10))))
    fixture.clock.advance(10)
    try attempt(.synced, .alive)
    #expect(try fixture.eventKinds().contains("breaker.closed"))
    _ = try claimed()
    _ = try claimed()
  }

  @Test("a flush and a retry by a person have the lane tried at once", arguments: [true, false])
  func hurried(flushes: Bool) throws {
    for _ in 0..<5 { try attempt(.queued, .trouble()) }
    if flushes { try outbox.flush() } else { _ = try outbox.retry(#require(try outbox.all().last).id) }
    _ = try claimed()
    guard case .closed = try claim() else { throw StoreFixture.Unexpected() }
  }

  @Test("the budget is shared by all processes and fills again with time")
  func budget() throws {
    let other = try fixture.another()
    for index in 0..<6 {
      guard case .entry = try claim(index.isMultiple(of: 2) ? nil : other) else { throw StoreFixture.Unexpected() }
    }
    #expect(try claim() == .closed(.overBudget(until: fixture.clock.now.addingTimeInterval(1))))
    #expect(try outbox.nextDueAt(to: target) == fixture.clock.now)
    fixture.clock.advance(1)
    _ = try claimed()
    guard case .closed(.overBudget) = try claim() else { throw StoreFixture.Unexpected() }
  }

  @Test("a CRM that asks to be left alone is left alone, for an hour at most")
  func held() throws {
    try attempt(.retrying, .busy(seconds: 120))
    #expect(try claim() == .closed(.down(until: fixture.clock.now.addingTimeInterval(120))))
    fixture.clock.advance(120)
    try attempt(.retrying, .busy(seconds: 1e9))
    #expect(try claim() == .closed(.down(until: fixture.clock.now.addingTimeInterval(3_600))))
  }

  @Test("a clock that was put back opens a lane that would have stayed closed for ever")
  func clockPutBack() throws {
    for _ in 0..<5 { try attempt(.queued, .trouble()) }
    fixture.clock.advance(-86_400)
    _ = try claimed()
  }

  @Test("another endpoint has a lane of its own")
  func separate() throws {
    for _ in 0..<5 { try attempt(.queued, .trouble()) }
    let other = DeliveryTarget(endpoint: "http://other.example/push")
    guard case .entry = try outbox.claim(owner: "d1", lease: .seconds(35), to: other) else {
      throw StoreFixture.Unexpected()
    }
    #expect(try outbox.lanes().map(\.endpoint) == ["http://crm.example/push", "http://other.example/push"])
  }
}
