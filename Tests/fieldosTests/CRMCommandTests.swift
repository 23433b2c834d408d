import Foundation
import Testing

extension CommandLineTests {
  @Suite("what fieldos crm tells and does")
  struct CRMCommandTests {
    let room: Room

    init() throws { room = try Room() }

    /// One recording taken in and its note tried once, with the mock worker.
    private func upOnce(_ environment: [String: String?] = [:]) async throws {
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      _ = try await up(environment)
    }

    private func up(_ environment: [String: String?]) async throws -> Outcome {
      var all: [String: String?] = ["FIELDOS_FINAL_WORKER_MOCK": "true", "FIELDOS_CRM_MAX_RETRIES": "1"]
      all.merge(environment) { $1 }
      return try await room.run("up", "--once", "--final-worker", "--auto-note", with: all)
    }

    private func json(_ arguments: String...) async throws -> [String: Any] {
      let outcome = try await room.start(room.launch(["crm"] + arguments + ["--json"])).finish()
      expectSuccess(outcome)
      return try #require(
        try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any], "\(outcome)")
    }

    private func counts() async throws -> [String: Int] {
      try #require(try await json("status")["counts"] as? [String: Int])
    }

    @Test("a dead letter is listed, retried by the start of its ID, and delivered")
    func deadLetter() async throws {
      let crm = try await room.startMockCRM(failures: 1)
      try await upOnce(["FIELDOS_CRM_ENDPOINT": crm.endpoint])
      #expect(try await counts()["failed"] == 1)
      let dead = try await json("dead")
      let note = try #require((dead["notes"] as? [[String: Any]])?.first)
      #expect(note["response_code"] as? Int == 503 && note["error"] as? String == "mock failure")
      let id = String(try #require(note["id"] as? String).prefix(6))
      let table = try await room.run("crm", "dead")
      #expect(table.out.contains(id) && table.out.contains("mock failure"), "\(table)")

      expectSuccess(try await room.run("crm", "retry", id))
      #expect(try await counts()["queued"] == 1)
      expectSuccess(try await up(["FIELDOS_CRM_ENDPOINT": crm.endpoint]))
      let again = try await room.run("crm", "retry", id)
      expectRefusal(again, naming: "CRM has it already")
      #expect(try await room.run("crm", "dead").out.contains("No note was given up."))
    }

    @Test(
      "an ID that is too short or unknown exits 2 and names it", arguments: ["abc", "ffffffffffff", "zzzzzz'; --"])
    func unknownID(id: String) async throws {
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      let outcome = try await room.run("crm", "retry", id)
      #expect(outcome.status == 2 && outcome.out.isEmpty, "\(outcome)")
      #expect(outcome.complaints.count == 1 && outcome.err.contains(id), "\(outcome)")
    }

    @Test(
      "neither an ID nor --all, or both, is wrong usage",
      arguments: [["crm", "retry"], ["crm", "retry", "x", "--all"]])
    func retryUsage(arguments: [String]) async throws {
      expectMisuse(try await room.start(room.launch(arguments)).finish(), saying: "--all")
    }

    @Test("while everybody works offline notes are cached and nothing is posted; afterwards they go out by themselves")
    func offline() async throws {
      let crm = try await room.startMockCRM()
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      expectSuccess(try await room.run("crm", "offline", "on"))
      let kept = try await up(["FIELDOS_CRM_ENDPOINT": crm.endpoint])
      expectSuccess(kept)
      #expect(kept.out.contains("work offline"), "\(kept)")
      #expect(try await counts()["cached"] == 1)
      #expect(try await crm.records().isEmpty)
      expectKept(try await room.run("crm", "retry", "--all", "--json"), saying: "offline")
      let off = try await room.run("crm", "offline", "off")
      #expect(off.out.contains("1 note(s) queued again"), "\(off)")
      expectSuccess(try await up(["FIELDOS_CRM_ENDPOINT": crm.endpoint]))
      #expect(try await crm.records().count == 1)
    }

    /// Exit 1, with one line that holds `word`; standard output may hold the document.
    private func expectKept(_ outcome: Outcome, saying word: String) {
      #expect(outcome.status == 1 && outcome.complaints.count == 1 && outcome.err.contains(word), "\(outcome)")
    }

    @Test("a CRM that never answers is counted as an unknown outcome, and status says so")
    func unknownOutcome() async throws {
      let silent = try TakenPort()
      try await upOnce([
        "FIELDOS_CRM_ENDPOINT": "http://127.0.0.1:\(silent.port)/crm/push", "FIELDOS_CRM_TIMEOUT": "0.3",
      ])
      let status = try await json("status")
      withExtendedLifetime(silent) { #expect(status["unknown_outcomes"] as? Int == 1, "\(status)") }
      #expect((status["last_error"] as? [String: Any])?["unknown_outcome"] as? Bool == true, "\(status)")
      #expect(status["delivery_paused"] as? Bool == false)
      let text = try await room.run("crm", "status")
      #expect(text.lines.contains("unknown_outcome=1") && text.out.contains("last error"), "\(text)")
    }

    @Test("a signed push is taken by a mock CRM that asks for it; a bad secret exits 2 and is not repeated")
    func signing() async throws {
      let secret = "whsec_" + Data(repeating: 3, count: 32).base64EncodedString()
      let child = try room.start("crm", "mock", "--port", "0", "--signing-secret", secret)
      try await child.says("/crm/push")
      let port = try #require(try /127\.0\.0\.1:(\d+)/.firstMatch(in: child.out)?.1)
      let endpoint = "http://127.0.0.1:\(port)/crm/push"
      try await upOnce(["FIELDOS_CRM_ENDPOINT": endpoint])
      #expect(try await counts()["failed"] == 1)
      expectSuccess(try await room.run("crm", "flush"))
      expectSuccess(
        try await up(["FIELDOS_CRM_ENDPOINT": endpoint, "FIELDOS_CRM_SIGNING_SECRET": "\(secret) \(secret)"]))
      #expect(try await counts()["synced"] == 1)

      let bad = try await up(["FIELDOS_CRM_SIGNING_SECRET": "whsec_hush"])
      expectMisuse(bad, saying: "FIELDOS_CRM_SIGNING_SECRET")
      #expect(!bad.err.contains("hush"), "\(bad)")
    }
  }
}
