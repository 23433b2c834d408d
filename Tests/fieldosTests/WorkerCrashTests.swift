import Foundation
import Testing

extension CommandLineTests {
  @Suite("a killed worker")
  struct WorkerCrashTests {
    let room: Room

    init() throws { room = try Room() }

    @Test("a clip whose worker was killed is done once, by the next worker, after the lease")
    func killedInMidClip() async throws {
      let long = try room.write(try Wave(clip: "note006").repeated(toSeconds: 120).file(), to: "long.wav")
      expectSuccess(try await room.run("ingest", long.path))
      let expiry = try await killInMidClip()

      let next = try await room.run("worker", limit: 90)
      expectSuccess(next)
      #expect(next.out.contains("[OK] "), "\(next)")
      let store = room.store
      #expect(try store.rows("SELECT state, attempts FROM jobs") == ["completed|2"])
      #expect(try store.count("transcripts") == 1)
      let completed = try #require(Int(try store.rows("SELECT completed_at FROM jobs").first ?? ""))
      #expect(completed > expiry, "claimed before the lease of the killed one was over")
    }

    /// Kills a worker while its job runs. Returns when its lease ends, in ms.
    private func killInMidClip() async throws -> Int {
      let store = room.store
      let first = try room.start("worker")
      try #require(try await eventually { store.countSoFar("jobs", where: "state = 'running'") == 1 })
      first.signal(SIGKILL)
      let outcome = try await first.finish(within: 60)
      try #require(outcome.signalled, "it had ended before it was killed: \(outcome)")
      let row = try store.rows("SELECT state, attempts, lease_expires_at FROM jobs")
      try #require(row.count == 1 && row[0].hasPrefix("running|1|"), "\(row)")
      #expect(try store.count("transcripts") == 0)
      return try #require(row[0].split(separator: "|").last.flatMap { Int($0) })
    }

    @Test("two workers on one queue do every clip once")
    func twoWorkers() async throws {
      let clips = (0..<6).map { Repository.clip("note00\($0)").path }
      let ingest = try room.launch(["ingest"] + clips)
      expectSuccess(try await room.start(ingest).finish())
      let launch = try room.launch(["worker"])
      let workers = try (0..<2).map { _ in try room.start(launch) }
      for worker in workers { expectSuccess(try await worker.finish()) }
      #expect(try room.store.count("transcripts") == 6)
      #expect(try room.store.count("jobs", where: "state = 'completed' AND attempts = 1") == 6)
    }
  }
}
