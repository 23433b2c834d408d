import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Drafts for notes that were there before") struct DraftMigrationTests {
  @Test("every note and every recording gets one, in the order of time, and is found") func backfill() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "fieldos.sqlite").path
    try Migrations.make(path: path, upTo: "202611231000_cockpit")
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      // All of one millisecond but the first: places must differ all the same.
      for (index, created) in [1_000, 5_000, 5_000, 5_000].enumerated() {
        let hash = String(repeating: String(index), count: 64)
        try db.execute(
          sql: """
            INSERT INTO clips (id, owner_id, path, original_name, byte_count, sha1, sha256, created_at)
            VALUES ('c\(index)', 'local', 'p\(index)', 'n', 1, '\(hash.prefix(40))', '\(hash)', \(created));
            """)
      }
      try db.execute(
        sql: """
          INSERT INTO transcripts (id, owner_id, clip_id, number, text, segments, language, confidence, audio_seconds,
            latency_ms, model, compute_type, engine, completed_at)
          VALUES ('t1', 'local', 'c1', 1, ' heard words ', '[]', 'en', 0.9, 1, 1, 'm', 'int8', 'native', 6000);
          INSERT INTO notes (id, owner_id, clip_id, created_at) VALUES
            ('n0', 'local', 'c0', 2000), ('n9', 'local', NULL, 500);
          INSERT INTO note_versions (note_id, number, owner_id, text, created_at) VALUES
            ('n0', 1, 'local', 'first', 2000), ('n0', 2, 'local', 'second drain', 3000), ('n9', 1, 'local', 'old', 500);
          INSERT INTO outbox (id, owner_id, note_id, note_version, payload, state, next_attempt_at, created_at,
            state_changed_at)
          VALUES ('o', 'local', 'n0', 2, '{"contact_name":"Odile","account":"Quarry"}', 'queued', 0, 0, 0);
          """)
    }
    try queue.close()
    let store = try FieldStore.open(dataDirectory: folder.url)
    let drafts = try store.drafts.list(ownerID: Owner.local)
    #expect(drafts.count == 5)
    #expect(drafts.suffix(2).map(\.id) == [ID("n0"), ID("n9")])
    let saved = try #require(try store.drafts.find(ID("n0")))
    #expect(saved.text == "second drain" && saved.version == 2 && saved.clipID == ID("c0"))
    #expect(saved.subject == DraftSubject(contactName: "Odile", account: "Quarry"))
    #expect(try store.drafts.versions(ID("n0")).map(\.text) == ["first", "second drain"])
    let heard = try #require(try store.drafts.find(clipID: ID("c1")))
    #expect(heard.text == "heard words" && heard.version == 1 && heard.heardAt == Date(unixMilliseconds: 6_000))
    #expect(try store.drafts.find(clipID: ID("c3"))?.version == 0)
    for (words, id) in [("drai", saved.id), ("odile", saved.id), ("heard", heard.id)] {
      var query = NoteQuery(ownerID: Owner.local)
      query.words = words
      #expect(try store.search.page(query).map(\.facts.draft.id) == [id])
    }
  }
}
