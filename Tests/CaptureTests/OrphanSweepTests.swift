import Capture
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Sweeping the audio folder")
struct OrphanSweepTests {
  private let room: CaptureRoom

  /// The sweep compares the clock with the times of real files.
  init() throws { room = try CaptureRoom(clock: ManualClock(Date())) }

  /// A WAV of one silent second's header and a little sound.
  private func wave(_ content: String = "sound", claims: Int? = nil) -> Data {
    let length = UInt32(claims ?? content.utf8.count + 4)
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    return Data("RIFF".utf8) + Data(bytes) + Data("WAVE".utf8) + Data(content.utf8)
  }

  private func orphan(_ content: Data, name: String = "clip_1_0123abcd.wav") throws -> String {
    _ = try? FileManager.default.createDirectory(
      at: room.data.url.appending(path: "audio_cache"), withIntermediateDirectories: false)
    _ = try room.data.file("audio_cache/\(name)", content)
    return "audio_cache/\(name)"
  }

  private func sweepAfterAnHour() throws -> SweepReport {
    room.clock.advance(3_700)
    return try room.ingest.sweepOrphans()
  }

  @Test("nothing is found where nothing was ever taken in")
  func noFolder() throws {
    #expect(try room.ingest.sweepOrphans() == SweepReport())
  }

  @Test("abandoned copies go after an hour")
  func temporaries() throws {
    let path = try orphan(Data("x".utf8), name: "incoming_1.tmp")
    room.clock.advance(3_500)
    #expect(try room.ingest.sweepOrphans().removedTemporaries.isEmpty)
    room.clock.advance(200)
    #expect(try room.ingest.sweepOrphans().removedTemporaries == [path])
    #expect(room.data.names(in: "audio_cache").isEmpty)
  }

  @Test("a whole recording without a row is left alone for an hour, then gets a row and a job")
  func adopts() throws {
    let path = try orphan(wave())
    #expect(try room.ingest.sweepOrphans() == SweepReport())
    let report = try sweepAfterAnHour()
    let clip = try #require(report.adopted.first)
    #expect(clip.path == path && clip.byteCount == wave().count)
    #expect(try room.store.clips.find(clip.id) == clip)
    #expect(try room.store.jobs.depth() == 1)
    #expect(try room.events("clip.adopted") == 1)
    try ClipVerifier(dataDirectory: room.data.url).verify(clip)
    #expect(try sweepAfterAnHour() == SweepReport())
  }

  @Test("a file from the future, written before the clock was put back, is adopted too")
  func clockPutBack() throws {
    _ = try orphan(wave())
    room.clock.advance(-86_400)
    #expect(try room.ingest.sweepOrphans().adopted.count == 1)
  }

  @Test(
    "what doesn't look like a whole recording of ours is named and left",
    arguments: ["clip_1_0123abcd.wav", "clip_1_0123abcd.m4a", "clip_1.wav", "notes.txt", "long"])
  func strangers(name: String) throws {
    let content = name.hasSuffix(".m4a") ? Data(count: 9_000) : name == "long" ? wave(claims: 900) : Data("x".utf8)
    let path = try orphan(content, name: name == "long" ? "clip_1_0123abcd.wav" : name)
    let report = try sweepAfterAnHour()
    #expect(report.orphans == [path])
    #expect(report.adopted.isEmpty && report.removedCopies.isEmpty)
    #expect(room.data.names(in: "audio_cache").count == 1)
    #expect(try room.store.clips.all().isEmpty)
  }

  @Test("a link, a folder and a pipe with a clip's name are named, not followed and not waited for")
  func specialFiles() throws {
    let target = try room.inbox.file("outside.wav", wave())
    _ = try orphan(wave("young"), name: "clip_2_00000000.wav")
    let folder = room.data.url.appending(path: "audio_cache")
    try FileManager.default.createSymbolicLink(
      at: folder.appending(path: "clip_3_00000000.wav"), withDestinationURL: target)
    try FileManager.default.createDirectory(
      at: folder.appending(path: "clip_4_00000000.wav"), withIntermediateDirectories: false)
    #expect(mkfifo(folder.appending(path: "clip_5_00000000.wav").path, 0o600) == 0)
    let report = try sweepAfterAnHour()
    #expect(report.adopted.map(\.path) == ["audio_cache/clip_2_00000000.wav"])
    #expect(report.orphans == (3...5).map { "audio_cache/clip_\($0)_00000000.wav" })
  }

  @Test("a second copy of a clip that is whole goes; the clip's own file stays")
  func leftoverCopy() throws {
    let file = try room.inbox.file("visit.wav", wave())
    guard case .stored(let clip, _) = try room.ingest.ingest(file: file) else { throw CaptureRoom.Unexpected() }
    let path = try orphan(wave())
    let report = try sweepAfterAnHour()
    #expect(report.removedCopies == [path])
    #expect(room.isThere(clip))
    #expect(try room.store.clips.all() == [clip])
  }

  @Test("a copy of a clip whose own file is gone takes its place, and the job goes on")
  func copyOfMissing() throws {
    let file = try room.inbox.file("visit.wav", wave())
    guard case .stored(let clip, _) = try room.ingest.ingest(file: file) else { throw CaptureRoom.Unexpected() }
    try FileManager.default.removeItem(at: room.data.url.appending(path: clip.path))
    #expect(try room.ingest.sweepOrphans().missing == [clip.path])
    _ = try orphan(wave())
    let report = try sweepAfterAnHour()
    #expect(report.restored.map(\.id) == [clip.id])
    #expect(room.isThere(clip))
    #expect(try room.store.clips.find(clip.id)?.missingAt == nil)
    #expect(try room.store.jobs.depth() == 1)
    #expect(room.data.names(in: "audio_cache").count == 1)
  }

  @Test("two sweeps at once adopt a file once and remove nothing")
  func twoAtOnce() async throws {
    let path = try orphan(wave())
    room.clock.advance(3_700)
    let ingest = room.ingest
    let adopted = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<6 { group.addTask { try ingest.sweepOrphans().adopted.count } }
      return try await group.reduce(0, +)
    }
    #expect(adopted == 1)
    #expect(try room.store.clips.all().map(\.path) == [path])
    #expect(room.data.names(in: "audio_cache").count == 1)
  }

  @Test("a clip whose file is gone is flagged once, and its waiting job ends at once with the reason")
  func missing() throws {
    let clip = try room.clip()
    try FileManager.default.removeItem(at: room.data.url.appending(path: clip.path))
    for lost in [[clip.path], []] {
      let report = try room.ingest.sweepOrphans()
      #expect(report.missing == [clip.path] && report.newlyMissing == lost)
    }
    #expect(try room.store.clips.find(clip.id)?.missingAt != nil)
    #expect(try room.store.clips.missingCount() == 1)
    #expect(try room.events("clip.missing") == 1)
    let job = try #require(try room.store.jobs.deadJobs().first)
    #expect(job.attempts == 0)
    #expect(job.lastError?.contains(clip.path) == true)
    #expect(try room.store.jobs.depth() == 0)
  }

  @Test("a job that runs is left to its worker when its file is gone")
  func missingWhileRunning() throws {
    let clip = try room.clip()
    _ = try room.store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60))
    try FileManager.default.removeItem(at: room.data.url.appending(path: clip.path))
    #expect(try room.ingest.sweepOrphans().missing == [clip.path])
    #expect(try room.store.jobs.depth() == 1)
  }

  @Test("a file that a backup brought back takes the flag and the job's death back")
  func cameBack() throws {
    let clip = try room.clip()
    let file = room.data.url.appending(path: clip.path)
    try FileManager.default.removeItem(at: file)
    _ = try room.ingest.sweepOrphans()
    try Data("sound".utf8).write(to: file)
    #expect(try room.ingest.sweepOrphans().restored.map(\.id) == [clip.id])
    #expect(try room.store.clips.missingCount() == 0)
    #expect(try room.store.jobs.depth() == 1)
  }

  @Test("bringing a missing recording again takes the flag back")
  func broughtAgain() throws {
    let clip = try room.clip()
    try FileManager.default.removeItem(at: room.data.url.appending(path: clip.path))
    _ = try room.ingest.sweepOrphans()
    guard case .restored = try room.ingest.ingest(file: try room.file()) else { throw CaptureRoom.Unexpected() }
    #expect(try room.store.clips.missingCount() == 0)
    #expect(try room.ingest.sweepOrphans() == SweepReport())
  }
}
