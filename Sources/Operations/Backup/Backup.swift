public import Domain
public import Foundation
public import Storage

/// Copies of a data folder that stand by themselves.
public enum Backup {
  /// What was copied.
  public struct Report: Sendable, Equatable {
    public let facts: StoreCopy.Facts
    /// The database included.
    public let files: Int
    public let bytes: Int
  }

  /// Copies a data folder while FieldOS works on: the database as it was at one moment, then recordings, which never
  /// change. The copy is opened and checked, and stands under its name only then.
  /// - Parameter target: must not be there yet.
  /// - Throws: ``OperationsError/backupRefused(path:reason:)``, `StorageError`.
  public static func make(of store: FieldStore, at target: URL, clock: WallClock = .system) throws -> Report {
    let manager = FileManager.default
    guard !manager.fileExists(atPath: target.path) else {
      throw OperationsError.backupRefused(path: target.path, reason: .taken)
    }
    let partial = target.deletingLastPathComponent().appending(path: target.lastPathComponent + ".partial")
    try? manager.removeItem(at: partial)
    do {
      try manager.createDirectory(
        at: partial, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StorageError.dataFolderUnwritable(path: partial.path, reason: "cannot be created")
    }
    do {
      let report = try fill(partial, from: store, clock)
      guard rename(partial.path, target.path) == 0 else { throw StorageError(errno: errno, path: target.path) }
      try FolderSync.sync(target.deletingLastPathComponent())
      // The copy stands, even where the folder that it was taken from has no room left to say so.
      try? store.operations.recordBackup(files: report.files, bytes: report.bytes)
      return report
    } catch {
      try? manager.removeItem(at: partial)
      throw error
    }
  }

  private static func fill(_ partial: URL, from store: FieldStore, _ clock: WallClock) throws -> Report {
    let database = partial.appending(path: BackupManifest.database)
    try StoreCopy.write(store, to: database)
    let facts = try StoreCopy.verify(database)
    var files = [try entry(BackupManifest.database, in: partial)]
    for path in try BackupManifest.paths(in: store.dataDirectory) {
      // Retention may let go of a recording, and the projector turn a log over, meanwhile.
      guard try copy(store.dataDirectory.appending(path: path), to: partial.appending(path: path)) else { continue }
      files.append(try entry(path, in: partial))
    }
    let manifest = BackupManifest(
      version: Product.version, madeAt: Timestamp.utc(clock.now()), lastEvent: facts.lastEvent, files: files)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try ViewDisk().replace(partial.appending(path: BackupManifest.fileName), with: try encoder.encode(manifest))
    return Report(facts: facts, files: files.count, bytes: files.reduce(0) { $0 + $1.bytes })
  }

  private static func entry(_ path: String, in folder: URL) throws -> BackupManifest.File {
    let (hash, bytes) = try BackupManifest.sha256(folder.appending(path: path))
    return .init(path: path, bytes: bytes, sha256: hash)
  }

  /// - Returns: false where the file is gone.
  static func copy(_ source: URL, to target: URL) throws -> Bool {
    let manager = FileManager.default
    let folder = target.deletingLastPathComponent()
    do {
      try manager.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try manager.copyItem(at: source, to: target)
    } catch {
      if !manager.fileExists(atPath: source.path) { return false }
      throw StorageError.dataFolderUnwritable(path: target.path, reason: "cannot be written")
    }
    let descriptor = open(target.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: target.path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StorageError(errno: errno, path: target.path) }
    try FolderSync.sync(folder)
    return true
  }
}
