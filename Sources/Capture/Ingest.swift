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

  let store: FieldStore
  let audio: URL
  let clock: WallClock
  let maxAttempts: Int
  let verifier: ClipVerifier

  /// - Parameter maxAttempts: how often a clip's job may be claimed. Default 5.
  public init(store: FieldStore, dataDirectory: URL, clock: WallClock = .system, maxAttempts: Int = 5) {
    self.store = store
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
    let temporary = audio.appending(path: "incoming_\(RandomHex.make(bytes: 16)).tmp")
    let copy: DurableCopy
    do {
      copy = try DurableCopy(from: file, to: temporary, maxBytes: maxBytes)
    } catch {
      unlink(temporary.path)
      throw error
    }
    let now = clock.now()
    let name = ClipName.unused(in: audio, now: now, originalName: file.lastPathComponent)
    let clip = Clip(
      id: .random(), ownerID: ownerID, path: relative(name), originalName: file.lastPathComponent,
      byteCount: copy.byteCount, sha1: copy.fingerprint.sha1, sha256: copy.fingerprint.sha256,
      durationSeconds: durationSeconds, createdAt: Date(unixMilliseconds: now.unixMilliseconds))
    return try keep(temporary, as: clip, force: force)
  }

  /// Gives the copy its final name, then commits clip and job; takes the name back where that fails.
  func keep(_ temporary: URL, as clip: Clip, force: Bool) throws -> IngestResult {
    let final = location(of: clip)
    guard rename(temporary.path, final.path) == 0 else {
      let failure = StorageError(errno: errno, path: final.path)
      unlink(temporary.path)
      throw failure
    }
    do {
      return try commit(clip, force: force, named: try BackgroundSync(folder: audio))
    } catch {
      // A commit that failed may yet have reached the disk: the file goes only where the store says that it did not.
      if let row = try? store.clips.known(paths: [clip.path]), row.isEmpty { unlink(final.path) }
      throw error
    }
  }

  /// The rows are made while the disk takes the name, and committed after it.
  private func commit(_ clip: Clip, force: Bool, named: BackgroundSync) throws -> IngestResult {
    switch try store.clips.insertWithJob(
      clip, jobKind: .transcribe, maxAttempts: maxAttempts, evenIfErased: force, after: named.finish)
    {
    case .stored(let clip, let job): return .stored(clip, job)
    case .duplicate(let known): return try repeated(known, copy: clip, force: force)
    }
  }

  func relative(_ name: String) -> String { Self.audioFolder + "/" + name }

  func location(of clip: Clip) -> URL { location(clip.path) }

  func location(_ path: String) -> URL { audio.deletingLastPathComponent().appending(path: path) }

  func prepareFolder() throws {
    if mkdir(audio.path, 0o700) == 0 {
      try FolderSync.sync(audio.deletingLastPathComponent())
    } else if errno != EEXIST {
      throw StorageError(errno: errno, path: audio.path)
    }
  }
}
