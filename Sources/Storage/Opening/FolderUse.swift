public import Foundation
import Synchronization

/// Says that a process works in a data folder, for as long as it holds this: a lock on `fieldos.use`, which goes with
/// its holder, however that ends.
final class FolderUse: Sendable {
  private let descriptor: Mutex<Int32?>

  private init(descriptor: Int32) {
    self.descriptor = Mutex(descriptor)
  }

  deinit {
    release()
  }

  /// With others who do.
  static func shared(_ folder: URL) throws -> FolderUse {
    guard let use = try take(folder, LOCK_SH) else { throw StorageError(errno: EWOULDBLOCK, path: folder.path) }
    return use
  }

  /// With nobody else; nil where somebody works there.
  static func alone(_ folder: URL) throws -> FolderUse? {
    try take(folder, LOCK_EX | LOCK_NB)
  }

  func release() {
    descriptor.withLock { held in
      if let held { Foundation.close(held) }
      held = nil
    }
  }

  private static func take(_ folder: URL, _ operation: Int32) throws -> FolderUse? {
    let path = folder.appending(path: "fieldos.use").path
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: path) }
    let use = FolderUse(descriptor: descriptor)
    while flock(descriptor, operation) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK: return nil
      default: throw StorageError(errno: errno, path: path)
      }
    }
    return use
  }
}

extension FieldStore {
  /// Does work on a data folder while no process has its store open, and none can open it.
  /// - Returns: nil where somebody has it open; nothing was done then.
  /// - Throws: ``StorageError``, and what the work throws.
  public static func alone<T>(in folder: URL, _ body: () throws -> T) throws -> T? {
    let opening = try OpeningLock(folder: folder)
    defer { opening.release() }
    guard let use = try FolderUse.alone(folder) else { return nil }
    defer { use.release() }
    return try body()
  }
}
