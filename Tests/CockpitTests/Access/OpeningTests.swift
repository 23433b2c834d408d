import Cockpit
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import Storage
import TestSupport
import Testing

@Suite("The first door") struct OpeningTests {
  private static let password = "correct horse battery"

  private func key(_ room: CockpitRoom, port: Int = 8765) throws -> String {
    let link = try #require(try room.services.door(port: port).link)
    return String(link.split(separator: "=").last ?? "")
  }

  @Test("without a session this machine's user is told of the link, and not let in") func noLink() async throws {
    let room = try CockpitRoom(isNew: true)
    #expect(try await room.nobody.get("/").status != .ok)
    #expect(try await room.nobody.get("/settings").location == "/signin?back=/settings")
    let page = try await room.nobody.get("/signin")
    let key = try key(room)
    #expect(page.text.contains("Open FieldOS by its link") && !page.text.contains(key))
  }

  @Test("the link signs this machine's user in as admin and owner of what is there, once") func once() async throws {
    let room = try CockpitRoom(isNew: true)
    let path = "/open?key=\(try key(room))"
    let reply = try await room.nobody.get(path)
    #expect(reply.status == .seeOther && reply.location == "/")
    let me = try await room.browser(cookie: try #require(reply.headers[.setCookie]))
    #expect(try await me.get("/api/session", json: true).text.contains(#""owner":"local""#))
    #expect(try await me.get("/settings").text.contains("Add a person"))
    let again = try await room.nobody.get(path)
    #expect(again.status == .forbidden && again.headers[.setCookie]?.contains("session") != true)
    #expect(try room.store.audit.recent(limit: 9).contains { $0.action == "session.wrong-link" })
    // The file holds the next one.
    #expect(try await room.nobody.get("/open?key=\(try key(room))").status == .seeOther)
  }

  @Test("where others can reach the server, the link makes the first admin and then opens nothing") func first()
    async throws
  {
    let room = try CockpitRoom(isNew: true) { $0.host = "0.0.0.0" }
    let door = try room.services.door(port: 8765)
    #expect(door.makesFirstAdmin && door.isReadable)
    let key = try key(room)
    #expect(try await room.nobody.get("/open?key=\(key)").status == .notFound)
    #expect(try await room.nobody.get("/first?key=wrong").status == .forbidden)
    let page = try await room.nobody.get("/first?key=\(key)")
    var browser = room.nobody
    browser.cookie = page.headers[.setCookie].map { String($0.prefix { $0 != ";" }) }
    browser.formToken = page.formToken
    let weak = try await browser.post("/first", form: ["key": key, "name": "Ada", "password": "short"])
    #expect(weak.status == .unprocessableContent && weak.text.contains("10 characters or more"))
    let made = try await browser.post("/first", form: ["key": key, "name": "Ada", "password": Self.password])
    #expect(made.location == "/")
    #expect(try room.store.users.all().map(\.id) == [Owner.local])
    #expect(try await room.nobody.get("/first?key=\(key)").status == .notFound)
    #expect(try room.services.door(port: 8765).link == nil)
  }

  @Test("behind a proxy the loopback is no proof of who asks") func proxied() async throws {
    let room = try CockpitRoom(isNew: true) { $0.trustedProxies = ["127.0.0.1"] }
    #expect(try room.services.door(port: 8765).makesFirstAdmin)
    #expect(try await room.nobody.get("/open?key=\(try key(room))").status == .notFound)
  }

  @Test("the running server keeps the link in a file that only its owner reads, and takes it away") func file()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FieldStore.open(dataDirectory: folder.url)
    var configuration = CockpitConfiguration(dataDirectory: folder.url)
    configuration.port = 0
    let (doors, told) = AsyncStream.makeStream(of: CockpitDoor.self)
    let cockpit = try Cockpit(store: store, configuration: configuration) { told.yield($0) }
    let running = Task { try await cockpit.run() }
    let door = try #require(await doors.first { _ in true })
    let file = folder.url.appending(path: "cockpit.link")
    #expect(try String(contentsOf: file, encoding: .utf8) == door.link.map { $0 + "\n" })
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    running.cancel()
    _ = await running.result
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }
}
