import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Every table has an answer to an erasure")
struct ErasedTablesTests {
  @Test("a table that nobody classified fails, and so does one that is gone") func every() throws {
    let fixture = try StoreFixture()
    let queue = try DatabaseQueue(path: fixture.folder.url.appending(path: "fieldos.sqlite").path)
    let tables = try queue.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT name FROM pragma_table_list
          WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            AND name <> 'grdb_migrations'
          """)
    }
    try queue.close()
    let known = ErasedTables.all.map(\.table)
    #expect(Set(tables).subtracting(known) == [], "say in ErasedTables what of a person is in it")
    #expect(Set(known).subtracting(tables) == [])
    #expect(Set(known).count == known.count)
  }
}
