public import Foundation
import Storage
import Synchronization

/// Bytes on their way in from elsewhere, written as they come to a file that bears no final name yet. It is removed
/// where nobody keeps it. One caller at a time.
public final class ReceivedFile: Sendable {
  private struct Progress {
    var byteCount = 0
    var hashes = AudioHashes()
    var isKept = false
  }

  let temporary: URL
  private let maxBytes: Int
  private let file: NewFile
  private let progress = Mutex(Progress())

  init(_ temporary: URL, maxBytes: Int) throws {
    self.temporary = temporary
    self.maxBytes = maxBytes
    file = try NewFile(temporary.path)
  }

  deinit {
    if !progress.withLock({ $0.isKept }) { unlink(temporary.path) }
  }

  public var byteCount: Int { progress.withLock { $0.byteCount } }

  /// Where the bytes are until they are kept: to look at them.
  public var location: URL { temporary }

  /// Takes the next bytes.
  /// - Throws: ``CaptureError/tooLarge(path:limit:)`` beyond the limit, `StorageError` where the disk fails.
  public func write(_ bytes: Data) throws {
    let count = progress.withLock { progress in
      progress.byteCount += bytes.count
      return progress.byteCount
    }
    guard count <= maxBytes else { throw CaptureError.tooLarge(path: temporary.path, limit: maxBytes) }
    try file.write(bytes)
    progress.withLock { progress in bytes.withUnsafeBytes { progress.hashes.update($0) } }
  }

  /// Hashes of all that came.
  func fingerprint() -> AudioFingerprint { progress.withLock { $0.hashes.finish() } }

  /// Puts the bytes on disk, then gives them their name, on disk too.
  func keep(as final: URL) throws {
    try file.sync()
    guard rename(temporary.path, final.path) == 0 else { throw StorageError(errno: errno, path: final.path) }
    progress.withLock { $0.isKept = true }
    try FolderSync.sync(final.deletingLastPathComponent())
  }

  /// Begins to put the bytes on disk where they are, and leaves them to the caller.
  func handOver() -> BackgroundWork<Void> {
    progress.withLock { $0.isKept = true }
    return BackgroundWork { try self.file.sync() }
  }
}
