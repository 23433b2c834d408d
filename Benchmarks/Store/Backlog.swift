import Domain
import Foundation
import GRDB
import Storage

/// A store in a folder of its own with a backlog of jobs, removed at its end.
///
/// The backlog is written by SQL, past the store: taking in 100,000 recordings one by one, each synced, takes an hour.
final class Backlog {
  let name: String
  let store: FieldStore
  private let folder: URL

  /// - Parameters:
  ///   - waiting: jobs that are due.
  ///   - later: jobs whose time comes in an hour.
  ///   - completed: jobs that are done.
  init(_ name: String, waiting: Int = 0, later: Int = 0, completed: Int = 0) throws {
    self.name = name
    folder = FileManager.default.temporaryDirectory.appending(path: "store-bench-\(UUID().uuidString.prefix(8))")
    store = try FieldStore.open(dataDirectory: folder)
    let queue = try DatabaseQueue(path: folder.appending(path: "fieldos.sqlite").path)
    let states = [("available", waiting, -1), ("retryable", later, 3_600_000), ("completed", completed, -1)]
    try queue.write { db in
      var first = 0
      for (state, count, delay) in states where count > 0 {
        try db.execute(sql: Self.sql(state, first: first, count: count, delay: delay))
        first += count
      }
      try db.execute(sql: "ANALYZE")
    }
    try queue.close()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private static func sql(_ state: String, first: Int, count: Int, delay: Int) -> String {
    let now = Date().unixMilliseconds
    return """
      WITH RECURSIVE n(i) AS (SELECT \(first) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < \(first + count))
      INSERT INTO clips (id, owner_id, path, original_name, byte_count, sha1, sha256, created_at)
      SELECT lower(hex(randomblob(16))), 'local', printf('audio_cache/%08d.wav', i), 'visit.wav', 1,
        printf('%040x', i), printf('%064x', i), \(now) FROM n;
      INSERT INTO jobs (id, owner_id, clip_id, kind, state, attempts, max_attempts, claims, run_at, last_error,
        created_at, updated_at, completed_at)
      SELECT lower(hex(randomblob(16))), 'local', id, 'transcribe.v1', '\(state)', \(state == "retryable" ? 1 : 0), 5,
        \(state == "retryable" ? 1 : 0), \(now + Int64(delay)), \(state == "retryable" ? "'why'" : "NULL"), \(now),
        \(now), \(state == "completed" ? "\(now)" : "NULL")
      FROM clips ORDER BY rowid DESC LIMIT \(count);
      """
  }
}
