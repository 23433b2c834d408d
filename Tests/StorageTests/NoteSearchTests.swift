import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Finding notes") struct NoteSearchTests {
  private let fixture: StoreFixture
  private var path: String { fixture.folder.url.appending(path: "fieldos.sqlite").path }

  init() throws { fixture = try StoreFixture() }

  @discardableResult
  private func add(
    _ text: String, owner: ID<Owner> = Owner.local, name: String = "", account: String = ""
  ) throws -> ID<Note> {
    let draft = try fixture.store.drafts.begin(
      ownerID: owner, subject: DraftSubject(contactName: name, account: account))
    _ = try fixture.store.drafts.save(draft.id, text: text, basedOn: 0)
    fixture.clock.advance(60)
    return draft.id
  }

  private func find(_ words: String, owner: ID<Owner>? = Owner.local, _ change: (inout NoteQuery) -> Void = { _ in })
    throws -> [NoteHit]
  {
    var query = NoteQuery(ownerID: owner)
    query.words = words
    change(&query)
    return try fixture.store.search.page(query)
  }

  @Test("words, beginnings of words, accents and names are found; each word is wanted") func words() throws {
    let note = try add("The French drain behind building four", name: "Odile Márquez", account: "Quarry Lane")
    try add("mulch only")
    for typed in ["drain", "DRAI", "fren four", "marquez", "quarry odile", "building drain"] {
      #expect(try find(typed).map(\.facts.draft.id) == [note], "\(typed)")
    }
    #expect(try find("drain mulch").isEmpty)
    #expect(try find("rain").isEmpty)
  }

  @Test(
    "whatever is typed is a right query",
    arguments: [
      "\"", "a\"b", "drain\"", "AND", "OR NOT", "NEAR(", "*", "-", "words:drain", "(", "^x", "\u{0}", "'",
      "; DROP TABLE",
      "日本", "½", "👍", String(repeating: "x ", count: 500), "{a b}: c", "drain + ", "e\u{301}", "\\", "%",
    ])
  func hostile(typed: String) throws {
    try add("drain a b words")
    for order in NoteQuery.Order.allCases {
      #expect(throws: Never.self) { try find(typed) { $0.order = order } }
    }
  }

  @Test("what was found is marked, as text") func marks() throws {
    try add("before <b>drain</b> after")
    let hit = try #require(try find("drain").first)
    #expect(hit.excerpt.filter(\.isHit).map(\.text) == ["drain"])
    #expect(hit.excerpt.map(\.text).joined() == "before <b>drain</b> after")
  }

  @Test("changed, deleted and purged words are found no more") func kept() throws {
    let note = try add("alpha")
    _ = try fixture.store.drafts.save(note, text: "beta", basedOn: nil)
    #expect(try find("alpha").isEmpty)
    #expect(try find("beta").count == 1)
    try fixture.store.drafts.delete(note)
    #expect(try find("beta").isEmpty)
    try fixture.store.drafts.restore(note)
    #expect(try find("beta").count == 1)
    try fixture.store.drafts.delete(note)
    fixture.clock.advance(Draft.undoSeconds)
    try fixture.store.drafts.purgeDeleted()
    let rows = try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM note_index") }
    #expect(rows == 0)
  }

  @Test("owners, accounts and days narrow it") func filters() throws {
    let start = fixture.clock.now
    let first = try add("drain", account: "A")
    let second = try add("drain", account: "B")
    let other = try add("drain", owner: ID("other"), account: "A")
    #expect(try find("drain").map(\.facts.draft.id) == [second, first])
    #expect(try find("drain", owner: nil).map(\.facts.draft.id) == [other, second, first])
    for words in ["drain", ""] {
      #expect(try find(words) { $0.account = "A" }.map(\.facts.draft.id) == [first])
      #expect(try find(words) { $0.from = start + 60 }.map(\.facts.draft.id) == [second])
      #expect(try find(words) { $0.until = start + 60 }.map(\.facts.draft.id) == [first])
    }
    #expect(try fixture.store.search.accounts(ownerID: Owner.local) == ["A", "B"])
    #expect(try fixture.store.search.accounts(ownerID: nil) == ["A", "B"])
    #expect(try fixture.store.search.owners() == [Owner.local, ID("other")])
  }

  @Test("pages follow one another without a gap", arguments: ["", "drain"]) func pages(words: String) throws {
    let notes = try (0..<7).map { try add("drain \($0)") }
    var seen: [ID<Note>] = []
    var after: Int64?
    repeat {
      let page = try find(words) {
        $0.limit = 3
        $0.after = after
      }
      seen += page.prefix(3).map(\.facts.draft.id)
      after = page.count > 3 ? page[2].facts.draft.seq : nil
    } while after != nil
    #expect(seen == notes.reversed())
  }

  @Test("the best come first: names before words, and pages of them") func best() throws {
    let words = try add("drain and much else that was said about beds and mulch")
    let name = try add("nothing", account: "Drain and Sons")
    let best = try find("drain") { $0.order = .best }
    #expect(best.map(\.facts.draft.id) == [name, words])
    #expect(best.map { $0.excerpt.filter(\.isHit).map(\.text) } == [["Drain"], ["drain"]])
    #expect(best.last?.excerpt.map(\.text).joined() == "drain and much else that was said about beds and mulch")
    #expect(try find("drain") { ($0.order, $0.skip) = (.best, 1) }.map(\.facts.draft.id) == [words])
  }

  @Test("a note's facts say how far it is") func facts() throws {
    let entry = try fixture.addNote()
    let facts = try #require(try fixture.store.search.facts(entry.noteID))
    #expect(facts.sound?.originalName == "visit.wav" && facts.work?.state == .available)
    #expect(facts.delivery?.state == .queued && facts.nextAttemptAt == fixture.clock.now)
    #expect(facts.wordsAt == nil && facts.confidence == nil)
    #expect(try fixture.store.search.facts(ID("none")) == nil)
  }

  @Test(
    "no list scans another table than the index of words or sorts",
    arguments: [
      ("", NoteQuery.Order.newest, true, false), ("", .newest, true, true), ("", .newest, false, true),
      ("drain", .newest, true, false), ("drain", .newest, false, true),
    ])
  func plans(words: String, order: NoteQuery.Order, ofOwner: Bool, ofAccount: Bool) throws {
    var query = NoteQuery(ownerID: ofOwner ? Owner.local : nil)
    (query.words, query.order, query.account) = (words, order, ofAccount ? "A" : nil)
    let sql = try #require(NoteSearchSQL(query).page)
    let steps = try DatabaseQueue(path: path).read { db in
      var arguments: [String: (any DatabaseValueConvertible)?] = ["limit": 21]
      if ofOwner { arguments["owner"] = "local" }
      if ofAccount { arguments["account"] = "A" }
      if !words.isEmpty { arguments["match"] = "\"drain\"*" }
      return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: StatementArguments(arguments)).map {
        $0["detail"] as String
      }
    }
    #expect(!steps.isEmpty)
    #expect(!steps.contains { $0.contains("TEMP B-TREE") }, "\(steps)")
    #expect(!steps.contains { $0.contains("SCAN") && !$0.contains("VIRTUAL TABLE") }, "\(steps)")
  }
}
