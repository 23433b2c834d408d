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
    let file = folder.appending(path: Self.archived(at: clock.now()))
    try ViewDisk().replace(file, with: try current())
    return file
  }

  /// Archived snapshots, oldest first.
  /// - Parameters:
  ///   - since: none made before this moment.
  ///   - until: none made at this moment or later.
  public func archives(since: Date? = nil, until: Date? = nil) -> [URL] {
    let folder = store.dataDirectory.appending(path: Self.archiveName)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let (first, last) = (since.map(Self.archived), until.map(Self.archived))
    return names.filter { name in
      guard name.wholeMatch(of: /crm_snapshot-[0-9]{8}T[0-9]{9}Z\.json/) != nil else { return false }
      return first.map { name >= $0 } ?? true && last.map { name < $0 } ?? true
    }.sorted().map { folder.appending(path: $0) }
  }

  /// Removes archived snapshots that were made before a moment.
  /// - Returns: how many went.
  /// - Throws: `StorageError`.
  @discardableResult
  public func removeArchives(until horizon: Date) throws -> Int {
    let due = archives(until: horizon)
    for file in due where unlink(file.path) != 0 && errno != ENOENT {
      throw StorageError(errno: errno, path: file.path)
    }
    return due.count
  }

  /// The name of a snapshot that is archived at a moment. Names sort as their moments do.
  private static func archived(at date: Date) -> String {
    "crm_snapshot-\(Timestamp.utc(date).replacing(/[^0-9TZ]/, with: "")).json"
  }

  /// What of notes the snapshot would show at this moment.
  /// - Returns: how many payloads, and whether the last delivery's status.
  public func remains() throws -> (payloads: Int, hasStatus: Bool) {
    let value = JSONValue(parsing: try current())
    let payloads = value?["recent_payloads"]?.elements.count ?? 0
    return (max(payloads, value?["last_payload"] == nil ? 0 : 1), value?["last_crm_status"] != nil)
  }
}
