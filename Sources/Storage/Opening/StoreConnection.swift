import Domain
import Foundation
import GRDB

/// The way from the stores to SQLite: one place for transactions, the clock and the translation of errors.
struct StoreConnection: Sendable {
  private let pool: DatabasePool
  private let clock: WallClock
  private let path: String
  private let use: FolderUse

  init(pool: DatabasePool, clock: WallClock, path: String, use: FolderUse) {
    self.pool = pool
    self.clock = clock
    self.path = path
    self.use = use
  }

  /// The present moment in the store's unit, milliseconds since 1970-01-01 UTC.
  var now: Int64 { clock.now().unixMilliseconds }

  /// The data folder.
  var folder: String { URL(filePath: path).deletingLastPathComponent().path }

  /// Runs a read in a snapshot of its own; never waits for a writer.
  func read<T>(_ body: (Database) throws -> T) throws -> T {
    do {
      return try pool.read(body)
    } catch {
      throw StorageError.translate(error, path: path)
    }
  }

  /// Runs one write transaction, BEGIN IMMEDIATE (GRDB's kind for writers) to COMMIT; a throw rolls it back.
  func write<T>(_ body: (Database) throws -> T) throws -> T {
    do {
      return try pool.write(body)
    } catch {
      throw StorageError.translate(error, path: path)
    }
  }

  /// Reads on the writing connection, outside a transaction: for its settings.
  func readOnWriter<T>(_ body: (Database) throws -> T) throws -> T {
    do {
      return try pool.writeWithoutTransaction(body)
    } catch {
      throw StorageError.translate(error, path: path)
    }
  }

  func close() throws {
    do {
      try pool.close()
      use.release()
    } catch {
      throw StorageError.translate(error, path: path)
    }
  }
}

extension Duration {
  /// Whole milliseconds, the store's unit of time.
  var wholeMilliseconds: Int64 { Int64((inSeconds * 1000).rounded()) }
}
