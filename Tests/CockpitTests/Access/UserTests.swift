import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Users and Settings") struct UserTests {
  private let room: CockpitRoom
  private static let password = "correct horse battery"

  init() throws { room = try CockpitRoom() }

  private func isIn(_ visitor: Visitor) async throws -> Bool {
    try await visitor.get("/api/session", json: true).status == .ok
  }

  @Test("an admin adds a person, who can sign in") func added() async throws {
    let reply = try await room.admin.post(
      "/settings/users", form: ["name": "Zoe", "role": "rep", "password": Self.password])
    #expect(reply.location == "/settings?said=added")
    let signedIn = try await room.browser().post("/signin", form: ["name": "Zoe", "password": Self.password])
    #expect(signedIn.status == .seeOther)
    #expect(try room.store.audit.recent(limit: 9).contains { $0.action == "user.added" && $0.ownerID == Owner.local })
  }

  @Test(
    "what may not be a user is refused in words",
    arguments: [
      ("rosa REP", "correct horse battery", "Somebody else is called so."), ("Zoe", "short", "10 characters or more"),
      ("Zoe", "aaaaaaaaaaaa", "too easy to guess"), ("  ", "correct horse battery", "A name has 1 to 64 characters."),
      ("a\u{202E}b", "correct horse battery", "A name has 1 to 64 characters."),
    ])
  func refused(name: String, password: String, words: String) async throws {
    let before = try room.store.users.all().count
    let reply = try await room.admin.post(
      "/settings/users", form: ["name": name, "role": "rep", "password": password])
    #expect(reply.status == .unprocessableContent && reply.text.contains(words))
    #expect(try room.store.users.all().count == before)
  }

  @Test(
    "a rep and a manager may not manage people, and it is written down",
    arguments: [
      "/settings/users", "/settings/users/local/role", "/settings/users/local/disable", "/settings/users/local/enable",
      "/settings/users/local/password", "/settings/crm/test",
    ])
  func roles(path: String) async throws {
    for visitor in [room.rep, room.manager] {
      let reply = try await visitor.post(path, form: ["name": "Eve", "role": "admin", "password": Self.password])
      #expect(reply.status == .forbidden && reply.text.contains("This belongs to someone else. Ask a manager."))
    }
    #expect(try room.store.audit.recent(limit: 9).filter { $0.action == "request.forbidden" }.count == 2)
    #expect(try room.store.users.all().count == 3)
    #expect(try await room.rep.get("/settings").text.contains("Add a person") == false)
  }

  @Test("a disabled person is out at once, and in again when enabled and signed in") func disabled() async throws {
    let user = try await room.addUser("Zoe", .rep, Self.password)
    let reply = try await room.browser().post("/signin", form: ["name": "Zoe", "password": Self.password])
    let zoe = try await room.browser(cookie: try #require(reply.headers[.setCookie]))
    #expect(try await isIn(zoe))
    try await room.admin.post("/settings/users/\(user.id)/disable")
    #expect(try await !isIn(zoe))
    try await room.admin.post("/settings/users/\(user.id)/enable")
    #expect(try await !isIn(zoe))
    let again = try await room.browser().post("/signin", form: ["name": "Zoe", "password": Self.password])
    #expect(again.status == .seeOther)
  }

  @Test("a new role holds from the next request on") func role() async throws {
    #expect(try await room.rep.get("/settings").text.contains("A manager sees where notes are sent."))
    try await room.admin.post("/settings/users/\(room.rep.ownerID)/role", form: ["role": "admin"])
    #expect(try await room.rep.get("/settings").text.contains("Add a person"))
  }

  @Test("the last admin stays one", arguments: ["role", "disable"]) func lastAdmin(what: String) async throws {
    let reply = try await room.admin.post("/settings/users/local/\(what)", form: ["role": "rep"])
    #expect(reply.status == .unprocessableContent && reply.text.contains("This is the only admin."))
    #expect(try room.store.users.find(Owner.local)?.role == .admin)
  }

  @Test("a password that an admin sets signs the person out everywhere") func reset() async throws {
    #expect(try await isIn(room.rep))
    let reply = try await room.admin.post(
      "/settings/users/\(room.rep.ownerID)/password", form: ["password": Self.password])
    #expect(reply.location == "/settings?said=reset")
    #expect(try await !isIn(room.rep))
  }

  @Test("one's own password needs the present one, and ends the other sessions only") func own() async throws {
    let user = try await room.addUser("Zoe", .rep, Self.password)
    let here = try room.services.beginSession(of: user.id, agent: "here", address: "")
    let there = try room.services.beginSession(of: user.id, agent: "there", address: "")
    let zoe = try await room.browser(cookie: "fieldos_session=\(here.token)")
    let wrong = try await zoe.post("/settings/password", form: ["current": "wrong", "password": "another long one"])
    #expect(wrong.status == .unprocessableContent && wrong.text.contains("Your present password is not right."))
    let right = try await zoe.post(
      "/settings/password", form: ["current": Self.password, "password": "another long one"])
    #expect(right.location == "/settings?said=password")
    #expect(try await isIn(zoe))
    #expect(try await !isIn(room.browser(cookie: "fieldos_session=\(there.token)")))
  }

  @Test("keys are named as set or not set to admins, and never shown") func keys() async throws {
    let room = try CockpitRoom {
      $0.facts.keys = [.init("FIELDOS_CRM_API_KEY", "set")]
      $0.facts.crm = [.init("Notes go to", "http://crm.example/push")]
      $0.facts.testCRM = { "It answered 405." }
    }
    #expect(try await room.admin.get("/settings").text.contains("FIELDOS_CRM_API_KEY"))
    #expect(try await !room.manager.get("/settings").text.contains("FIELDOS_CRM_API_KEY"))
    #expect(try await room.manager.get("/settings").text.contains("http://crm.example/push"))
    #expect(try await !room.rep.get("/settings").text.contains("http://crm.example/push"))
    #expect(try await room.admin.post("/settings/crm/test").text.contains("It answered 405."))
  }

  @Test("a person's name is text in every page") func inert() async throws {
    _ = try room.store.users.add(
      name: "<img src=x onerror=alert(1)>", role: .rep, password: "$scrypt$x", by: Owner.local)
    let page = try await room.admin.get("/settings").text
    #expect(!page.contains("<img") && page.contains("&lt;img src=x"))
  }

  @Test("the keyboard's switch is a cookie, and the page says so") func keyboard() async throws {
    let reply = try await room.rep.post("/settings/keys", form: ["on": "false"])
    let cookie = try #require(reply.headers[.setCookie]?.split(separator: ";").first)
    var visitor = room.rep
    visitor.cookie = "\(room.rep.cookie ?? ""); \(cookie)"
    let page = try await visitor.get("/settings").text
    #expect(page.contains("data-keys=\"off\"") && page.contains("Switch shortcuts on"))
  }
}
