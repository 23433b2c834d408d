import Capture
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Taking recordings in")
struct IngestTests {
  private let inbox: TemporaryFolder
  private let data: TemporaryFolder
  private let clock = ManualClock()
  private let store: FieldStore
  private let ingest: Ingest

  init() throws {
    inbox = try TemporaryFolder()
    data = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: data.url, clock: clock.wall)
    ingest = Ingest(store: store, dataDirectory: data.url, clock: clock.wall)
  }

  private func stored(_ result: IngestResult) throws -> (Clip, Job) {
    guard case .stored(let clip, let job) = result else {
      throw StoredExpected()
    }
    return (clip, job)
  }

  private struct StoredExpected: Error {}

  /// Nothing was kept: no file, no row.
  private func expectNothingKept() throws {
    #expect(data.names(in: "audio_cache").isEmpty)
    #expect(try store.clips.all().isEmpty)
    #expect(try store.jobs.depth() == 0)
  }

  @Test("a file is kept byte for byte under a name of ours, with both hashes, and its job is available")
  func keeps() throws {
    let file = try inbox.file("Visit 1.WAV", Data("abc".utf8))
    let (clip, job) = try stored(try ingest.ingest(file: file, durationSeconds: 2.5))
    #expect(clip.path.wholeMatch(of: /audio_cache\/clip_1795348800_[0-9a-f]{8}\.wav/) != nil)
    #expect(try Data(contentsOf: data.url.appending(path: clip.path)) == Data("abc".utf8))
    #expect(clip.sha1 == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(clip.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(clip.byteCount == 3)
    #expect(clip.originalName == "Visit 1.WAV")
    #expect(clip.durationSeconds == 2.5)
    #expect(try store.clips.find(clip.id) == clip)
    #expect(try store.jobs.find(job.id)?.state == .available)
    #expect(data.names(in: "audio_cache").count == 1)
    #expect(FileManager.default.fileExists(atPath: file.path))
  }

  @Test("a file of many chunks is kept whole, hashed in their order")
  func severalChunks() throws {
    let bytes = Data((0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let (clip, _) = try stored(try ingest.ingest(file: try inbox.file("long.m4a", bytes)))
    #expect(clip.byteCount == 2_500_000)
    #expect(clip.sha1 == "3ca05d256f506e8d862680c5f4351fde3a46185b")
    #expect(clip.sha256 == "575fe12e011c63f6fb40359983d1457e196a417ed439cb521513dfab87cb34e2")
    #expect(try Data(contentsOf: data.url.appending(path: clip.path)) == bytes)
  }

  @Test(
    "a file that is on disk before its rows are made is kept whole", arguments: [4 << 20, (4 << 20) + 1, 6_000_000])
  func large(byteCount: Int) throws {
    let bytes = Data((0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    let (clip, _) = try stored(try ingest.ingest(file: try inbox.file("hour.wav", bytes)))
    #expect(clip.byteCount == byteCount)
    #expect(try Data(contentsOf: data.url.appending(path: clip.path)) == bytes)
    #expect(data.names(in: "audio_cache").count == 1)
  }

  @Test(
    "an extension is kept only where it is short and plain",
    arguments: [
      ("a.WAV", "wav"), ("a.m4a", "m4a"), ("a", "bin"), ("a.", "bin"), ("a.toolong", "bin"), ("a.w v", "bin"),
      ("a.tar.gz", "gz"), ("a.ü", "bin"),
    ])
  func extensions(name: String, expected: String) throws {
    let (clip, _) = try stored(try ingest.ingest(file: try inbox.file(name, Data("x".utf8))))
    #expect(clip.path.hasSuffix("." + expected))
  }

  @Test(
    "a recording that is gone, cut or altered in the data folder is whole again when it is taken in again",
    arguments: ["", "s", "SOUND"])
  func restored(left: String) throws {
    let file = try data.file("a.wav", Data("sound".utf8))
    guard case .stored(let clip, _) = try ingest.ingest(file: file) else { throw Unexpected() }
    let kept = data.url.appending(path: clip.path)
    if left.isEmpty { try FileManager.default.removeItem(at: kept) } else { try Data(left.utf8).write(to: kept) }
    #expect(try ingest.ingest(file: file) == .restored(clip))
    #expect(try Data(contentsOf: kept) == Data("sound".utf8))
    #expect(data.names(in: "audio_cache").count == 1)
  }

  struct Unexpected: Error {}

  @Test("the same bytes a second time are a duplicate, and the second file is not kept")
  func duplicate() throws {
    let (clip, _) = try stored(try ingest.ingest(file: try inbox.file("a.wav", Data("abc".utf8))))
    let again = try ingest.ingest(file: try inbox.file("b.wav", Data("abc".utf8)))
    let known = KnownClip(firstSeenAt: clock.now, clip: clip, job: .available)
    #expect(again == .duplicate(known))
    #expect(data.names(in: "audio_cache").count == 1)
    #expect(try store.jobs.depth() == 1)
  }

  @Test("the same bytes from another owner are a clip of theirs")
  func otherOwner() throws {
    let file = try inbox.file("a.wav", Data("abc".utf8))
    _ = try stored(try ingest.ingest(file: file))
    let (clip, _) = try stored(try ingest.ingest(file: file, ownerID: ID("other")))
    #expect(clip.ownerID == ID("other"))
    #expect(data.names(in: "audio_cache").count == 2)
  }

  @Test("an empty file is refused and nothing is kept")
  func empty() throws {
    let file = try inbox.file("a.wav", Data())
    #expect(throws: CaptureError.empty(path: file.path)) { try ingest.ingest(file: file) }
    try expectNothingKept()
  }

  @Test("a file over the limit is refused and nothing is kept; one at the limit is taken")
  func tooLarge() throws {
    let file = try inbox.file("a.wav", Data(repeating: 1, count: 11))
    #expect(throws: CaptureError.tooLarge(path: file.path, limit: 10)) { try ingest.ingest(file: file, maxBytes: 10) }
    try expectNothingKept()
    _ = try stored(try ingest.ingest(file: file, maxBytes: 11))
  }

  @Test("a missing file is refused as missing")
  func missing() throws {
    let file = inbox.url.appending(path: "nowhere.wav")
    #expect(throws: CaptureError.missing(path: file.path)) { try ingest.ingest(file: file) }
    try expectNothingKept()
  }

  @Test("a folder is refused as a folder")
  func folder() throws {
    #expect(throws: CaptureError.isFolder(path: inbox.url.path)) { try ingest.ingest(file: inbox.url) }
    try expectNothingKept()
  }

  @Test("a device and a pipe are refused without reading them")
  func device() throws {
    let device = URL(filePath: "/dev/zero")
    #expect(throws: CaptureError.notARegularFile(path: device.path)) { try ingest.ingest(file: device) }
    let pipe = inbox.url.appending(path: "pipe")
    #expect(mkfifo(pipe.path, 0o600) == 0)
    #expect(throws: CaptureError.notARegularFile(path: pipe.path)) { try ingest.ingest(file: pipe) }
    try expectNothingKept()
  }

  @Test("an audio folder that is a file is the data folder's fault, and nothing is stored")
  func audioFolderIsFile() throws {
    _ = try data.file("audio_cache", Data("x".utf8))
    let file = try inbox.file("a.wav", Data("abc".utf8))
    #expect(throws: StorageError.self) { try ingest.ingest(file: file) }
    #expect(try store.clips.all().isEmpty)
  }

  @Test("where the store refuses the clip, the file is taken back")
  func storeRefuses() throws {
    let file = try inbox.file("a.wav", Data("abc".utf8))
    #expect(throws: StorageError.self) { try ingest.ingest(file: file, ownerID: ID("")) }
    try expectNothingKept()
  }
}
