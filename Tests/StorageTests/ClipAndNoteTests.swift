import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Clips and notes")
struct ClipAndNoteTests {
  private let fixture: StoreFixture

  init() throws {
    fixture = try StoreFixture()
  }

  @Test("a second clip with the same bytes is a duplicate and writes nothing")
  func duplicate() throws {
    let (clip, _) = try fixture.addClip()
    let events = try fixture.eventKinds()
    let twin = Fixture.clip(at: fixture.clock.now)
    let result = try fixture.store.clips.insertWithJob(twin, jobKind: .transcribe, maxAttempts: 3)
    #expect(result == .duplicate(KnownClip(firstSeenAt: fixture.clock.now, clip: clip, job: .available)))
    #expect(try fixture.store.clips.all() == [clip])
    #expect(try fixture.store.jobs.depth() == 1)
    #expect(try fixture.eventKinds() == events)
  }

  @Test("rows are not there when what must be on disk before them is not")
  func prerequisite() throws {
    struct DiskGone: Error {}
    let clip = Fixture.clip(at: fixture.clock.now)
    #expect(throws: (any Error).self) {
      try fixture.store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3, after: { throw DiskGone() })
    }
    #expect(try fixture.another().clips.all().isEmpty)
    #expect(try fixture.store.jobs.depth() == 0)
    #expect(try fixture.eventKinds().isEmpty)
  }

  @Test("the job that comes back with a clip is the one that is stored")
  func storedJob() throws {
    let (_, job) = try fixture.addClip()
    #expect(try fixture.store.jobs.find(job.id) == job)
  }

  @Test("the same bytes of another owner are no duplicate")
  func otherOwner() throws {
    try fixture.addClip()
    let other = Fixture.clip(ownerID: ID("other"), at: fixture.clock.now)
    let result = try fixture.store.clips.insertWithJob(other, jobKind: .transcribe, maxAttempts: 3)
    guard case .stored(other, _) = result else {
      Issue.record("unexpected \(result)")
      return
    }
  }

  @Test("known names the paths that belong to a clip")
  func knownPaths() throws {
    let (clip, _) = try fixture.addClip()
    #expect(try fixture.store.clips.known(paths: [clip.path, "audio_cache/other.wav"]) == [clip.path])
    #expect(try fixture.store.clips.known(paths: []).isEmpty)
  }

  @Test("saving a note stores version, outbox entry and event together")
  func savesNote() throws {
    let entry = try fixture.addNote()
    #expect(entry.state == .queued)
    #expect(entry.nextAttemptAt == fixture.clock.now)
    #expect(try entry.payload == Fixture.payload().json())
    let versions = try fixture.store.notes.versions(entry.noteID)
    #expect(versions.map(\.number) == [1])
    #expect(versions.map(\.text) == ["words"])
    #expect(try fixture.eventKinds().last == "crm.queued")
    #expect(try fixture.store.outbox.all() == [entry])
  }

  @Test("saving a note for the same clip again returns the first")
  func savesOnce() throws {
    let entry = try fixture.addNote()
    let clip = try #require(try fixture.store.clips.all().first)
    let first = try #require(try fixture.store.notes.find(clip.id))
    let second = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: fixture.clock.now)
    let result = try fixture.store.notes.save(second, text: "other", payload: Fixture.payload(note: "other"))
    #expect(result == .existing(first, entry))
    #expect(try fixture.store.outbox.all().count == 1)
    #expect(try fixture.store.notes.versions(first.id).count == 1)
  }

  @Test("a note about a clip that does not exist is refused whole")
  func unknownClip() throws {
    let note = Note(id: .random(), clipID: .random(), ownerID: Owner.local, createdAt: fixture.clock.now)
    #expect(throws: StorageError.self) {
      try fixture.store.notes.save(note, text: "words", payload: Fixture.payload())
    }
    #expect(try fixture.store.outbox.all().isEmpty)
    #expect(try fixture.eventKinds().isEmpty)
  }

  @Test("a transcript leaves the list of those without a note when its note is saved")
  func withoutNote() throws {
    let (clip, _) = try fixture.addClip()
    let job = try #require(try fixture.claim("w"))
    let transcript = Fixture.transcript(of: clip, at: fixture.clock.now)
    try fixture.store.jobs.complete(job, owner: "w", transcript: transcript)
    #expect(try fixture.store.transcripts.withoutNote() == [transcript])
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: fixture.clock.now)
    _ = try fixture.store.notes.save(note, text: transcript.text, payload: Fixture.payload())
    #expect(try fixture.store.transcripts.withoutNote().isEmpty)
  }
}
