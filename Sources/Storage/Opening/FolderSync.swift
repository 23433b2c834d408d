public import Foundation

/// Makes a new name in a folder as durable as the bytes behind it: a renamed file is only safe once its folder is.
public enum FolderSync {
  /// - Throws: ``StorageError`` where the folder cannot be opened or synced.
  public static func sync(_ folder: URL) throws {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: folder.path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StorageError(errno: errno, path: folder.path) }
  }
}
