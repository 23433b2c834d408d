import CRM
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Standard Webhooks signatures")
struct WebhookSignerTests {
  private static let old = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  private static let new = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()
  private let now = Date(timeIntervalSince1970: 1_614_265_330)
  private let body = Data(#"{"test": 2432232314}"#.utf8)

  private func signer(_ secrets: String) throws -> WebhookSigner {
    try #require(try WebhookSigner(secrets: secrets))
  }

  private func signed(_ signer: WebhookSigner) -> [String: String] {
    Dictionary(
      signer.headers(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: body, at: now).map { ($0.name, $0.value) },
      uniquingKeysWith: { $1 })
  }

  @Test("the specification's published example has its published signature")
  func example() throws {
    let headers = signed(try signer(Self.old))
    #expect(headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek")
    #expect(headers["webhook-timestamp"] == "1614265330")
    #expect(headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test("while a secret is changed both sign, and a receiver that knows either takes it", arguments: [" ", ",", ", "])
  func rotation(separator: String) throws {
    let headers = signed(try signer(Self.old + separator + Self.new))
    #expect(headers["webhook-signature"]?.split(separator: " ").count == 2)
    for secret in [Self.old, Self.new] {
      #expect(try signer(secret).verifies(headers: headers, body: body, now: now))
    }
  }

  @Test("another secret, body, id or time is refused")
  func refused() throws {
    let headers = signed(try signer(Self.old))
    let known = try signer(Self.old)
    #expect(known.verifies(headers: headers, body: body, now: now.addingTimeInterval(300)))
    #expect(!known.verifies(headers: headers, body: body, now: now.addingTimeInterval(301)))
    #expect(!known.verifies(headers: headers, body: body, now: now.addingTimeInterval(-301)))
    #expect(!known.verifies(headers: headers, body: body + Data(" ".utf8), now: now))
    #expect(!known.verifies(headers: headers.merging(["webhook-id": "x"]) { $1 }, body: body, now: now))
    #expect(!(try signer(Self.new).verifies(headers: headers, body: body, now: now)))
    for name in headers.keys {
      var fewer = headers
      fewer[name] = nil
      #expect(!known.verifies(headers: fewer, body: body, now: now))
    }
  }

  @Test(
    "a secret that cannot be one is refused by its number, never by its text",
    arguments: ["whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64", "whsk_AAAA"])
  func badSecrets(secret: String) {
    #expect(throws: CRMConfigurationError.signingSecret(number: 2)) {
      try WebhookSigner(secrets: Self.old + "," + secret)
    }
  }

  @Test("blank is no secret, and nothing that is printed holds one")
  func printed() throws {
    #expect(try WebhookSigner(secrets: " , ") == nil)
    let configuration = try CRMConfiguration(signingSecrets: Self.old)
    var dumped = "\(configuration) \(String(reflecting: configuration))"
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
  }

  @Test("a mock CRM that asks for signatures takes signed pushes and refuses the rest with 401")
  func endToEnd() async throws {
    let fixture = try DeliveryFixture()
    fixture.clock.advance(Date().timeIntervalSince(fixture.clock.now))
    let entry = try fixture.addNote()
    try await withMockCRM(signer: try signer(Self.new)) { (server, address) async throws in
      for secrets in [nil, Self.old] {
        try await fixture.withDelivery(to: address + "/crm/push", signingSecrets: secrets) {
          (delivery) async throws in
          let report = try #require(try await delivery.deliverNext())
          #expect(report.state == .failed && report.responseCode == 401 && report.error == "bad signature")
        }
        try fixture.store.outbox.flush()
      }
      try await fixture.withDelivery(to: address + "/crm/push", signingSecrets: Self.old + " " + Self.new) {
        (delivery) async throws in
        #expect(try await delivery.deliverNext()?.state == .synced)
      }
      #expect(await server.records.map(\.idempotencyKey) == [entry.id.rawValue])
      #expect(await server.counts.badSignatures == 2)
    }
  }
}
