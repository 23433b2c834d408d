public import Domain
public import Foundation
public import Storage

/// Takes recordings in. What it has returned for survives a power cut: the bytes are synced under their final name
/// before the clip and its job are committed, and the commit is on disk before it returns.
public struct Ingest: Sendable {
  /// Most bytes of one recording: 50 MiB.
  public static let defaultMaxBytes = 52_428_800

  /// Folder of the recordings, in the data folder.
  public static let audioFolder = "audio_cache"

  /// The rows of a larger recording are not made before it is on disk: whoever else has something to write would wait
  /// for the disk too long. 4 MiB.
  private static let mostBytesWhileLocked = 4 << 20

  let store: FieldStore
  let audio: URL
  /// Path of the data folder. Text is put together many times quicker than URLs are.
  private let root: String
  let clock: WallClock
  let maxAttempts: Int
  let verifier: ClipVerifier

  /// - Parameter maxAttempts: how often a clip's job may be claimed. Default 5.
  public init(store: FieldStore, dataDirectory: URL, clock: WallClock = .system, maxAttempts: Int = 5) {
    self.store = store
    root = dataDirectory.path
    self.audio = dataDirectory.appending(path: Self.audioFolder, directoryHint: .isDirectory)
    self.clock = clock
    self.maxAttempts = maxAttempts
    self.verifier = ClipVerifier(dataDirectory: dataDirectory)
  }

  /// Copies a file into the data folder and queues its transcription. The source is left as it is.
  /// - Parameters:
  ///   - ownerID: whose clip it is; the guard against repeats looks among all that this owner ever brought.
  ///   - durationSeconds: its length, where the caller could read it.
  ///   - force: transcribe bytes that were seen before once more, and take in again what was erased.
  /// - Throws: ``CaptureError``, or `StorageError` where the data folder fails; nothing is left behind then.
  public func ingest(
    file: URL, ownerID: ID<Owner> = Owner.local, maxBytes: Int = defaultMaxBytes, durationSeconds: Double? = nil,
    force: Bool = false
  ) throws -> IngestResult {
    try prepareFolder()
    let temporary = fullPath(relative("incoming_\(RandomHex.make(bytes: 16)).tmp"))
    let copy: DurableCopy
    do {
      copy = try DurableCopy(from: file, to: temporary, maxBytes: maxBytes)
    } catch {
      unlink(temporary)
      throw error
    }
    let now = clock.now()
    let name = ClipName.unused(in: audio.path, now: now, originalName: file.lastPathComponent)
    let clip = Clip(
      id: .random(), ownerID: ownerID, path: relative(name), originalName: file.lastPathComponent,
      byteCount: copy.byteCount, sha1: copy.fingerprint.sha1, sha256: copy.fingerprint.sha256,
      durationSeconds: durationSeconds, createdAt: Date(unixMilliseconds: now.unixMilliseconds))
    return try keep(temporary, as: clip, force: force, after: copy.synced)
  }

  /// Gives the copy its final name once it is on disk, then commits clip and job; takes the name back where that fails.
  /// The rows are made meanwhile.
  func keep(
    _ temporary: String, as clip: Clip, force: Bool, after synced: BackgroundWork<Void>
  ) throws -> IngestResult {
    let final = fullPath(clip.path)
    do {
      if clip.byteCount > Self.mostBytesWhileLocked { try synced.finish() }
      return try commit(clip, force: force) {
        try synced.finish()
        guard rename(temporary, final) == 0 else { throw StorageError(errno: errno, path: final) }
        try FolderSync.sync(audio)
      }
    } catch {
      unlink(temporary)
      // A commit that failed may yet have reached the disk: the file goes only where the store says that it did not.
      if let row = try? store.clips.known(paths: [clip.path]), row.isEmpty { unlink(final) }
      throw error
    }
  }

  private func commit(_ clip: Clip, force: Bool, after named: () throws -> Void) throws -> IngestResult {
    switch try store.clips.insertWithJob(
      clip, jobKind: .transcribe, maxAttempts: maxAttempts, evenIfErased: force, after: named)
    {
    case .stored(let clip, let job): return .stored(clip, job)
    case .duplicate(let known): return try repeated(known, copy: clip, force: force)
    }
  }

  func relative(_ name: String) -> String { Self.audioFolder + "/" + name }

  /// - Parameter path: relative to the data folder.
  func fullPath(_ path: String) -> String { root + "/" + path }

  func location(_ path: String) -> URL { URL(filePath: fullPath(path), directoryHint: .notDirectory) }

  func prepareFolder() throws {
    if mkdir(audio.path, 0o700) == 0 {
      try FolderSync.sync(audio.deletingLastPathComponent())
    } else if errno != EEXIST {
      throw StorageError(errno: errno, path: audio.path)
    }
  }
}
