import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Erasing a person in Settings")
struct EraseTests {
  private let room: PeopleRoom
  private var admin: Visitor { room.cockpit.admin }

  init() throws { room = try PeopleRoom(PeopleRoom.juniper + PeopleRoom.kestrel) }

  private func mireille() throws -> ID<Person> { try #require(try room.store.people.card(customerID: "C1")).person.id }

  @Test("a rep and a manager are refused everywhere, and it is written down") func refused() async throws {
    let id = try mireille()
    for visitor in [room.cockpit.rep, room.cockpit.manager] {
      for path in ["/settings/erase", "/settings/erase?q=Mireille", "/settings/erase/plan?contact=\(id)"] {
        #expect(try await visitor.get(path).status == .forbidden)
      }
      #expect(
        try await visitor.post("/settings/erase", form: ["contact": id.rawValue, "typed": "Mireille Tan"]).status
          == .forbidden)
      #expect(try await visitor.post("/settings/erase/continue").status == .forbidden)
      #expect(try await !visitor.get("/settings").text.contains("Erase a person"))
    }
    #expect(try room.store.people.person(id) != nil)
    let lines = try room.store.audit.recent(limit: 50).filter { $0.action == "request.forbidden" }
    #expect(lines.count == 10 && lines.allSatisfy { $0.outcome == .refused && !$0.subject.contains("Mireille") })
    #expect(try await room.cockpit.nobody.get("/settings/erase").status == .seeOther)
  }

  @Test("search, plan, typed name, proof; the audit line has no name") func whole() async throws {
    let id = try mireille()
    #expect(try await admin.get("/settings").text.contains("Erase a person"))
    #expect(try await admin.get("/people/\(id)").text.contains("/settings/erase/plan?contact=\(id)"))
    #expect(try await admin.get("/settings/erase?q=mirei").text.contains("/settings/erase/plan?contact=\(id)"))
    let plan = try await admin.get("/settings/erase/plan?contact=\(id)")
    #expect(plan.status == .ok && plan.text.contains("Mireille Tan") && plan.text.contains("follow-ups"))
    let wrong = try await admin.post("/settings/erase", form: ["contact": id.rawValue, "typed": "Mireille"])
    #expect(wrong.status == .unprocessableContent && wrong.text.contains("Nothing was removed"))
    #expect(try room.store.people.person(id) != nil && room.store.erasures.recent().isEmpty)
    let done = try await admin.post("/settings/erase", form: ["contact": id.rawValue, "typed": " mireille  TAN "])
    #expect(done.status == .ok && done.text.contains("Erased, and proven"))
    #expect(try room.store.people.person(id) == nil)
    let erasure = try #require(try room.store.erasures.recent().first)
    #expect(erasure.state == .done && erasure.ownerID == Owner.local)
    let line = try #require(try room.store.audit.recent(limit: 1).first)
    #expect(line.action == "person.erased" && line.subject == erasure.id.rawValue)
    let list = try await admin.get("/settings/erase")
    #expect(list.text.contains(erasure.id.rawValue.prefix(8)) && !list.text.contains("Mireille"))
    #expect(try await admin.get("/settings/erase/plan?contact=\(id)").status == .notFound)
  }

  @Test("without the form's token nothing is erased") func forged() async throws {
    let id = try mireille()
    var forger = admin
    forger.formToken = "other"
    let reply = try await forger.post("/settings/erase", form: ["contact": id.rawValue, "typed": "Mireille Tan"])
    #expect(reply.status == .forbidden)
    #expect(try room.store.people.person(id) != nil)
  }

  @Test("a hostile name is escaped on the plan's page", arguments: [#"<b>"x"</b> & Co"#, "100% _ Percy", "שלום כהן"])
  func hostile(_ name: String) async throws {
    let lead = NewLead(
      id: .random(), person: PersonFacts(name: name), account: "Hostile", service: "", note: "",
      due: Due(at: room.cockpit.clock.now, isAllDay: true))
    let card = try room.store.people.add(lead, ownerID: Owner.local).card
    let plan = try await admin.get("/settings/erase/plan?contact=\(card.person.id)")
    #expect(plan.status == .ok && !plan.text.contains("<b>\"x\""))
    let done = try await admin.post("/settings/erase", form: ["contact": card.person.id.rawValue, "typed": name])
    #expect(done.text.contains("Erased, and proven"))
  }
}
