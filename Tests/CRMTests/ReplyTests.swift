import CRM
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("What a CRM answers")
struct ReplyTests {
  private let fixture: DeliveryFixture

  init() throws {
    fixture = try DeliveryFixture()
  }

  /// Delivers one note to a CRM that gives this answer, and looks what the outbox says then.
  private func deliver(_ answer: ScriptedCRM.Answer, apiKey: String? = nil) async throws -> OutboxEntry {
    try fixture.addNote()
    try await ScriptedCRM([answer]).serve { url in
      try await fixture.withDelivery(to: url.absoluteString, apiKey: apiKey) { _ = try await $0.deliverNext() }
    }
    return try #require(try fixture.store.outbox.all().first)
  }

  @Test("a push carries the headers that a CRM needs, and the stored bytes")
  func headers() async throws {
    let entry = try fixture.addNote()
    let crm = ScriptedCRM([])
    try await crm.serve { url in
      try await fixture.withDelivery(to: url.absoluteString, apiKey: "k-123") { _ = try await $0.deliverNext() }
    }
    let asked = try #require(await crm.asked.first)
    #expect(asked.headers["content-type"] == "application/json")
    #expect(asked.headers["idempotency-key"] == entry.id.rawValue)
    #expect(asked.headers["authorization"] == "Bearer k-123")
    #expect(asked.headers["user-agent"] == "FieldOS/\(Product.version)")
    #expect(asked.body == entry.payload)
  }

  @Test("without a key there is no Authorization header")
  func noKey() async throws {
    try fixture.addNote()
    let crm = ScriptedCRM([])
    try await crm.serve { url in
      try await fixture.withDelivery(to: url.absoluteString) { _ = try await $0.deliverNext() }
    }
    #expect(try #require(await crm.asked.first).headers["authorization"] == nil)
  }

  @Test(
    "the explanation is the JSON error, else the text, else the status, cleaned and cut",
    arguments: [
      (#"{"error":"no such account","status":"error"}"#, "no such account"),
      ("plain\r\nwords\u{7}", "plain  words"), ("", "HTTP 422"), ("\n\n", "HTTP 422"),
      (String(repeating: "x", count: 500), String(repeating: "x", count: 200)),
      (#"{"error":{"code":1}}"#, #"{"error":{"code":1}}"#),
    ])
  func explanations(body: String, expected: String) async throws {
    let entry = try await deliver(.init(status: 422, body: body))
    #expect(entry.state == .failed)
    #expect(entry.lastError == expected)
  }

  @Test(
    "an explanation that repeats the note, the contact or the key is withheld",
    arguments: [
      "cannot store: TWO beds  need mulch before", "unknown person Samir Voss", "bad token k-123",
      #"{"error":"rejected {\"contact_email\":\"samir.voss@acmehoa.demo\"}"}"#,
    ])
  func echoes(body: String) async throws {
    let entry = try await deliver(.init(status: 400, body: body), apiKey: "k-123")
    #expect(entry.lastError == "HTTP 400 (explanation withheld: it repeats what was sent)")
  }

  @Test("Retry-After is waited for")
  func retryAfter() async throws {
    let entry = try await deliver(.init(status: 429, headers: ["Retry-After": "120"]))
    #expect(entry.state == .retrying)
    #expect(entry.nextAttemptAt == fixture.clock.now.addingTimeInterval(120))
  }

  @Test("a redirect is not followed: failed")
  func redirect() async throws {
    let entry = try await deliver(.init(status: 307, headers: ["Location": "http://127.0.0.1:1/elsewhere"]))
    #expect(entry.state == .failed)
    #expect(entry.responseCode == 307)
  }

  @Test("a success with a huge body is a success")
  func hugeBody() async throws {
    let entry = try await deliver(.init(status: 200, body: String(repeating: "x", count: 300_000)))
    #expect(entry.state == .synced)
  }

  @Test("a success whose body never ends is a success once the time is up")
  func stalledBody() async throws {
    try fixture.addNote()
    let crm = ScriptedCRM([.init(status: 200, body: "{", stalls: true)])
    try await crm.serve { url in
      try await fixture.withDelivery(to: url.absoluteString, timeoutSeconds: 15) { delivery in
        _ = try await delivery.deliverNext()
      }
    }
    #expect(try fixture.store.outbox.counts() == [.synced: 1])
    #expect(await crm.asked.count == 1)
  }
}
