import Domain
import Foundation
import Storage

extension Ingest {
  /// What becomes of a durable copy whose bytes were seen before.
  func repeated(_ known: KnownClip, copy: Clip, force: Bool) throws -> IngestResult {
    // Another process's sweep may have adopted this very file.
    if known.clip?.path == copy.path { return .duplicate(known) }
    // Bytes made so that only their SHA-1 is the same are refused, and put in nobody's place.
    guard let clip = known.clip, clip.sha256 == copy.sha256 else {
      unlink(fullPath(copy.path))
      return .duplicate(known)
    }
    if force { return try transcribeAgain(clip, copy: copy) }
    if clip.purgedAt != nil || verifier.isWhole(clip) {
      unlink(fullPath(copy.path))
      return .duplicate(known)
    }
    try putBack(clip, from: copy.path)
    return .restored(clip)
  }

  private func transcribeAgain(_ clip: Clip, copy: Clip) throws -> IngestResult {
    let isNeeded = clip.purgedAt == nil && !verifier.isWhole(clip)
    if isNeeded { try putBack(clip, from: copy.path) }
    let result = try store.clips.transcribeAgain(
      clip.id, copyPath: isNeeded ? nil : copy.path, jobKind: .transcribe, maxAttempts: maxAttempts)
    switch result {
    case .queued(let clip, let job):
      drop(copy, unless: clip)
      return .again(clip, job)
    case .pending(let clip, let state):
      drop(copy, unless: clip)
      return .pending(clip, state)
    case .dead(let clip):
      drop(copy, unless: clip)
      _ = try store.jobs.revive(clipID: clip.id)
      return .revived(clip)
    // Purged or erased by another process a moment ago.
    case .purged, nil: throw CaptureError.gone(path: clip.path)
    }
  }

  /// Removes a copy that its clip did not take over.
  private func drop(_ copy: Clip, unless clip: Clip) {
    if clip.path != copy.path { unlink(fullPath(copy.path)) }
  }

  /// Puts durable bytes where the clip's own file was, and takes the flag of the missing file back.
  func putBack(_ clip: Clip, from path: String) throws {
    let target = fullPath(clip.path)
    guard rename(fullPath(path), target) == 0 else { throw StorageError(errno: errno, path: target) }
    try FolderSync.sync(audio)
    try store.clips.markPresent(clip.id)
  }
}
