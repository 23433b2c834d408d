import Foundation
import Testing

/// A running `fieldos crm mock`.
struct MockCRM {
  let child: Child
  let port: Int

  var endpoint: String { "http://127.0.0.1:\(port)/crm/push" }

  func push(_ body: String, to path: String = "/crm/push") async throws -> (status: Int, json: [String: Any]) {
    let port = port
    let (status, bytes) = try await onThread { try Loopback.request("POST", port: port, path: path, body: body) }
    return (status, (try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]) ?? [:])
  }

  /// The payloads that `GET /crm/records` lists, wherever in its JSON they stand.
  func records() async throws -> [[String: Any]] { Self.objects(with: "contact_name", in: try await list()) }

  /// The idempotency keys that came with them.
  func idempotencyKeys() async throws -> [String] {
    Self.objects(with: "idempotency_key", in: try await list()).compactMap { $0["idempotency_key"] as? String }
  }

  private func list() async throws -> Any {
    let port = port
    let (status, bytes) = try await onThread { try Loopback.request("GET", port: port, path: "/crm/records") }
    guard status == 200 else { throw Failure("GET /crm/records gave \(status)") }
    return try JSONSerialization.jsonObject(with: bytes)
  }

  private static func objects(with key: String, in value: Any) -> [[String: Any]] {
    if let list = value as? [Any] { return list.flatMap { objects(with: key, in: $0) } }
    guard let object = value as? [String: Any] else { return [] }
    return object[key] == nil ? object.values.flatMap { objects(with: key, in: $0) } : [object]
  }
}

extension Room {
  func startMockCRM(failures: Int = 0) async throws -> MockCRM {
    let child = try start("crm", "mock", "--host", "127.0.0.1", "--port", "0", "--failures", "\(failures)")
    try await child.says("/crm/push")
    guard let port = try /mock CRM: http:\/\/127\.0\.0\.1:(\d+)\/crm\/push/.firstMatch(in: child.out)?.1 else {
      throw Failure("no address in: \(child.out)")
    }
    return MockCRM(child: child, port: Int(port) ?? 0)
  }

  /// Takes a recording in, makes it a note, and brings that to a mock CRM of its own.
  func deliver() async throws {
    let crm = try await startMockCRM()
    expectSuccess(try await run("ingest", Repository.clip("note006").path))
    let environment: [String: String?] = ["FIELDOS_CRM_ENDPOINT": crm.endpoint]
    expectSuccess(try await run("up", "--once", "--final-worker", "--auto-note", with: environment))
  }
}
