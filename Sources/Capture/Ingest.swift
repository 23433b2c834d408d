public import Domain
public import Foundation
public import Storage

/// What came of taking a file in.
public enum IngestResult: Sendable, Equatable {
  /// Bytes, clip and job are durable.
  case stored(Clip, Job)
  /// The owner has the same bytes already; the file was not kept a second time.
  case duplicate(Clip)
}

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
  private let maxAttempts: Int

  /// - Parameter maxAttempts: how often a clip's job may be claimed. Default 5.
  public init(store: FieldStore, dataDirectory: URL, clock: WallClock = .system, maxAttempts: Int = 5) {
    self.store = store
    self.audio = dataDirectory.appending(path: Self.audioFolder, directoryHint: .isDirectory)
    self.clock = clock
    self.maxAttempts = maxAttempts
  }

  /// Copies a file into the data folder and queues its transcription. The source is left as it is.
  /// - Parameters:
  ///   - ownerID: whose clip it is; the guard against duplicates looks among that owner's clips only.
  ///   - durationSeconds: its length, where the caller could read it.
  /// - Throws: ``CaptureError``, or `StorageError` where the data folder fails; nothing is left behind then.
  public func ingest(
    file: URL, ownerID: ID<Owner> = Owner.local, maxBytes: Int = defaultMaxBytes, durationSeconds: Double? = nil
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
    return try keep(temporary, copy, original: file, ownerID: ownerID, durationSeconds: durationSeconds)
  }

  /// Gives the copy its final name, then commits clip and job; takes the name back where that fails.
  private func keep(
    _ temporary: URL, _ copy: DurableCopy, original: URL, ownerID: ID<Owner>, durationSeconds: Double?
  ) throws -> IngestResult {
    let now = clock.now()
    let name = ClipName.unused(in: audio, now: now, originalName: original.lastPathComponent)
    let final = audio.appending(path: name)
    do {
      guard rename(temporary.path, final.path) == 0 else { throw StorageError(errno: errno, path: final.path) }
      try FolderSync.sync(audio)
      let clip = Clip(
        id: .random(), ownerID: ownerID, path: Self.audioFolder + "/" + name,
        originalName: original.lastPathComponent, byteCount: copy.byteCount, sha1: copy.sha1, sha256: copy.sha256,
        durationSeconds: durationSeconds, createdAt: Date(unixMilliseconds: now.unixMilliseconds))
      return try commit(clip, file: final)
    } catch {
      unlink(temporary.path)
      unlink(final.path)
      throw error
    }
  }

  private func commit(_ clip: Clip, file: URL) throws -> IngestResult {
    switch try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: maxAttempts) {
    case .stored(let clip, let job): return .stored(clip, job)
    case .duplicate(let known):
      unlink(file.path)
      return .duplicate(known)
    }
  }

  private func prepareFolder() throws {
    if mkdir(audio.path, 0o700) == 0 {
      try FolderSync.sync(audio.deletingLastPathComponent())
    } else if errno != EEXIST {
      throw StorageError(errno: errno, path: audio.path)
    }
  }
}
