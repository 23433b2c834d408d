import Cockpit
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Storage
import TestSupport
import Testing

@Suite("The cockpit's floor") struct FloorTests {
  private func application(_ folder: TemporaryFolder) throws -> some ApplicationProtocol {
    let store = try FieldStore.open(dataDirectory: folder.url)
    let services = try CockpitServices(store: store, configuration: .init(dataDirectory: folder.url))
    let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    return Application(router: buildRouter(services, logger: silent), logger: silent)
  }

  @Test("every answer forbids inline script, frames and guessed types") func headers() async throws {
    let folder = try TemporaryFolder()
    try await application(folder).test(.router) { client in
      try await client.execute(uri: "/css/app.css", method: .get) { reply in
        #expect(reply.status == .ok)
        let policy = reply.headers[HTTPField.Name("Content-Security-Policy")!] ?? ""
        #expect(policy.contains("script-src 'self'") && !policy.contains("unsafe"))
        #expect(policy.contains("frame-ancestors 'none'"))
        #expect(reply.headers[HTTPField.Name("X-Content-Type-Options")!] == "nosniff")
      }
    }
  }

  @Test("a page that is not there is answered in words, to scripts in JSON") func notFound() async throws {
    let folder = try TemporaryFolder()
    try await application(folder).test(.router) { client in
      try await client.execute(uri: "/nowhere", method: .get) { reply in
        #expect(reply.status == .notFound)
        #expect(String(buffer: reply.body).contains("This page is not here."))
      }
      try await client.execute(uri: "/nowhere", method: .get, headers: [.accept: "application/json"]) { reply in
        #expect(reply.status == .notFound)
        #expect(String(buffer: reply.body) == #"{"error":{"message":"This page is not here."}}"#)
      }
    }
  }

  @Test(
    "a path out of the assets' folder is not served",
    arguments: ["/../Package.swift", "/css/../../Views/layout.mustache", "/%2e%2e/Views/layout.mustache"])
  func traversal(path: String) async throws {
    let folder = try TemporaryFolder()
    try await application(folder).test(.router) { client in
      try await client.execute(uri: path, method: .get) { reply in #expect(reply.status != .ok) }
    }
  }

  @Test("a room of tests asks as whoever is signed in") func room() async throws {
    let room = try CockpitRoom()
    let reply = try await room.rep.get("/nowhere")
    #expect(reply.status == .notFound && reply.text.contains("Rosa Rep"))
    #expect(try await room.manager.post("/theme", form: ["back": "/notes"]).location == "/notes")
  }
}
