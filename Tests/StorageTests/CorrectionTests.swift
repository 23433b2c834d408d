import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Corrected transcripts") struct CorrectionTests {
  private let fixture: StoreFixture
  private let heard: Transcript

  init() throws {
    fixture = try StoreFixture()
    let clip = try fixture.addClip().clip
    let job = try #require(try fixture.claim("w"))
    try fixture.store.jobs.complete(job, owner: "w", transcript: Fixture.transcript(of: clip, at: fixture.clock.now))
    heard = try #require(try fixture.store.transcripts.find(clip.id))
  }

  @Test("are kept beside what was heard, each of them, and taken back") func kept() throws {
    let store = fixture.store.corrections
    #expect(try store.latest(heard.id) == nil)
    guard case .saved(let first) = try store.save(heard.id, text: "Client wants dark mulch.", basedOn: 0) else {
      throw StoreFixture.Unexpected()
    }
    #expect(first.number == 1)
    #expect(try store.save(heard.id, text: "Client wants dark mulch.", basedOn: 0) == .saved(first))
    #expect(try store.save(heard.id, text: "Other.", basedOn: 0) == .conflict(latest: first))
    guard case .saved(let back) = try store.save(heard.id, text: nil, basedOn: 1) else {
      throw StoreFixture.Unexpected()
    }
    #expect(back.number == 2 && back.text == nil)
    #expect(try store.all(heard.id).map(\.text) == ["Client wants dark mulch.", nil])
    #expect(try fixture.store.transcripts.find(heard.clipID) == heard)
    #expect(try fixture.eventKinds().suffix(2) == ["transcript.corrected", "transcript.corrected"])
    #expect(try store.save(ID("none"), text: "x") == .missing)
  }

  @Test("are found by the search, beside what was heard") func found() throws {
    _ = try fixture.store.corrections.save(heard.id, text: "Client wants dark mulch from Grunwald.")
    for words in ["grunw", "client"] {
      var query = NoteQuery(ownerID: Owner.local)
      query.words = words
      #expect(try fixture.store.search.page(query).count == 1, "\(words)")
    }
  }
}
