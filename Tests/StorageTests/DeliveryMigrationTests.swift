import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Migration of deliveries")
struct DeliveryMigrationTests {
  private let folder: TemporaryFolder

  /// A data folder of the first release, with an entry in each state; one of them claimed.
  init() throws {
    folder = try TemporaryFolder()
    let path = folder.url.appending(path: "fieldos.sqlite").path
    try Migrations.make(path: path, upTo: "202611221200_first_tables")
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      for (index, row) in Self.rows.enumerated() {
        let hash = String(repeating: "\(index)", count: 64)
        try db.execute(
          sql: """
            INSERT INTO clips VALUES ('c\(index)', 'local', 'p\(index)', 'n', 1, '\(hash.prefix(40))', '\(hash)', 1, 5);
            INSERT INTO notes VALUES ('n\(index)', 'local', 'c\(index)', 5);
            INSERT INTO note_versions VALUES ('n\(index)', 1, 'local', 'words', 5);
            INSERT INTO outbox VALUES ('o\(index)', 'local', 'n\(index)', 1, '{"note":"words"}', \(row), 5, 7);
            INSERT INTO attempts (id, owner_id, outbox_id, started_at, finished_at, state, error)
              VALUES (\(10 + index), 'local', 'o\(index)', 5, 6, 'retrying', 'why');
            """)
      }
    }
    try queue.close()
  }

  /// state, attempts, next_attempt_at, claims, lease_owner, lease_expires_at, response_code, last_error
  private static let rows = [
    "'queued', 0, 5, 0, NULL, NULL, NULL, NULL", "'retrying', 2, 9, 2, NULL, NULL, 503, 'why'",
    "'synced', 1, NULL, 1, NULL, NULL, 200, NULL", "'cached', 10, NULL, 10, NULL, NULL, NULL, 'no connection'",
    "'failed', 1, NULL, 1, NULL, NULL, 422, 'refused'", "'queued', 0, 5, 1, 'died', 6, NULL, NULL",
  ]

  @Test("every row of the first release is there afterwards, with its attempts, in its state")
  func rowsSurvive() throws {
    let store = try FieldStore.open(dataDirectory: folder.url)
    let entries = try store.outbox.all()
    #expect(entries.map(\.id.rawValue) == ["o0", "o1", "o2", "o3", "o4", "o5"])
    #expect(entries.map(\.state) == [.queued, .retrying, .synced, .cached, .failed, .sending])
    #expect(entries.map(\.attempts) == [0, 2, 1, 10, 1, 0])
    #expect(entries.map(\.payloadID) == ["n0", "n1", "n2", "n3", "n4", "n5"])
    #expect(entries.allSatisfy { $0.payload == Data(#"{"note":"words"}"#.utf8) && !$0.unknownOutcome })
    #expect(entries[1].nextAttemptAt == Date(unixMilliseconds: 9))
    for entry in entries { #expect(try store.outbox.attempts(of: entry.id).map(\.error) == ["why"]) }
    #expect(
      try store.outbox.counts() == [.queued: 1, .retrying: 1, .synced: 1, .cached: 1, .failed: 1, .sending: 1])
  }

  @Test("delivery goes on with them: an entry that was claimed by then may be in the CRM, and is tried again")
  func goesOn() throws {
    let store = try FieldStore.open(dataDirectory: folder.url)
    let claimed = try (0..<3).compactMap { _ in try store.outbox.claimDue(owner: "d", lease: .seconds(35)) }
    #expect(Set(claimed.map(\.id.rawValue)) == ["o0", "o1", "o5"])
    #expect(claimed.first { $0.id.rawValue == "o5" }?.unknownOutcome == true)
    #expect(try store.outbox.flush().queued == 2)
  }

  @Test("numbers of attempts go on where they were, and foreign keys hold")
  func numbering() throws {
    let store = try FieldStore.open(dataDirectory: folder.url)
    let entry = try #require(try store.outbox.claimDue(owner: "d", lease: .seconds(35)))
    let attempt = DeliveryAttempt(
      startedAt: Date(), state: .synced, nextAttemptAt: nil, responseCode: 200, error: nil)
    try store.outbox.record(attempt, for: entry, owner: "d")
    let queue = try DatabaseQueue(path: folder.url.appending(path: "fieldos.sqlite").path)
    let found = try queue.read { db in
      try [
        String.fetchOne(db, sql: "SELECT CAST(MAX(id) AS TEXT) FROM attempts"),
        String.fetchOne(db, sql: "PRAGMA foreign_key_check"), String.fetchOne(db, sql: "PRAGMA integrity_check"),
      ]
    }
    #expect(found == ["17", nil, "ok"])
  }
}
