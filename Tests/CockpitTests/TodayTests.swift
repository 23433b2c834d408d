import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Today")
struct TodayTests {
  @Test("the focus contact is told with its reasons, and can be called and found") func focus() async throws {
    let room = try PeopleRoom(PeopleRoom.juniper + PeopleRoom.kestrel)
    try await room.test { client async throws -> Void in
      let page = try await client.html("/")
      #expect(page.contains("<h2 id=\"f\">Mireille Tan</h2>"))
      #expect(page.contains("4 days late") && page.contains("$3,950") && page.contains("1 Nov"))
      #expect(page.contains("href=\"tel:3305550101\""))
      #expect(page.contains("href=\"geo:0,0?q=7+Juniper+Court,+Hollin+Falls,+OH\""))
      #expect(try await client.html("/", agent: "Mozilla/5.0 (iPhone)").contains("href=\"maps:?q=7+Juniper+Court"))
    }
  }

  @Test("what a table says is text on the page") func escaped() async throws {
    let room = try PeopleRoom(PeopleRoom.kestrel)
    try await room.test { client async throws -> Void in
      let page = try await client.html("/")
      #expect(page.contains("&lt;b&gt;Kestrel&lt;/b&gt; &amp; Co") && !page.contains("<b>Kestrel"))
    }
  }

  @Test("without a follow-up it says so, and without anybody it says what to do") func empty() async throws {
    try await PeopleRoom().test { client async throws -> Void in
      #expect(try await client.html("/").contains("Nobody to follow up yet."))
    }
    let room = try PeopleRoom(PeopleRoom.juniper)
    _ = try room.store.followUps.finish(try room.followUp("C1").id)
    try await room.test { client async throws -> Void in
      let page = try await client.html("/")
      #expect(page.contains("No follow-ups left. Nice.") && page.contains("1 of 1 done"))
    }
  }

  @Test("a form that snoozes comes back to the page, which offers the undo") func snoozeForm() async throws {
    let room = try PeopleRoom(PeopleRoom.juniper)
    let id = try room.followUp("C1").id
    try await room.test { client async throws -> Void in
      let reply = try await client.submit("/follow-ups/\(id)/snooze", "until=tomorrow&back=/")
      #expect(reply.status == .seeOther && reply.location == "/?did=\(id)&version=2")
      let page = try await client.html(reply.location)
      #expect(page.contains("Juniper Court moved to tomorrow, 8:00."))
      #expect(page.contains("action=\"/follow-ups/\(id)/undo\""))
      let undone = try await client.submit("/follow-ups/\(id)/undo", "version=2&back=/")
      #expect(undone.status == .seeOther && undone.location == "/")
      #expect(try await client.html("/").contains("4 days late"))
    }
  }

  @Test("a script that marks done gets the words and the undo; a second time it is refused in words")
  func doneByScript() async throws {
    let room = try PeopleRoom(PeopleRoom.juniper)
    let id = try room.followUp("C1").id
    try await room.test { client async throws -> Void in
      let done = try await client.send("/follow-ups/\(id)/done", "{}")
      #expect(done.status == .ok)
      #expect(
        done.text == #"{"message":"Juniper Court is done.","undo":{"path":"/follow-ups/\#(id)/undo","version":2}}"#)
      let again = try await client.send("/follow-ups/\(id)/done", "{}")
      #expect(again.status == .conflict && again.text.contains("done already"))
      #expect(try await client.send("/follow-ups/\(id)/undo", #"{"version":"2"}"#).status == .ok)
      #expect(try await client.send("/follow-ups/\(id)/undo", #"{"version":"2"}"#).status == .conflict)
    }
  }

  @Test(
    "a day that can't be meant is refused in words and moves nothing",
    arguments: ["until=date&date=2020-01-01", "until=date&date=soon", "until=never", "", "until=date&date=9999-12-31"])
  func badDay(body: String) async throws {
    let room = try PeopleRoom(PeopleRoom.juniper)
    let before = try room.followUp("C1")
    try await room.test { client async throws -> Void in
      let reply = try await client.submit("/follow-ups/\(before.id)/snooze", body)
      #expect(reply.status == .badRequest && reply.text.contains("Pick a day from tomorrow on."))
    }
    #expect(try room.followUp("C1") == before)
  }

  @Test("a form leads back to pages of ours only") func foreignBack() async throws {
    let room = try PeopleRoom(PeopleRoom.juniper)
    let id = try room.followUp("C1").id
    try await room.test { client async throws -> Void in
      let reply = try await client.submit("/follow-ups/\(id)/done", "back=https://evil.example/")
      #expect(reply.location.hasPrefix("/?did="))
    }
  }

  @Test("a follow-up that is not there is 404") func missing() async throws {
    try await PeopleRoom().test { client async throws -> Void in
      #expect(try await client.send("/follow-ups/nothing/done", "{}").status == .notFound)
    }
  }

  @Test("the day closes with what was moved, and says so from then on") func close() async throws {
    let room = try PeopleRoom(PeopleRoom.juniper + PeopleRoom.kestrel)
    _ = try room.store.followUps.finish(try room.followUp("C2").id)
    try await room.test { client async throws -> Void in
      #expect(try await client.html("/").contains("Move 1 to tomorrow and close"))
      let reply = try await client.submit("/day/close", "move=1")
      #expect(reply.status == .seeOther && reply.location == "/#close")
      let page = try await client.html("/")
      #expect(page.contains("1 of 2 done, 1 moved to tomorrow.") && !page.contains("Day complete"))
    }
    #expect(try room.followUp("C1").due.isAllDay == false)
  }
}

@Suite("Leads and briefs")
struct LeadTests {
  @Test("a lead is added and shown, and the form sent twice adds one") func added() async throws {
    let room = try PeopleRoom()
    let id = String(repeating: "ab", count: 16)
    try await room.test { client async throws -> Void in
      #expect(try await client.html("/leads/new").contains("name=\"account\""))
      for _ in 0..<2 {
        let reply = try await client.submit(
          "/leads", "id=\(id)&name=Noor+Castellane&account=Gable+%26+Finch&phone=330+555+0103&note=Window+boxes")
        #expect(reply.status == .seeOther && reply.location == "/people/\(id)?did=lead")
      }
      let page = try await client.html("/people/\(id)")
      #expect(page.contains("Gable &amp; Finch") && page.contains("Window boxes"))
      #expect(page.contains("href=\"/record?contact=\(id)\"") && page.contains("Record for Noor Castellane"))
    }
    #expect(try room.store.followUps.openCount(ownerID: nil) == 1)
  }

  @Test("a lead without a name, or with a phone that is none, is refused in words and kept in the form")
  func refused() async throws {
    let room = try PeopleRoom()
    try await room.test { client async throws -> Void in
      let reply = try await client.submit("/leads", "name=&account=Gable&phone=call+me")
      #expect(reply.status == .unprocessableContent)
      #expect(reply.text.contains("Say whom you met.") && reply.text.contains("“call me” is no telephone number."))
      #expect(reply.text.contains("value=\"Gable\""))
    }
    #expect(try room.store.followUps.openCount(ownerID: nil) == 0)
  }

  @Test("the recorder finds people by the start of a word") func search() async throws {
    let room = try PeopleRoom(PeopleRoom.juniper + PeopleRoom.kestrel)
    let id = try #require(try room.store.people.card(customerID: "C1")).person.id
    try await room.test { client async throws -> Void in
      #expect(
        try await client.visitor.get("/api/people?q=jun", json: true).text
          == #"{"people":[{"account":"Juniper Court","id":"\#(id)","name":"Mireille Tan","place":"Hollin Falls","service":""}]}"#
      )
      #expect(try await client.visitor.get("/api/people", json: true).text.components(separatedBy: "\"id\"").count == 3)
    }
  }
}

@Suite("Whose people these are")
struct PeopleAccessTests {
  @Test("a rep sees and changes nothing of another's; a manager may") func rep() async throws {
    let room = try PeopleRoom(PeopleRoom.juniper)
    let (rep, manager) = (room.cockpit.rep, room.cockpit.manager)
    let card = try #require(try room.store.people.card(customerID: "C1"))
    let before = try room.followUp("C1")
    #expect(try await rep.get("/").text.contains("Juniper Court") == false)
    #expect(try await rep.get("/pipeline").text.contains("Juniper Court") == false)
    #expect(try await rep.get("/api/people?q=jun", json: true).text == #"{"people":[]}"#)
    #expect(try await rep.get("/people/\(card.person.id)").status == .forbidden)
    for change in ["done", "snooze", "undo"] {
      let reply = try await rep.post("/follow-ups/\(before.id)/\(change)", json: #"{"until":"tomorrow"}"#)
      #expect(reply.status == .forbidden, "\(change)")
    }
    #expect(try await rep.get("/?did=\(before.id)&version=1").text.contains("Juniper Court") == false)
    #expect(try room.followUp("C1") == before)
    #expect(try await manager.get("/people/\(card.person.id)").status == .ok)
    #expect(try await manager.post("/follow-ups/\(before.id)/done", json: "{}").status == .ok)
  }

  @Test("a lead of a rep is the rep's own, and a form can't reach another's by its number") func leads() async throws {
    let room = try PeopleRoom(PeopleRoom.juniper)
    let card = try #require(try room.store.people.card(customerID: "C1"))
    let mine = try await room.cockpit.rep.post("/leads", form: ["name": "Noor", "account": "Juniper Court"])
    #expect(mine.status == .seeOther)
    #expect(try await room.cockpit.rep.get("/api/people", json: true).text.contains("Noor"))
    #expect(try room.store.people.account(card.account.id) == card.account)
    let form = ["id": card.person.id.rawValue, "name": "x", "account": "y"]
    #expect(try await room.cockpit.rep.post("/leads", form: form).status == .forbidden)
  }

  @Test(
    "who is not signed in gets no page and no names",
    arguments: ["/", "/pipeline", "/leads/new", "/reference/sample", "/api/people"])
  func nobody(path: String) async throws {
    let room = try PeopleRoom(PeopleRoom.juniper)
    let reply = try await room.cockpit.nobody.get(path)
    #expect(reply.status != .ok && !reply.text.contains("Juniper"))
  }
}
