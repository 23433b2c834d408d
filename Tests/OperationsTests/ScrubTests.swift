import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Scrubbing the snapshot")
struct ScrubTests {
  private let room: ViewRoom
  private let view: SnapshotView

  init() throws {
    room = try ViewRoom()
    view = SnapshotView(store: room.store, clock: room.clock.wall)
  }

  private func expectNoNotes(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let snapshot = try room.snapshot()
    #expect(snapshot["last_payload"] is NSNull, sourceLocation: sourceLocation)
    #expect((snapshot["recent_payloads"] as? [Any])?.isEmpty == true, sourceLocation: sourceLocation)
    #expect(try !room.text("crm_snapshot.json").contains("secret"), sourceLocation: sourceLocation)
  }

  @Test("weakness 33: payloads and status are cleared, counters stay, and no projection brings them back")
  func cleared() throws {
    try room.save()
    try room.deliver()
    try room.projector().projectOnce()
    let lastSync = try room.snapshot()["last_sync"] as? String
    #expect(try view.scrub())
    try expectNoNotes()
    #expect(try room.snapshot()["last_crm_status"] is NSNull)
    #expect(try room.snapshot()["last_sync"] as? String == lastSync)
    try FileManager.default.removeItem(at: room.file("crm_snapshot.json"))
    try room.projector().projectOnce()
    try expectNoNotes()
  }

  @Test("a note that was cleared stays out when its delivery goes on; one saved later is shown")
  func staysOut() throws {
    try room.save()
    #expect(try view.scrub())
    try room.deliver(.failed, code: 422, error: "refused")
    try room.projector().projectOnce()
    try expectNoNotes()
    #expect((try room.snapshot()["last_crm_status"] as? [String: Any])?["state"] as? String == "failed")
    // Also where the clock was set back meanwhile.
    room.clock.advance(-3_600)
    try room.save("after the scrub")
    try room.projector().projectOnce()
    let recent = try #require(try room.snapshot()["recent_payloads"] as? [[String: Any]])
    #expect(recent.compactMap { $0["note"] as? String } == ["after the scrub"])
  }

  @Test("scrubbing again changes nothing")
  func idempotent() throws {
    try room.save()
    #expect(try view.scrub())
    let before = try room.views()
    let seq = try room.store.events.lastSeq()
    #expect(try !view.scrub())
    #expect(try room.views() == before)
    #expect(try room.store.events.lastSeq() == seq)
  }

  @Test("what an older snapshot said of notes is cleared, its counters stay")
  func inherited() throws {
    let old = #"{"ai_fail_count": 3, "recent_payloads": [{"note": "secret"}], "last_payload": {"note": "secret"}}"#
    try Data(old.utf8).write(to: room.file("crm_snapshot.json"))
    #expect(try view.scrub())
    try expectNoNotes()
    #expect(try room.snapshot()["ai_fail_count"] as? Int == 3)
    #expect(try room.store.views.snapshotFacts(recent: 5).inherited == Data(#"{"ai_fail_count":3}"#.utf8))
  }
}
