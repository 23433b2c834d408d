import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Operations page")
struct OpsPageTests {
  private let room: CockpitRoom

  init() throws { room = try CockpitRoom() }

  /// A note of the rep, queued.
  @discardableResult
  private func save(_ digit: Character) throws -> OutboxEntry {
    let clip = Fixture.clip(digit: digit, ownerID: room.rep.ownerID, at: room.clock.now)
    _ = try room.store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: room.clock.now)
    guard case .saved(_, let entry) = try room.store.notes.save(note, text: "words", payload: Fixture.payload())
    else { throw CockpitRoom.Unexpected() }
    return entry
  }

  private func deliver(_ state: DeliveryState, _ code: Int?, _ error: String? = nil) throws {
    let entry = try #require(try room.store.outbox.claimDue(owner: "d", lease: .seconds(35)))
    try room.store.outbox.record(
      DeliveryAttempt(
        startedAt: room.clock.now, state: state, nextAttemptAt: state.isPending ? room.clock.now + 60 : nil,
        responseCode: code, error: error), for: entry, owner: "d")
  }

  @Test("managers and admins see it, reps and strangers don't") func roles() async throws {
    #expect(try await room.manager.get("/ops").status == .ok)
    #expect(try await room.admin.get("/ops").status == .ok)
    #expect(try await room.rep.get("/ops").status == .forbidden)
    #expect(try await room.nobody.get("/ops").status == .seeOther)
    #expect(try await room.manager.get("/").text.contains("href=\"/ops\""))
    #expect(try await !room.rep.get("/").text.contains("href=\"/ops\""))
  }

  @Test("a backlog, a low rate and the CRM's codes are told in words, escaped") func figures() async throws {
    for digit in "abcde" { try save(digit) }
    try deliver(.synced, 201)
    try deliver(.failed, 422, "<b>no such stage</b>")
    try room.store.leases.giveSign(owner: "w")
    let page = try await room.manager.get("/ops").text
    #expect(page.contains("Over the limit of 3: 3 queued, 1 failed"))
    #expect(page.contains("Under the limit of 90%: 1 of 2 notes delivered"))
    #expect(page.contains("50.0%"))
    #expect(page.contains(">201<") && page.contains(">422<"))
    #expect(page.contains("&lt;b&gt;no such stage") && !page.contains("<b>no such stage"))
    #expect(!page.contains("First words") && !page.contains("Copilot"))
  }

  @Test("when all is well it says so") func allIsWell() async throws {
    try room.store.leases.giveSign(owner: "w")
    #expect(try await room.manager.get("/ops").text.contains("<b>All is well.</b>"))
  }

  @Test("a range leaves out what is older") func range() async throws {
    try save("a")
    try deliver(.failed, 500, "broken")
    room.clock.advance(2 * 3_600)
    #expect(try await room.manager.get("/ops?range=1h").text.contains("No note was sent in this time."))
    #expect(try await room.manager.get("/ops?range=6h").text.contains("0 of 1 note delivered"))
    #expect(try await room.manager.get("/ops?range=nonsense").status == .ok)
  }

  @Test("managers pause, resume, retry, set aside and cancel; each leaves its event") func actions() async throws {
    let entry = try save("a")
    #expect(try await room.manager.post("/ops/queues/delivery/pause").location == "/ops")
    #expect(try room.store.outbox.isPaused())
    #expect(try await room.manager.get("/ops").text.contains("Delivery is paused for everyone."))
    try await room.manager.post("/ops/queues/delivery/resume")
    #expect(try !room.store.outbox.isPaused())
    try await room.manager.post("/ops/outbox/\(entry.id.rawValue)/aside")
    let aside = try #require(try room.store.outbox.find(entry.id))
    #expect(aside.state == .failed && aside.lastError == "set aside by Mina Manager")
    try await room.manager.post("/ops/retry")
    #expect(try room.store.outbox.find(entry.id)?.state == .queued)
    let job = try #require(try room.store.jobs.pending(limit: 10).first)
    try await room.manager.post("/ops/jobs/\(job.id.rawValue)/cancel")
    #expect(try room.store.jobs.find(job.id)?.state == .cancelled)
    try await room.manager.post("/ops/jobs/\(job.id.rawValue)/replay")
    #expect(try room.store.jobs.find(job.id)?.state == .available)
    let kinds = try room.store.events.after(0, limit: 100).map(\.kind)
    for kind in ["queue.paused", "queue.resumed", "crm.failed", "job.cancelled"] { #expect(kinds.contains(kind)) }
  }

  @Test("a rep can do none of it", arguments: ["queues/delivery/pause", "retry", "outbox/x/aside", "jobs/x/cancel"])
  func repsCannot(path: String) async throws {
    try save("a")
    #expect(try await room.rep.post("/ops/\(path)").status == .forbidden)
    #expect(try !room.store.outbox.isPaused())
  }

  @Test("what the preflight found stands on every manager's page, and on Operations with its remedy")
  func preflight() async throws {
    room.services.configuration.health.put([
      HealthFinding(check: "disk", verdict: HealthVerdict(.failure, detail: "1 MiB free", remedy: "make room")),
      HealthFinding(check: "ffmpeg", verdict: HealthVerdict(.warning, detail: "not found", remedy: "install ffmpeg")),
    ])
    let page = try await room.manager.get("/ops").text
    #expect(page.contains("disk: 1 MiB free") && page.contains("To do: install ffmpeg.") && page.contains("1 remark"))
    #expect(try await room.manager.get("/outbox").text.contains("disk: 1 MiB free"))
    #expect(try await !room.rep.get("/outbox").text.contains("disk: 1 MiB free"))
  }
}
