import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Events")
struct EventTests {
  private let fixture: StoreFixture

  init() throws {
    fixture = try StoreFixture()
  }

  @Test("events come in order, after a seq, up to a limit, by kind")
  func reading() throws {
    #expect(try fixture.store.events.lastSeq() == 0)
    try fixture.addNote()
    let all = try fixture.store.events.after(0, limit: 10)
    #expect(all.map(\.kind) == ["clip.stored", "job.available", "crm.queued"])
    #expect(all.map(\.seq) == [1, 2, 3])
    #expect(all.allSatisfy { $0.at == fixture.clock.now && $0.ownerID == Owner.local })
    #expect(try fixture.store.events.after(1, limit: 1) == [all[1]])
    #expect(try fixture.store.events.after(0, limit: 10, kindPrefix: "crm.") == [all[2]])
    #expect(try fixture.store.events.lastSeq() == 3)
  }

  @Test("no event holds words of a note or transcript")
  func noWords() throws {
    let clip = try fixture.addClip().clip
    let job = try #require(try fixture.claim("w"))
    let transcript = Fixture.transcript(of: clip, text: "secret words", at: fixture.clock.now)
    try fixture.store.jobs.complete(job, owner: "w", transcript: transcript)
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: fixture.clock.now)
    _ = try fixture.store.notes.save(note, text: "secret words", payload: Fixture.payload(note: "secret words"))
    #expect(try fixture.store.events.after(0, limit: 100).allSatisfy { !$0.json.contains("secret") })
  }
}
