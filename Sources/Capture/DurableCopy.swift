import Foundation
import Storage

/// Writes a copy of a file that is on disk when it returns, hashing the bytes on their way.
struct DurableCopy {
  let byteCount: Int
  let fingerprint: AudioFingerprint

  /// Bytes that are read at a time.
  static let chunkSize = 1 << 16

  /// Copies to a new file at `target`, which is left behind for the caller to remove where this throws.
  /// - Throws: ``CaptureError/changedWhileRead(path:)`` where the source was written to meanwhile: a recording that is
  ///   still being made must not be acknowledged as whole.
  init(from source: URL, to target: URL, maxBytes: Int) throws {
    let input = try SourceFile(source)
    let output = try NewFile(target)
    let before = try input.version()
    let hashes = AudioHashes()
    var count = 0
    while true {
      let chunk = try input.read(upTo: Self.chunkSize)
      if chunk.isEmpty { break }
      count += chunk.count
      guard count <= maxBytes else { throw CaptureError.tooLarge(path: source.path, limit: maxBytes) }
      hashes.update(chunk)
      try output.write(chunk)
    }
    guard try input.version() == before, count == before.byteCount else {
      throw CaptureError.changedWhileRead(path: source.path)
    }
    guard count > 0 else { throw CaptureError.empty(path: source.path) }
    try output.sync()
    byteCount = count
    fingerprint = hashes.finish()
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

  func write(_ data: Data) throws {
    try data.withUnsafeBytes { bytes in
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
  }

  func sync() throws {
    guard fsync(descriptor) == 0 else { throw StorageError(errno: errno, path: path) }
  }
}
