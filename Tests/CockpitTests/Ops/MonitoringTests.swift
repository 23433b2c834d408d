import Cockpit
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Metrics and health")
struct MonitoringTests {
  private let room: CockpitRoom

  init() throws { room = try CockpitRoom { $0.metricsToken = "secret-token" } }

  private func get(_ path: String, from address: String, token: String? = nil) async throws -> Reply {
    var visitor = room.nobody
    visitor.address = address
    return try await visitor.send(.get, path, headers: token.map { [.authorization: "Bearer \($0)"] } ?? [:])
  }

  @Test("metrics go to this machine and to who holds the token, to nobody else") func access() async throws {
    let own = try await get("/metrics", from: "127.0.0.1")
    #expect(own.status == .ok && own.text.contains("fieldos_outbox_entries{state=\"queued\"} 0"))
    #expect(own.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(try await get("/metrics", from: "10.0.0.9").status == .forbidden)
    #expect(try await get("/metrics", from: "10.0.0.9", token: "secret-tokem").status == .forbidden)
    #expect(try await get("/metrics", from: "10.0.0.9", token: "secret-token").status == .ok)
  }

  @Test("liveness tells nothing but that it lives") func live() async throws {
    let reply = try await get("/health/live", from: "10.0.0.9")
    #expect(reply.status == .ok && reply.text == #"{"status":"live"}"#)
  }

  @Test("readiness follows the worker's signs and the store") func ready() async throws {
    let silent = try await get("/health/ready", from: "127.0.0.1")
    #expect(silent.status == .serviceUnavailable && silent.text.contains(#""worker":"silent""#))
    try room.store.signs.give(owner: "w")
    let warm = try await get("/health/ready", from: "127.0.0.1")
    #expect(warm.status == .ok && warm.text.contains(#""worker":"warm""#))
    #expect(try await get("/health/ready", from: "10.0.0.9").text == #"{"status":"ready"}"#)
    room.clock.advance(60)
    #expect(try await get("/health/ready", from: "127.0.0.1").status == .serviceUnavailable)
  }

  @Test("whoever asks again and again whether it is ready makes one write in five seconds")
  func fewWrites() async throws {
    _ = try await get("/health/ready", from: "10.0.0.9")
    let written = room.store.writeAheadBytes
    for _ in 0..<20 { _ = try await get("/health/ready", from: "10.0.0.9") }
    #expect(room.store.writeAheadBytes == written)
    room.clock.advance(6)
    _ = try await get("/health/ready", from: "10.0.0.9")
    #expect(room.store.writeAheadBytes > written)
  }

  @Test("a store that fails is not ready, whatever it was a moment ago") func failsNow() async throws {
    try room.store.signs.give(owner: "w")
    #expect(try await get("/health/ready", from: "127.0.0.1").status == .ok)
    try room.store.close()
    #expect(try await get("/health/ready", from: "127.0.0.1").status == .serviceUnavailable)
  }

  @Test("a worker that is off is ready, and the body says so") func workerOff() async throws {
    let room = try CockpitRoom { $0.makesTranscripts = false }
    let reply = try await room.nobody.get("/health/ready")
    #expect(reply.status == .ok && reply.text.contains(#""worker":"off""#))
  }
}
