import Foundation
import Storage

/// Lets one process at a time change the files that people read. The lock goes with its holder, however that ends.
final class ViewLock {
  private let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Waits until the others are done, which takes them a moment.
  static func hold<T>(in folder: URL, _ body: () throws -> T) throws -> T {
    guard let lock = try take(in: folder, LOCK_EX) else { throw StorageError.busy }
    return try withExtendedLifetime(lock) { try body() }
  }

  /// - Returns: nil, without waiting, where somebody else has the lock.
  static func holdIfFree<T>(in folder: URL, _ body: () throws -> T) throws -> T? {
    guard let lock = try take(in: folder, LOCK_EX | LOCK_NB) else { return nil }
    return try withExtendedLifetime(lock) { try body() }
  }

  private static func take(in folder: URL, _ operation: Int32) throws -> ViewLock? {
    let path = folder.appending(path: "views.lock").path
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: path) }
    let lock = ViewLock(descriptor: descriptor)
    while flock(descriptor, operation) != 0 {
      if errno == EWOULDBLOCK { return nil }
      if errno != EINTR { throw StorageError(errno: errno, path: path) }
    }
    return lock
  }
}
