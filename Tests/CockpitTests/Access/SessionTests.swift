import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Sessions") struct SessionTests {
  private let room: CockpitRoom

  init() throws { room = try CockpitRoom() }

  private func isIn(_ visitor: Visitor) async throws -> Bool {
    try await visitor.get("/api/session", json: true).status == .ok
  }

  private func withCookie(_ value: String) -> Visitor {
    var visitor = room.nobody
    visitor.cookie = value
    return visitor
  }

  @Test(
    "a made-up cookie is nobody's",
    arguments: [
      "", "x", String(repeating: "A", count: 43), String(repeating: "'", count: 43), "' OR 1=1 --",
      String(repeating: "A", count: 100_000),
    ])
  func forged(value: String) async throws {
    #expect(try await !isIn(withCookie("fieldos_session=\(value)")))
  }

  @Test("a session that nobody used for seven days is over") func idle() async throws {
    #expect(try await isIn(room.rep))
    room.clock.advance(6.9 * 86_400)
    #expect(try await isIn(room.rep))
    room.clock.advance(6.9 * 86_400)
    #expect(try await isIn(room.rep))
    room.clock.advance(7.1 * 86_400)
    #expect(try await !isIn(room.rep))
  }

  @Test("a session is over after thirty days, however busy") func absolute() async throws {
    for _ in 0..<29 {
      room.clock.advance(86_400)
      #expect(try await isIn(room.rep))
    }
    room.clock.advance(86_400)
    #expect(try await !isIn(room.rep))
  }

  @Test("an old token is replaced, and its own use ends a minute after the new one's first") func renewed() async throws
  {
    room.clock.advance(13 * 3_600)
    let page = try await room.rep.get("/settings")
    let renewed = withCookie(try #require(page.headers[.setCookie]?.split(separator: ";").first.map(String.init)))
    #expect(renewed.cookie != room.rep.cookie)
    room.clock.advance(600)
    // The answer may have been lost on its way: the old token still works.
    #expect(try await isIn(room.rep))
    #expect(try await isIn(renewed))
    room.clock.advance(59)
    #expect(try await isIn(room.rep))
    room.clock.advance(1)
    #expect(try await !isIn(room.rep))
    #expect(try await isIn(renewed))
  }

  @Test("a token whose answer was lost is handed out anew, and the lost one opens nothing") func lost() async throws {
    room.clock.advance(13 * 3_600)
    let lost = try #require(try await room.rep.get("/settings").headers[.setCookie])
    #expect(try await room.rep.get("/settings").headers[.setCookie] == nil)
    room.clock.advance(61)
    let again = try #require(try await room.rep.get("/settings").headers[.setCookie])
    #expect(lost != again)
    #expect(try await !isIn(withCookie(String(lost.prefix { $0 != ";" }))))
    #expect(try await isIn(withCookie(String(again.prefix { $0 != ";" }))))
  }

  @Test("the token for changes stays the same when the session's token is replaced") func tokenStays() async throws {
    room.clock.advance(13 * 3_600)
    let page = try await room.rep.get("/settings")
    #expect(page.headers[.setCookie] != nil && page.formToken == room.rep.formToken)
  }

  @Test("sessions are listed, and one can be ended without the others") func ended() async throws {
    let begun = try room.services.beginSession(of: room.rep.ownerID, agent: "Firefox on Android", address: "10.0.0.9")
    let phone = withCookie("fieldos_session=\(begun.token)")
    #expect(try await room.rep.get("/settings").text.contains("Firefox on Android"))
    #expect(try await isIn(phone))
    let reply = try await room.rep.post("/settings/sessions/\(begun.session.id)/end")
    #expect(reply.location == "/settings?said=ended")
    #expect(try await !isIn(phone))
    #expect(try await isIn(room.rep))
  }

  @Test("another person's session can't be ended") func others() async throws {
    let session = try #require(try room.store.sessions.open(of: room.manager.ownerID).first)
    #expect(try await room.rep.post("/settings/sessions/\(session.id)/end").status == .notFound)
    #expect(try await isIn(room.manager))
  }

  @Test("all other sessions end together") func endOthers() async throws {
    let begun = try room.services.beginSession(of: room.rep.ownerID, agent: "a", address: "")
    try await room.rep.post("/settings/sessions/end-others")
    #expect(try await !isIn(withCookie("fieldos_session=\(begun.token)")))
    #expect(try await isIn(room.rep))
    #expect(try await isIn(room.manager))
  }

  @Test("over TLS the cookie is Secure and named for this host alone") func secure() async throws {
    let room = try CockpitRoom(folder: room.folder, clock: room.clock) { $0.trustedProxies = ["127.0.0.1"] }
    try await room.addUser("Zoe", .rep, "correct horse battery")
    let https = try HTTPFields.proxied(proto: "https", host: "field.example")
    let page = try await room.nobody.send(.get, "/signin", headers: https)
    // Behind a proxy the name has to be allowed, too.
    #expect(page.status == .misdirectedRequest)
    let open = try CockpitRoom(folder: room.folder, clock: room.clock) {
      $0.trustedProxies = ["127.0.0.1"]
      $0.allowedHosts = ["field.example"]
    }
    let reply = try await open.nobody.send(.get, "/signin", headers: https)
    let cookie = try #require(reply.headers[.setCookie])
    #expect(cookie.hasPrefix("__Host-fieldos_visitor=") && cookie.contains("Secure") && cookie.contains("Path=/"))
    #expect(reply.headers[.strictTransportSecurity] == "max-age=2592000")
  }

  @Test("what a stranger forwards is not believed") func untrusted() async throws {
    let page = try await room.nobody.send(
      .get, "/signin", headers: try .proxied(proto: "https", host: "field.example"))
    #expect(page.status == .ok)
    #expect(page.headers[.setCookie]?.hasPrefix("fieldos_visitor=") == true)
    #expect(page.headers[.strictTransportSecurity] == nil)
  }
}

extension HTTPFields {
  fileprivate static func proxied(proto: String, host: String) throws -> HTTPFields {
    var fields = HTTPFields()
    fields[try #require(HTTPField.Name("X-Forwarded-Proto"))] = proto
    fields[try #require(HTTPField.Name("X-Forwarded-Host"))] = host
    fields[try #require(HTTPField.Name("X-Forwarded-For"))] = "203.0.113.7"
    return fields
  }
}
