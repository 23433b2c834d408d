public import Domain
public import Foundation
public import Storage

extension Backup {
  /// What a restore did.
  public struct Restored: Sendable, Equatable {
    public let facts: StoreCopy.Facts
    public let files: Int
    /// Where the folder went that was there before, nil where none was.
    public let aside: URL?
  }

  /// Puts a backup in a data folder's place, once every file of it was checked. The folder that was there is moved
  /// aside, never removed: its recordings may be newer.
  /// - Throws: ``OperationsError/backupRefused(path:reason:)``, `StorageError`.
  public static func restore(_ backup: URL, to folder: URL, clock: WallClock = .system) throws -> Restored {
    let manifest = try check(backup)
    let facts = try StoreCopy.verify(backup.appending(path: BackupManifest.database))
    guard try whileAlone(folder, {}) != nil else { throw running(folder) }
    let name = folder.standardizedFileURL.lastPathComponent
    let parent = folder.standardizedFileURL.deletingLastPathComponent()
    let partial = parent.appending(path: name + ".restoring")
    try? FileManager.default.removeItem(at: partial)
    do {
      try copyAll(manifest, from: backup, to: partial)
    } catch {
      try? FileManager.default.removeItem(at: partial)
      throw error
    }
    let place = parent.appending(path: name)
    guard let aside = try whileAlone(folder, { try exchange(place, for: partial, clock) }) else {
      try? FileManager.default.removeItem(at: partial)
      throw running(folder)
    }
    try FolderSync.sync(parent)
    return Restored(facts: facts, files: manifest.files.count, aside: aside)
  }

  /// - Returns: where the folder went that was there.
  private static func exchange(_ place: URL, for partial: URL, _ clock: WallClock) throws -> URL? {
    let aside = try moveAside(place, clock)
    guard rename(partial.path, place.path) == 0 else {
      let reason = StorageError(errno: errno, path: place.path)
      if let aside { rename(aside.path, place.path) }
      throw reason
    }
    return aside
  }

  private static func copyAll(_ manifest: BackupManifest, from backup: URL, to folder: URL) throws {
    for file in manifest.files {
      let isThere = try copy(backup.appending(path: file.path), to: folder.appending(path: file.path))
      guard isThere, try BackupManifest.sha256(folder.appending(path: file.path)).hash == file.sha256 else {
        throw OperationsError.backupRefused(path: file.path, reason: .altered)
      }
    }
    chmod(folder.path, 0o700)
  }

  /// Reads a backup's list and compares every file with it.
  private static func check(_ backup: URL) throws -> BackupManifest {
    let list = backup.appending(path: BackupManifest.fileName)
    guard let bytes = try? Data(contentsOf: list),
      let manifest = try? JSONDecoder().decode(BackupManifest.self, from: bytes),
      manifest.files.contains(where: { $0.path == BackupManifest.database })
    else { throw OperationsError.backupRefused(path: backup.path, reason: .noBackup) }
    for file in manifest.files {
      guard !file.path.hasPrefix("/"), !file.path.split(separator: "/").contains("..") else {
        throw OperationsError.backupRefused(path: file.path, reason: .outside)
      }
      guard try BackupManifest.sha256(backup.appending(path: file.path)) == (file.sha256, file.bytes) else {
        throw OperationsError.backupRefused(path: file.path, reason: .altered)
      }
    }
    return manifest
  }

  /// - Returns: nil, and does nothing, while a process works in the folder.
  private static func whileAlone<T>(_ folder: URL, _ body: () throws -> T) throws -> T? {
    guard FileManager.default.fileExists(atPath: folder.path) else { return try body() }
    return try FieldStore.alone(in: folder, body)
  }

  private static func running(_ folder: URL) -> OperationsError {
    .backupRefused(path: folder.path, reason: .running)
  }

  private static func moveAside(_ place: URL, _ clock: WallClock) throws -> URL? {
    guard FileManager.default.fileExists(atPath: place.path) else { return nil }
    let stamp = Timestamp.utc(clock.now()).replacing(/[^0-9TZ]/, with: "")
    let aside = place.deletingLastPathComponent().appending(path: "\(place.lastPathComponent).before-\(stamp)")
    guard rename(place.path, aside.path) == 0 else { throw StorageError(errno: errno, path: place.path) }
    return aside
  }
}
