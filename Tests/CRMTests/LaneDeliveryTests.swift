import CRM
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Delivering to a CRM that is down, busy or strict")
struct LaneDeliveryTests {
  private let fixture: DeliveryFixture

  init() throws {
    fixture = try DeliveryFixture()
  }

  /// Weakness 9 of the prototype: three tries within a second, whatever the answer.
  @Test("a CRM that is down costs five attempts, not one a note, and gets one probe at a time")
  func breaker() async throws {
    for digit in "0123456789" { try fixture.addNote(digit: digit) }
    try await fixture.withDelivery(to: try LocalSocket(listens: false).endpoint) { (delivery) async throws in
      for _ in 0..<5 { #expect(try await delivery.deliverNext()?.state == .queued) }
      #expect(try await delivery.deliverNext() == nil)
      fixture.clock.advance(5)
      #expect(try await delivery.deliverNext()?.state == .queued)
      #expect(try await delivery.deliverNext() == nil)
    }
    #expect(try fixture.store.outbox.all().map(\.attempts).reduce(0, +) == 6)
  }

  @Test("after an outage every note goes out once the probe came through")
  func recovery() async throws {
    for digit in "01234567" { try fixture.addNote(digit: digit) }
    try await withMockCRM(failures: 5) { (server, address) async throws in
      try await fixture.withDelivery(to: address + "/crm/push", ratePerMinute: 600) { (delivery) async throws in
        for _ in 0..<5 { #expect(try await delivery.deliverNext()?.responseCode == 503) }
        #expect(try await delivery.deliverNext() == nil)
        fixture.clock.advance(10)
        while try await delivery.deliverNext() != nil {}
      }
      #expect(await server.records.count == 8)
    }
    #expect(try fixture.store.outbox.counts() == [.synced: 8])
  }

  @Test("429 leaves the CRM alone for its Retry-After: no other note is tried meanwhile")
  func busy() async throws {
    try fixture.addNote(digit: "a")
    try fixture.addNote(digit: "b")
    let crm = ScriptedCRM([.init(status: 429, headers: ["Retry-After": "60"])])
    try await crm.serve { url in
      try await fixture.withDelivery(to: url.absoluteString) { (delivery) async throws in
        #expect(try await delivery.deliverNext()?.state == .retrying)
        #expect(try await delivery.deliverNext() == nil)
        fixture.clock.advance(60)
        #expect(try await delivery.deliverNext()?.state == .synced)
      }
    }
    #expect(await crm.asked.count == 2)
  }

  @Test("a budget of a few a minute lets a few through, whatever waits")
  func budget() async throws {
    for digit in "0123" { try fixture.addNote(digit: digit) }
    try await withMockCRM { (server, address) async throws in
      try await fixture.withDelivery(to: address + "/crm/push", ratePerMinute: 20) { (delivery) async throws in
        while try await delivery.deliverNext() != nil {}
        #expect(await server.records.count == 2)
        fixture.clock.advance(3)
        while try await delivery.deliverNext() != nil {}
        #expect(await server.records.count == 3)
      }
    }
  }

  @Test("409 is tried again, and the replayed answer of a CRM that knows the key is a success")
  func conflict() async throws {
    try fixture.addNote()
    let crm = ScriptedCRM([.init(status: 409, body: #"{"error":"in progress"}"#)])
    try await crm.serve { url in
      try await fixture.withDelivery(to: url.absoluteString) { (delivery) async throws in
        #expect(try await delivery.deliverNext()?.state == .retrying)
        fixture.clock.advance(5)
        #expect(try await delivery.deliverNext()?.state == .synced)
      }
    }
    let keys = await crm.asked.map { $0.headers["idempotency-key"] }
    #expect(Set(keys).count == 1)
  }

  @Test("an edited note is a record of its own in the CRM, after the first, under another key")
  func edited() async throws {
    let first = try fixture.addNote()
    try await withMockCRM { (server, address) async throws in
      try await fixture.withDelivery(to: address + "/crm/push") { (delivery) async throws in
        #expect(try await delivery.deliverNext()?.state == .synced)
        let edit = try fixture.store.notes.edit(
          first.noteID, text: "Three beds.", payload: Fixture.payload(note: "Three beds."))
        guard case .saved(_, let second) = edit else { throw DeliveryFixture.NotSaved() }
        #expect(try await delivery.deliverNext()?.entryID == second.id)
        #expect(await server.records.map(\.idempotencyKey) == [first.id.rawValue, second.id.rawValue])
        #expect(await server.records.map(\.payload) == [first.payload, second.payload])
      }
    }
  }

  @Test("the endpoint's name in the store holds no query: it may be a key")
  func endpointName() throws {
    let configuration = try CRMConfiguration(endpoint: "https://crm.example:8443/in?key=secret#part")
    #expect(configuration.target.endpoint == "https://crm.example:8443/in")
  }

  @Test("a budget that cannot be used is refused", arguments: [0, -1, 60_001])
  func badRate(rate: Int) {
    #expect(throws: CRMConfigurationError.ratePerMinute(rate)) { try CRMConfiguration(ratePerMinute: rate) }
  }
}
