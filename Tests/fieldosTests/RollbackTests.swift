import Foundation
import Testing

extension CommandLineTests {
  /// The runbook's section 'Roll back', rehearsed with the real program.
  @Suite("a rollback, rehearsed")
  struct RollbackTests {
    let room: Room

    init() throws { room = try Room() }

    /// Seven recordings, one of them long.
    private func ingestLoad() async throws {
      let long = try room.write(try Wave(clip: "note006").repeated(toSeconds: 40).file(), to: "long.wav")
      let clips = (0..<6).map { Repository.clip("note00\($0)").path } + [long.path]
      let launch = try room.launch(["ingest"] + clips)
      expectSuccess(try await room.start(launch).finish())
    }

    /// Somebody speaks, sees words, and sends them as they are.
    /// - Returns: the note's id.
    private func speakAndSend() async throws -> String {
      let phone = try await Phone(room)
      let store = room.store
      let contact = try #require(try store.rows("SELECT id FROM people ORDER BY id LIMIT 1").first)
      let sound = try Data(contentsOf: Repository.clip("note006")).dropFirst(44)
      let note = try await phone.record(Data(sound), contact: contact)
      let isHeard = try await eventually(within: 60) {
        store.countSoFar("drafts", where: "id = '\(note)' AND text <> ''") == 1
      }
      try #require(isHeard, "no live words became the draft")
      let health = try await phone.ask("GET", "/health/ready")
      #expect(String(decoding: health, as: UTF8.self).contains(#""worker":"off""#))
      try await phone.post("/notes/\(note)/send", "{}")
      return note
    }

    @Test("worker off under load: notes flow with live words; on again: the backlog drains and nothing is lost")
    func worker() async throws {
      let crm = try await room.startMockCRM()
      let environment: [String: String?] = ["FIELDOS_CRM_ENDPOINT": crm.endpoint]
      let store = room.store
      try await ingestLoad()
      let first = try room.start("up", "--final-worker", "--auto-note", "--demo-data", with: environment)
      let isBusy = try await eventually(within: 60) { store.countSoFar("jobs", where: "state = 'running'") > 0 }
      try #require(isBusy, "\(first.err)")
      first.signal(SIGTERM)
      _ = try await first.finish(within: 60)
      let waiting = try store.count("jobs", where: "state <> 'completed'")
      #expect(waiting > 0, "nothing was left to do: the load was too light")

      let second = try room.start("up", "--auto-note", with: environment)
      let note = try await speakAndSend()
      let isDelivered = try await eventually(within: 60) {
        store.countSoFar("outbox", where: "note_id = '\(note)' AND state = 'synced'") == 1
      }
      #expect(isDelivered, "\(second.err)")
      #expect(try store.count("jobs", where: "state <> 'completed'") == waiting + 1)
      second.signal(SIGTERM)
      expectSuccess(try await second.finish(within: 60))

      let third = try await room.run(
        "up", "--once", "--final-worker", "--auto-note", with: environment, limit: 180)
      expectSuccess(third)
      try await expectNothingLost(recordings: 8, spoken: note, crm)
    }

    private func expectNothingLost(recordings: Int, spoken note: String, _ crm: MockCRM) async throws {
      let store = room.store
      for table in ["clips", "transcripts", "notes"] {
        #expect(try store.count(table) == recordings, "\(table)")
      }
      #expect(try store.count("jobs", where: "state = 'completed'") == recordings)
      #expect(try store.count("outbox", where: "state = 'synced'") == recordings)
      let records = try await crm.records()
      #expect(records.count == recordings)
      #expect(Set(try await crm.idempotencyKeys()).count == recordings)
      let streamed = records.filter { ($0["transcription_final"] as? String)?.isEmpty == true }
      #expect(streamed.count == 1)
      #expect((streamed.first?["transcription_stream_partial"] as? String)?.isEmpty == false, "\(streamed)")
      let impacted = try await room.run("report", "--impacted", "--since", "1h")
      #expect(impacted.out.contains(note.prefix(8)), "\(impacted)")
    }

    @Test("copilot off and its index cleared: nothing answers; built again: the same index") func copilot() async throws
    {
      expectSuccess(try await room.run("up", "--once", "--demo-data"))
      let index = room.data.appending(path: "reference_index.jsonl")
      let question = "What does mulch cost?"
      expectSuccess(try await room.run("index", "build"))
      let (built, count) = (try Data(contentsOf: index), try room.store.count("reference_chunks"))
      let before = try await room.run("ask", question)
      expectSuccess(before)

      let off: [String: String?] = ["FIELDOS_CHAT_ENABLED": "false"]
      expectMisuse(try await room.run("ask", question, with: off), saying: "FIELDOS_CHAT_ENABLED")
      expectSuccess(try await room.run("index", "scrub", with: off))
      #expect(!FileManager.default.fileExists(atPath: index.path))
      #expect(try room.store.count("reference_chunks") == 0)
      let scrubbed = try await room.run("ask", question)
      #expect((scrubbed.out + scrubbed.err).contains("fieldos index build"), "\(scrubbed)")

      expectSuccess(try await room.run("index", "build"))
      #expect(try Data(contentsOf: index) == built && room.store.count("reference_chunks") == count)
      #expect(try await room.run("ask", question).out == before.out)
    }

    @Test("a newer release's data is refused in a plain line and left as it is; the backup made before works")
    func downgrade() async throws {
      try await room.deliver()
      let copy = room.folder.appending(path: "before-the-update").path
      expectSuccess(try await room.run("backup", copy))
      // What an update by one version does: a table more, and a row in it.
      try room.store.change(
        """
        CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY, words TEXT NOT NULL);
        INSERT INTO of_tomorrow (words) VALUES ('new');
        INSERT INTO grdb_migrations VALUES ('209901010000_of_tomorrow');
        """)
      let newer = try contents()
      for arguments in [["up", "--once"], ["crm", "status"], ["ingest", Repository.clip("note003").path]] {
        let launch = try room.launch(arguments)
        let refused = try await room.start(launch).finish()
        expectRefusal(refused, naming: "written by a newer FieldOS (209901010000_of_tomorrow). Update FieldOS.")
      }
      #expect(try contents() == newer)
      #expect(room.cachedAudio.count == 1)
      expectSuccess(try await room.run("restore", copy))
      expectSuccess(try await room.run("up", "--once"))
      #expect(try room.store.count("notes") == 1 && room.store.count("outbox", where: "state = 'synced'") == 1)
      #expect(room.cachedAudio.count == 1)
    }

    /// Every row of every plain table.
    private func contents() throws -> [String: [String]] {
      let tables = try room.store.rows(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'")
      return try Dictionary(
        uniqueKeysWithValues: tables.map { ($0, try room.store.rows("SELECT * FROM \($0) ORDER BY 1")) })
    }
  }
}
