import Foundation
import Storage

/// A copy of a file on its way to disk, with the hashes of the bytes that are in it.
struct DurableCopy {
  let byteCount: Int
  let fingerprint: AudioFingerprint
  /// Ends when the copy is on disk.
  let synced: BackgroundWork<Void>

  /// Copies to a new file at `target`, which is left behind for the caller to remove where this throws. The copy is read
  /// again and hashed while the disk takes it.
  /// - Throws: ``CaptureError/changedWhileRead(path:)`` where the source was written to meanwhile: a recording that is
  ///   still being made must not be acknowledged as whole.
  init(from source: URL, to target: String, maxBytes: Int) throws {
    let input = try SourceFile(source.path)
    let output = try NewFile(target)
    let before = try input.version()
    var count = 0
    try input.readAll { bytes in
      count += bytes.count
      guard count <= maxBytes else { throw CaptureError.tooLarge(path: source.path, limit: maxBytes) }
      try output.write(bytes)
    }
    guard try input.version() == before, count == before.byteCount else {
      throw CaptureError.changedWhileRead(path: source.path)
    }
    guard count > 0 else { throw CaptureError.empty(path: source.path) }
    synced = BackgroundWork { try output.sync() }
    byteCount = count
    fingerprint = try AudioFingerprint(quicklyOf: target)
  }
}
