import Foundation
import Testing

extension CommandLineTests {
  @Suite("a killed `fieldos up`")
  struct SupervisorCrashTests {
    /// When it is killed.
    enum Moment: Sendable, CaseIterable {
      case acknowledged, transcribing, transcribed, delivered
    }

    static let road = ["up", "--final-worker", "--auto-note"]
    let room: Room

    init() throws { room = try Room() }

    @Test("its worker ends with it, and the next one loses and repeats nothing", arguments: Moment.allCases)
    func killed(at moment: Moment) async throws {
      let crm = try await room.startMockCRM()
      let environment = ["FIELDOS_CRM_ENDPOINT": crm.endpoint]
      let clips = (0..<4).map { Repository.clip("note00\($0)").path }
      try await killDuringIngest(of: clips, at: moment, environment)

      let again = try await room.start(room.launch(Self.road + ["--once"], with: environment)).finish(within: 90)
      expectSuccess(again)
      let store = room.store
      for table in ["clips", "jobs", "transcripts", "notes", "outbox"] {
        #expect(try store.count(table) == clips.count, "\(table): \(again)")
      }
      #expect(try store.count("outbox", where: "state = 'synced'") == clips.count, "\(again)")
      #expect(try store.count("jobs", where: "state = 'completed'") == clips.count, "\(again)")
      #expect(try await Set(crm.idempotencyKeys()).count == clips.count)
    }

    private func killDuringIngest(of clips: [String], at moment: Moment, _ environment: [String: String]) async throws {
      var launch = try room.launch(Self.road, with: environment)
      launch.openInput = true
      let up = try room.start(launch)
      try #require(try await eventually { !ProcessTable.children(of: up.pid).isEmpty }, "no worker: \(up.err)")
      let children = ProcessTable.children(of: up.pid)
      expectSuccess(try await room.start(room.launch(["ingest"] + clips)).finish())
      try #require(try await reached(moment), "never \(moment): \(up.out) \(up.err)")
      up.signal(SIGKILL)
      let orphansEnded = try await eventually(within: 60) { !children.contains(where: ProcessTable.isAlive) }
      #expect(orphansEnded, "\(children) outlived \(up.pid)")
    }

    private func reached(_ moment: Moment) async throws -> Bool {
      let store = room.store
      return try await eventually {
        switch moment {
        case .acknowledged: true
        case .transcribing: store.countSoFar("jobs", where: "state = 'running'") > 0
        case .transcribed: store.countSoFar("transcripts") > 0
        case .delivered: store.countSoFar("outbox", where: "state = 'synced'") > 0
        }
      }
    }

    @Test("SIGTERM ends it and its worker in order")
    func stopped() async throws {
      let up = try room.start("up", "--final-worker", "--auto-note")
      try #require(try await eventually { !ProcessTable.children(of: up.pid).isEmpty }, "no worker: \(up.err)")
      let children = ProcessTable.children(of: up.pid)
      up.signal(SIGTERM)
      expectSuccess(try await up.finish(within: 60))
      #expect(!children.contains(where: ProcessTable.isAlive))
    }

    @Test("SIGTERM, or Ctrl-C to its whole group, hands the clip back in mid-clip", arguments: [SIGTERM, SIGINT])
    func stoppedInMidClip(signal: Int32) async throws {
      let long = try room.write(try Wave(clip: "note006").repeated(toSeconds: 120).file(), to: "long.wav")
      expectSuccess(try await room.run("ingest", long.path))
      let up = try room.start("up", "--final-worker", "--auto-note")
      try #require(try await reached(.transcribing), "\(up.out) \(up.err)")
      if signal == SIGINT { kill(-up.pid, signal) } else { up.signal(signal) }
      #expect(try await !up.finish(within: 60).signalled)
      #expect(try room.store.rows("SELECT state, attempts FROM jobs") == ["available|0"])
    }

    @Test("a worker that is killed under it is started again")
    func workerKilled() async throws {
      let up = try room.start("up", "--final-worker", "--auto-note")
      try #require(try await eventually { !ProcessTable.children(of: up.pid).isEmpty }, "no worker: \(up.err)")
      for worker in ProcessTable.children(of: up.pid) { kill(worker, SIGKILL) }
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      let store = room.store
      #expect(try await eventually { store.countSoFar("transcripts") == 1 }, "\(up.out) \(up.err)")
      up.signal(SIGTERM)
      #expect(try await !up.finish(within: 60).signalled)
    }
  }
}
