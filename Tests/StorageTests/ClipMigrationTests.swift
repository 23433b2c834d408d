import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Bringing older clips up to date")
struct ClipMigrationTests {
  /// A data folder as the first release left it: two clips, one with a transcript and a note.
  private func firstRelease() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "fieldos.sqlite").path
    try Migrations.make(path: path, upTo: "202611221200_first_tables")
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      for (id, digit) in [("one", "a"), ("two", "b")] {
        try db.execute(
          sql: "INSERT INTO clips VALUES (?, 'local', ?, 'visit.wav', 3, ?, ?, NULL, 1000)",
          arguments: [
            id, "audio_cache/\(id).wav", String(repeating: digit, count: 40), String(repeating: digit, count: 64),
          ])
      }
      try db.execute(
        sql: """
          INSERT INTO transcripts VALUES ('t', 'local', 'one', 'Client wants mulch.', '[]', 'en', 0.9, 1.5, 480, 'demo-en',
            'int8', 'native', 2000);
          INSERT INTO notes VALUES ('n', 'local', 'one', 3000);
          """)
    }
    try queue.close()
    return folder
  }

  @Test("rows of the first release survive, and their bytes are known as seen")
  func survive() throws {
    let folder = try firstRelease()
    let store = try FieldStore.open(dataDirectory: folder.url)
    #expect(try store.clips.all().map(\.id.rawValue) == ["one", "two"])
    #expect(try store.clips.all().allSatisfy { $0.purgedAt == nil && $0.missingAt == nil })
    let transcript = try #require(try store.transcripts.find(ID("one")))
    #expect(transcript.text == "Client wants mulch." && transcript.number == 1 && transcript.latencyMilliseconds == 480)
    #expect(try store.transcripts.withoutNote().isEmpty)
    let known = try #require(
      try store.clips.known(sha1: String(repeating: "b", count: 40), ownerID: Owner.local))
    #expect(known.clip?.id == ID("two"))
    #expect(known.firstSeenAt == Date(unixMilliseconds: 1_000))
  }

  @Test("the database that was brought up to date is sound")
  func sound() throws {
    let folder = try firstRelease()
    try FieldStore.open(dataDirectory: folder.url).close()
    let queue = try DatabaseQueue(path: folder.url.appending(path: "fieldos.sqlite").path)
    let found = try queue.read { db in
      (
        integrity: try String.fetchAll(db, sql: "PRAGMA integrity_check"),
        keys: try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count
      )
    }
    #expect(found.integrity == ["ok"] && found.keys == 0)
  }

  /// Each breaks one rule of a row that was legal before.
  static let illegal: [(rule: String, sql: String)] = [
    ("clip_missing_unless_purged", "UPDATE clips SET purged_at = 1, missing_at = 1"),
    ("fingerprint_sha1", "UPDATE clip_fingerprints SET sha1 = 'short'"),
    ("fingerprint_has_owner", "UPDATE clip_fingerprints SET owner_id = ''"),
    ("UNIQUE", "INSERT INTO clip_fingerprints SELECT owner_id, sha1, 1, NULL FROM clip_fingerprints"),
    ("transcript_from_one", "UPDATE transcripts SET number = 0"),
    (
      "UNIQUE",
      """
      INSERT INTO transcripts SELECT 'other', owner_id, clip_id, number, text, segments, language, confidence,
        audio_seconds, latency_ms, model, compute_type, engine, completed_at FROM transcripts
      """
    ),
  ]

  @Test("an illegal row is refused by the rule's name", arguments: illegal.indices)
  func refusesIllegalRows(index: Int) throws {
    let folder = try firstRelease()
    try FieldStore.open(dataDirectory: folder.url).close()
    let (rule, sql) = Self.illegal[index]
    let queue = try DatabaseQueue(path: folder.url.appending(path: "fieldos.sqlite").path)
    let error = #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: sql) } }
    #expect(error?.message?.contains(rule) == true, "\(error?.message ?? "no message")")
  }

  @Test("erasing a clip keeps its fingerprint")
  func erased() throws {
    let fixture = try StoreFixture()
    let (clip, _) = try fixture.addClip()
    let queue = try DatabaseQueue(path: fixture.folder.url.appending(path: "fieldos.sqlite").path)
    try queue.write { try $0.execute(sql: "DELETE FROM jobs; DELETE FROM clips") }
    let known = try #require(try fixture.store.clips.known(sha1: clip.sha1, ownerID: clip.ownerID))
    #expect(known == KnownClip(firstSeenAt: fixture.clock.now, clip: nil))
  }
}
