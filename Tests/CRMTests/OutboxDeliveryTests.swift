import CRM
import Domain
import Endpoints
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Delivering to a CRM")
struct OutboxDeliveryTests {
  private let fixture: DeliveryFixture

  init() throws {
    fixture = try DeliveryFixture()
  }

  @Test("503s are retried when due, then the note is synced and recorded once, byte for byte")
  func retriesUntilSynced() async throws {
    let entry = try fixture.addNote()
    try await withMockCRM(failures: 2) { (server, address) async throws in
      try await fixture.withDelivery(to: address + "/crm/push") { (delivery) async throws in
        let first = try #require(try await delivery.deliverNext())
        #expect(first.state == .retrying)
        #expect(first.responseCode == 503)
        #expect(first.error == "mock failure")
        #expect(first.nextAttemptAt == fixture.clock.now.addingTimeInterval(5))
        #expect(try await delivery.deliverNext() == nil)
        fixture.clock.advance(5)
        #expect(try await delivery.deliverNext()?.state == .retrying)
        fixture.clock.advance(300)
        let third = try #require(try await delivery.deliverNext())
        #expect(third.state == .synced)
        #expect(third.attempt == 3)
        #expect(try await delivery.deliverNext() == nil)
      }
      let records = await server.records
      #expect(records.map(\.idempotencyKey) == [entry.id.rawValue])
      #expect(records.map(\.payload) == [entry.payload])
    }
    #expect(try fixture.store.outbox.attempts(of: entry.id).map(\.responseCode) == [503, 503, 200])
  }

  /// Weakness 8 of the prototype: no idempotency key, so a retry made a second record.
  @Test("a deliverer that dies after the CRM took the note sends it again, and the CRM records it once")
  func processDeathAfterSend() async throws {
    let entry = try fixture.addNote()
    try await withMockCRM { (server, address) async throws in
      let claimed = try #require(try fixture.store.outbox.claimDue(owner: "died", lease: .seconds(35)))
      let poster = HTTPPoster()
      _ = try await poster.post(
        try #require(URL(string: address + "/crm/push")), headers: [("Idempotency-Key", claimed.id.rawValue)],
        body: claimed.payload, timeout: .seconds(5))
      try await poster.shutdown()
      try await fixture.withDelivery(to: address + "/crm/push") { (delivery) async throws in
        #expect(try await delivery.deliverNext() == nil)
        fixture.clock.advance(35)
        #expect(try await delivery.deliverNext()?.state == .synced)
      }
      #expect(await server.records.map(\.idempotencyKey) == [entry.id.rawValue])
      #expect(await server.counts.duplicates == 1)
    }
    #expect(try fixture.store.outbox.unknownOutcomes() == (entries: 0, attempts: 1))
  }

  @Test("while no connection can be made the note stays queued, with the error and each attempt on record")
  func unreachable() async throws {
    let entry = try fixture.addNote()
    let closed = try LocalSocket(listens: false)
    try await fixture.withDelivery(to: closed.endpoint) { (delivery) async throws in
      let report = try #require(try await delivery.deliverNext())
      #expect(report.state == .queued)
      #expect(report.responseCode == nil)
      #expect(report.error == "no connection to 127.0.0.1: Connection refused")
    }
    let after = try #require(try fixture.store.outbox.find(entry.id))
    #expect(after.attempts == 1)
    #expect(!after.unknownOutcome)
    #expect(after.nextAttemptAt == fixture.clock.now.addingTimeInterval(5))
    #expect(try fixture.store.outbox.attempts(of: entry.id).count == 1)
  }

  @Test("a note that never found a connection is cached, and goes out after a flush")
  func cachedThenFlushed() async throws {
    let entry = try fixture.addNote()
    try await fixture.withDelivery(to: try LocalSocket(listens: false).endpoint, maxAttempts: 1) {
      (delivery) async throws in
      #expect(try await delivery.deliverNext()?.state == .cached)
      #expect(try await delivery.deliverNext() == nil)
    }
    #expect(try fixture.store.outbox.flush().queued == 1)
    try await withMockCRM { (server, address) async throws in
      try await fixture.withDelivery(to: address + "/crm/push") { (delivery) async throws in
        #expect(try await delivery.deliverNext()?.state == .synced)
      }
      #expect(await server.records.map(\.payload) == [entry.payload])
    }
  }

  @Test("a CRM that takes the connection and never answers leaves the outcome unknown: retrying")
  func silent() async throws {
    let entry = try fixture.addNote()
    let silent = try LocalSocket(listens: true)
    try await fixture.withDelivery(to: silent.endpoint, timeoutSeconds: 2.5) { (delivery) async throws in
      let report = try #require(try await delivery.deliverNext())
      #expect(report.state == .retrying)
      #expect(report.responseCode == nil)
      #expect(report.error == "no answer within 2.5 s")
    }
    let after = try #require(try fixture.store.outbox.find(entry.id))
    #expect(after.state == .retrying && after.unknownOutcome)
    #expect(DeliveryBadge(after.status).error == "No reply in time")
    #expect(try fixture.store.outbox.unknownOutcomes() == (entries: 1, attempts: 1))
  }

  @Test(
    "a reply that is no HTTP leaves the outcome unknown and the process alive",
    arguments: ["HTTP/1.1 099 Weird\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 000 \r\n\r\n", "SMTP ready\r\n", ""])
  func malformed(reply: String) async throws {
    try fixture.addNote()
    let socket = try LocalSocket(listens: true)
    socket.answerOnce(reply)
    try await fixture.withDelivery(to: socket.endpoint, timeoutSeconds: 15) { (delivery) async throws in
      let report = try #require(try await delivery.deliverNext())
      #expect(report.state == .retrying && report.responseCode == nil)
    }
    #expect(try fixture.store.outbox.unknownOutcomes() == (entries: 1, attempts: 1))
  }

  @Test("attempts used up on answers end as failed")
  func exhausted() async throws {
    try fixture.addNote()
    try await withMockCRM(failures: 5) { (_, address) async throws in
      try await fixture.withDelivery(to: address + "/crm/push", maxAttempts: 2) { (delivery) async throws in
        #expect(try await delivery.deliverNext()?.state == .retrying)
        fixture.clock.advance(0.5)
        #expect(try await delivery.deliverNext()?.state == .failed)
      }
    }
    #expect(try fixture.store.outbox.counts() == [.failed: 1])
  }

  @Test("a running delivery sends what is queued and stops when it is cancelled")
  func runs() async throws {
    let entries = try [fixture.addNote(digit: "a"), fixture.addNote(digit: "b")]
    try await withMockCRM { (server, address) async throws in
      try await fixture.withDelivery(to: address + "/crm/push") { (delivery) async throws in
        let (reports, send) = AsyncStream<DeliveryReport>.makeStream()
        let run = Task { try await delivery.run { send.yield($0) } }
        var delivered = Set<ID<OutboxEntry>>()
        for await report in reports {
          #expect(report.state == .synced)
          delivered.insert(report.entryID)
          if delivered.count == 2 { break }
        }
        #expect(delivered == Set(entries.map(\.id)))
        run.cancel()
        try await run.value
      }
      #expect(await server.records.count == 2)
    }
  }

  @Test("a delivery cancelled while the CRM is still thinking records what came of the attempt")
  func cancelledDuringAttempt() async throws {
    let entry = try fixture.addNote()
    let silent = try LocalSocket(listens: true)
    try await fixture.withDelivery(to: silent.endpoint, timeoutSeconds: 0.5) { (delivery) async throws in
      let run = Task { try await delivery.run() }
      while try fixture.store.outbox.find(entry.id)?.claims == 0 { await Task.yield() }
      run.cancel()
      try await run.value
    }
    #expect(try fixture.store.outbox.attempts(of: entry.id).map(\.state) == [.retrying])
  }
}
