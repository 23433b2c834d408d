import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// A row of a table of customers.
private func row(
  _ key: String = "C0001", name: String = "Juniper Court", contact: String = "Mireille Tan", phone: String = "555-0101",
  stage: String = "Qualified", on day: String = "2026-11-22", calendar: Calendar
) -> CustomerRow {
  CustomerRow(
    customerID: key, account: AccountFacts(name: name, city: "Hollin Falls", stage: stage, value: 3_950),
    person: PersonFacts(name: contact, phone: phone), followUpOn: day, due: CalendarDay(day)?.due(calendar))
}

private let gmt: Calendar = {
  var calendar = Calendar(identifier: .gregorian)
  calendar.timeZone = .gmt
  return calendar
}()

private let sum = String(repeating: "a", count: 64)

@Suite("Customers of a table")
struct CustomerStoreTests {
  private let fixture: StoreFixture
  private var store: FieldStore { fixture.store }

  init() throws { fixture = try StoreFixture() }

  @discardableResult
  private func take(_ rows: CustomerRow...) throws -> CustomerTally {
    try store.customers.take(rows, sha256: sum, ownerID: Owner.local)
  }

  private func open() throws -> [Touch] { try store.followUps.open(ownerID: nil, limit: 10) }

  @Test("reading a table again adds and changes nothing") func idempotent() throws {
    #expect(try take(row(calendar: gmt)).added == 1)
    let before = try fixture.eventKinds()
    let again = try take(row(calendar: gmt))
    #expect(again.unchanged == 1 && again.added == 0 && again.followUps == 0)
    #expect(try open().count == 1)
    #expect(try fixture.eventKinds() == before && before == ["people.imported"])
    #expect(try store.customers.hasTaken(sum))
  }

  @Test("what changed in the table changes here") func changed() throws {
    try take(row(calendar: gmt))
    #expect(try take(row(phone: "555-0199", stage: "Proposal", on: "2026-11-25", calendar: gmt)).changed == 1)
    let touch = try #require(try open().first)
    #expect(touch.card.person.facts.phone == "555-0199" && touch.card.account.facts.stage == "Proposal")
    #expect(try open().count == 1 && touch.followUp.due == CalendarDay("2026-11-25")?.due(gmt))
  }

  @Test("a snoozed follow-up stays where the rep put it") func snoozed() throws {
    try take(row(calendar: gmt))
    let id = try #require(try open().first).followUp.id
    let due = Due(at: fixture.clock.now.addingTimeInterval(90_000), isAllDay: false)
    _ = try store.followUps.snooze(id, until: due)
    try take(row(stage: "Proposal", calendar: gmt))
    #expect(try open().map(\.followUp.due) == [due])
  }

  @Test("a finished follow-up stays finished; a new date in the table is a new one") func finished() throws {
    try take(row(calendar: gmt))
    _ = try store.followUps.finish(try #require(try open().first).followUp.id)
    try take(row(stage: "Proposal", calendar: gmt))
    #expect(try open().isEmpty)
    #expect(try take(row(stage: "Proposal", on: "2026-12-01", calendar: gmt)).followUps == 1)
    #expect(try open().map(\.followUp.due) == [CalendarDay("2026-12-01")?.due(gmt)].compactMap(\.self))
  }

  @Test("1,201 rows go in by steps, and each is found by its key") func steps() throws {
    let rows = (0..<1_201).map { row("C\($0)", name: "Account \($0)", calendar: gmt) }
    #expect(try store.customers.take(rows, sha256: sum, ownerID: Owner.local).added == 1_201)
    #expect(try fixture.eventKinds().count == 3)
    #expect(try store.people.card(customerID: "C1200")?.account.name == "Account 1200")
  }
}

@Suite("People")
struct PeopleStoreTests {
  private let fixture: StoreFixture
  private var store: FieldStore { fixture.store }

  init() throws {
    fixture = try StoreFixture()
    let rows = [
      row("C1", name: "Juniper Court", contact: "Mireille Tan", calendar: gmt),
      row("C2", name: "Kestrel Point HOA", contact: "Árne Sollis", calendar: gmt),
    ]
    _ = try store.customers.take(rows, sha256: sum, ownerID: Owner.local)
  }

  private func found(_ text: String, owner: ID<Owner>? = nil) throws -> [String] {
    try store.people.search(text, ownerID: owner).map(\.person.name)
  }

  @Test("people are found by the start of names, accounts and places, whatever the accents") func search() throws {
    #expect(try found("mir") == ["Mireille Tan"])
    #expect(try found("arne kes") == ["Árne Sollis"])
    #expect(try found("hollin").count == 2)
    #expect(try found("").count == 2)
    #expect(try found("zebra").isEmpty)
  }

  @Test(
    "what looks like an operator is a word",
    arguments: ["\"", "mir*", "NEAR(", "a AND", "person:mir", "-", "(", "\u{0}"])
  func operators(text: String) throws {
    _ = try found(text)
  }

  @Test("a rep finds own people only") func owners() throws {
    #expect(try found("mir", owner: ID("somebody")).isEmpty)
    #expect(try found("", owner: ID("somebody")).isEmpty)
  }

  @Test("a renamed person is found by the new name only") func renamed() throws {
    _ = try store.customers.take(
      [row("C1", name: "Juniper Court", contact: "Ada Quill", calendar: gmt)],
      sha256: String(repeating: "b", count: 64), ownerID: Owner.local)
    #expect(try found("mireille").isEmpty && found("quill") == ["Ada Quill"])
  }

  private func lead(_ account: String, id: ID<Person> = .random()) -> NewLead {
    NewLead(
      id: id, person: PersonFacts(name: "Noor Castellane"), account: account, service: "", note: "Window boxes",
      due: Due(at: fixture.clock.now, isAllDay: false))
  }

  @Test("a lead is a person, an account, a follow-up and an event; sent twice it is one") func leads() throws {
    let id = ID<Person>.random()
    let (card, isNew) = try store.people.add(lead("Gable & Finch", id: id), ownerID: Owner.local)
    #expect(isNew && card.account.customerID.hasPrefix("LEAD-") && card.account.facts.stage == "Lead")
    #expect(try store.people.add(lead("Gable & Finch", id: id), ownerID: Owner.local).isNew == false)
    #expect(try store.followUps.all(id).map(\.reason) == ["Window boxes"])
    #expect(try fixture.eventKinds().filter { $0 == "lead.added" }.count == 1)
  }

  @Test("a lead of a known account joins it, but never another owner's") func knownAccount() throws {
    let known = try #require(try store.people.card(customerID: "C1")).account
    #expect(try store.people.add(lead("JUNIPER COURT"), ownerID: Owner.local).card.account.id == known.id)
    #expect(try store.people.add(lead("Juniper Court"), ownerID: ID("other")).card.account.id != known.id)
  }
}

@Suite("Follow-ups")
struct FollowUpStoreTests {
  private let fixture: StoreFixture
  private var store: FieldStore { fixture.store }
  private let id: ID<FollowUp>

  init() throws {
    fixture = try StoreFixture()
    let rows = [row("C1", calendar: gmt), row("C2", on: "2026-11-24", calendar: gmt)]
    _ = try fixture.store.customers.take(rows, sha256: sum, ownerID: Owner.local)
    id = try #require(try fixture.store.followUps.open(ownerID: nil, limit: 1).first).followUp.id
  }

  private var later: Due { Due(at: fixture.clock.now.addingTimeInterval(7_200), isAllDay: false) }

  @Test("a snooze moves it, an undo puts it back, once") func undoneSnooze() throws {
    let before = try #require(try store.followUps.touch(id)).followUp
    guard case .changed(let moved) = try store.followUps.snooze(id, until: later) else {
      throw StoreFixture.Unexpected()
    }
    #expect(moved.due == later && moved.version == 2)
    guard case .changed(let back) = try store.followUps.undo(id, version: 2) else { throw StoreFixture.Unexpected() }
    #expect(back.due == before.due)
    guard case .stale = try store.followUps.undo(id, version: 2) else { throw StoreFixture.Unexpected() }
    #expect(try fixture.eventKinds().suffix(2) == ["followup.snoozed", "followup.undone"])
  }

  @Test("done is done until it is taken back") func undoneDone() throws {
    guard case .changed(let done) = try store.followUps.finish(id) else { throw StoreFixture.Unexpected() }
    #expect(done.doneAt == fixture.clock.now)
    guard case .stale = try store.followUps.finish(id) else { throw StoreFixture.Unexpected() }
    guard case .stale = try store.followUps.snooze(id, until: later) else { throw StoreFixture.Unexpected() }
    _ = try store.followUps.undo(id, version: done.version)
    #expect(try store.followUps.touch(id)?.followUp.doneAt == nil)
  }

  @Test("an undo of a change that another followed is refused") func staleUndo() throws {
    _ = try store.followUps.snooze(id, until: later)
    _ = try store.followUps.finish(id)
    guard case .stale(let followUp) = try store.followUps.undo(id, version: 2) else { throw StoreFixture.Unexpected() }
    #expect(followUp.doneAt != nil)
  }

  @Test("what is not there is missing") func missing() throws {
    #expect(try store.followUps.finish(ID("nothing")) == .missing)
  }

  private var today: FollowUpStore.Day {
    let start = gmt.startOfDay(for: fixture.clock.now)
    return .init(text: "2026-11-22", start: start, end: start.addingTimeInterval(86_400))
  }

  @Test("closing a day moves what is due and leaves what is to come") func closing() throws {
    let tomorrow = Due(at: today.end.addingTimeInterval(8 * 3_600), isAllDay: false)
    let closing = try store.followUps.close(today, ownerID: Owner.local, movingTo: tomorrow)
    #expect(closing.done == 0 && closing.total == 1 && closing.moved == 1)
    #expect(try store.followUps.open(ownerID: nil, limit: 5).map(\.followUp.due).contains(tomorrow))
    #expect(try store.followUps.open(ownerID: nil, before: today.end, limit: 5).isEmpty)
    #expect(try store.followUps.closing("2026-11-22", ownerID: Owner.local) == closing)
    #expect(try fixture.eventKinds().suffix(2) == ["followup.snoozed", "day.closed"])
  }

  @Test("closing as it is moves nothing, and another owner's day is another") func closingAsItIs() throws {
    let closing = try store.followUps.close(today, ownerID: Owner.local, movingTo: nil)
    #expect(closing.total == 1 && closing.moved == 0)
    #expect(try store.followUps.open(ownerID: nil, before: today.end, limit: 5).count == 1)
    #expect(try store.followUps.closing("2026-11-22", ownerID: ID("other")) == nil)
  }
}
