import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("What helpers have done") struct HelperStoreTests {
  private let fixture: StoreFixture
  private let draft: Draft
  private var helpers: HelperStore { fixture.store.helpers }
  private var scope: HelperScope { HelperScope(draftID: draft.id, ownerID: Owner.local, transcriptID: nil) }

  init() throws {
    fixture = try StoreFixture()
    draft = try fixture.store.drafts.begin(ownerID: Owner.local)
  }

  private let summary = QuoteSummary(
    service: "Bed", basePrice: 1, upsells: [], currency: "USD", total: 1, generatedAt: "2026-05-14T00:00:00.000Z")

  @Test("a cue is used once, and its words come into the draft with it") func cueOnce() throws {
    #expect(try helpers.useCue("Walk", scope, inserting: "Walk: the site"))
    #expect(try !helpers.useCue("Walk", scope, inserting: "Walk: the site"))
    let after = try #require(try fixture.store.drafts.find(draft.id))
    #expect(after.text == "Walk: the site" && after.version == 1)
    #expect(try helpers.usedCues(scope) == ["Walk"])
    #expect(try fixture.eventKinds() == ["draft.begun", "draft.saved", "cue.used"])
  }

  @Test("a new transcript begins anew") func newTranscript() throws {
    try helpers.useCue("Walk", scope)
    try helpers.insertQuote(summary, choice: "{}", scope)
    try helpers.decideStep("k", json: "{}", .added, scope)
    let next = HelperScope(draftID: draft.id, ownerID: Owner.local, transcriptID: ID("t2"))
    #expect(try helpers.usedCues(next).isEmpty)
    #expect(try helpers.quote(next) == nil)
    #expect(try helpers.steps(next).isEmpty)
    #expect(try helpers.usedCues(scope) == ["Walk"])
  }

  @Test("a quote is inserted once and can be taken back") func quoteOnce() throws {
    try helpers.keepQuote(choice: "{\"a\":1}", scope)
    #expect(try helpers.insertQuote(summary, choice: "{}", scope, inserting: "Quote: Bed — $1"))
    #expect(try !helpers.insertQuote(summary, choice: "{}", scope, inserting: "Quote: Bed — $1"))
    try helpers.keepQuote(choice: "{\"b\":1}", scope)
    let kept = try #require(try helpers.quote(scope))
    #expect(kept.choice == "{}" && kept.summary == summary && kept.insertedAt == fixture.clock.now)
    try helpers.removeQuote(scope)
    #expect(try helpers.quote(scope)?.summary == nil)
    #expect(try fixture.store.drafts.find(draft.id)?.text == "Quote: Bed — $1")
  }

  @Test("a step is decided, edited and reopened, each with its event") func steps() throws {
    try helpers.decideStep("k", json: "{\"n\":1}", .added, scope)
    try helpers.decideStep("k", json: "{\"n\":1}", .added, scope)
    try helpers.decideStep("k", json: "{\"n\":2}", .added, scope)
    try helpers.decideStep("k", json: "{\"n\":2}", .skipped, scope)
    try helpers.reopenStep("k", scope)
    try helpers.reopenStep("k", scope)
    #expect(
      try fixture.eventKinds() == ["draft.begun", "step.added", "step.edited", "step.skipped", "step.reopened"])
    #expect(try helpers.steps(scope).isEmpty)
  }

  @Test("rows that belong to nobody's draft are refused") func foreign() {
    let other = HelperScope(draftID: draft.id, ownerID: ID("another"), transcriptID: nil)
    #expect(throws: StorageError.self) { try helpers.useCue("Walk", other) }
  }

  @Test("the outbox page's questions are answered by indexes") func plans() throws {
    let path = fixture.folder.url.appending(path: "fieldos.sqlite").path
    let questions: [(String, Bool)] = [
      ("\(OutboxPage.waits(hasOwner: true)) AND \(OutboxPage.needsPerson)", true),
      ("\(OutboxPage.waits(hasOwner: false)) AND NOT \(OutboxPage.needsPerson)", false),
      (OutboxPage.synced, true), (OutboxPage.synced, false),
    ]
    for (condition, hasOwner) in questions {
      let sql = OutboxPage.sql(condition, hasOwner: hasOwner, order: "created_at, outbox.rowid")
      let names = ["since": 0, "limit": 9].filter { sql.contains(":\($0.key)") }
      let arguments = names.merging(hasOwner ? ["owner": 1] : [:]) { first, _ in first }
      let steps = try DatabaseQueue(path: path).read { db in
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: StatementArguments(arguments))
          .map { $0["detail"] as String }
      }
      let index = condition == OutboxPage.synced ? "outbox_synced_at" : "outbox_"
      #expect(steps.contains { $0.contains("SEARCH outbox USING INDEX \(index)") }, "\(condition): \(steps)")
      #expect(!steps.contains { $0.contains("SCAN") }, "\(steps)")
    }
  }
}
