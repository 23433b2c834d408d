import Foundation
import Testing

extension CommandLineTests {
  @Suite("the worker")
  struct WorkerTests {
    let room: Room
    let clip = Repository.clip("note006").path

    init() throws { room = try Room() }

    @Test("a clip gives a start line, an [OK] line and its transcript")
    func oneClip() async throws {
      let outcome = try await room.run("worker", "--clip", clip)
      expectSuccess(outcome)
      let start = outcome.lines.filter { $0.contains(#/^worker started pid=\d+ model=\S+ /#) }
      #expect(start.count == 1, "\(outcome)")
      let place = try #require(outcome.lines.firstIndex { $0.hasPrefix("[OK] ") }, "\(outcome)")
      let shape = /^\[OK\] note006\.wav confidence=\d{1,3}\.\d % latency=\d+ ms$/
      #expect(outcome.lines[place].contains(shape), "\(outcome)")
      #expect(outcome.lines.dropFirst(place + 1).first == "     " + sentence, "\(outcome)")
      #expect(try room.store.count("transcripts") == 1)
      #expect(try room.store.count("jobs", where: "state = 'completed' AND attempts = 1") == 1)
    }

    @Test("without --clip it does what was ingested, and ends")
    func queue() async throws {
      expectSuccess(try await room.run("ingest", clip, Repository.clip("note005").path))
      let outcome = try await room.run("worker")
      expectSuccess(outcome)
      #expect(outcome.lines.filter { $0.hasPrefix("[OK] ") }.count == 2, "\(outcome)")
      #expect(try room.store.count("transcripts") == 2)
    }

    @Test("--mock gives its fixed transcript, and reads the variable as well", arguments: [true, false])
    func mock(byOption: Bool) async throws {
      let variable = ["FIELDOS_FINAL_WORKER_MOCK": byOption ? "false" : "true"]
      let launch = try room.launch(["worker", "--clip", clip] + (byOption ? ["--mock"] : []), with: variable)
      let outcome = try await room.start(launch).finish()
      expectSuccess(outcome)
      #expect(outcome.lines.contains("     QA transcript: mock worker output."), "\(outcome)")
      #expect(outcome.out.contains("confidence=99.0 %"), "\(outcome)")
    }

    @Test("a clip that cannot be read is an [ERROR] line, and the others are done")
    func badClip() async throws {
      let bad = try room.write(Data("no audio".utf8), to: "bad.wav")
      let outcome = try await room.run("worker", "--clip", bad.path, "--clip", clip)
      #expect(!outcome.signalled && outcome.status == 1, "\(outcome)")
      let errors = outcome.errorLines.filter { $0.hasPrefix("[ERROR] ") }
      #expect(errors.count == 1 && errors[0].hasPrefix("[ERROR] bad.wav: "), "\(outcome)")
      #expect(outcome.complaints.isEmpty, "\(outcome)")
      #expect(outcome.out.contains("[OK] note006.wav"), "\(outcome)")
    }

    @Test("SIGTERM ends an idle --stay-alive worker in order", arguments: [SIGTERM, SIGINT])
    func stop(signal: Int32) async throws {
      let worker = try room.start("worker", "--stay-alive")
      try await worker.says("worker started pid=\(worker.pid)")
      try await worker.says("heartbeat queue=0")
      worker.signal(signal)
      expectSuccess(try await worker.finish(within: 60))
    }

    @Test("a --stay-alive worker takes what is ingested beside it")
    func stayAlive() async throws {
      let worker = try room.start("worker", "--stay-alive")
      try await worker.says("worker started")
      expectSuccess(try await room.run("ingest", clip))
      try await worker.says(sentence)
      worker.signal(SIGTERM)
      expectSuccess(try await worker.finish(within: 60))
    }

    @Test("SIGTERM in mid-clip leaves the clip to the next worker")
    func stopInMidClip() async throws {
      let long = try room.write(try Wave(clip: "note006").repeated(toSeconds: 120).file(), to: "long.wav")
      expectSuccess(try await room.run("ingest", long.path))
      let worker = try room.start("worker")
      let store = room.store
      try #require(try await eventually { store.countSoFar("jobs", where: "state = 'running'") == 1 })
      worker.signal(SIGTERM)
      let outcome = try await worker.finish(within: 60)
      #expect(!outcome.signalled, "\(outcome)")
      #expect(try store.rows("SELECT state, attempts FROM jobs") == ["available|0"], "\(outcome)")
      expectSuccess(try await room.run("worker"))
      #expect(try store.count("transcripts") == 1)
      #expect(try store.count("jobs", where: "state = 'completed'") == 1)
    }

    @Test("QA mode has no worker: exit 2 with the variable's name")
    func qaMode() async throws {
      let outcome = try await room.run("worker", "--clip", clip, with: ["FIELDOS_QA_MODE": "true"])
      expectMisuse(outcome, saying: "FIELDOS_QA_MODE")
    }
  }
}
