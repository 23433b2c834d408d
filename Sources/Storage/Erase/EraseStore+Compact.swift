import Domain
import Foundation
import GRDB

extension EraseStore {
  /// What came of writing the database anew.
  public enum Compaction: Sendable, Equatable {
    case done
    /// Another process reads or writes; it can be tried again.
    case busy
    /// So many bytes are needed beside the database, and so many are free.
    case noSpace(needed: Int, free: Int, path: String)
  }

  /// What ``compact()`` needs, where there is too little of it: room for a second database and a journal.
  public func shortage() throws -> Compaction? {
    let size = try connection.read { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      return pages * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4_096)
    }
    // SQLite builds the copy in its folder for temporary files, and writes it back by way of the journal.
    let temporary = ProcessInfo.processInfo.environment["SQLITE_TMPDIR"] ?? FileManager.default.temporaryDirectory.path
    let folder = connection.folder
    for (path, times) in [(folder, Self.isSameDisk(folder, temporary) ? 3 : 2), (temporary, 1)] {
      let needed = size * times + (4 << 20)
      if let free = Self.free(path), free < needed { return .noSpace(needed: needed, free: free, path: path) }
    }
    return nil
  }

  /// Writes the indexes of words and the whole database anew, and empties its journal: what was deleted is in no page
  /// any more. Other processes may have the database open.
  public func compact() throws -> Compaction {
    if let shortage = try shortage() { return shortage }
    do {
      for table in ErasedTables.all where table.answer == .index {
        try connection.write { db in
          try db.execute(sql: "INSERT INTO \(table.table) (\(table.table)) VALUES ('rebuild')")
          try db.execute(sql: "INSERT INTO \(table.table) (\(table.table)) VALUES ('optimize')")
        }
      }
      return try connection.readOnWriter { db in
        _ = try Row.fetchAll(db, sql: "PRAGMA secure_delete = ON")
        try db.execute(sql: "VACUUM")
        // The caller tries again; waiting in here would keep every other writer waiting, too.
        try db.execute(sql: "PRAGMA busy_timeout = 250")
        defer { try? db.execute(sql: "PRAGMA busy_timeout = 5000") }
        let row = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        let busy: Int = row?["busy"] ?? 1
        return busy == 0 ? .done : .busy
      }
    } catch StorageError.busy {
      return .busy
    } catch StorageError.sqlite(_, let code, _) where code & 0xFF == 6 {
      return .busy  // SQLITE_LOCKED: a reader of this process
    }
  }

  /// How many rows of each table hold one of these words, whatever their case. Rows are looked at as a whole.
  public func rows(with words: [String]) throws -> [String: Int] {
    if words.isEmpty { return [:] }
    return try connection.read { db in
      var counts: [String: Int] = [:]
      for (table, _) in ErasedTables.all {
        let columns = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
        let row = columns.map { "ifnull(CAST(\"\($0)\" AS TEXT), '')" }.joined(separator: " || char(31) || ")
        let count = try Int.fetchOne(
          db,
          sql: """
            SELECT COUNT(*) FROM (SELECT lower(\(row)) AS text FROM \(table))
            WHERE EXISTS (SELECT 1 FROM json_each(?) AS word WHERE instr(text, lower(word.value)) > 0)
            """,
          arguments: [try Self.json(words)])
        if let count, count > 0 { counts[table] = count }
      }
      return counts
    }
  }

  /// Works while a reader holds a snapshot of the database, as another process may: for tests.
  package func whileReading<T>(_ body: () throws -> T) throws -> T {
    try connection.read { db in
      _ = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM events")
      return try body()
    }
  }

  private static func free(_ path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
  }

  private static func isSameDisk(_ one: String, _ other: String) -> Bool {
    var (a, b) = (stat(), stat())
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev
  }
}
