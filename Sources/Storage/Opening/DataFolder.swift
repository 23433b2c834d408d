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
    let parents = foldersThatChange(toMake: folder)
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for parent in parents { try FolderSync.sync(parent) }
    } catch let error as StorageError {
      throw error
    } catch {
      let reason = (error as? CocoaError)?.underlying.map { "\($0)" } ?? "cannot be created"
      throw StorageError.dataFolderUnwritable(path: folder.path, reason: reason)
    }
  }

  /// The parents of every folder that is missing on the way: each of them gets a new name.
  private static func foldersThatChange(toMake folder: URL) -> [URL] {
    var missing = folder.standardizedFileURL
    var parents: [URL] = []
    while !FileManager.default.fileExists(atPath: missing.path), missing.path != "/" {
      missing = missing.deletingLastPathComponent()
      parents.append(missing)
    }
    return parents
  }
}
