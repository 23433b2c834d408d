public import Foundation
import Domain
import Storage

extension SnapshotView {
  static let archiveName = "archive"

  /// Keeps a dated copy of what the snapshot says now, in `archive/` of the data folder. It holds notes.
  /// - Returns: the file.
  /// - Throws: `StorageError`.
  public func archive() throws -> URL {
    let folder = store.dataDirectory.appending(path: Self.archiveName)
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StorageError.dataFolderUnwritable(path: folder.path, reason: "cannot be created")
    }
    let stamp = Timestamp.utc(clock.now()).replacing(/[^0-9TZ]/, with: "")
    let file = folder.appending(path: "crm_snapshot-\(stamp).json")
    try ViewDisk().replace(file, with: try current())
    return file
  }
}
