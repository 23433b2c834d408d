import Crypto
import Domain
import Foundation

/// A payload of a prototype's snapshot whose delivery it never saw through.
struct PrototypeNote {
  /// Most bytes of one field: 1 MiB.
  static let maxFieldBytes = 1 << 20

  private static let undelivered: Set<String> = ["failed", "cached", "queued", "retrying"]

  let note: ImportedNote

  /// - Throws: the reason why it is not taken.
  init(_ payload: JSONValue, now: Date, timeZone: TimeZone) throws(RefusedNote) {
    func text(_ key: String) -> String { payload[key]?.text ?? "" }
    let words = ["note", "note_polished", "transcription_raw"].map(text).first { !$0.isEmpty }
    guard let words else { throw RefusedNote(reason: .noWords) }
    let sizes = (payload.members ?? [:]).values.map { $0.text?.utf8.count ?? 0 }
    if sizes.contains(where: { $0 > Self.maxFieldBytes }) {
      throw RefusedNote(reason: .tooLarge(limit: Self.maxFieldBytes))
    }
    let savedAt = OpsTime.parse(text("ts"), zone: timeZone).map { min($0, now) } ?? now
    note = ImportedNote(
      fingerprint: Self.fingerprint(payload), text: words,
      payload: CRMPayload(payload, words: words, timestamp: Timestamp.local(savedAt, zone: timeZone)),
      savedAt: savedAt)
  }

  /// The payloads that are worth a note, each once, oldest first.
  ///
  /// `last_payload` is looked at last: the prototype merged it into the one before, so that it may hold keys of an
  /// older note, while `recent_payloads` is right. A cached record was never sent, whatever it says of itself.
  static func undelivered(in snapshot: JSONValue) -> (payloads: [JSONValue], withoutState: Int) {
    let recent = (snapshot["recent_payloads"]?.elements ?? []) + [snapshot["last_payload"]].compactMap(\.self)
    let judged = recent.filter { $0.members != nil }
    var seen = Set<String>()
    let open =
      (snapshot["cached_records"]?.elements ?? []).filter { $0.members != nil }
      + judged.filter { undelivered.contains(state(of: $0, in: snapshot) ?? "") }
    let payloads = open.filter { seen.insert(fingerprint($0)).inserted }
    let known = Set(judged.filter { state(of: $0, in: snapshot) != nil }.map(fingerprint)).union(seen)
    let unknown = Set(judged.map(fingerprint)).subtracting(known)
    return (payloads.reversed(), unknown.count)
  }

  /// A payload that says nothing of its delivery is the last one, or nobody knows.
  private static func state(of payload: JSONValue, in snapshot: JSONValue) -> String? {
    if let state = payload["crm_status"]?["state"]?.text { return state }
    guard let last = snapshot["last_payload"], fingerprint(last) == fingerprint(payload) else { return nil }
    return last["crm_status"]?["state"]?.text ?? snapshot["last_crm_status"]?["state"]?.text
  }

  /// What was said, about whom, and when: two notes of one second are two, one note found twice is one.
  static func fingerprint(_ payload: JSONValue) -> String {
    var hash = SHA256()
    for key in ["ts", "account", "contact_name", "note", "transcription_raw"] {
      let bytes = Data((payload[key]?.text ?? "").utf8)
      hash.update(data: Data("\(key):\(bytes.count):".utf8) + bytes)
    }
    return hash.finalize().hex
  }
}

struct RefusedNote: Error {
  let reason: ImportRefusal
}

extension CRMPayload {
  /// The contract's fields and no others: what a prototype kept for itself is not sent.
  fileprivate init(_ payload: JSONValue, words: String, timestamp: String) {
    func text(_ key: String) -> String { payload[key]?.text ?? "" }
    func number(_ key: String) -> Double? { payload[key]?.double }
    let quote = (try? payload["quote_summary"]?.compact()).flatMap {
      try? JSONDecoder().decode(QuoteSummary.self, from: $0)
    }
    self.init(
      contact: Contact(
        name: text("contact_name"), phone: text("contact_phone"), email: text("contact_email"),
        account: text("account"), service: text("service"), customerID: text("customer_id"),
        customerType: text("customer_type"), accountAddress: text("account_address"),
        assignedRep: text("assigned_rep"), region: text("region"), leadSource: text("lead_source")),
      note: words, notePolished: payload["note_polished"]?.text ?? words, transcriptionRaw: text("transcription_raw"),
      transcriptionStreamPartial: text("transcription_stream_partial"),
      transcriptionFinal: text("transcription_final"),
      transcriptionFinalConfidence: number("transcription_final_confidence"),
      transcriptionFinalLatencyMilliseconds: payload["transcription_final_latency_ms"]?.int,
      transcriptionFinalCompletedAt: payload["transcription_final_completed_at"]?.text,
      transcriptionConfidence: number("transcription_confidence") ?? 0, aiModelVersion: text("ai_model_version"),
      processingTime: number("processing_time") ?? 0,
      timestamp: text("ts").isEmpty ? timestamp : text("ts"), quoteSummary: quote)
  }
}
