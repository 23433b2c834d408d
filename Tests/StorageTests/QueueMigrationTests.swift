import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

/// A database of the release before attempts were kept, brought up to date.
@Suite("Migrating the job queue")
struct QueueMigrationTests {
  private let folder: TemporaryFolder
  private let clock = ManualClock()
  private let before: [Row]
  private let store: FieldStore

  /// One job in each state, as the first schema kept them.
  private static let rows = """
    INSERT INTO clips (id, owner_id, path, original_name, byte_count, sha1, sha256, created_at)
    SELECT 'c' || value, 'local', 'audio_cache/' || value, 'visit.wav', 1, printf('%040x', value),
      printf('%064x', value), 1000 FROM json_each('[1, 2, 3, 4, 5, 6]');
    INSERT INTO jobs (id, owner_id, clip_id, kind, state, attempts, max_attempts, run_at, lease_owner, lease_expires_at,
      last_error, created_at, updated_at, completed_at) VALUES
      ('available', 'local', 'c1', 'transcribe.v1', 'available', 0, 5, 1000, NULL, NULL, NULL, 1000, 1000, NULL),
      ('running', 'local', 'c2', 'transcribe.v1', 'running', 2, 5, 1000, 'w', 9000, 'before', 1000, 2000, NULL),
      ('retryable', 'local', 'c3', 'transcribe.v1', 'retryable', 1, 5, 6000, NULL, NULL, 'no', 1000, 2000, NULL),
      ('completed', 'local', 'c4', 'transcribe.v1', 'completed', 1, 5, 1000, NULL, NULL, NULL, 1000, 2000, 2000),
      ('cancelled', 'local', 'c5', 'transcribe.v1', 'cancelled', 0, 5, 1000, NULL, NULL, NULL, 1000, 2000, NULL),
      ('dead', 'local', 'c6', 'transcribe.v1', 'dead', 5, 5, 1000, NULL, NULL, 'gave up', 1000, 2000, NULL);
    """

  init() throws {
    folder = try TemporaryFolder()
    let queue = try DatabaseQueue(path: folder.url.appending(path: "fieldos.sqlite").path)
    try Migrations.migrator.migrate(queue, upTo: "202611221200_first_tables")
    before = try queue.write { db in
      try db.execute(sql: Self.rows)
      return try Row.fetchAll(db, sql: "SELECT * FROM jobs ORDER BY id")
    }
    try queue.close()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
  }

  @Test("every job survives with all it had")
  func survives() throws {
    let queue = try DatabaseQueue(path: folder.url.appending(path: "fieldos.sqlite").path)
    let after = try queue.read { try Row.fetchAll($0, sql: "SELECT * FROM jobs ORDER BY id") }
    #expect(after.count == 6)
    for (old, new) in zip(before, after) {
      for column in old.columnNames { #expect(old[column] as DatabaseValue == new[column], "\(column)") }
      #expect(new["claims"] as Int == old["attempts"])
      #expect(new["priority"] as Int == 0)
    }
    #expect(try queue.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
  }

  @Test("what is known of earlier attempts becomes their history")
  func history() throws {
    #expect(try store.jobs.attempts(of: ID("dead")).map(\.error) == ["gave up"])
    #expect(try store.jobs.attempts(of: ID("retryable")).map(\.error) == ["no"])
    let running = try #require(try store.jobs.attempts(of: ID("running")).first)
    #expect(running.number == 2 && running.worker == "w" && running.outcome == nil)
    for id in ["available", "completed", "cancelled"] { #expect(try store.jobs.attempts(of: ID(id)).isEmpty) }
  }

  @Test("the counts are right, and the queue goes on")
  func goesOn() throws {
    #expect(try store.jobs.depth() == 3)
    #expect(try store.jobs.counts().values.reduce(0, +) == 6)
    let ids = try store.jobs.claim(kinds: [.transcribe], owner: "w2", lease: .seconds(60), limit: 10).map(\.id.rawValue)
    #expect(Set(ids) == ["available", "running", "retryable"])
    #expect(try store.jobs.attempts(of: ID("running")).map(\.outcome) == [.lapsed, nil])
    #expect(try store.jobs.replay(ID("dead"), by: "tester").get().state == .available)
  }
}
