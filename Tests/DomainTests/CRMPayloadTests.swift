import Domain
import Foundation
import TestSupport
import Testing

@Suite("CRM payload JSON")
struct CRMPayloadTests {
  /// The contract's field names, without the optional `quote_summary`.
  static let contractKeys: Set<String> = [
    "contact_name", "contact_phone", "contact_email", "account", "service", "customer_id", "customer_type",
    "account_address", "assigned_rep", "region", "lead_source", "note", "transcription_raw",
    "transcription_stream_partial", "transcription_final", "transcription_final_confidence",
    "transcription_final_latency_ms", "transcription_final_completed_at", "note_polished",
    "transcription_confidence", "ai_model_version", "processing_time", "ts",
  ]

  private func object(_ payload: CRMPayload) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: payload.json()) as? [String: Any])
  }

  @Test("a payload without a final transcript and quote has exactly the contract's keys, with explicit nulls")
  func exactKeys() throws {
    let object = try object(Fixture.payload())
    #expect(Set(object.keys) == Self.contractKeys)
    for key in ["confidence", "latency_ms", "completed_at"] {
      #expect(object["transcription_final_" + key] is NSNull)
    }
    #expect(object["transcription_stream_partial"] as? String == "")
    #expect(object["transcription_final"] as? String == "")
  }

  @Test("a quote adds quote_summary with its own contract fields")
  func quoteSummary() throws {
    var payload = Fixture.payload()
    payload.quoteSummary = QuoteSummary(
      service: "Mulch", basePrice: 900, upsells: [.init(name: "Edging", price: 120)], currency: "USD", total: 1020,
      generatedAt: "2026-11-22T12:00:00Z")
    let object = try object(payload)
    #expect(Set(object.keys) == Self.contractKeys.union(["quote_summary"]))
    let quote = try #require(object["quote_summary"] as? [String: Any])
    #expect(Set(quote.keys) == ["service", "base_price", "upsells", "currency", "total", "generated_at"])
    #expect(quote["base_price"] as? Double == 900)
  }

  @Test("a payload survives encoding and decoding, and has the same bytes each time")
  func roundTrip() throws {
    var payload = Fixture.payload(note: "Line one\nline two \"quoted\" — ünï")
    payload.transcriptionFinalConfidence = 0.5
    payload.transcriptionFinalLatencyMilliseconds = 12
    #expect(try JSONDecoder().decode(CRMPayload.self, from: payload.json()) == payload)
    #expect(try payload.json() == payload.json())
  }

  @Test("the demo contact holds the contract's fixed data")
  func demoContact() throws {
    let object = try object(Fixture.payload())
    #expect(object["contact_name"] as? String == "Samir Voss")
    #expect(object["account"] as? String == "Acme HOA")
    #expect(object["customer_id"] as? String == "DEMO-ACME-HOA")
    #expect(object["service"] as? String == "Seasonal Cleanup + Mulch")
    #expect(object["account_address"] as? String == "3150 Detroit Ave, Cleveland, OH")
  }
}
