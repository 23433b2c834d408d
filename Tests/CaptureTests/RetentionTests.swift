import Capture
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Retention of audio")
struct RetentionTests {
  private let room: CaptureRoom

  init() throws { room = try CaptureRoom() }

  @Test("test_audio_cache: the purge removes what is stale, and the row says so")
  func removesStale() throws {
    let stale = try room.finalClip()
    room.clock.advance(25 * 3_600)
    let fresh = try room.finalClip("other sound")
    let purged = try room.purge().runIfDue()
    #expect(purged.map(\.id) == [stale.id])
    #expect(!room.isThere(stale) && room.isThere(fresh))
    #expect(try room.store.clips.find(stale.id)?.purgedAt == room.clock.now)
    #expect(try room.store.clips.find(fresh.id)?.purgedAt == nil)
    #expect(try room.events("clip.purged") == 1)
    #expect(try room.store.transcripts.find(stale.id) != nil)
  }

  @Test("test_audio_cache: it looks at most once per 60 s")
  func throttled() throws {
    let purge = room.purge(hours: 1)
    #expect(try purge.runIfDue().isEmpty)
    let clip = try room.finalClip()
    room.clock.advance(59)
    // Old enough for a purge with no wait of its own.
    #expect(try room.purge(hours: 59 / 3_600).runIfDue().map(\.id) == [clip.id])
    let second = try room.finalClip("other sound")
    let minute = room.purge(hours: 30 / 3_600)
    #expect(try minute.runIfDue().isEmpty)
    room.clock.advance(59)
    #expect(try minute.runIfDue().isEmpty)
    #expect(room.isThere(second))
    room.clock.advance(1)
    #expect(try minute.runIfDue().map(\.id) == [second.id])
  }

  @Test("test_audio_cache: a TTL of 0 or less keeps everything", arguments: [0, -1])
  func off(hours: Double) throws {
    let clip = try room.finalClip()
    room.clock.advance(365 * 86_400)
    #expect(try room.purge(hours: hours).runIfDue().isEmpty)
    #expect(room.isThere(clip))
  }

  @Test("a clock that was put back doesn't hold the purge up")
  func clockPutBack() throws {
    let clip = try room.finalClip()
    let purge = room.purge(hours: 1)
    room.clock.advance(90_000)
    #expect(try purge.runIfDue().count == 1)
    let second = try room.finalClip("other sound")
    room.clock.advance(-3_600)
    #expect(try purge.runIfDue().isEmpty)
    room.clock.advance(7_200)
    #expect(try purge.runIfDue().map(\.id) == [second.id])
    #expect(clip.id != second.id)
  }

  @Test(
    "weakness 20: old audio is kept while its note is not final",
    arguments: ["waiting", "running", "dead", "no note", "queued", "cached", "failed", "again"])
  func keptWhileNotFinal(case name: String) throws {
    let clip = try room.clip()
    switch name {
    case "running": _ = try room.store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60))
    case "dead": try room.giveUp()
    case "no note": try room.transcribe(clip)
    case "queued":
      try room.transcribe(clip)
      let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: room.clock.now)
      _ = try room.store.notes.save(note, text: "words", payload: Fixture.payload())
    case "cached", "failed":
      try room.transcribe(clip)
      try room.note(clip, name == "cached" ? .cached : .failed)
    case "again":
      try room.transcribe(clip)
      try room.note(clip)
      _ = try room.ingest.ingest(file: try room.file(), force: true)
    default: break
    }
    room.clock.advance(365 * 86_400)
    #expect(try room.purge().runIfDue().isEmpty)
    #expect(room.isThere(clip))
    #expect(try room.store.clips.find(clip.id)?.purgedAt == nil)
  }

  @Test("the hours count from the last step, not from the recording")
  func countsFromFinal() throws {
    let clip = try room.clip()
    room.clock.advance(100 * 3_600)
    try room.transcribe(clip)
    try room.note(clip)
    room.clock.advance(23 * 3_600)
    #expect(try room.purge().runIfDue().isEmpty)
    room.clock.advance(3_600)
    #expect(try room.purge().runIfDue().map(\.id) == [clip.id])
  }

  @Test("a purge that was cut off between the row and the file is finished by the sweep")
  func finishedBySweep() throws {
    let clip = try room.finalClip()
    room.clock.advance(25 * 3_600)
    #expect(try room.store.clips.purge(clip.id, AudioRetention()) != nil)
    #expect(room.isThere(clip))
    let report = try room.ingest.sweepOrphans()
    #expect(report.removedCopies == [clip.path])
    #expect(report.missing.isEmpty && report.adopted.isEmpty)
    #expect(!room.isThere(clip))
    #expect(try room.ingest.sweepOrphans().removedCopies.isEmpty)
  }
}
