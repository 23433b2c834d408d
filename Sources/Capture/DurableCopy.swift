import Foundation
import Storage

/// Writes a copy of a file that is on disk when it returns, with the hashes of the bytes that are in it.
struct DurableCopy {
  let byteCount: Int
  let fingerprint: AudioFingerprint

  /// Copies to a new file at `target`, which is left behind for the caller to remove where this throws. The copy is read
  /// again and hashed while the disk takes it.
  /// - Throws: ``CaptureError/changedWhileRead(path:)`` where the source was written to meanwhile: a recording that is
  ///   still being made must not be acknowledged as whole.
  init(from source: URL, to target: URL, maxBytes: Int) throws {
    let input = try SourceFile(source)
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
    let sync = output.beginSync()
    let hashed = Result { try AudioFingerprint(of: target) }
    try sync.finish()
    byteCount = count
    fingerprint = try hashed.get()
  }
}

/// A file that did not exist before, readable by its owner only.
private struct NewFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  init(_ file: URL) throws {
    path = file.path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: path) }
  }

  deinit {
    close(descriptor)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written >= 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR {
        throw StorageError(errno: errno, path: path)
      }
    }
  }

  /// Starts to put the bytes on disk. The file must stay open until the sync was finished.
  func beginSync() -> BackgroundSync { BackgroundSync(descriptor, path: path) }
}
