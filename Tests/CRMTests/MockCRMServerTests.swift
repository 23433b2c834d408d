import CRM
import Endpoints
import Foundation
import FoundationNetworking
import TestSupport
import Testing

@Suite("Mock CRM")
struct MockCRMServerTests {
  private func post(_ address: String, _ body: String, key: String? = nil) async throws -> HTTPReply {
    let poster = HTTPPoster()
    let headers = key.map { [(name: "Idempotency-Key", value: $0)] } ?? []
    let url = try #require(URL(string: address))
    let reply = try await poster.post(url, headers: headers, body: Data(body.utf8), timeout: .seconds(5))
    try await poster.shutdown()
    return reply
  }

  @Test("it fails as often as told, then takes the body and repeats it")
  func failsFirst() async throws {
    try await withMockCRM(failures: 1) { (server, address) async throws in
      let first = try await post(address + "/crm/push", #"{"note":"n"}"#)
      #expect(first.status == 503)
      let refusal = try #require(try JSONSerialization.jsonObject(with: first.body) as? [String: String])
      #expect(refusal == ["status": "error", "error": "mock failure"])
      let second = try await post(address + "/crm/push", #"{"note":"n"}"#)
      #expect(second.status == 200)
      #expect(String(decoding: second.body, as: UTF8.self) == #"{"status":"ok","received":{"note":"n"}}"#)
      #expect(await server.records.count == 1)
    }
  }

  @Test("the same key again gets the same reply, marked as a replay, and is recorded once")
  func replay() async throws {
    try await withMockCRM { (server, address) async throws in
      let first = try await post(address + "/crm/push", #"{"a":1}"#, key: "k")
      let second = try await post(address + "/crm/push", #"{"a":1}"#, key: "k")
      #expect(first.body == second.body)
      #expect(first.headers["idempotent-replay"] == nil)
      #expect(second.headers["idempotent-replay"] == "true")
      _ = try await post(address + "/crm/push", #"{"a":1}"#, key: "other")
      #expect(await server.records.map(\.idempotencyKey) == ["k", "other"])
    }
  }

  @Test("the list of records holds key, time and payload")
  func list() async throws {
    try await withMockCRM { (_, address) async throws in
      _ = try await post(address + "/crm/push", #"{"a":1}"#, key: "k")
      let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: address + "/crm/records")))
      let list = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
      #expect(list.count == 1)
      #expect(Set(try #require(list.first).keys) == ["idempotency_key", "received_at", "payload"])
    }
  }

  @Test("what is not JSON, too large or elsewhere is refused in JSON")
  func refusals() async throws {
    try await withMockCRM { (server, address) async throws in
      #expect(try await post(address + "/crm/push", "not json").status == 400)
      #expect(try await post(address + "/crm/push", "\"" + String(repeating: "x", count: 1 << 20) + "\"").status == 413)
      let elsewhere = try await post(address + "/elsewhere", "{}")
      #expect(elsewhere.status == 404)
      #expect(try JSONSerialization.jsonObject(with: elsewhere.body) is [String: String])
      #expect(await server.records.isEmpty)
    }
  }

  @Test("a port that is taken is said to be")
  func portTaken() async throws {
    let taken = try LocalSocket(listens: true)
    let server = MockCRMServer(port: taken.port)
    await #expect(throws: MockCRMError.portTaken(host: "127.0.0.1", port: taken.port)) { try await server.run() }
    await #expect(throws: MockCRMError.portTaken(host: "127.0.0.1", port: taken.port)) { _ = try await server.port }
  }
}
