import Domain
import Foundation
import Serving
import Storage
import TestSupport
import Testing
import Transcription

@Suite("Admission", .timeLimit(.minutes(10)))
struct AdmissionTests {
  private func eventually(_ question: () -> Bool) async throws {
    while !question() { try await Task.sleep(for: .milliseconds(10)) }
  }

  @Test("before the engine is warm clients are told to wait") func notReady() async throws {
    try await SpeechRoom.serving(engine: "sleep 60", waits: false) { room in
      let reply = try await room.post()
      #expect(reply.status == 503 && reply.headers["retry-after"] != nil && reply.headers["x-should-retry"] == nil)
    }
  }

  @Test("a full queue answers 429 with a time, before the upload") func full() async throws {
    try await SpeechRoom.serving(limits: { ($0.together, $0.waiting) = (1, 1) }) { room in
      let running = Task { try await room.post(file: Data("hang".utf8)) }
      try await eventually { room.desk.load.running == 1 }
      let waiting = Task { try await room.post() }
      try await eventually { room.desk.load.waiting == 1 }
      let refused = try await room.post()
      #expect(refused.status == 429 && Int(refused.headers["retry-after"] ?? "") != nil)
      #expect(refused.error["code"] as? String == "rate_limit_exceeded")
      running.cancel()
      #expect(try await waiting.value.status == 200)
    }
  }

  @Test("who goes away gives the place back, and the engine is told", arguments: ["false", "true"])
  func gone(stream: String) async throws {
    try await SpeechRoom.serving { room in
      let request = Task { try await room.post("/audio/transcriptions", [("stream", stream)], file: Data("hang".utf8)) }
      try await eventually { room.desk.load.running == 1 }
      request.cancel()
      try await eventually { room.desk.load.running == 0 }
      try await eventually { room.folder.names(in: ".").contains("engine.dropped") }
      try await eventually { room.folder.names(in: "spool/\(getpid())") == [] }
    }
  }

  @Test("from the first key on everybody needs one that is good for what is asked") func keys() async throws {
    try await SpeechRoom.serving { room in
      #expect(try await room.get("/models", headers: ["Authorization": "Bearer anything"]).status == 200)
      let keys = room.store.apiKeys
      let good = try keys.add(name: "app", hash: Secrets.hash("fos_a"), hint: "fos_a", scopes: [.transcribe])
      let missing = try await room.post()
      #expect(missing.status == 401 && missing.error["code"] as? String == "missing_api_key")
      let wrong = try await room.post(headers: ["Authorization": "Bearer fos_b"])
      #expect(wrong.status == 401 && wrong.error["code"] as? String == "invalid_api_key")
      let shown = ["Authorization": "Bearer fos_a"]
      #expect(try await room.post(headers: shown).status == 200)
      #expect(try keys.list().first?.lastUsedAt != nil)
      #expect(try await room.get("/models", headers: shown).status == 403)
      #expect(try await room.post("/audio/translations", headers: shown).status == 403)
      #expect(try keys.revoke(good.id.rawValue).count == 1)
      #expect(try await room.post(headers: shown).status == 401)
      #expect(try await room.post().status == 401)
    }
  }

  @Test("high goes before what waits, low after it; high is for keys that may") func priorities() async throws {
    try await SpeechRoom.serving(limits: { $0.together = 1 }) { room in
      let running = Task { try await room.post(file: Data("hang".utf8)) }
      try await eventually { room.desk.load.running == 1 }
      let waiting = ["low", "normal", "high"].map { priority in
        Task { try await room.post(file: Data(priority.utf8), headers: ["x-priority": priority]).status }
      }
      try await eventually { room.desk.load.waiting == 3 }
      running.cancel()
      for task in waiting { #expect(try await task.value == 200) }
      let taken = try String(contentsOf: room.folder.url.appending(path: "engine.taken"), encoding: .utf8)
      #expect(taken.hasSuffix("\nhigh\nnorm\nlow\n"))
      let odd = try await room.post(headers: ["x-priority": "urgent"])
      #expect(odd.status == 400 && odd.error["param"] as? String == "x-priority")
      let keys = room.store.apiKeys
      _ = try keys.add(name: "app", hash: Secrets.hash("fos_a"), hint: "fos_a", scopes: APIScope.usual)
      _ = try keys.add(name: "desk", hash: Secrets.hash("fos_b"), hint: "fos_b", scopes: Set(APIScope.allCases))
      func status(_ key: String, _ priority: String) async throws -> Int {
        try await room.post(headers: ["Authorization": "Bearer " + key, "x-priority": priority]).status
      }
      #expect(try await status("fos_a", "high") == 403)
      #expect(try await status("fos_a", "low") == 200)
      #expect(try await status("fos_b", "high") == 200)
    }
  }

  @Test("a full queue has a place for high priority") func spare() async throws {
    try await SpeechRoom.serving(limits: { ($0.together, $0.waiting) = (1, 1) }) { room in
      let running = Task { try await room.post(file: Data("hang".utf8)) }
      try await eventually { room.desk.load.running == 1 }
      let waiting = Task { try await room.post() }
      try await eventually { room.desk.load.waiting == 1 }
      let high = Task { try await room.post(headers: ["x-priority": "high"]) }
      try await eventually { room.desk.load.waiting == 2 }
      #expect(try await room.post(headers: ["x-priority": "high"]).status == 429)
      running.cancel()
      #expect(try await high.value.status == 200)
      #expect(try await waiting.value.status == 200)
    }
  }

  @Test(
    "without a key, pages of other sites and proxies get nothing",
    arguments: [
      ["Origin": "https://evil.example"], ["X-Forwarded-For": "10.0.0.1"], ["Forwarded": "for=10.0.0.1"],
      ["Host": "evil.example"],
    ])
  func strangers(headers: [String: String]) async throws {
    try await SpeechRoom.serving { room in
      let reply = try await room.post(headers: headers)
      #expect(reply.status == 401)
    }
  }
}
