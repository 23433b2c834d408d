import Capture
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Sweeping the audio folder")
struct OrphanSweepTests {
  private let data: TemporaryFolder
  private let clock = ManualClock(Date())
  private let ingest: Ingest

  init() throws {
    data = try TemporaryFolder()
    let store = try FieldStore.open(dataDirectory: data.url, clock: clock.wall)
    ingest = Ingest(store: store, dataDirectory: data.url, clock: clock.wall)
  }

  @Test("nothing is found where nothing was ever taken in")
  func noFolder() throws {
    let report = try ingest.sweepOrphans()
    #expect(report.removedTemporaries.isEmpty && report.orphans.isEmpty && report.missing.isEmpty)
  }

  @Test("abandoned copies go after an hour, files without a clip stay and are named")
  func sweeps() throws {
    guard case .stored(let clip, _) = try ingest.ingest(file: try data.file("a.wav", Data("abc".utf8))) else {
      Issue.record("not stored")
      return
    }
    _ = try data.file("audio_cache/incoming_1.tmp", Data("x".utf8))
    _ = try data.file("audio_cache/clip_1_00000000.wav", Data("x".utf8))
    clock.advance(3_500)
    #expect(try ingest.sweepOrphans().removedTemporaries.isEmpty)
    clock.advance(200)
    let report = try ingest.sweepOrphans()
    #expect(report.removedTemporaries == ["audio_cache/incoming_1.tmp"])
    #expect(report.orphans == ["audio_cache/clip_1_00000000.wav"])
    #expect(report.missing.isEmpty)
    #expect(data.names(in: "audio_cache").contains("clip_1_00000000.wav"))
    try FileManager.default.removeItem(at: data.url.appending(path: clip.path))
    #expect(try ingest.sweepOrphans().missing == [clip.path])
  }
}
