import Foundation
import Testing

extension CommandLineTests {
  @Suite("ingest of what was seen before")
  struct IngestRepeatTests {
    let room: Room
    let clip = Repository.clip("note006")

    init() throws { room = try Room() }

    private func transcribed() async throws {
      expectSuccess(try await room.run("worker", "--mock", "--clip", clip.path))
    }

    @Test("what it matched is said: name, time, transcript and note")
    func says() async throws {
      try await transcribed()
      let outcome = try await room.run("ingest", clip.path)
      expectSuccess(outcome)
      let words = /\(note006\.wav, taken in 20\d\d-\d\d-\d\d \d\d:\d\d; transcribed; no note\)/
      #expect(outcome.out.hasPrefix("already here: ") && outcome.out.contains(words), "\(outcome)")
    }

    @Test("--force transcribes again and keeps both transcripts")
    func force() async throws {
      try await transcribed()
      let outcome = try await room.run("ingest", "--force", clip.path)
      expectSuccess(outcome)
      #expect(outcome.out.hasPrefix("saved ") && outcome.out.contains("again"), "\(outcome)")
      let pending = try await room.run("ingest", "--force", clip.path)
      expectSuccess(pending)
      #expect(pending.out.contains("still waits"), "\(pending)")
      expectSuccess(try await room.run("worker", "--mock"))
      #expect(try room.store.rows("SELECT number FROM transcripts ORDER BY number") == ["1", "2"])
      #expect(try room.store.count("clips") == 1)
      #expect(room.cachedAudio.count == 1)
    }

    @Test("delivered audio older than FIELDOS_AUDIO_TTL_HOURS is purged by `up`, and is known all the same")
    func purged() async throws {
      let crm = try await room.startMockCRM()
      expectSuccess(try await room.run("ingest", clip.path))
      let settings = ["FIELDOS_CRM_ENDPOINT": crm.endpoint, "FIELDOS_FINAL_WORKER_MOCK": "true"]
      let road = try room.launch(["up", "--once", "--final-worker", "--auto-note"], with: settings)
      expectSuccess(try await room.start(road).finish())
      #expect(room.cachedAudio.count == 1)
      let short = settings.merging(["FIELDOS_AUDIO_TTL_HOURS": "0.0000001"]) { $1 }
      let outcome = try await room.start(room.launch(["up", "--once"], with: short)).finish()
      expectSuccess(outcome)
      #expect(outcome.out.contains("purged"), "\(outcome)")
      #expect(room.cachedAudio.isEmpty)
      let again = try await room.run("ingest", clip.path)
      expectSuccess(again)
      #expect(again.out.contains("audio purged"), "\(again)")
      #expect(room.cachedAudio.isEmpty)
      let bad = try room.launch(["up", "--once"], with: ["FIELDOS_AUDIO_TTL_HOURS": "soon"])
      expectMisuse(try await room.start(bad).finish(), saying: "FIELDOS_AUDIO_TTL_HOURS")
    }

    @Test("a recording that is gone is said by `worker` and doctor, and its job ends without an attempt")
    func missing() async throws {
      expectSuccess(try await room.run("ingest", clip.path))
      let name = try #require(room.cachedAudio.first)
      try FileManager.default.removeItem(at: room.data.appending(path: "audio_cache/\(name)"))
      let outcome = try await room.run("worker", "--mock")
      #expect(outcome.status == 1 && outcome.errorLines.count { $0.contains(name) } == 1, "\(outcome)")
      #expect(try room.store.rows("SELECT state, attempts FROM jobs") == ["dead|0"])
      let doctor = try await room.run("doctor")
      #expect(doctor.out.contains(/! recordings missing +1/), "\(doctor)")
    }

    @Test("hostile names give one line each and no control characters", arguments: ["two\nlines.wav", "\u{1B}[2J.wav"])
    func names(name: String) async throws {
      let file = try room.write(try Data(contentsOf: clip), to: name)
      for _ in 0..<2 {
        let outcome = try await room.run("ingest", file.path)
        expectSuccess(outcome)
        #expect(outcome.lines.count == 1 && !outcome.out.contains("\u{1B}"), "\(outcome)")
      }
      let road = try room.launch(
        ["up", "--once", "--final-worker"], with: ["FIELDOS_FINAL_WORKER_MOCK": "true"])
      let up = try await room.start(road).finish()
      #expect(!up.out.contains("\u{1B}") && !up.out.contains("\nlines.wav"), "\(up)")
    }

    @Test("a name that starts with a dash is a file after --, and wrong usage before")
    func dash() async throws {
      try room.write(try Data(contentsOf: clip), to: "-rf.wav")
      expectSuccess(try await room.run("ingest", "--", "-rf.wav"))
      #expect(try await room.run("ingest", "-rf.wav").status == 2)
    }

    @Test("an audio folder that can't be written is named in one line, and nothing is stored")
    func readOnlyFolder() async throws {
      _ = try room.makeOpenFolder("data")
      expectSuccess(try await room.runUnprivileged("ingest", clip.path))
      let folder = room.data.appending(path: "audio_cache")
      let attributes: [FileAttributeKey: Any] =
        isRoot ? [.ownerAccountID: 0, .posixPermissions: 0o755] : [.posixPermissions: 0o555]
      try FileManager.default.setAttributes(attributes, ofItemAtPath: folder.path)
      let other = Repository.clip("note005")
      expectRefusal(try await room.runUnprivileged("ingest", other.path), naming: "audio_cache")
      #expect(try room.store.count("clips") == 1)
    }
  }
}
