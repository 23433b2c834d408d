import Foundation
import Storage

/// A file that did not exist before, readable by its owner only.
struct NewFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
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

  func write(_ data: Data) throws { try data.withUnsafeBytes { try write($0) } }

  /// Puts the bytes on disk.
  func sync() throws {
    guard fsync(descriptor) == 0 else { throw StorageError(errno: errno, path: path) }
  }
}
