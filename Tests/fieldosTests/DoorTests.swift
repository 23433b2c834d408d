import Foundation
import Testing

extension CommandLineTests {
  @Suite("the cockpit's door")
  struct DoorTests {
    let room: Room

    init() throws { room = try Room() }

    private var file: URL { room.data.appending(path: "cockpit.link") }

    @Test("up prints the link and keeps it in a file, which is gone after an orderly end") func link() async throws {
      let up = try room.start("up")
      try await up.says("open http://127.0.0.1:")
      let line = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
      #expect(up.out.contains("open " + line), "\(up.out)")
      up.signal(SIGTERM)
      _ = try await up.finish()
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test("on every address up asks for a first admin, and says that the network can read along without TLS")
    func first() async throws {
      let up = try room.start("up", with: ["FIELDOS_HOST": "0.0.0.0"])
      try await up.says("make the first admin at http://")
      try await up.says("Run: fieldos cert")
    }

    @Test("a second up on the port leaves the first one's link alone") func taken() async throws {
      let port = try Loopback.closedPort()
      let first = try room.start("up", with: ["FIELDOS_PORT": "\(port)"])
      try await first.says("open http://")
      let before = try Data(contentsOf: file)
      let outcome = try await room.run("up", with: ["FIELDOS_PORT": "\(port)"])
      #expect(outcome.status == 1 && outcome.err.contains("FIELDOS_PORT"), "\(outcome)")
      #expect(try Data(contentsOf: file) == before)
    }

    @Test("cert makes files that up serves https with, and tells the fingerprint and how to trust it")
    func certificate() async throws {
      let outcome = try await room.run("cert", "--host", "fieldos.lan", "--port", "8765")
      expectSuccess(outcome)
      for words in ["FIELDOS_TLS_CERT=", "fingerprint", "iPhone", "Android", "https://fieldos.lan:8765", "▄"] {
        #expect(outcome.out.contains(words), "no \(words): \(outcome)")
      }
      let tls = room.data.appending(path: "tls")
      let environment = [
        "FIELDOS_TLS_CERT": tls.appending(path: "server.crt").path,
        "FIELDOS_TLS_KEY": tls.appending(path: "server.key").path,
      ]
      let up = try room.start("up", with: environment)
      try await up.says("open https://127.0.0.1:")
      let again = try await room.run("cert", "--host", "other.lan")
      #expect(again.out.contains("need nothing new"), "\(again)")
    }

    @Test("a host that is none, and a key without its certificate, are refused in one line") func refused() async throws
    {
      expectRefusal(try await room.run("cert", "--host", "a b"), naming: "--host a b")
      expectMisuse(try await room.run("up", with: ["FIELDOS_TLS_KEY": "x"]), saying: "FIELDOS_TLS_CERT")
      let missing = ["FIELDOS_TLS_CERT": "/nowhere.pem", "FIELDOS_TLS_KEY": "/nowhere.key"]
      expectRefusal(try await room.run("up", with: missing), naming: "/nowhere.pem")
    }
  }
}
