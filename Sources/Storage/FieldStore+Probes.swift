public import Foundation
import GRDB

extension FieldStore {
  /// Writes a row and takes it away again, on disk: what taking something in needs.
  /// - Throws: ``StorageError`` where nothing can be taken in.
  public func proveWritable() throws {
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: "INSERT OR REPLACE INTO leases (name, owner, expires_at) VALUES ('probe', 'probe', ?)", arguments: [now])
      try db.execute(sql: "DELETE FROM leases WHERE name = 'probe'")
    }
  }

  /// What SQLite finds wrong with the database's pages, none where all is well. Reads the whole file.
  public func damages() throws -> [String] {
    try connection.read { try String.fetchAll($0, sql: "PRAGMA quick_check(5)").filter { $0 != "ok" } }
  }

  /// Bytes of the write-ahead log, 0 where there is none.
  public var writeAheadBytes: Int {
    let file = dataDirectory.appending(path: "fieldos.sqlite-wal")
    return (try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int) ?? 0
  }
}

/// A database that stands by itself, as it was at one moment.
public enum StoreCopy {
  /// What a copy holds, counted by opening it.
  public struct Facts: Sendable, Equatable {
    public let recordings: Int
    public let notes: Int
    public let deliveries: Int
    public let lastEvent: Int64
  }

  /// Writes a copy while others read and write on. Whole and on disk when this returns.
  /// - Parameter file: must not be there yet.
  /// - Throws: ``StorageError``.
  public static func write(_ store: FieldStore, to file: URL) throws {
    try store.connection.readOnWriter { try $0.execute(sql: "VACUUM INTO ?", arguments: [file.path]) }
    let descriptor = open(file.path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: file.path) }
    defer { close(descriptor) }
    guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0 else {
      throw StorageError(errno: errno, path: file.path)
    }
    try FolderSync.sync(file.deletingLastPathComponent())
  }

  /// Opens a copy without changing it, checks every page and every reference.
  /// - Throws: ``StorageError/corrupt(path:reason:)`` where it is not sound.
  public static func verify(_ file: URL) throws -> Facts {
    var configuration = Configuration()
    configuration.readonly = true
    do {
      let queue = try DatabaseQueue(path: file.path, configuration: configuration)
      defer { try? queue.close() }
      return try queue.read { db in
        let damage = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "no answer"
        guard damage == "ok" else { throw StorageError.corrupt(path: file.path, reason: damage) }
        guard try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") == nil else {
          throw StorageError.corrupt(path: file.path, reason: "a row names another that is not there")
        }
        func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
        return Facts(
          recordings: try count("SELECT COUNT(*) FROM clips"), notes: try count("SELECT COUNT(*) FROM notes"),
          deliveries: try count("SELECT COUNT(*) FROM outbox"),
          lastEvent: try Int64.fetchOne(db, sql: "SELECT MAX(seq) FROM events") ?? 0)
      }
    } catch {
      throw StorageError.translate(error, path: file.path)
    }
  }
}
