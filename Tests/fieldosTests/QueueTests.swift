import Foundation
import Testing

extension CommandLineTests {
  @Suite("queue")
  struct QueueTests {
    let room: Room

    init() throws { room = try Room() }

    private func queue(_ arguments: String...) async throws -> Outcome {
      try await room.start(room.launch(["queue"] + arguments)).finish()
    }

    private func json(_ outcome: Outcome) throws -> [String: Any] {
      try #require(
        try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) as? [String: Any], "\(outcome)")
    }

    /// Takes a recording in and gives its job's ID.
    private func ingest(_ name: String) async throws -> String {
      expectSuccess(try await room.run("ingest", Repository.clip(name).path))
      return try #require(try room.store.rows("SELECT id FROM jobs ORDER BY rowid DESC LIMIT 1").first)
    }

    private func expectExit(_ outcome: Outcome, _ status: Int32, saying word: String) {
      #expect(!outcome.signalled && outcome.status == status, "\(outcome)")
      #expect(outcome.complaints.count == 1 && outcome.err.contains(word), "\(outcome)")
    }

    @Test("list shows the queues, the counts and what waits, aligned in a pipe")
    func list() async throws {
      let id = try await ingest("note006")
      _ = try await ingest("note005")
      expectSuccess(try await queue("priority", id, "-5"))
      let outcome = try await queue("list")
      expectSuccess(outcome)
      let lines = outcome.out.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      #expect(lines[1].contains(#/^transcribe +open +available=2 running=0/#), "\(outcome)")
      #expect(lines[2].contains(#/^delivery +open +/#), "\(outcome)")
      let due = try #require(lines[4].range(of: "due"), "\(outcome)").lowerBound
      #expect(lines[5].contains("note005.wav") && lines[6].contains("note006.wav"), "\(outcome)")
      #expect(lines[5...6].allSatisfy { $0[due...].hasPrefix("now") }, "\(outcome)")
      #expect(lines[6].contains(#/available +0\/5 +-5 /#), "\(outcome)")
    }

    @Test("list --json is one document with stable keys")
    func listJSON() async throws {
      let id = try await ingest("note006")
      let list = try json(try await queue("list", "--json"))
      #expect(Set(list.keys) == ["queues", "jobs", "jobs_not_listed"])
      let job = try #require((list["jobs"] as? [[String: Any]])?.first)
      #expect(
        Set(job.keys) == [
          "id", "kind", "kind_known", "clip_id", "clip_name", "state", "priority", "attempts", "max_attempts", "claims",
          "due_at", "worker", "lease_expires_at", "last_error", "created_at", "completed_at",
        ])
      #expect(job["id"] as? String == id && job["clip_name"] as? String == "note006.wav")
      #expect(job["last_error"] is NSNull)
      let queues = try #require(list["queues"] as? [[String: Any]])
      #expect(queues.map { $0["name"] as? String } == ["transcribe", "delivery"])
      #expect(queues.allSatisfy { Set($0.keys) == ["name", "paused", "paused_at", "paused_by", "counts"] })
    }

    @Test("a recording that can't be read is shown with its error, tried again, and withdrawn")
    func lifeOfADeadJob() async throws {
      let bad = try room.write(Data("no audio".utf8), to: "bad.wav")
      #expect(try await room.run("worker", "--clip", bad.path).status == 1)
      let id = try #require(try room.store.rows("SELECT id FROM jobs").first)
      let dead = try await queue("dead")
      expectSuccess(dead)
      #expect(dead.out.contains(id.prefix(8)) && dead.out.contains("bad.wav"), "\(dead)")
      #expect(dead.out.contains("failed"), "\(dead)")
      let show = try await queue("show", String(id.prefix(6)))
      expectSuccess(show)
      #expect(show.out.contains(id) && show.out.contains("dead") && show.out.contains("worker-"), "\(show)")
      let facts = try json(try await queue("show", id, "--json"))
      let attempt = try #require((facts["attempts_made"] as? [[String: Any]])?.first)
      #expect(attempt["outcome"] as? String == "failed" && attempt["error"] is String)

      expectSuccess(try await queue("retry", String(id.prefix(8)).uppercased()))
      #expect(try room.store.rows("SELECT state, attempts FROM jobs") == ["available|0"])
      expectExit(try await queue("retry", id), 1, saying: "available")
      expectSuccess(try await queue("cancel", id))
      expectExit(try await queue("cancel", id), 1, saying: "cancelled already")
      #expect(try room.store.rows("SELECT state FROM jobs") == ["cancelled"])
      #expect(try await queue("dead").out == "No job was given up.\n")
      #expect(try room.store.count("job_attempts") == 1)
    }

    @Test("--all-dead starts every dead job again and says how many")
    func allDead() async throws {
      let bad = try room.write(Data("no audio".utf8), to: "bad.wav")
      #expect(try await room.run("worker", "--clip", bad.path).status == 1)
      #expect(try await queue("retry", "--all-dead").out == "1 job(s) tried again.\n")
      let again = try json(try await queue("retry", "--all-dead", "--json"))
      #expect(again["retried"] as? Int == 0 && again["left_with_pending_twin"] as? Int == 0)
    }

    @Test("a paused queue keeps its recordings: the worker ends, says why, and takes them when it is resumed")
    func pause() async throws {
      _ = try await ingest("note006")
      expectSuccess(try await queue("pause", "transcribe"))
      expectExit(try await queue("pause", "transcribe"), 1, saying: "paused already")
      #expect(try await queue("list").out.contains(#/transcribe +paused .* by /#))
      let worker = try await room.run("worker", "--mock")
      expectSuccess(worker)
      #expect(worker.err.contains("fieldos queue resume transcribe"), "\(worker)")
      #expect(try room.store.rows("SELECT state, claims FROM jobs") == ["available|0"])
      expectSuccess(try await queue("resume", "transcribe"))
      expectExit(try await queue("resume", "transcribe"), 1, saying: "not paused")
      expectSuccess(try await room.run("worker", "--mock"))
      #expect(try room.store.rows("SELECT state FROM jobs") == ["completed"])
    }

    @Test("a refusal under --json is a document, too, and still exits 1")
    func refusalJSON() async throws {
      let id = try await ingest("note006")
      let outcome = try await queue("retry", id, "--json")
      let facts = try json(outcome)
      #expect(outcome.status == 1 && facts["done"] as? Bool == false && facts["reason"] is String, "\(outcome)")
    }

    @Test(
      "an unknown or too short ID and an unknown name exit 2",
      arguments: [
        (["show", "abcdef"], "no such job"), (["show", "abc"], "6 characters"), (["cancel", "'; DROP"], "no such job"),
        (["retry", "%%%%%%"], "no such job"), (["pause", "everything"], "no such queue"),
        (["resume", ""], "no such queue"), (["retry"], "--all-dead"), (["priority", "abcdef", "lots"], "number"),
      ])
    func misuse(arguments: [String], word: String) async throws {
      _ = try await ingest("note006")
      let outcome = try await room.start(room.launch(["queue"] + arguments)).finish()
      expectExit(outcome, 2, saying: word)
      #expect(outcome.out.isEmpty, "\(outcome)")
    }

    @Test("without a data folder it says so, and makes none")
    func noFolder() async throws {
      expectRefusal(try await queue("list"), naming: "FIELDOS_DATA_DIR")
      #expect(!FileManager.default.fileExists(atPath: room.data.path))
    }

    @Test("a newer release's job is marked, and left alone")
    func unknownKind() async throws {
      let id = try await ingest("note006")
      try room.store.change("UPDATE jobs SET kind = 'summarise.v3'")
      let list = try await queue("list")
      #expect(list.out.contains("summarise.v3 ?") && list.err.contains("newer"), "\(list)")
      expectSuccess(try await room.run("worker", "--mock"))
      #expect(try room.store.rows("SELECT id, state FROM jobs") == ["\(id)|available"])
    }
  }
}
