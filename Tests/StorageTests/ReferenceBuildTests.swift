import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

/// Builds of more chunks than one transaction takes.
@Suite("Builds of the copilot's index") struct ReferenceBuildTests {
  private struct Broken: Error {}

  private func chunk(_ number: Int, _ word: String) -> ReferenceChunk {
    ReferenceChunk(id: "wiki_\(number)", source: .wiki, title: "Title \(number)", content: "\(word) number \(number).")
  }

  private func chunks(_ count: Int, _ word: String) -> [ReferenceChunk] { (0..<count).map { chunk($0, word) } }

  private func build(_ store: FieldStore, _ chunks: [ReferenceChunk]) throws -> ReferenceTally {
    try store.references.replace(ownerID: Owner.local, model: "none", chunks: chunks)
  }

  private func seen(_ store: FieldStore, _ word: String) throws -> Int {
    try store.references.search {
      try $0.numbers(matching: ReferenceSearch.any(of: [word]) ?? "", limit: 5_000, ReferenceFilter()).count
    }
  }

  private func rows(_ fixture: StoreFixture, _ sql: String) throws -> Int? {
    let queue = try DatabaseQueue(path: fixture.folder.url.appending(path: "fieldos.sqlite").path)
    return try queue.write { db in
      if sql.hasPrefix("SELECT") { return try Int.fetchOne(db, sql: sql) }
      try db.execute(sql: sql)
      return nil
    }
  }

  @Test("until a build is whole, searches see the one before, and another process writes between its batches")
  func unseen() throws {
    let fixture = try StoreFixture()
    #expect(try build(fixture.store, chunks(700, "old")).added == 700)
    let another = try fixture.another()
    let tally = try fixture.store.references.replace(ownerID: Owner.local, model: "none") { take in
      for number in 0..<900 {
        try take(chunk(number, "new"))
        guard number % 300 == 299 else { continue }
        #expect(try seen(another, "old") == 700 && seen(another, "new") == 0)
        #expect(try another.references.chunk("wiki_1")?.content == "old number 1.")
        try another.signs.give(owner: "other")
      }
    }
    #expect(tally.changed == 700 && tally.added == 200 && tally.removed == 0)
    #expect(try seen(another, "old") == 0 && seen(another, "new") == 900)
    #expect(try rows(fixture, "SELECT COUNT(*) FROM reference_chunks") == 900)
    #expect(try rows(fixture, "SELECT chunks FROM reference_words WHERE word = 'new'") == 900)
    #expect(try rows(fixture, "SELECT COUNT(*) FROM reference_words WHERE word = 'old'") == 0)
  }

  @Test("a build that breaks off leaves the one before, and the next one clears away what it wrote")
  func broken() throws {
    let fixture = try StoreFixture()
    _ = try build(fixture.store, chunks(600, "old"))
    let version = try fixture.store.references.build()?.version
    #expect(throws: Broken.self) {
      try fixture.store.references.replace(ownerID: Owner.local, model: "none") { take in
        for number in 0..<600 { try take(chunk(number, "new")) }
        throw Broken()
      }
    }
    #expect(try rows(fixture, "SELECT COUNT(*) > 1000 FROM reference_chunks") == 1)
    #expect(try seen(fixture.store, "old") == 600 && seen(fixture.store, "new") == 0)
    #expect(try fixture.store.references.build()?.version == version)
    #expect(try fixture.store.references.counts().sources.map(\.chunks) == [600])
    let tally = try build(fixture.store, chunks(600, "old"))
    #expect(tally.unchanged == 600 && tally.total == 600)
    #expect(try rows(fixture, "SELECT COUNT(*) FROM reference_chunks") == 600)
  }

  @Test("of chunks with the same id the first counts, however far apart they come")
  func sameID() throws {
    let fixture = try StoreFixture()
    let twice = chunks(600, "first") + chunks(600, "second")
    #expect(try build(fixture.store, twice).added == 600)
    #expect(try build(fixture.store, twice).unchanged == 600)
    #expect(try seen(fixture.store, "first") == 600 && seen(fixture.store, "second") == 0)
  }

  @Test("a build during which somebody was erased reads everything again")
  func erased() throws {
    let fixture = try StoreFixture()
    var passes = 0
    let tally = try fixture.store.references.replace(ownerID: Owner.local, model: "none") { take in
      passes += 1
      for number in 0..<(passes == 1 ? 400 : 300) { try take(chunk(number, "word")) }
      if passes == 1 { _ = try rows(fixture, "DELETE FROM reference_staging") }
    }
    #expect(passes == 2 && tally.added == 300)
    #expect(try rows(fixture, "SELECT COUNT(*) FROM reference_chunks") == 300)
  }

  @Test("of two builds at a time the one that began later counts, and the other is told")
  func two() throws {
    let fixture = try StoreFixture()
    let another = try fixture.another()
    #expect(throws: StorageError.leaseLost(id: "reference_index")) {
      try fixture.store.references.replace(ownerID: Owner.local, model: "none") { take in
        for number in 0..<300 { try take(chunk(number, "one")) }
        #expect(try build(another, chunks(400, "other")).added == 400)
        for number in 300..<700 { try take(chunk(number, "one")) }
      }
    }
    #expect(try seen(fixture.store, "other") == 400 && seen(fixture.store, "one") == 0)
    #expect(try rows(fixture, "SELECT COUNT(*) FROM reference_chunks") == 400)
  }
}
