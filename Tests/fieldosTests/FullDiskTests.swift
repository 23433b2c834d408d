import Foundation
import Testing

extension CommandLineTests {
  @Suite("a full disk")
  struct FullDiskTests {
    let room: Room

    init() throws { room = try Room() }

    /// A clip of about 96 KiB whose bytes no other seed has.
    private func clip(_ seed: Int) throws -> URL {
      var wave = try Wave(clip: "note006")
      wave.samples[0] = Float(seed) / 100
      return try room.write(wave.file(), to: "clip\(seed).wav")
    }

    /// The mounted data folder, or nil where the caller has said that nothing can be mounted.
    private func disk() throws -> SmallDisk? {
      guard room.mayMount("the full disk") else { return nil }
      return try SmallDisk(on: room.makeFolder("data"), kibibytes: 4_096)
    }

    @Test("a clip that does not fit is refused in one line, leaves nothing half-written, and fits after making room")
    func clipDoesNotFit() async throws {
      guard let disk = try disk() else { return }
      defer { disk.unmount() }
      expectSuccess(try await room.run("ingest", try clip(0).path))
      for (seed, free) in [(1, 0), (2, 8), (3, 64)] {
        try disk.fill(leaving: free)
        expectFull(try await room.run("ingest", try clip(seed).path))
        try disk.empty()
        expectSuccess(try await room.run("ingest", try clip(seed).path))
      }
      #expect(try room.store.count("clips") == 4)
      #expect(room.cachedAudio.count == 4, "\(room.cachedAudio)")
    }

    @Test("a clip that fits where its row does not is refused or saved whole", arguments: [100, 104, 112, 128, 160])
    func rowDoesNotFit(free: Int) async throws {
      guard let disk = try disk() else { return }
      defer { disk.unmount() }
      expectSuccess(try await room.run("ingest", try clip(0).path))
      try disk.fill(leaving: free)
      let outcome = try await room.run("ingest", try clip(1).path)
      outcome.status == 0 ? expectSuccess(outcome) : expectFull(outcome)
      try disk.empty()
      #expect(try room.store.count("clips") == (outcome.status == 0 ? 2 : 1))
      expectSuccess(try await room.run("ingest", try clip(1).path))
      #expect(try room.store.count("clips") == 2)
      #expect(try room.store.rows("PRAGMA integrity_check") == ["ok"])
    }

    @Test("a disk too small for the database is refused in one line")
    func noDatabase() async throws {
      guard let disk = try disk() else { return }
      defer { disk.unmount() }
      try disk.fill(leaving: 16)
      expectFull(try await room.run("ingest", try clip(0).path))
      try disk.empty()
      expectSuccess(try await room.run("ingest", try clip(0).path))
    }

    @Test("a disk that is full under `up` is said, and the road goes on once there is room")
    func roadGoesOn() async throws {
      guard let disk = try disk() else { return }
      defer { disk.unmount() }
      expectSuccess(try await room.run("ingest", try clip(0).path))
      try disk.fill(leaving: 64)
      let up = try room.start("up", "--final-worker", "--auto-note")
      #expect(try await eventually(within: 60) { up.err.contains("full") }, "\(up.out) \(up.err)")
      try disk.empty()
      let store = room.store
      #expect(try await eventually(within: 60) { store.countSoFar("transcripts") == 1 }, "\(up.out) \(up.err)")
    }

    @Test("to transcribe once more is refused or done where there is little room", arguments: [0, 64, 100, 128, 160])
    func againDoesNotFit(free: Int) async throws {
      guard let disk = try disk() else { return }
      defer { disk.unmount() }
      let clip = try clip(0).path
      expectSuccess(try await room.run("ingest", clip))
      expectSuccess(try await room.run("worker", "--mock"))
      try disk.fill(leaving: free)
      let outcome = try await room.run("ingest", "--force", clip)
      outcome.status == 0 ? expectSuccess(outcome) : expectFull(outcome)
      try disk.empty()
      #expect(try room.store.count("jobs") == (outcome.status == 0 ? 2 : 1))
      expectSuccess(try await room.run("ingest", "--force", clip))
      #expect(try room.store.count("jobs") == 2)
      #expect(try room.store.count("clips") == 1)
      #expect(room.cachedAudio.count == 1, "\(room.cachedAudio)")
      #expect(try room.store.rows("PRAGMA integrity_check") == ["ok"])
    }

    @Test("a disk that is full when `up` starts is waited for", arguments: [false, true])
    func upWaits(isStopped: Bool) async throws {
      guard let disk = try disk() else { return }
      defer { disk.unmount() }
      try disk.fill(leaving: 16)
      let up = try room.start("up")
      #expect(try await eventually(within: 60) { up.err.contains("full") }, "\(up.out) \(up.err)")
      if !isStopped {
        try disk.empty()
        try await up.says("open http://")
      }
      up.signal(SIGTERM)
      let outcome = try await up.finish(within: 60)
      #expect(!outcome.signalled && outcome.status == 0, "\(outcome)")
    }

    private func expectFull(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
      expectRefusal(outcome, naming: "full", sourceLocation: sourceLocation)
      let halves = room.cachedAudio.filter { $0.hasSuffix(".tmp") }
      #expect(halves.isEmpty, "\(outcome)", sourceLocation: sourceLocation)
    }
  }
}
