import Foundation
import Testing

extension CommandLineTests {
  @Suite("import, snapshot and crm reset-sample")
  struct ImportCommandTests {
    let room: Room
    let old: URL

    init() throws {
      room = try Room()
      old = try room.makeFolder("old")
      try room.makeFolder("old/audio_cache")
      for name in ["note006", "note003"] {
        try FileManager.default.copyItem(
          at: Repository.clip(name), to: old.appending(path: "audio_cache/clip_176216400\(name.last ?? "0").wav"))
      }
      try put(
        "crm_snapshot.json",
        #"{"ai_fail_count": 1, "recent_payloads": [{"note": "secret words", "account": "Acme HOA", "#
          + #""ts": "2025-11-03T10:00:00", "crm_status": {"state": "failed"}}]}"#)
      try put("ops_log.jsonl", #"{"ts":"2025-11-03T10:00:00","status":"failed","queue_len":0}"# + "\n")
      try put("crm_sample.csv", "Customer_ID,Customer_Name\nC0001,Lakeview\nnew,junk\n")
      try put("playbooks.json", #"{"default": []}"#)
    }

    private func put(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: old.appending(path: name))
    }

    private func added(_ outcome: Outcome) throws -> [String: Int] {
      struct Report: Decodable {
        struct Item: Decodable {
          let what: String
          let added: Int
        }
        let items: [Item]
      }
      let report = try JSONDecoder().decode(Report.self, from: Data(outcome.out.utf8))
      return Dictionary(uniqueKeysWithValues: report.items.map { ($0.what, $0.added) })
    }

    @Test("a prototype's folder is taken over whole, twice adds nothing, and nothing is due before a flush")
    func wholeFolder() async throws {
      let all = [
        "recordings": 2, "undelivered notes": 1, "log lines": 1, "counters": 1, "data files": 1, "customer table": 1,
      ]
      let dry = try await room.run("import", old.path, "--dry-run", "--json")
      expectSuccess(dry)
      #expect(try added(dry) == all)
      #expect(!FileManager.default.fileExists(atPath: room.data.path))
      let first = try await room.run("import", old.path, "--json")
      expectSuccess(first)
      #expect(try added(first) == all)
      #expect(room.cachedAudio.count == 2)
      #expect(try room.store.rows("SELECT state FROM outbox") == ["cached"])
      #expect(try room.store.count("jobs", where: "state = 'available'") == 2)
      let again = try await room.run("import", old.path, "--json")
      expectSuccess(again)
      #expect(try added(again).values.allSatisfy { $0 == 0 })
      #expect(room.cachedAudio.count == 2)
    }

    @Test("the summary is a table, a refused file has one line and fails the import, the rest is taken")
    func refusal() async throws {
      try put("pricing.json", "{torn")
      let outcome = try await room.run("import", old.path)
      #expect(outcome.status == 1 && !outcome.signalled, "\(outcome)")
      #expect(
        outcome.complaints.count == 1 && outcome.complaints.allSatisfy { $0.contains("pricing.json") }, "\(outcome)")
      #expect(outcome.lines.count == 7, "\(outcome)")
      #expect(try room.store.count("notes") == 1)
    }

    @Test("a folder that isn't there, and the data folder itself, are refused in one line")
    func wrongFolder() async throws {
      expectRefusal(try await room.run("import", room.folder.path + "/none"), naming: "no such folder")
      try room.makeFolder("data")
      expectRefusal(try await room.run("import", room.data.path), naming: "the data folder itself")
    }

    @Test("a scrubbed snapshot stays scrubbed when the road runs again; showing it tells no words of notes")
    func scrub() async throws {
      expectSuccess(try await room.run("import", old.path))
      let shown = try await room.run("snapshot", "show")
      expectSuccess(shown)
      #expect(shown.out.contains("Acme HOA") && !shown.out.contains("secret"), "\(shown)")
      #expect(try await room.run("snapshot", "show", "--json").out.contains("secret words"))
      expectSuccess(try await room.run("snapshot", "scrub"))
      expectSuccess(try await room.run("up", "--once", with: ["FIELDOS_FINAL_WORKER_ENABLED": "false"]))
      let file = try String(contentsOf: room.data.appending(path: "crm_snapshot.json"), encoding: .utf8)
      #expect(!file.contains("secret") && file.contains("\"ai_fail_count\": 1"))
      let again = try await room.run("snapshot", "scrub")
      expectSuccess(again)
      #expect(again.out.contains("nothing to clear"), "\(again)")
    }

    @Test("reset-sample keeps the customers and says how many rows went")
    func resetSample() async throws {
      expectSuccess(try await room.run("import", old.path))
      let outcome = try await room.run("crm", "reset-sample")
      expectSuccess(outcome)
      #expect(outcome.out.contains("kept 1, removed 1"), "\(outcome)")
      let table = try String(contentsOf: room.data.appending(path: "crm_sample.csv"), encoding: .utf8)
      #expect(table == "Customer_ID,Customer_Name\nC0001,Lakeview\n")
    }

    @Test(
      "without a data folder there is nothing to show, scrub or reset",
      arguments: [["snapshot", "show"], ["snapshot", "scrub"], ["crm", "reset-sample"]])
    func noData(_ arguments: [String]) async throws {
      let outcome = try await room.start(room.launch(arguments)).finish(within: 60)
      expectRefusal(outcome, naming: "no data folder")
      #expect(!FileManager.default.fileExists(atPath: room.data.path))
    }
  }
}
