import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("The copilot's index")
struct ReferenceIndexMigrationTests {
  private func numbers(_ store: FieldStore, _ words: String...) throws -> [Int64] {
    guard let match = ReferenceSearch.any(of: words) else { return [] }
    return try store.references.search { try $0.numbers(matching: match, limit: 10, ReferenceFilter()) }
  }

  @Test("chunks of an earlier release are found after the index was made lean, and leave it when they go")
  func migrated() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "fieldos.sqlite").path
    try Migrations.make(path: path, upTo: "202611232200_operations")
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(
        sql: """
          INSERT INTO reference_chunks (id, owner_id, hash, source, account, rep, region, terms, names, title, tags,
            content, json, updated_at)
          VALUES ('a', 'o', ?, 'wiki', '', '', '', zeroblob(12), '', 'Mulch', '', 'Café beds 5–10 cm', '{}', 1)
          """, arguments: [String(repeating: "0", count: 64)])
      try db.execute(
        sql: """
          INSERT INTO reference_build (id, version, built_at, model, chunks, terms) VALUES (1, 1, 1, 'none', 1, 4)
          """)
    }
    try queue.close()
    let store = try FieldStore.open(dataDirectory: folder.url)
    #expect(try numbers(store, "mulch") == [1] && numbers(store, "cafe") == [1] && numbers(store, "snow", "bed") == [1])
    #expect(try numbers(store, "5–10") == [1] && numbers(store, "5–11") == [] && numbers(store, "–") == [])
    #expect(try store.references.scrub(ownerID: Owner.local) == 1)
    #expect(try numbers(store, "mulch") == [])
  }

  @Test(
    "any word makes a query that SQLite takes",
    arguments: ["\"", "a\"b", "5–10", "名前", "e\u{301}", "\u{1E922}x", "a\u{0}b", "x\u{E000}", "ｱｲ", "ß", "١٢"])
  func anyWord(word: String) throws {
    let folder = try TemporaryFolder()
    _ = try numbers(try FieldStore.open(dataDirectory: folder.url), word)
  }
}
