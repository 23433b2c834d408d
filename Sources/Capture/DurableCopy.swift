import Crypto
import Foundation
import Storage

/// Writes a copy of a file that is on disk when it returns, hashing the bytes on their way.
struct DurableCopy {
  let byteCount: Int
  let sha1: String
  let sha256: String

  /// Bytes held in memory at a time.
  private static let chunkSize = 1 << 20

  /// Copies to a new file at `target`, which is left behind for the caller to remove where this throws.
  init(from source: URL, to target: URL, maxBytes: Int) throws {
    let input = try SourceFile(source)
    let output = try NewFile(target)
    var sha1 = Insecure.SHA1()
    var sha256 = SHA256()
    var count = 0
    while true {
      let chunk = try input.read(upTo: Self.chunkSize)
      if chunk.isEmpty { break }
      count += chunk.count
      guard count <= maxBytes else { throw CaptureError.tooLarge(path: source.path, limit: maxBytes) }
      sha1.update(data: chunk)
      sha256.update(data: chunk)
      try output.write(chunk)
    }
    guard count > 0 else { throw CaptureError.empty(path: source.path) }
    try output.sync()
    byteCount = count
    self.sha1 = sha1.finalize().hex
    self.sha256 = sha256.finalize().hex
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

extension Digest {
  fileprivate var hex: String {
    reduce(into: "") { text, byte in
      let digits = String(byte, radix: 16)
      text += digits.count == 1 ? "0" + digits : digits
    }
  }
}
