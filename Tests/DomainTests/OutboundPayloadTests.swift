import Domain
import Foundation
import Testing

@Suite("What leaves the machine")
struct OutboundPayloadTests {
  /// Weakness 11 of the prototype: a flush sent positions and bookkeeping to the CRM.
  @Test("bookkeeping of the prototype never leaves; what the contract names does")
  func stripped() throws {
    let stored = Data(
      """
      {"note":"n","_crm_payload_id":"1","_crm_retry_attempts":2,"_crm_last_error":"e","_offline_cached":true,
      "_cached_at":"t","_gps":"41.4819,-81.7982","crm_status":{"state":"cached"},"transcription_confidence":0.92}
      """.utf8)
    let sent = try JSONSerialization.jsonObject(with: OutboundPayload.stripped(stored)) as? [String: Any]
    #expect(Set(try #require(sent).keys) == ["note", "transcription_confidence"])
    #expect(OutboundPayload.stripped(stored) == OutboundPayload.stripped(stored))
  }

  @Test(
    "a payload without bookkeeping goes out byte for byte, and so does what is no object",
    arguments: [#"{ "note" : "a_b", "crm": {"_gps": 1} }"#, "[1]", "not json", ""])
  func untouched(payload: String) {
    #expect(OutboundPayload.stripped(Data(payload.utf8)) == Data(payload.utf8))
  }
}
