import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Signing in") struct SignInTests {
  private let room: CockpitRoom
  private static let password = "correct horse battery"

  init() throws { room = try CockpitRoom() }

  private func signIn(_ name: String, _ password: String, from browser: Visitor? = nil) async throws -> Reply {
    let browser = if let browser { browser } else { try await room.browser() }
    return try await browser.post("/signin", form: ["name": name, "password": password, "back": "/notes"])
  }

  private func audited(_ action: String) throws -> [AuditLine] {
    try room.store.audit.recent(limit: 100).filter { $0.action == action }
  }

  @Test("the right name and password open a session, whatever the case of the name") func right() async throws {
    try await room.addUser("Zoë Field", .rep, Self.password)
    let reply = try await signIn(" zoË FIELD ", Self.password)
    #expect(reply.status == .seeOther && reply.location == "/notes")
    let cookie = try #require(reply.headers[.setCookie])
    #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Max-Age=2592000"))
    #expect(!cookie.contains("Secure"))
    #expect(try await room.browser(cookie: cookie).get("/settings").text.contains("Zoë Field"))
  }

  @Test("a wrong password, an unknown name and a disabled user get one answer", arguments: 0..<3)
  func wrong(index: Int) async throws {
    let user = try await room.addUser("Zoe", .rep, Self.password)
    if index == 2 { _ = try room.store.users.setDisabled(true, user.id, by: room.admin.ownerID) }
    let (name, password) = [("Zoe", "wrong"), ("Nobody", Self.password), ("Zoe", Self.password)][index]
    let reply = try await signIn(name, password)
    #expect(reply.status == .unauthorized)
    #expect(reply.text.contains("Name or password is not right."))
    #expect(reply.headers[.setCookie] == nil)
    #expect(try audited("session.wrong-password").count == 1)
  }

  @Test("after five failures a name waits, longer each time, and a right password doesn't help")
  func throttled() async throws {
    try await room.addUser("Zoe", .rep, Self.password)
    for _ in 0..<5 { #expect(try await signIn("Zoe", "wrong").status == .unauthorized) }
    let refused = try await signIn("Zoe", Self.password)
    #expect(refused.status == .tooManyRequests && refused.headers[.retryAfter] == "30")
    #expect(refused.text.contains("Too many tries. Wait 30 s."))
    room.clock.advance(30)
    #expect(try await signIn("Zoe", "wrong").status == .unauthorized)
    #expect(try await signIn("Zoe", "wrong").headers[.retryAfter] == "60")
    room.clock.advance(60)
    #expect(try await signIn("Zoe", Self.password).status == .seeOther)
    #expect(try await signIn("Zoe", "wrong").status == .unauthorized)
  }

  @Test("an address that tries many names waits too, a restart notwithstanding") func address() async throws {
    for index in 0..<20 { #expect(try await signIn("name \(index)", "wrong").status == .unauthorized) }
    let again = try CockpitRoom(folder: room.folder, clock: room.clock)
    let reply = try await again.browser().post("/signin", form: ["name": "another", "password": "wrong"])
    #expect(reply.status == .tooManyRequests)
  }

  @Test("a password is kept as scrypt with its parameters, and as nothing else") func hashed() async throws {
    try await room.addUser("Zoe", .rep, Self.password)
    let stored = try #require(try room.store.users.credentials(name: "zoe")?.password)
    #expect(stored.hasPrefix("$scrypt$ln=") && !stored.contains(Self.password))
    let database = try Data(contentsOf: room.folder.url.appending(path: "fieldos.sqlite-wal"))
    #expect(database.range(of: Data(Self.password.utf8)) == nil)
  }

  @Test("signing in gives a new token and ends the session that the browser had") func rotated() async throws {
    try await room.addUser("Zoe", .rep, Self.password)
    let reply = try await signIn("Zoe", Self.password, from: room.rep)
    #expect(reply.status == .seeOther)
    #expect(try await room.rep.get("/settings").location?.hasPrefix("/signin") == true)
  }

  @Test("after sign-out the old cookie is worth nothing") func replayed() async throws {
    #expect(try await room.rep.get("/settings").status == .ok)
    let reply = try await room.rep.post("/signout")
    #expect(reply.location == "/signin" && reply.headers[.setCookie]?.contains("Max-Age=0") == true)
    #expect(try await room.rep.get("/settings", json: true).status == .unauthorized)
    #expect(try await room.rep.post("/theme", form: ["back": "/"]).status != .ok)
  }

  @Test("somebody who is not signed in is sent to the page and back, and a script hears 401") func away() async throws {
    try await room.addUser("Zoe", .rep, Self.password)
    #expect(try await room.nobody.get("/settings").location == "/signin?back=/settings")
    #expect(try await room.nobody.get("/settings", json: true).status == .unauthorized)
    #expect(try await room.nobody.get("/signin?back=//evil.example/").text.contains("value=\"/\""))
  }

  @Test("a name that is a script is shown as text") func inert() async throws {
    try await room.addUser("Zoe", .rep, Self.password)
    let reply = try await signIn("\"><script>alert(1)</script>", "wrong")
    #expect(!reply.text.contains("<script>alert"))
    #expect(reply.text.contains("&lt;script&gt;alert(1)"))
  }
}
