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

  /// A note of the rep, or somebody else's, queued.
  @discardableResult
  private func save(of person: Visitor? = nil) throws -> OutboxEntry {
    let clip = Fixture.uniqueClip(ownerID: (person ?? room.rep).ownerID, at: room.clock.now)
    _ = try room.store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: room.clock.now)
    guard case .saved(_, let entry) = try room.store.notes.save(note, text: "words", payload: Fixture.payload())
    else { throw CockpitRoom.Unexpected() }
    return entry
  }

  private func deliver(_ state: DeliveryState, _ code: Int?, _ error: String? = nil, in seconds: Double = 0) throws {
    let entry = try #require(try room.store.outbox.claimDue(owner: "d", lease: .seconds(35)))
    let start = room.clock.now
    room.clock.advance(seconds)
    try room.store.outbox.record(
      DeliveryAttempt(
        startedAt: start, state: state, nextAttemptAt: state.isPending ? room.clock.now + 60 : nil,
        responseCode: code, error: error), for: entry, owner: "d")
  }

  private func transcribe(in seconds: Double = 0) throws {
    let job = try #require(try room.store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)))
    room.clock.advance(seconds)
    let clip = try #require(try room.store.clips.find(job.clipID))
    try room.store.jobs.complete(job, owner: "w", transcript: Fixture.transcript(of: clip, at: room.clock.now))
  }

  @Test("managers and admins act, reps look on, strangers see nothing") func roles() async throws {
    try save()
    for person in [room.manager, room.admin] {
      #expect(try await person.get("/ops").text.contains("action=\"/ops/queues/delivery/pause\""))
    }
    let page = try await room.rep.get("/ops")
    #expect(page.status == .ok && !page.text.contains("action=\"/ops") && !page.text.contains("<code"))
    #expect(page.text.contains("Managers can pause and retry here."))
    #expect(try await room.nobody.get("/ops").status == .seeOther)
    for person in [room.rep, room.manager] { #expect(try await person.get("/").text.contains("href=\"/ops\"")) }
  }

  @Test("a rep reads of their own notes and of the queues, and no error of somebody else's") func ownEvents()
    async throws
  {
    let own = try save()
    try deliver(.failed, 422, "own error")
    try transcribe()
    room.clock.advance(1)
    let other = try save(of: room.manager)
    try deliver(.failed, 422, "foreign error")
    let job = try #require(try room.store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)))
    try room.store.jobs.fail(job, owner: "w", error: "foreign file", permanent: true, jitter: 0)
    try room.store.queues.pause(.delivery, by: "Mina Manager")
    let page = try await room.rep.get("/ops").text
    #expect(page.contains("own error") && page.contains("The queue delivery was paused"))
    #expect(page.contains(own.noteID.rawValue.prefix(8)) && !page.contains(other.noteID.rawValue.prefix(8)))
    #expect(!page.contains("foreign error"))
    #expect(page.contains("The last recording failed") && !page.contains("Last error: foreign file"))
    #expect(try await room.manager.get("/ops").text.contains("foreign error"))
  }

  @Test("what an attempt took stands in its row") func took() async throws {
    try save()
    try deliver(.synced, 200, in: 0.4)
    try transcribe(in: 11.6)
    let page = try await room.manager.get("/ops").text
    #expect(page.contains(">0.4 s</td>") && page.contains(">11.6 s</td>"))
  }

  @Test("an hour of traffic with faults: the drawn figures are those that were counted", arguments: [4, 5] as [UInt64])
  func traffic(seed: UInt64) async throws {
    var traffic = Traffic(seed: seed)
    try traffic.run(minutes: 60, room.store, room.clock, save: { try save() })
    try room.store.signs.give(owner: "w")
    let page = try await room.manager.get("/ops?range=6h").text
    #expect(page.contains("\(traffic.delivered.count) of \(traffic.tried.count) notes delivered"))
    #expect(page.contains("\(traffic.jobsCompleted) of \(traffic.jobsTried)"))
    let waiting = try room.store.outbox.all().count - traffic.delivered.count
    #expect(page.contains("<span>Notes waiting</span>") && page.contains("<b class=\"num\">\(waiting)</b>"))
    let attempts = traffic.replies.values.reduce(0, +)
    #expect(page.contains("\(attempts) attempts"))
    for (code, count) in traffic.replies {
      let name = code.map(String.init) ?? "No reply"
      let row = try Regex(">\(name)</span><svg[^>]*><rect[^>]*/></svg><span class=\"num\">\(count)<")
      #expect(page.contains(row), "\(name): \(count)")
    }
    #expect(page.matches(of: /class="spark"/).count >= 5)
  }

  @Test("a backlog, a low rate and the CRM's codes are told in words, escaped") func figures() async throws {
    for _ in 0..<5 { try save() }
    try deliver(.synced, 201)
    try deliver(.failed, 422, "<b>no such stage</b>")
    try room.store.signs.give(owner: "w")
    let page = try await room.manager.get("/ops").text
    #expect(page.contains("Over the limit of 3: 3 queued, 1 failed"))
    #expect(page.contains("Under the limit of 90%: 1 of 2 notes delivered"))
    #expect(page.contains("50.0%"))
    #expect(page.contains(">201<") && page.contains(">422<"))
    #expect(page.contains("&lt;b&gt;no such stage") && !page.contains("<b>no such stage"))
    #expect(!page.contains("First words") && !page.contains("Copilot"))
  }

  @Test("when all is well it says so") func allIsWell() async throws {
    try room.store.signs.give(owner: "w")
    #expect(try await room.manager.get("/ops").text.contains("<b>All is well.</b>"))
  }

  @Test("a range leaves out what is older") func range() async throws {
    try save()
    try deliver(.failed, 500, "broken")
    room.clock.advance(2 * 3_600)
    #expect(try await room.manager.get("/ops?range=1h").text.contains("No note was sent in this time."))
    #expect(try await room.manager.get("/ops?range=6h").text.contains("0 of 1 note delivered"))
    #expect(try await room.manager.get("/ops?range=nonsense").status == .ok)
  }

  @Test("managers pause, resume, retry, set aside and cancel; each leaves its event") func actions() async throws {
    let entry = try save()
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
    try save()
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
