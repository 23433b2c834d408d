import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Deleted drafts") struct DraftTrashTests {
  private let fixture: StoreFixture
  private let clip: Clip
  private let draft: Draft
  private var drafts: DraftStore { fixture.store.drafts }

  init() throws {
    fixture = try StoreFixture()
    clip = try fixture.addClip().clip
    let job = try #require(try fixture.claim("w"))
    try fixture.store.jobs.complete(job, owner: "w", transcript: Fixture.transcript(of: clip, at: fixture.clock.now))
    draft = try #require(try fixture.store.drafts.find(clipID: clip.id))
  }

  @Test("leave the lists, and come back within a day") func undo() throws {
    #expect(try drafts.delete(draft.id)?.deletedAt == fixture.clock.now)
    #expect(try drafts.delete(draft.id) == nil)
    #expect(try drafts.list(ownerID: Owner.local).isEmpty)
    #expect(try fixture.store.search.page(NoteQuery(ownerID: Owner.local)).isEmpty)
    #expect(try drafts.deleted(ownerID: Owner.local).map(\.id) == [draft.id])
    fixture.clock.advance(Draft.undoSeconds - 1)
    #expect(try drafts.purgeDeleted() == 0)
    #expect(try drafts.restore(draft.id)?.deletedAt == nil)
    #expect(try drafts.restore(draft.id) == nil)
    fixture.clock.advance(10)
    #expect(try drafts.purgeDeleted() == 0)
    #expect(try drafts.list(ownerID: Owner.local).map(\.id) == [draft.id])
    #expect(try fixture.eventKinds().suffix(2) == ["draft.deleted", "draft.restored"])
  }

  @Test("make no notes by themselves") func noNote() throws {
    #expect(try fixture.store.transcripts.withoutNote().count == 1)
    try drafts.delete(draft.id)
    #expect(try fixture.store.transcripts.withoutNote().isEmpty)
    fixture.clock.advance(Draft.undoSeconds)
    #expect(try drafts.purgeDeleted() == 1)
    #expect(try fixture.store.transcripts.withoutNote().isEmpty)
    #expect(try drafts.find(draft.id) == nil)
    #expect(try drafts.versions(draft.id).isEmpty)
  }

  @Test("a day after a deleted draft went for good, retention lets its audio go") func audio() throws {
    let retention = AudioRetention(hours: 24)
    func candidates() throws -> [ID<Clip>] {
      try fixture.store.clips.retentionCandidates(takenInBefore: try #require(retention.horizon(fixture.clock.now)))
    }
    try drafts.delete(draft.id)
    fixture.clock.advance(Draft.undoSeconds)
    #expect(try candidates().isEmpty)
    try drafts.purgeDeleted()
    #expect(try candidates() == [clip.id])
    #expect(try fixture.store.clips.purge(clip.id, retention) == nil)
    fixture.clock.advance(86_400)
    #expect(try fixture.store.clips.purge(clip.id, AudioRetention(hours: 0)) == nil)
    #expect(try fixture.store.clips.purge(clip.id, retention)?.purgedAt == fixture.clock.now)
  }

  @Test("a draft whose note was saved leaves the note and its audio to delivery") func saved() throws {
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: fixture.clock.now)
    guard case .saved(let kept, _) = try fixture.store.notes.save(note, text: "words", payload: Fixture.payload())
    else { throw StoreFixture.Unexpected() }
    #expect(kept.id == draft.id)
    try drafts.delete(draft.id)
    fixture.clock.advance(3 * 86_400)
    try drafts.purgeDeleted()
    #expect(try fixture.store.notes.find(draft.id) != nil)
    #expect(try fixture.store.clips.purge(clip.id, AudioRetention(hours: 1)) == nil)
  }
}
