import Domain
import Foundation
import Storage

/// Files without a row: their taking in was cut off between the rename and the commit. Nobody was told that they are
/// saved, but audio is dear.
extension Ingest {
  func settle(orphan path: String, _ report: inout SweepReport) throws {
    let file = location(path)
    guard ClipFile.looksWhole(file), let clip = try describe(path) else {
      report.orphans.append(path)
      return
    }
    switch try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: maxAttempts, arrival: .adopted) {
    case .stored(let clip, _): report.adopted.append(clip)
    case .duplicate(let known): try settle(copy: clip, of: known, &report)
    }
  }

  /// The orphan as a clip, durable before its row is; nil where it can't be read.
  private func describe(_ path: String) throws -> Clip? {
    let file = location(path)
    do {
      let input = try SourceFile(file.path, followsLinks: false)
      let version = try input.version()
      try input.sync()
      let fingerprint = try AudioFingerprint(of: file.path)
      try FolderSync.sync(audio)
      return Clip(
        id: .random(), ownerID: Owner.local, path: path, originalName: file.lastPathComponent,
        byteCount: version.byteCount, sha1: fingerprint.sha1, sha256: fingerprint.sha256, durationSeconds: nil,
        createdAt: Date(unixMilliseconds: clock.now().unixMilliseconds))
    } catch is CaptureError {
      return nil
    }
  }

  /// A file whose bytes the store knows: it replaces its clip's own where that is gone, else it goes.
  private func settle(copy: Clip, of known: KnownClip, _ report: inout SweepReport) throws {
    // Another process's sweep has adopted it by now.
    if known.clip?.path == copy.path { return }
    if let clip = known.clip {
      guard clip.sha256 == copy.sha256 else { return report.orphans.append(copy.path) }
      if clip.purgedAt == nil, !verifier.isWhole(clip) {
        try putBack(clip, from: copy.path)
        _ = try store.jobs.revive(clipID: clip.id)
        return report.restored.append(clip)
      }
    }
    if unlink(fullPath(copy.path)) == 0 { report.removedCopies.append(copy.path) }
  }
}
