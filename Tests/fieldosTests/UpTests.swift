import Foundation
import Testing

extension CommandLineTests {
  @Suite("up")
  struct UpTests {
    let room: Room

    init() throws { room = try Room() }

    private func once(_ more: String..., with environment: [String: String?] = [:]) async throws -> Outcome {
      let launch = try room.launch(["up", "--once", "--final-worker", "--auto-note"] + more, with: environment)
      return try await room.start(launch).finish(within: 60)
    }

    @Test("an empty queue ends --once at once")
    func nothingToDo() async throws { expectSuccess(try await once()) }

    @Test("without --final-worker it says how to turn the transcripts on, and transcribes nothing")
    func workerOff() async throws {
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      let outcome = try await room.run("up", "--once")
      expectSuccess(outcome)
      let notices = outcome.errorLines.filter { $0.contains("--final-worker") }
      #expect(notices.count == 1, "\(outcome)")
      #expect(try room.store.count("transcripts") == 0)
    }

    @Test("without --auto-note a transcript stays a transcript")
    func noNote() async throws {
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      expectSuccess(try await room.run("up", "--once", "--final-worker"))
      #expect(try room.store.count("transcripts") == 1)
      #expect(try room.store.count("notes") == 0)
    }

    @Test("a clip that cannot be read fails --once, and the others are delivered")
    func badClip() async throws {
      let crm = try await room.startMockCRM()
      let bad = try room.write(Data("no audio at all".utf8), to: "bad.wav")
      _ = try await room.run("ingest", bad.path, Repository.clip("note006").path)
      let outcome = try await once(with: ["FIELDOS_CRM_ENDPOINT": crm.endpoint])
      #expect(!outcome.signalled && outcome.status == 1, "\(outcome)")
      #expect(outcome.errorLines.filter { $0.contains("bad.wav") }.count == 1, "\(outcome)")
      #expect(try room.store.count("outbox", where: "state = 'synced'") == 1)
    }

    @Test("a damaged model ends --once with one line that names it")
    func badModel() async throws {
      let model = room.folder.appending(path: "damaged-model")
      try FileManager.default.copyItem(at: Repository.demoModel, to: model)
      try Data("short".utf8).write(to: model.appending(path: "model.bin"))
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      let outcome = try await once("--model", model.path)
      #expect(!outcome.signalled && outcome.status == 1, "\(outcome)")
      #expect(outcome.errorLines.filter { $0.contains("damaged-model") }.count == 1, "\(outcome)")
    }

    @Test("what does not end within 10 s of SIGTERM is cut off, in one line")
    func cut() async throws {
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      let held = open(room.data.appending(path: "fieldos.opening").path, O_RDWR | O_CLOEXEC)
      defer { close(held) }
      try #require(flock(held, LOCK_EX) == 0)
      let up = try room.start("up", "--no-cockpit")
      // It waits for the lock once it has the file open, and nothing but its end helps it out of there.
      try #require(try await eventually(within: 60) { ProcessTable.hasOpen("fieldos.opening", up.pid) }, "\(up.err)")
      up.signal(SIGTERM)
      let outcome = try await up.finish(within: 60)
      #expect(!outcome.signalled && outcome.status == 128 + SIGTERM, "\(outcome)")
      #expect(outcome.errorLines.filter { $0.contains("cut off") }.count == 1, "\(outcome)")
    }

    @Test("two of them on one data folder deliver every note once")
    func two() async throws {
      let crm = try await room.startMockCRM()
      let clips = (0..<6).map { Repository.clip("note00\($0)").path }
      expectSuccess(try await room.start(room.launch(["ingest"] + clips)).finish())
      let road = ["up", "--once", "--final-worker", "--auto-note"]
      let launch = try room.launch(road, with: ["FIELDOS_CRM_ENDPOINT": crm.endpoint])
      let both = try (0..<2).map { _ in try room.start(launch) }
      for up in both { expectSuccess(try await up.finish()) }
      #expect(try room.store.count("outbox", where: "state = 'synced' AND attempts = 1") == 6)
      #expect(try await crm.records().count == 6)
      let log = try String(contentsOf: room.data.appending(path: "ops_log.jsonl"), encoding: .utf8)
      #expect(log.split(separator: "\n").filter { $0.contains(#""status":"synced""#) }.count == 6, "\(log)")
    }
  }
}
