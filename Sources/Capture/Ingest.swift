public import Domain
public import Foundation
public import Storage

/// What came of taking a file in.
public enum IngestResult: Sendable, Equatable {
  /// Bytes, clip and job are durable.
  case stored(Clip, Job)
  /// The owner has the same bytes already; the file was not kept a second time.
  case duplicate(Clip)
  /// The owner had these bytes, but the file in the data folder was gone or cut: it is whole again.
  case restored(Clip)
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
    guard rename(temporary.path, final.path) == 0 else {
      let failure = StorageError(errno: errno, path: final.path)
      unlink(temporary.path)
      throw failure
    }
    let clip = Clip(
      id: .random(), ownerID: ownerID, path: Self.audioFolder + "/" + name,
      originalName: original.lastPathComponent, byteCount: copy.byteCount, sha1: copy.sha1, sha256: copy.sha256,
      durationSeconds: durationSeconds, createdAt: Date(unixMilliseconds: now.unixMilliseconds))
    do {
      try FolderSync.sync(audio)
      return try commit(clip, file: final)
    } catch {
      // A commit that failed may yet have reached the disk: the file goes only where the store says that it did not.
      if let row = try? store.clips.known(paths: [clip.path]), row.isEmpty { unlink(final.path) }
      throw error
    }
  }

  private func commit(_ clip: Clip, file: URL) throws -> IngestResult {
    switch try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: maxAttempts) {
    case .stored(let clip, let job): return .stored(clip, job)
    case .duplicate(let known):
      if isWhole(known) {
        unlink(file.path)
        return .duplicate(known)
      }
      return try restore(known, from: file)
    }
  }

  private func isWhole(_ clip: Clip) -> Bool {
    var status = stat()
    return stat(location(of: clip).path, &status) == 0 && Int(status.st_size) == clip.byteCount
  }

  /// Puts the new copy where the clip's own file was.
  private func restore(_ clip: Clip, from file: URL) throws -> IngestResult {
    let target = location(of: clip)
    guard rename(file.path, target.path) == 0 else { throw StorageError(errno: errno, path: target.path) }
    try FolderSync.sync(audio)
    return .restored(clip)
  }

  private func location(of clip: Clip) -> URL { audio.deletingLastPathComponent().appending(path: clip.path) }

  private func prepareFolder() throws {
    if mkdir(audio.path, 0o700) == 0 {
      try FolderSync.sync(audio.deletingLastPathComponent())
    } else if errno != EEXIST {
      throw StorageError(errno: errno, path: audio.path)
    }
  }
}
