import Capture
import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Recordings that were seen before")
struct RepeatTests {
  private let room: CaptureRoom

  init() throws { room = try CaptureRoom() }

  private func again(force: Bool = false) throws -> IngestResult {
    try room.ingest.ingest(file: try room.file(), force: force)
  }

  @Test("weakness 18: a clip whose note was saved is refused, also after others, with what it matched")
  func afterSave() throws {
    let first = room.clock.now
    let clip = try room.finalClip()
    room.clock.advance(60)
    _ = try room.finalClip("other sound")
    let known = KnownClip(
      firstSeenAt: first, clip: clip, job: .completed, transcripts: 1, hasNote: true, delivery: .synced)
    #expect(try again() == .duplicate(known))
    #expect(try room.store.jobs.depth() == 0)
    #expect(try room.store.transcripts.all(clip.id).count == 1)
    #expect(room.data.names(in: "audio_cache").count == 2)
  }

  @Test("a clip whose audio was purged is refused, and its audio is not kept again")
  func afterPurge() throws {
    let clip = try room.finalClip()
    room.clock.advance(25 * 3_600)
    _ = try room.purge().runIfDue()
    guard case .duplicate(let known) = try again() else { throw CaptureRoom.Unexpected() }
    #expect(known.clip?.id == clip.id)
    #expect(known.clip?.purgedAt == room.clock.now)
    #expect(room.data.names(in: "audio_cache").isEmpty)
  }

  @Test("a clip whose row was erased is refused, and taken in anew by force")
  func afterErasure() throws {
    let clip = try room.clip()
    let path = room.data.url.appending(path: "fieldos.sqlite").path
    let database = try DatabaseQueue(path: path)
    try database.write { try $0.execute(sql: "DELETE FROM jobs; DELETE FROM clips") }
    try database.close()
    try FileManager.default.removeItem(at: room.data.url.appending(path: clip.path))
    #expect(try again() == .duplicate(KnownClip(firstSeenAt: room.clock.now, clip: nil)))
    #expect(room.data.names(in: "audio_cache").isEmpty)
    guard case .stored(let anew, _) = try again(force: true) else { throw CaptureRoom.Unexpected() }
    #expect(anew.id != clip.id && anew.sha1 == clip.sha1)
    guard case .duplicate(let known) = try again() else { throw CaptureRoom.Unexpected() }
    #expect(known.clip?.id == anew.id)
  }

  @Test("force transcribes again: both transcripts are kept, the later is current, the note stays")
  func force() throws {
    let clip = try room.finalClip()
    guard case .again(let same, let job) = try again(force: true) else { throw CaptureRoom.Unexpected() }
    #expect(same.id == clip.id && same.path == clip.path && job.state == .available)
    #expect(room.data.names(in: "audio_cache").count == 1)
    try room.transcribe(clip, text: "Client wants gravel.")
    #expect(try room.store.transcripts.all(clip.id).map(\.text) == ["Client wants mulch.", "Client wants gravel."])
    #expect(try room.store.transcripts.all(clip.id).map(\.number) == [1, 2])
    #expect(try room.store.transcripts.find(clip.id)?.number == 2)
    let note = try #require(try room.store.notes.find(clip.id))
    #expect(try room.store.notes.versions(note.id).map(\.text) == ["words"])
    #expect(try room.store.outbox.all().count == 1)
    #expect(try room.store.transcripts.withoutNote().isEmpty)
  }

  @Test("of several transcripts without a note, only the current one asks for one")
  func currentAwaitsNote() throws {
    let clip = try room.clip()
    try room.transcribe(clip)
    _ = try again(force: true)
    try room.transcribe(clip, text: "Client wants gravel.")
    #expect(try room.store.transcripts.withoutNote().map(\.number) == [2])
  }

  @Test("force while the transcription waits or runs says so and queues nothing", arguments: [false, true])
  func forcePending(isRunning: Bool) throws {
    let clip = try room.clip()
    if isRunning { _ = try room.store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)) }
    #expect(try again(force: true) == .pending(clip, isRunning ? .running : .available))
    #expect(try room.store.jobs.depth() == 1)
    #expect(room.data.names(in: "audio_cache").count == 1)
  }

  @Test("force on a clip that was given up starts the same job again")
  func forceDead() throws {
    let clip = try room.clip()
    try room.giveUp()
    #expect(try again(force: true) == .revived(clip))
    #expect(try room.store.jobs.depth() == 1)
    #expect(try room.store.jobs.deadJobs().isEmpty)
  }

  @Test("force on a purged clip keeps its audio again under the same clip")
  func forcePurged() throws {
    let clip = try room.finalClip()
    room.clock.advance(25 * 3_600)
    _ = try room.purge().runIfDue()
    guard case .again(let back, _) = try again(force: true) else { throw CaptureRoom.Unexpected() }
    #expect(back.id == clip.id && back.purgedAt == nil && back.path != clip.path)
    #expect(try Data(contentsOf: room.data.url.appending(path: back.path)) == Data("sound".utf8))
    #expect(try room.store.clips.find(clip.id) == back)
    let report = try room.ingest.sweepOrphans()
    #expect(report.missing.isEmpty && report.removedCopies.isEmpty)
  }

  @Test("force on a clip whose file is gone puts the file back and transcribes again")
  func forceGone() throws {
    let clip = try room.clip()
    try room.transcribe(clip)
    try FileManager.default.removeItem(at: room.data.url.appending(path: clip.path))
    guard case .again(let back, _) = try again(force: true) else { throw CaptureRoom.Unexpected() }
    #expect(back.path == clip.path && room.isThere(clip))
  }

  @Test("force on what was never seen is an ordinary ingest")
  func forceNew() throws {
    guard case .stored = try again(force: true) else { throw CaptureRoom.Unexpected() }
  }

  @Test("many that bring the same bytes at once make one clip and one file")
  func atOnce() async throws {
    let file = try room.file()
    let ingest = room.ingest
    let stored = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          if case .stored = try ingest.ingest(file: file) { return true }
          return false
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(stored == 1)
    #expect(room.data.names(in: "audio_cache").count == 1)
    #expect(try room.store.clips.all().count == 1)
  }

  @Test("weakness 10: clips of one second have names and identifiers of their own")
  func sameSecond() throws {
    let clips = try (0..<20).map { try room.clip("sound \($0)") }
    #expect(Set(clips.map(\.path)).count == 20 && Set(clips.map(\.id)).count == 20)
    #expect(room.data.names(in: "audio_cache").count == 20)
  }

  @Test("weakness 19: what is no WAV keeps its extension, and the byte limit holds for it")
  func otherFormats() throws {
    let file = try room.file("sound", name: "visit.m4a")
    #expect(throws: CaptureError.tooLarge(path: file.path, limit: 4)) {
      try room.ingest.ingest(file: file, maxBytes: 4)
    }
    guard case .stored(let clip, _) = try room.ingest.ingest(file: file) else { throw CaptureRoom.Unexpected() }
    #expect(clip.path.hasSuffix(".m4a"))
  }
}
