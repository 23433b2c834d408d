import Cockpit
import Copilot
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Testing

@Suite("The cockpit's OpenAPI document") struct DocumentTests {
  /// Routes that answer pages, files and streams. A route that answers JSON belongs into the document.
  private static let others: Set<String> = [
    "GET /", "GET /ask", "GET /ask/source", "GET /first", "GET /leads/new", "GET /live", "GET /metrics", "GET /notes",
    "GET /notes/{id}", "GET /notes/{id}/audio", "GET /notes/{id}/contact", "GET /notes/{id}/transcript/{format}",
    "GET /notes/{id}/versions", "GET /open", "GET /ops", "GET /outbox", "GET /people/{id}", "GET /pipeline",
    "GET /record", "GET /reference", "GET /reference/sample", "GET /reference/{page}", "GET /settings",
    "GET /settings/erase", "GET /settings/erase/plan", "GET /signin", "GET /sw.js", "GET /waiting", "POST /ask",
    "POST /ask/stream", "POST /first", "POST /recordings/{id}/finish", "POST /settings/erase",
    "POST /settings/erase/continue", "POST /settings/keys", "POST /settings/password",
    "POST /settings/sessions/end-others", "POST /settings/sessions/{id}/end", "POST /signin", "POST /signout",
    "POST /theme", "POST /uploads", "POST /settings/users", "POST /settings/users/{id}/disable",
    "POST /settings/users/{id}/enable",
    "POST /settings/users/{id}/password", "POST /settings/users/{id}/role",
  ]

  private let room: CockpitRoom

  init() throws { room = try CockpitRoom { $0.copilot = CopilotConfiguration() } }

  private func operations() async throws -> [String: [String: Any]] {
    let reply = try await room.nobody.get("/api/openapi.json")
    let document = try JSONSerialization.jsonObject(with: reply.body) as? [String: Any]
    let paths = try #require(document?["paths"] as? [String: [String: [String: Any]]])
    var operations: [String: [String: Any]] = [:]
    for (path, methods) in paths {
      for (method, operation) in methods { operations["\(method.uppercased()) \(path)"] = operation }
    }
    return operations
  }

  @Test("it names the routes that there are, but for pages, files and streams") func routes() async throws {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let routes = Set(buildRouter(room.services, logger: logger).routes.map { "\($0.method.rawValue) \($0.path)" })
    let documented = Set(try await operations().keys)
    #expect(documented.subtracting(routes) == [])
    #expect(routes.subtracting(documented) == Self.others)
  }

  @Test("each answers a script in JSON, with a status that the document has") func answers() async throws {
    for (name, operation) in try await operations() where !name.hasSuffix("openapi.json") {
      let parts = name.split(separator: " ")
      let (method, path) = (try #require(HTTPRequest.Method(String(parts[0]))), String(parts[1]))
      let reply = try await room.admin.send(
        method, path.replacing(/\{[a-z]+\}/, with: "none"),
        headers: [.accept: "application/json", .contentType: "application/json"], body: Data("{}".utf8))
      let responses = try #require(operation["responses"] as? [String: [String: Any]])
      #expect(responses[String(reply.status.code)] != nil, "\(name): \(reply.status) \(reply.text)")
      #expect(reply.headers[.contentType] == "application/json", "\(name)")
    }
  }

  @Test("every schema that it refers to is there") func schemas() async throws {
    let reply = try await room.nobody.get("/api/openapi.json")
    let document = try #require(try JSONSerialization.jsonObject(with: reply.body) as? [String: Any])
    let known = Set(((document["components"] as? [String: Any])?["schemas"] as? [String: Any] ?? [:]).keys)
    let used = Set(reply.text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/).map { String($0.1) })
    #expect(used == known)
  }
}
