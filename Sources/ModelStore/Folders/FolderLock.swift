import Foundation

/// Keeps other processes away from a folder. The lock is on the folder itself: it goes with its holder, however that
/// ends, leaves no file behind, and moves with the folder when that is renamed.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Makes the folder where it is missing.
  /// - Throws: ``ModelStoreError/locked(path:)`` at once where another holds it.
  init(making folder: URL) throws {
    while true {
      guard mkdir(folder.path, 0o755) == 0 || errno == EEXIST else {
        throw ModelStoreError(errno: errno, path: folder.path)
      }
      let found = open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard found >= 0 else {
        if errno == ENOENT { continue }
        throw ModelStoreError(errno: errno, path: folder.path)
      }
      guard flock(found, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(found)
        throw code == EWOULDBLOCK
          ? ModelStoreError.locked(path: folder.path) : ModelStoreError(errno: code, path: folder.path)
      }
      // The last holder may have renamed the folder between the two calls.
      if Self.leads(folder, to: found) {
        descriptor = found
        return
      }
      close(found)
    }
  }

  deinit {
    close(descriptor)
  }

  private static func leads(_ folder: URL, to descriptor: Int32) -> Bool {
    var named = stat()
    var held = stat()
    return stat(folder.path, &named) == 0 && fstat(descriptor, &held) == 0
      && named.st_ino == held.st_ino && named.st_dev == held.st_dev
  }
}
