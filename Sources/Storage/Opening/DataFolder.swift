import Foundation

/// Makes sure that the data folder is there and may be written to.
enum DataFolder {
  static func prepare(_ folder: URL) throws {
    let path = folder.path
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw StorageError.dataFolderIsFile(path: path) }
    } else {
      try create(folder)
    }
    guard access(path, W_OK | X_OK) == 0 else { throw StorageError(errno: errno, path: path) }
  }

  /// Private to the user who runs FieldOS: the folder holds audio and personal data.
  private static func create(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try FolderSync.sync(folder.deletingLastPathComponent())
    } catch let error as StorageError {
      throw error
    } catch {
      let reason = (error as? CocoaError)?.underlying.map { "\($0)" } ?? "cannot be created"
      throw StorageError.dataFolderUnwritable(path: folder.path, reason: reason)
    }
  }
}
