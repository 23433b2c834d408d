import Domain
import Foundation
import Testing

@Suite("Whom to see first")
struct FocusRuleTests {
  private let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()

  /// Thursday 14 May 2026, 10:00.
  private let now = Date(timeIntervalSince1970: 1_778_752_800)

  private func touch(
    _ id: String, days: Int, hour: Int? = nil, value: Double? = nil, last: Int? = nil
  ) throws -> Touch {
    let midnight = try #require(CalendarDay("2026-05-14")?.start(calendar))
    let day = midnight.addingTimeInterval(Double(days) * 86_400)
    let due = Due(at: day.addingTimeInterval(Double(hour ?? 0) * 3_600), isAllDay: hour == nil)
    let lastContact = last.map { CalendarDay(of: now.addingTimeInterval(-Double($0) * 86_400), calendar).text } ?? ""
    let account = Account(
      id: ID(id), ownerID: Owner.local, customerID: id,
      facts: AccountFacts(name: id, lastContactOn: lastContact, value: value), createdAt: now)
    let person = Person(
      id: ID(id), ownerID: Owner.local, accountID: account.id, facts: PersonFacts(name: id), createdAt: now)
    let followUp = FollowUp(id: ID(id), ownerID: Owner.local, personID: person.id, reason: "", due: due)
    return Touch(followUp: followUp, card: PersonCard(person: person, account: account))
  }

  private func picked(_ touches: [Touch]) -> String? {
    FocusRule.pick(touches, now: now, calendar: calendar)?.touch.followUp.id.rawValue
  }

  @Test("nobody is chosen where nothing is open") func empty() {
    #expect(FocusRule.pick([], now: now, calendar: calendar) == nil)
  }

  @Test("the longer overdue comes first, all else equal") func overdue() throws {
    #expect(picked([try touch("a", days: -2), try touch("b", days: -5), try touch("c", days: 0)]) == "b")
  }

  @Test("a large contract outweighs a few days") func value() throws {
    #expect(picked([try touch("late", days: -3, value: 900), try touch("large", days: 0, value: 64_000)]) == "large")
  }

  @Test("what is agreed for an hour from now comes before what is two days late") func soon() throws {
    #expect(picked([try touch("late", days: -2), try touch("soon", days: 0, hour: 11)]) == "soon")
    #expect(picked([try touch("late", days: -2), try touch("evening", days: 0, hour: 18)]) == "evening")
    #expect(picked([try touch("late", days: -4), try touch("evening", days: 0, hour: 18)]) == "late")
  }

  @Test("who was long not seen comes before who was seen yesterday") func lastTouch() throws {
    #expect(picked([try touch("seen", days: -1, last: 1), try touch("unseen", days: -1, last: 30)]) == "unseen")
  }

  @Test("equal points give the earlier due, then the higher value, then the first name") func ties() throws {
    #expect(picked([try touch("b", days: 0), try touch("a", days: 0)]) == "a")
    #expect(picked([try touch("a", days: 0, value: 1_000), try touch("b", days: 0, value: 1_900)]) == "b")
    let shuffled = try ["d", "b", "a", "c"].map { try touch($0, days: -1) }
    #expect(picked(shuffled) == "a" && picked(shuffled.reversed()) == "a")
  }

  @Test("the reasons are named, the weightiest first") func reasons() throws {
    let focus = FocusRule.pick(
      [try touch("a", days: -9, value: 18_400, last: 22)], now: now, calendar: calendar)
    #expect(focus?.reasons == [.value(18_400), .overdue(days: 9), .lastTouch(daysAgo: 22)])
    #expect(focus?.score == 36 + 40 + 11)
  }

  @Test("points have an end: a year late and a billion don't run away") func bounded() throws {
    let focus = FocusRule.pick([try touch("a", days: -400, value: 1e9, last: 4_000)], now: now, calendar: calendar)
    #expect(focus?.score == 56 + 48 + 20)
  }
}

@Suite("Days of tables")
struct CalendarDayTests {
  @Test(
    "days, with times and without, are read",
    arguments: [
      ("2026-05-14", "2026-05-14", nil), (" 2026-05-14 14:30", "2026-05-14", 870),
      ("2026-05-14T09:05:30Z", "2026-05-14", 545), ("5/4/2026", "2026-05-04", nil), ("2028-02-29", "2028-02-29", nil),
    ] as [(String, String, Int?)])
  func reads(text: String, day: String, minutes: Int?) {
    let read = CalendarDay(text)
    #expect(read?.text == day && read?.minutes == minutes)
  }

  @Test(
    "what is no day is none",
    arguments: [
      "", "soon", "2026-02-29", "2026-13-01", "2026-00-10", "2026-05-14 25:00", "2026-05-14 noon", "1-2-3-4",
      "99999-01-01", "٢٠٢٦-05-14",
    ])
  func refuses(text: String) {
    #expect(CalendarDay(text) == nil)
  }
}

@Suite("What a source changes and what people changed")
struct MergeTests {
  @Test("a field that people changed stays theirs, one that they left follows the source") func merging() {
    let old = AccountFacts(name: "Juniper Court", service: "Mowing", stage: "Lead", value: 100)
    var mine = old
    mine.stage = "Qualified"
    let new = AccountFacts(name: "Juniper Court", service: "Irrigation", stage: "Proposal", value: 250)
    let merged = mine.merging(new, since: old)
    #expect(merged.stage == "Qualified" && merged.service == "Irrigation" && merged.value == 250)
  }

  @Test("a source that changed nothing changes nothing") func unchanged() {
    let old = PersonFacts(name: "Mireille Tan", phone: "1")
    let mine = PersonFacts(name: "Mireille Tan", phone: "2")
    #expect(mine.merging(old, since: old) == mine)
  }

  @Test("the CRM's contact of a person has the account's fields and the address on one line") func contact() {
    let facts = AccountFacts(
      name: "Acme HOA", type: "HOA", street: "3150 Detroit Ave", city: "Cleveland", state: "OH", region: "Midwest",
      service: "Seasonal Cleanup + Mulch", assignedRep: "Marcus Tillman", leadSource: "Demo")
    let account = Account(
      id: .random(), ownerID: Owner.local, customerID: "DEMO-ACME-HOA", facts: facts, createdAt: .distantPast)
    let person = Person(
      id: .random(), ownerID: Owner.local, accountID: account.id,
      facts: PersonFacts(name: "Samir Voss", phone: "(216) 555-0142", email: "samir.voss@acmehoa.demo"),
      createdAt: .distantPast)
    #expect(person.crmContact(account) == .demo)
  }
}
