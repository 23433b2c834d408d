import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Other sites, wrong names, missing tokens") struct CrossSiteTests {
  private let room: CockpitRoom

  init() throws { room = try CockpitRoom() }

  private func refusals(_ action: String) throws -> [AuditLine] {
    try room.store.audit.recent(limit: 500).filter { $0.action == action && $0.outcome == .refused }
  }

  private func field(_ name: String, _ value: String) throws -> HTTPFields {
    [try #require(HTTPField.Name(name)): value]
  }

  @Test(
    "a change that another page sends is refused and written down",
    arguments: [
      ("Origin", "https://evil.example"), ("Origin", "null"), ("Origin", "http://127.0.0.1:9999"),
      ("Origin", "https://127.0.0.1:8765"), ("Origin", "http://127.0.0.1:8765.evil.example"),
      ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
    ])
  func crossOrigin(name: String, value: String) async throws {
    let reply = try await room.rep.send(.post, "/signout", headers: try field(name, value))
    #expect(reply.status == .forbidden)
    #expect(reply.text.contains("This came from another site. Nothing was done."))
    #expect(try refusals("request.cross-origin").map(\.subject) == ["/signout"])
    #expect(try await room.rep.get("/settings").status == .ok)
  }

  @Test(
    "a change from the page itself goes through",
    arguments: [("Origin", "http://127.0.0.1:8765"), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none")])
  func sameOrigin(name: String, value: String) async throws {
    #expect(try await room.rep.send(.post, "/signout", headers: try field(name, value)).status == .seeOther)
  }

  @Test(
    "a name that leads here from elsewhere is not answered",
    arguments: [
      "evil.example", "evil.example:8765", "127.0.0.1.evil.example:8765", "localhost.evil.example", "", "192.168.1.20",
      "a@127.0.0.1:8765", "127.0.0.1:8765:1", "127.0.0.1:port", "[::1", "127.1", "0x7f.1",
    ])
  func rebinding(host: String) async throws {
    var visitor = room.rep
    visitor.host = host
    let reply = try await visitor.get("/settings")
    #expect(reply.status == .misdirectedRequest)
    #expect(!reply.text.contains("Rosa"))
    #expect(try refusals("request.unknown-host").count == 1)
  }

  @Test(
    "the loopback's names are answered on any port",
    arguments: ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:80", "[::1]:8765"])
  func loopback(host: String) async throws {
    var visitor = room.rep
    visitor.host = host
    #expect(try await visitor.get("/settings").status == .ok)
  }

  @Test("a server that listens everywhere answers to addresses and to names that are allowed") func everywhere()
    async throws
  {
    let room = try CockpitRoom {
      $0.host = "0.0.0.0"
      $0.allowedHosts = ["Fieldos.LAN"]
    }
    for (host, isAnswered) in [
      ("192.168.1.20:8765", true), ("[fd00::1]:8765", true), ("fieldos.lan", true), ("evil.example", false),
    ] {
      var visitor = room.rep
      visitor.host = host
      #expect(try await (visitor.get("/settings").status == .ok) == isAnswered, "\(host)")
    }
  }

  @Test("without the session's token nothing is changed, in a form, a header, or JSON") func noToken() async throws {
    let token = room.rep.formToken
    for wrong in ["", "0", String(token.dropLast()), token.uppercased(), room.manager.formToken] {
      var visitor = room.rep
      visitor.formToken = wrong
      #expect(try await visitor.post("/signout").status == .forbidden)
      #expect(try await visitor.post("/signout", json: "{}").status == .forbidden)
    }
    let plain = try await room.rep.send(
      .post, "/signout", headers: [.contentType: "text/plain"], body: Data("csrf=\(token)".utf8), withToken: false)
    #expect(plain.status == .forbidden)
    #expect(try refusals("request.no-token").count == 11)
    #expect(try await room.rep.get("/settings").status == .ok)
  }

  @Test("a script whose session is over hears 401, not that its page is old") func expired() async throws {
    try await room.rep.post("/signout")
    #expect(try await room.rep.post("/anything", json: "{}").status == .unauthorized)
    #expect(try await room.rep.get("/api/session", json: true).status == .unauthorized)
  }

  @Test("a form's body reaches the page that it is for, after its token was read") func readTwice() async throws {
    let reply = try await room.rep.post("/theme", form: ["back": "/notes?a=b&c=d+e"])
    #expect(reply.location == "/notes?a=b&c=d+e")
  }

  @Test("an upload without scripts shows its token in the first field")
  func multipart() async throws {
    func body(_ token: String) -> Data {
      let parts = [("csrf", token), ("back", "/notes")].map { name, value in
        "--xx\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
      }
      return Data((parts.joined() + "--xx--\r\n").utf8)
    }
    for (token, isPassed) in [(room.rep.formToken, true), ("wrong", false), ("", false)] {
      let reply = try await room.rep.send(
        .post, "/nowhere", headers: [.contentType: "multipart/form-data; boundary=xx"], body: body(token),
        withToken: false)
      #expect(reply.status == (isPassed ? .notFound : .forbidden))
    }
    let back = Data("--xx\r\nContent-Disposition: form-data; name=\"back\"\r\n\r\n\(room.rep.formToken)\r\n".utf8)
    let other = try await room.rep.send(
      .post, "/nowhere", headers: [.contentType: "multipart/form-data; boundary=xx"], body: back, withToken: false)
    #expect(other.status == .forbidden)
  }

  @Test("a body that says or shows it is too large is refused") func oversized() async throws {
    let form = Data(("back=%2F" + String(repeating: "a", count: 70_000)).utf8)
    let long = try await room.rep.send(
      .post, "/theme", headers: [.contentType: "application/x-www-form-urlencoded"], body: form, withToken: false)
    #expect(long.status == .contentTooLarge)
    let small = try CockpitRoom { $0.uploadMaxBytes = 1_000 }
    let said = try await small.rep.send(.post, "/theme", headers: [.contentLength: "9999999999"])
    #expect(said.status == .contentTooLarge)
  }

  @Test("refusals are bounded: beyond sixty a minute they are counted, not written") func flood() async throws {
    for _ in 0..<100 { try await room.rep.send(.post, "/signout", headers: try field("Origin", "null")) }
    #expect(try refusals("request.cross-origin").count == 60)
    room.clock.advance(60)
    try await room.rep.send(.post, "/signout", headers: try field("Origin", "null"))
    #expect(try refusals("request.more-refused").map(\.count) == [40])
  }

  @Test("a path that is a terminal's command is kept as a short plain line") func plainLine() async throws {
    let path = "/a%1B" + String(repeating: "b", count: 500)
    _ = try await room.rep.send(.post, path, headers: try field("Origin", "null"))
    let line = try #require(try refusals("request.cross-origin").first)
    #expect(line.subject.count <= 120 && !line.subject.unicodeScalars.contains { $0.value < 0x20 })
  }
}
