public import Domain
import Foundation
import Storage

/// Recordings that come as bytes, not as a file of this machine.
extension Ingest {
  /// A file in the audio folder for bytes to come; a crash leaves one that ``sweepOrphans()`` removes.
  /// - Parameter maxBytes: more than these are refused.
  public func receive(maxBytes: Int = defaultMaxBytes) throws -> ReceivedFile {
    try prepareFolder()
    return try ReceivedFile(audio.appending(path: "incoming_\(RandomHex.make(bytes: 16)).tmp"), maxBytes: maxBytes)
  }

  /// Takes received bytes in, as ``ingest(file:ownerID:maxBytes:durationSeconds:force:)`` does with a file.
  /// - Parameters:
  ///   - originalName: what the file was called; shown to people, never used as a path.
  ///   - durationSeconds: its length, where the caller could read it.
  public func ingest(
    _ received: ReceivedFile, originalName: String, ownerID: ID<Owner>, durationSeconds: Double? = nil
  ) throws -> IngestResult {
    guard received.byteCount > 0 else { throw CaptureError.empty(path: originalName) }
    let fingerprint = received.fingerprint()
    let byteCount = received.byteCount
    let now = clock.now()
    let name = ClipName.unused(in: audio.path, now: now, originalName: originalName)
    let clip = Clip(
      id: .random(), ownerID: ownerID, path: relative(name), originalName: originalName, byteCount: byteCount,
      sha1: fingerprint.sha1, sha256: fingerprint.sha256, durationSeconds: durationSeconds,
      createdAt: Date(unixMilliseconds: now.unixMilliseconds))
    return try keep(received.temporary.path, as: clip, force: false, after: received.handOver())
  }
}
