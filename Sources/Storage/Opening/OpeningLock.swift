import Foundation

/// Lets one process at a time open and migrate a data folder: two that both switch a new database to WAL, or both
/// create its tables, get in each other's way. The lock goes with its holder, however that ends.
struct OpeningLock {
  private let descriptor: Int32

  init(folder: URL) throws {
    let path = folder.appending(path: "fieldos.opening").path
    descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: path) }
    while flock(descriptor, LOCK_EX) != 0 {
      let code = errno
      if code == EINTR { continue }
      Foundation.close(descriptor)
      throw StorageError(errno: code, path: path)
    }
  }

  func release() {
    Foundation.close(descriptor)
  }
}
