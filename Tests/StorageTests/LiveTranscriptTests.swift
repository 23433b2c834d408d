import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Live transcripts") struct LiveTranscriptTests {
  private let fixture: StoreFixture
  private var store: FieldStore { fixture.store }

  init() throws { fixture = try StoreFixture() }

  private func live(_ draft: Draft, _ text: String) -> LiveTranscript {
    var live = LiveTranscript(draftID: draft.id, recordingID: ID("r"), ownerID: draft.ownerID)
    live.words.commit(text, from: 0, to: 1)
    live.figures.updates = 7
    live.figures.firstPartialMilliseconds = 412
    return live
  }

  private func begin() throws -> Draft { try store.drafts.begin(ownerID: Owner.local, recordingID: ID("r")) }

  @Test("what is saved is found as it was, and replaced by what comes after") func saves() throws {
    let draft = try begin()
    #expect(try store.live.find(draft.id) == nil)
    var words = live(draft, " Call Ruth")
    #expect(try store.live.save(words))
    words.words.commit(" back.", from: 1, to: 2)
    #expect(try store.live.save(words))
    #expect(try store.live.find(draft.id) == words)
    #expect(try fixture.eventKinds() == ["draft.begun"])
  }

  @Test("a note that is gone keeps no words") func gone() throws {
    let nowhere = LiveTranscript(draftID: ID("none"), recordingID: ID("r"), ownerID: Owner.local)
    #expect(try !store.live.save(nowhere))
    #expect(try !store.live.end(nowhere, asDraft: true))
    #expect(try store.live.find(ID("none")) == nil)
  }

  @Test("the end is told with its figures, and the draft stays the rep's where a transcript is to come")
  func ends() throws {
    let draft = try begin()
    var words = live(draft, " Call Ruth")
    words.state = .ended
    try store.live.end(words, asDraft: false)
    #expect(try fixture.eventKinds() == ["draft.begun", "stream.ended"])
    let json = try #require(try store.events.after(0, limit: 10).last?.json)
    #expect(json.contains(#""first_partial_ms":412"#) && json.contains(#""updates":7"#) && !json.contains("Ruth"))
    #expect(try store.drafts.find(draft.id)?.text == "")
  }

  @Test("without a transcript to come the words are the draft's, once") func becomes() throws {
    let draft = try begin()
    var words = live(draft, " Call Ruth")
    words.state = .ended
    for _ in 0..<2 { try store.live.end(words, asDraft: true) }
    let heard = try #require(try store.drafts.find(draft.id))
    #expect(heard.text == "Call Ruth" && heard.version == 1)
    #expect(try fixture.eventKinds() == ["draft.begun", "draft.heard_live", "stream.ended", "stream.ended"])
  }

  @Test(
    "a transcript that comes after all takes their place, unless the rep has changed the draft",
    arguments: [false, true])
  func replaced(isChanged: Bool) throws {
    let draft = try begin()
    try store.live.end(live(draft, " Call Ruth"), asDraft: true)
    let (clip, _) = try fixture.addClip()
    _ = try store.drafts.attach(clipID: clip.id, to: draft.id)
    if isChanged {
      _ = try store.drafts.save(draft.id, text: "Call Ruth, or Ann", basedOn: 1, origin: .typed, editor: "me")
    }
    let job = try #require(try fixture.claim("w"))
    try store.jobs.complete(
      job, owner: "w", transcript: Fixture.transcript(of: clip, text: "Call Ruth back.", at: fixture.clock.now))
    #expect(try store.drafts.find(draft.id)?.text == (isChanged ? "Call Ruth, or Ann" : "Call Ruth back."))
    #expect(try fixture.eventKinds().last { $0.hasPrefix("draft.") } == "draft.transcribed")
  }

  @Test("the operations log and the snapshot have the latest session's figures and count what fell back") func figures()
    throws
  {
    let draft = try begin()
    var words = live(draft, " Call")
    words.state = .stopped
    words.reason = "It died."
    words.figures.finalOnly = true
    words.figures.dropouts = 4
    try store.live.end(words, asDraft: false)
    _ = try fixture.addNote()
    let line = try #require(try store.events.after(0, limit: 50, kindPrefix: "crm.").last?.json)
    #expect(line.contains(#""stream_updates":7"#) && line.contains(#""stream_dropouts":4"#))
    #expect(line.contains(#""stream_latency_ms_first_partial":412"#))
    let streaming = try store.views.snapshotFacts(recent: 1).streaming
    #expect(streaming == StreamingFacts(firstPartialMilliseconds: 412, updates: 7, dropouts: 4, fallbacks: 1))
  }
}
