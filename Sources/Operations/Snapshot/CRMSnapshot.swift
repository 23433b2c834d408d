import Domain
import Foundation

/// The content of `crm_snapshot.json`, made whole from rows each time: no key of an older note is left over in it.
enum CRMSnapshot {
  /// Most notes that it shows.
  static let maxRecent = 5

  /// The contract's keys, in its order.
  static let keys = [
    "cached_records", "last_sync", "ai_fail_count", "ai_latency_totals", "ai_latency_counts", "last_payload",
    "recent_payloads", "last_crm_status", "final_transcribe_stats", "streaming_stats",
  ]

  /// Keys of a prototype's snapshot that outlive its file.
  private static let inheritable = Set(keys).subtracting(["cached_records"])

  static func bytes(_ facts: SnapshotFacts) throws -> Data {
    try JSONText.pretty(value(facts), order: keys)
  }

  static func value(_ facts: SnapshotFacts) -> JSONValue {
    let before = facts.inherited.flatMap(JSONValue.init(parsing:)) ?? .object([:])
    let older = before["recent_payloads"]?.elements.filter { $0.members != nil } ?? []
    let recent = Array((facts.recent.map(payload) + older).prefix(maxRecent))
    return .object([
      "cached_records": .array([]),
      "last_sync": facts.lastSync.map { .string(Timestamp.utc($0)) } ?? before["last_sync"] ?? .null,
      "ai_fail_count": .integer(Int64(facts.aiFailures + (before["ai_fail_count"]?.int ?? 0))),
      "ai_latency_totals": .object([
        "transcribe": .number(facts.transcribeSeconds + number(before, "ai_latency_totals", "transcribe")),
        "polish": .number(number(before, "ai_latency_totals", "polish")),
      ]),
      "ai_latency_counts": .object([
        "transcribe": .integer(Int64(facts.transcribeCount) + count(before, "ai_latency_counts", "transcribe")),
        "polish": .integer(count(before, "ai_latency_counts", "polish")),
      ]),
      "last_payload": facts.recent.first.map(payload) ?? before["last_payload"] ?? .null,
      "recent_payloads": .array(recent),
      "last_crm_status": facts.lastStatus.map(status) ?? before["last_crm_status"] ?? .null,
      "final_transcribe_stats": stats(facts.finalWorker, before: before["final_transcribe_stats"]),
      "streaming_stats": streaming(facts.streaming, before: before["streaming_stats"]),
    ])
  }

  /// What of a prototype's snapshot is kept as a base for ours.
  static func heirloom(of value: JSONValue) -> JSONValue {
    .object((value.members ?? [:]).filter { inheritable.contains($0.key) && $0.value != .null })
  }

  /// The payload as it was stored, the id that it goes by, and how its delivery stands.
  private static func payload(_ entry: OutboxEntry) -> JSONValue {
    var members = JSONValue(parsing: entry.payload)?.members ?? [:]
    members["_crm_payload_id"] = members["_crm_payload_id"] ?? .string(entry.noteID.rawValue)
    members["crm_status"] = status(entry.status)
    return .object(members)
  }

  private static func status(_ status: DeliveryStatus) -> JSONValue {
    .object([
      // A claim under way is no state of the contract.
      "state": .string(status.state.rawValue == "sending" ? "queued" : status.state.rawValue),
      "timestamp": .string(Timestamp.utc(status.timestamp)),
      "response_code": .optional(status.responseCode),
      "error": .optional(status.error),
    ])
  }

  private static func stats(_ worker: FinalWorkerFacts, before: JSONValue?) -> JSONValue {
    // Until our own worker has done something, its predecessor's last words stand.
    let before = worker.lastSign == nil && worker.model == nil ? before : nil
    func or(_ own: JSONValue, _ key: String) -> JSONValue { own == .null ? before?[key] ?? .null : own }
    return .object([
      "queue_depth": .integer(Int64(worker.queueDepth)),
      "last_success_ts": or(.optional(worker.lastSuccess.map(Timestamp.utc)), "last_success_ts"),
      "last_error": or(.optional(worker.lastError), "last_error"),
      "last_heartbeat_ts": or(.optional(worker.lastSign.map(Timestamp.utc)), "last_heartbeat_ts"),
      "last_confidence": or(.optional(worker.lastConfidence), "last_confidence"),
      "last_latency_ms": or(.optional(worker.lastLatencyMilliseconds), "last_latency_ms"),
      "model": or(.optional(worker.model), "model"),
    ])
  }

  /// Until somebody was heard live here, the predecessor's last figures stand; fallbacks add up.
  private static func streaming(_ own: StreamingFacts, before: JSONValue?) -> JSONValue {
    let old = own == .none ? before : nil
    return .object([
      "first_partial_ms": .optional(own.firstPartialMilliseconds ?? old?["first_partial_ms"]?.double),
      "updates": .optional(old?["updates"]?.int ?? own.updates),
      "dropouts": .optional(old?["dropouts"]?.int ?? own.dropouts),
      "fallbacks": .optional(own.fallbacks + (before?["fallbacks"]?.int ?? 0)),
    ])
  }

  private static func number(_ value: JSONValue, _ key: String, _ part: String) -> Double {
    value[key]?[part]?.double ?? 0
  }

  private static func count(_ value: JSONValue, _ key: String, _ part: String) -> Int64 {
    Int64(value[key]?[part]?.int ?? 0)
  }
}
