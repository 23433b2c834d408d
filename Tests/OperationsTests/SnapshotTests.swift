import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("CRM snapshot")
struct SnapshotTests {
  private let room: ViewRoom

  init() throws { room = try ViewRoom() }

  private static let keys: Set<String> = [
    "cached_records", "last_sync", "ai_fail_count", "ai_latency_totals", "ai_latency_counts", "last_payload",
    "recent_payloads", "last_crm_status", "final_transcribe_stats", "streaming_stats",
  ]

  private func recentNotes() throws -> [String] {
    let recent = try #require(try room.snapshot()["recent_payloads"] as? [[String: Any]])
    return recent.compactMap { $0["note"] as? String }
  }

  @Test("an empty store has a snapshot with exactly the contract's keys")
  func empty() throws {
    try room.projector().projectOnce()
    let snapshot = try room.snapshot()
    #expect(Set(snapshot.keys) == Self.keys)
    #expect(snapshot["last_payload"] is NSNull)
    let stats = try #require(snapshot["final_transcribe_stats"] as? [String: Any])
    #expect(
      Set(stats.keys) == [
        "queue_depth", "last_success_ts", "last_error", "last_heartbeat_ts", "last_confidence", "last_latency_ms",
        "model",
      ])
    let streaming = try #require(snapshot["streaming_stats"] as? [String: Any])
    #expect(Set(streaming.keys) == ["first_partial_ms", "updates", "dropouts", "fallbacks"])
    #expect(try room.text("crm_snapshot.json").hasPrefix("{\n  \"cached_records\": [],\n  \"last_sync\": null,\n"))
  }

  @Test("prototype test_crm_snapshot: a synced note sets last payload, status and last sync")
  func synced() throws {
    try room.save("first visit")
    try room.deliver()
    try room.projector().projectOnce()
    let snapshot = try room.snapshot()
    let payload = try #require(snapshot["last_payload"] as? [String: Any])
    let status = try #require(payload["crm_status"] as? [String: Any])
    #expect(payload["note"] as? String == "first visit")
    #expect(status["state"] as? String == "synced" && status["response_code"] as? Int == 200)
    #expect(status["timestamp"] as? String == "2026-11-22T12:00:00.000Z")
    #expect(Set(status.keys) == ["state", "timestamp", "response_code", "error"])
    #expect((snapshot["last_crm_status"] as? [String: Any])?["state"] as? String == "synced")
    #expect(snapshot["last_sync"] as? String == "2026-11-22T12:00:00.000Z")
  }

  @Test("prototype test_crm_snapshot: a failed delivery is told with its code and error")
  func failed() throws {
    try room.save()
    try room.deliver(.failed, code: 422, error: "no such account")
    try room.projector().projectOnce()
    let status = try #require(try room.snapshot()["last_crm_status"] as? [String: Any])
    #expect(status["state"] as? String == "failed" && status["error"] as? String == "no such account")
  }

  @Test("prototype test_crm_snapshot: no more than five recent payloads, newest first")
  func recent() throws {
    for number in 1...7 {
      try room.save("note \(number)")
      try room.deliver()
    }
    try room.projector().projectOnce()
    #expect(try recentNotes() == ["note 7", "note 6", "note 5", "note 4", "note 3"])
  }

  @Test("weakness 5: a key of an older note does not leak into a later note's last payload")
  func noStaleKeys() throws {
    try room.save("with a quote") {
      $0.quoteSummary = QuoteSummary(
        service: "Mulch", basePrice: 1, upsells: [], currency: "USD", total: 1, generatedAt: "2026-11-22T12:00:00Z")
    }
    try room.projector().projectOnce()
    #expect((try room.snapshot()["last_payload"] as? [String: Any])?["quote_summary"] != nil)
    room.clock.advance(1)
    try room.save("without")
    try room.projector().projectOnce()
    let payload = try #require(try room.snapshot()["last_payload"] as? [String: Any])
    #expect(payload["note"] as? String == "without" && payload["quote_summary"] == nil)
  }

  @Test("weakness 10: two notes saved in the same second are both there, under ids of their own")
  func sameSecond() throws {
    try room.save("one")
    try room.save("two")
    try room.projector().projectOnce()
    let recent = try #require(try room.snapshot()["recent_payloads"] as? [[String: Any]])
    #expect(Set(recent.compactMap { $0["_crm_payload_id"] as? String }).count == 2)
  }

  @Test("weakness 4: looking at the snapshot writes nothing")
  func lookingWritesNothing() throws {
    try room.save()
    let view = SnapshotView(store: room.store, clock: room.clock.wall)
    let shown = try view.current()
    #expect(!FileManager.default.fileExists(atPath: room.file("crm_snapshot.json").path))
    try room.projector().projectOnce()
    #expect(try room.bytes("crm_snapshot.json") == shown)
  }

  @Test(
    "weakness 4: a torn or damaged snapshot is set aside and written anew", arguments: ["", "{\"last_", "[1]", "\u{0}"])
  func damaged(_ content: String) throws {
    try Data(content.utf8).write(to: room.file("crm_snapshot.json"))
    try room.save()
    try room.projector().projectOnce()
    #expect(try room.text("crm_snapshot.json.corrupt-20261122T120000Z") == content)
    #expect(try recentNotes() == ["secret words"])
    // And again, for our own file.
    try Data(content.utf8).write(to: room.file("crm_snapshot.json"))
    try room.projector().projectOnce()
    #expect(try room.text("crm_snapshot.json.corrupt-20261122T120000Z.2") == content)
    #expect(try recentNotes() == ["secret words"])
  }

  @Test("a deleted snapshot is written again, byte for byte")
  func deleted() throws {
    try room.save()
    try room.projector().projectOnce()
    let before = try room.bytes("crm_snapshot.json")
    try FileManager.default.removeItem(at: room.file("crm_snapshot.json"))
    try room.projector().projectOnce()
    #expect(try room.bytes("crm_snapshot.json") == before)
  }

  @Test("an older snapshot's counters and payloads are carried on, keys that it lacks are filled")
  func migrates() throws {
    let old = """
      {"ai_fail_count": 3, "ai_latency_totals": {"transcribe": 2.5}, "ai_latency_counts": {"transcribe": 2},
       "last_sync": "2025-11-03T10:00:00", "recent_payloads": [{"note": "old", "ts": "2025-11-03T10:00:00"}, 5],
       "unknown": 1, "streaming_stats": {"updates": 2}}
      """
    try Data(old.utf8).write(to: room.file("crm_snapshot.json"))
    try room.projector().projectOnce()
    for _ in 0..<2 {
      let snapshot = try room.snapshot()
      #expect(Set(snapshot.keys) == Self.keys)
      #expect(snapshot["ai_fail_count"] as? Int == 3)
      #expect((snapshot["ai_latency_totals"] as? [String: Double]) == ["transcribe": 2.5, "polish": 0])
      #expect((snapshot["ai_latency_counts"] as? [String: Int]) == ["transcribe": 2, "polish": 0])
      #expect(snapshot["last_sync"] as? String == "2025-11-03T10:00:00")
      #expect((snapshot["streaming_stats"] as? [String: Any])?["updates"] as? Int == 2)
      #expect(try recentNotes() == ["old"])
      // What was inherited outlives the file.
      try FileManager.default.removeItem(at: room.file("crm_snapshot.json"))
      try room.projector().projectOnce()
    }
    try room.save("new")
    try room.projector().projectOnce()
    #expect(try recentNotes() == ["new", "old"])
  }

  @Test(
    "counters of an older snapshot that no number can hold are no crash", arguments: ["1e300", "9223372036854775807"])
  func hugeCounters(_ number: String) throws {
    try Data("{\"ai_fail_count\": \(number)}".utf8).write(to: room.file("crm_snapshot.json"))
    try room.projector().projectOnce()
    #expect(try room.snapshot()["ai_fail_count"] as? Int == 0)
  }
}
