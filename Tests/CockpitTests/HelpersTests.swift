import Cockpit
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Notes
import Storage
import TestSupport
import Testing

/// The cockpit with one draft of the admin's, and the helpers' files.
private struct HelperRoom {
  let room: CockpitRoom
  let draft: Draft
  var store: FieldStore { room.store }
  var clock: ManualClock { room.clock }
  var path: String { "/notes/\(draft.id)" }
  var text: String? { try? store.drafts.find(draft.id)?.text }

  init(polish: NotePolish? = nil) throws {
    room = try CockpitRoom { $0.polish = polish }
    draft = try room.store.drafts.begin(
      ownerID: Owner.local, subject: DraftSubject(contactName: "Odile Marsh", account: "Quarry Lane Townhomes"))
    let cue = #"{"title":"Water story","snippet":"Photos <b>two days</b> after rain","tags":["drainage"]}"#
    try write("playbooks.json", #"{"default":[\#(cue)]}"#)
    try write(
      "pricing.json",
      #"{"default":{"base_price":14900,"upsells":[{"name":"Islands","price":620}],"discount":"5% off"}}"#)
    try write("contact_intel.json", #"{"Quarry Lane Townhomes":{"intel_notes":["<script>alert(1)</script>"]}}"#)
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: room.folder.url.appending(path: name))
  }

  func page(_ path: String? = nil) async throws -> String {
    let reply = try await room.admin.get(path ?? self.path)
    #expect(reply.status == .ok, "\(reply.text.prefix(600))")
    return reply.text
  }

  func post(_ path: String, _ json: String) async throws -> Reply { try await room.admin.post(path, json: json) }
}

@Suite("Helpers beside a note") struct HelpersTests {
  @Test("the page shows cues, quote and account as text, whatever they hold") func page() async throws {
    let room = try HelperRoom()
    let html = try await room.page()
    #expect(html.contains("Water story") && html.contains("Photos &lt;b&gt;two days"))
    #expect(html.contains("&lt;script&gt;alert(1)") && !html.contains("<script>alert"))
    #expect(html.contains("Insert quote into note") && html.contains("$14,744"))
    #expect(html.contains("Not sent yet") && html.contains("Save and send to CRM"))
    #expect(html.contains("Nothing leaves this server until you send."))
  }

  @Test("a cue used by a form without scripts stands in the draft once") func cue() async throws {
    let room = try HelperRoom()
    for _ in 0..<2 {
      let reply = try await room.room.admin.post(room.path + "/cues", form: ["title": "Water story"])
      #expect(reply.status == .seeOther)
    }
    #expect(room.text == "Water story: Photos <b>two days</b> after rain")
    let html = try await room.page()
    #expect(html.contains("Added ✓") && html.contains("Used cues: Water story"))
    let gone = try await room.post(room.path + "/cues", #"{"title":"Gone"}"#)
    #expect(gone.status == .notFound)
  }

  @Test("a quote is worked out and inserted once by a form without scripts") func quote() async throws {
    let room = try HelperRoom()
    let form = ["name0": "Islands", "take0": "on", "count0": "2", "discount": "on", "do": "insert"]
    for _ in 0..<2 { try await room.room.admin.post(room.path + "/quote", form: form) }
    #expect(room.text == "Quote: Service — $15,333 (Upsells: Islands × 2)")
    let html = try await room.page()
    #expect(html.contains("Inserted ✓") && html.contains("quote_summary"))
  }

  @Test("a damaged file is told in the panel, and the page stands") func damaged() async throws {
    let room = try HelperRoom()
    try room.write("playbooks.json", "{")
    try room.write("pricing.json", "[7]")
    let html = try await room.page()
    #expect(html.contains("playbooks.json is not the JSON that belongs here"))
    #expect(html.contains("pricing.json is not the JSON that belongs here"))
  }

  @Test("steps are offered, added, and go to the CRM with the note") func steps() async throws {
    let room = try HelperRoom()
    let clip = Fixture.clip(at: room.clock.now)
    _ = try room.store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    _ = try room.store.drafts.attach(clipID: clip.id, to: room.draft.id)
    let job = try #require(try room.store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)))
    let heard = Fixture.transcript(of: clip, text: "Budget is around twenty-one thousand.", at: room.clock.now)
    try room.store.jobs.complete(job, owner: "w", transcript: heard)
    let html = try await room.page()
    #expect(html.contains("0 of 1 added") && html.contains("Deal value $21,000"))
    let key = "0:amount:$21,000"
    let added = try await room.post(room.path + "/steps", #"{"key":"\#(key)","do":"add"}"#)
    #expect(added.status == .ok)
    let after = try await room.page()
    #expect(after.contains("1 of 1 added") && after.contains("1 next step, no quote"))
    #expect(after.contains("Next steps:"))
    _ = try await room.post(room.path + "/steps", #"{"key":"\#(key)","do":"reopen"}"#)
    #expect(try await room.page().contains("0 of 1 added"))
  }

  @Test("polish puts fixed bullets in rehearsals and keeps the words that were there") func rehearsal() async throws {
    let room = try HelperRoom(polish: .rehearsal)
    let body = #"{"text":"my own words","basedOn":0}"#
    let reply = try await room.post(room.path + "/polish", body)
    #expect(reply.status == .ok && reply.text.contains("- Decision: the client wants"))
    #expect(room.text == "my own words")
    try await room.room.admin.post(room.path + "/polish", form: ["text": "my own words", "basedOn": "1"])
    #expect(room.text == NotePolish.rehearsed)
    let versions = try room.store.drafts.versions(room.draft.id)
    #expect(versions.map(\.text).contains("my own words"))
    #expect(versions.last?.origin == .polish)
  }

  @Test("without a service there is no polish button, and its address is not there") func noPolish() async throws {
    let room = try HelperRoom()
    #expect(try await !room.page().contains("Polish the note"))
    #expect(try await room.post(room.path + "/polish", "{}").status == .notFound)
  }
}

@Suite("Save and send") struct SendTests {
  @Test("what is in the field goes along, and two taps are one delivery") func send() async throws {
    let room = try HelperRoom()
    for _ in 0..<2 {
      let body = #"{"text":"last keystroke","basedOn":0,"editor":"page"}"#
      let reply = try await room.post(room.path + "/send", body)
      #expect(reply.status == .ok, "\(reply.text)")
      #expect(reply.text.contains("Saved locally & queued CRM sync."))
    }
    #expect(room.text == "last keystroke")
    let entries = try room.store.outbox.all()
    #expect(entries.count == 1)
    let html = try await room.page()
    #expect(html.contains("Last CRM payload") && html.contains("Saved. Sending now.") && html.contains("Queued"))
  }

  @Test("words that were changed elsewhere are kept, and nothing is sent") func conflict() async throws {
    let room = try HelperRoom()
    _ = try room.store.drafts.save(room.draft.id, text: "theirs", basedOn: 0, editor: "other")
    let reply = try await room.post(
      room.path + "/send", #"{"text":"mine","basedOn":0,"editor":"page"}"#)
    #expect(reply.status == .conflict && reply.text.contains("Both are kept, and nothing was sent."))
    #expect(try room.store.outbox.all().isEmpty)
    #expect(try room.store.drafts.versions(room.draft.id).map(\.text).contains("mine"))
  }

  @Test("an empty note and one about nobody are refused in words, and stay") func refused() async throws {
    let room = try HelperRoom()
    let nobody = try room.store.drafts.begin(ownerID: Owner.local)
    let empty = try await room.post(room.path + "/send", #"{"text":"  ","basedOn":0}"#)
    #expect(empty.status == .unprocessableContent && empty.text.contains("There is nothing to send yet."))
    let reply = try await room.post("/notes/\(nobody.id)/send", #"{"text":"words","basedOn":0}"#)
    #expect(reply.status == .unprocessableContent && reply.text.contains("Choose a contact first"))
    #expect(try room.store.drafts.find(nobody.id)?.text == "words")
  }

  @Test("another rep may neither send, retry nor use a helper; a manager sees the delivery with its owner's name")
  func others() async throws {
    let room = try HelperRoom()
    _ = try await room.post(room.path + "/send", #"{"text":"words","basedOn":0}"#)
    let entry = try #require(try room.store.outbox.all().first)
    for path in ["/send", "/retry", "/cues", "/quote", "/steps"] {
      let reply = try await room.room.rep.post(room.path + path, json: #"{"title":"Water story","key":"k","do":"add"}"#)
      #expect(reply.status == .forbidden, "\(path)")
    }
    #expect(try await room.room.rep.post("/outbox/\(entry.id)/retry", json: "{}").status == .forbidden)
    #expect(try await !room.room.rep.get("/outbox").text.contains("Quarry Lane"))
    let manager = try await room.room.manager.get("/outbox").text
    #expect(manager.contains("Quarry Lane Townhomes") && manager.contains("Ada Admin"))
    #expect(try await room.room.nobody.get("/outbox").status == .seeOther)
  }

  @Test("a form without scripts sends what the field holds") func plainForm() async throws {
    let room = try HelperRoom()
    let form = ["text": "one\r\ntwo", "basedOn": "0"]
    let reply = try await room.room.admin.post(room.path + "/send", form: form)
    #expect(reply.status == .seeOther)
    #expect(room.text == "one\ntwo")
    #expect(try room.store.outbox.all().count == 1)
  }

  @Test("the CRM's words are text, cut at 300 characters, and can be seen whole") func crmWords() async throws {
    let room = try HelperRoom()
    _ = try await room.post(room.path + "/send", #"{"text":"words","basedOn":0}"#)
    try fail(room, code: 422, error: "<img src=x onerror=alert(1)> stage: not allowed")
    let html = try await room.page()
    #expect(html.contains("&lt;img src=x") && !html.contains("<img src=x"))
    #expect(html.contains("The CRM refused this note (422)."))
    let outbox = try await room.page("/outbox")
    #expect(outbox.contains("Needs you") && outbox.contains("&lt;img src=x") && !outbox.contains("<img src=x"))
    #expect(outbox.contains("1 note is not in the CRM yet") && outbox.contains("It is safe. It needs you."))
  }
}

/// Lets the one delivery that is due come back with an answer.
private func fail(_ room: HelperRoom, code: Int, error: String, state: DeliveryState = .failed) throws {
  let entry = try #require(try room.store.outbox.claimDue(owner: "d", lease: .seconds(60)))
  try room.store.outbox.record(
    DeliveryAttempt(
      startedAt: room.clock.now, state: state,
      nextAttemptAt: state == .retrying ? room.clock.now.addingTimeInterval(130) : nil, responseCode: code,
      error: state == .synced ? nil : error), for: entry, owner: "d")
}

@Suite("The outbox page") struct OutboxPageTests {
  @Test("each delivery stands in its group, with its words") func groups() async throws {
    let room = try HelperRoom()
    #expect(try await room.page("/outbox").contains("Everything is in the CRM."))
    _ = try await room.post(room.path + "/send", #"{"text":"words","basedOn":0}"#)
    #expect(try await room.page("/outbox").contains("It is next to be sent."))
    try fail(room, code: 503, error: "HTTP 503", state: .retrying)
    let html = try await room.page("/outbox")
    #expect(html.contains("The CRM is not available (503). Next try at"))
    #expect(html.contains("in 3 min.") && html.contains("1 attempt") && html.contains("Retry now"))
    _ = try await room.post("/outbox/send", "{}")
    try fail(room, code: 201, error: "", state: .synced)
    let after = try await room.page("/outbox")
    #expect(after.contains("In the CRM today") && after.contains("Second try, 201."))
  }

  @Test("working offline holds what waits, and says so") func offline() async throws {
    let room = try HelperRoom()
    _ = try await room.post(room.path + "/send", #"{"text":"words","basedOn":0}"#)
    _ = try await room.post("/outbox/offline", #"{"on":"true"}"#)
    let html = try await room.page("/outbox")
    #expect(html.contains("Nothing is sent until you switch back.") && html.contains("You are working offline."))
    let refused = try await room.post("/outbox/send", "{}")
    #expect(refused.status == .conflict)
    let note = try await room.page()
    #expect(note.contains("Save and queue") && note.contains("Sends when you are back online"))
    _ = try await room.post("/outbox/offline", "{}")
    #expect(try room.store.outbox.all().map(\.state) == [.queued])
  }

  @Test("a delivery that is not there is not retried") func missing() async throws {
    let room = try HelperRoom()
    #expect(try await room.post("/outbox/nothing/retry", "{}").status == .notFound)
  }
}
