import Foundation
import Testing

extension CommandLineTests {
  @Suite("the doctor")
  struct DoctorTests {
    let room: Room

    init() throws { room = try Room() }

    struct Finding: Decodable {
      let check: String
      let level: String
      let detail: String
      let remedy: String?
    }

    /// What the doctor says of one check; its exit code says how bad it is.
    private func finding(_ check: String, _ launch: Launch) async throws -> (Finding, Int32) {
      let outcome = try await room.start(launch).finish()
      expectNoOtherErrors(outcome)
      let all = try JSONDecoder().decode([Finding].self, from: Data(outcome.out.utf8))
      let one = all.first { $0.check == check }
      guard let one else { throw Failure("no check '\(check)': \(outcome)") }
      return (one, outcome.status)
    }

    private func finding(_ check: String, with environment: [String: String?]) async throws -> (Finding, Int32) {
      try await finding(check, room.launch(["doctor", "--json"], with: environment))
    }

    /// Breaks nothing but the check's own thing, so that only a failure of it fails the whole.
    func expect(
      _ check: String, _ level: String, remedy: String, with environment: [String: String?] = [:],
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let launch = try room.launch(["doctor", "--json"], with: environment)
      try await expect(check, level, remedy: remedy, launch, sourceLocation: sourceLocation)
    }

    func expect(
      _ check: String, _ level: String, remedy: String, _ launch: Launch,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let (found, status) = try await finding(check, launch)
      #expect(found.level == level, "\(found)", sourceLocation: sourceLocation)
      #expect(found.remedy?.contains(remedy) == true, "\(found)", sourceLocation: sourceLocation)
      #expect(status == (level == "failure" ? 1 : 0), "\(found)", sourceLocation: sourceLocation)
    }

    @Test("a good setup is healthy, and CPU, model, ffmpeg and data folder are named")
    func healthy() async throws {
      let outcome = try await room.run("doctor")
      expectSuccess(outcome)
      for word in ["cpu", "model", "ffmpeg", "data"] {
        #expect(outcome.out.lowercased().contains(word), "no \(word): \(outcome)")
      }
    }

    @Test("--strict tells warnings by exit code 3") func strict() async throws {
      let outcome = try await room.run("doctor", "--strict")
      #expect(outcome.status == 3, "\(outcome)")
    }

    @Test("--json is one JSON document")
    func json() async throws {
      let outcome = try await room.run("doctor", "--json")
      expectSuccess(outcome)
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) }
      for word in ["cpu", "model", "ffmpeg", "data"] {
        #expect(outcome.out.lowercased().contains(word), "no \(word): \(outcome)")
      }
    }

    @Test("a file in the place of the data folder exits 1 and names it", arguments: [[], ["--json"]])
    func badDataFolder(options: [String]) async throws {
      let file = try room.write(Data("a file".utf8), to: "taken")
      let launch = try room.launch(["doctor"] + options, with: ["FIELDOS_DATA_DIR": file.path])
      expectUnhealthy(try await room.start(launch).finish(), naming: file.path)
    }

    @Test("a database that is none exits 1 and its folder is named")
    func badDatabase() async throws {
      try room.makeFolder("data")
      try Data(String(repeating: "no database ", count: 500).utf8).write(to: room.store.file)
      expectUnhealthy(try await room.run("doctor"), naming: room.data.path)
    }

    @Test("a model that is not there fails and says how to get it") func missingModel() async throws {
      try await expect(
        "model", "failure", remedy: "fieldos models pull small", with: ["FIELDOS_WHISPER_MODEL": "small"])
    }

    @Test("weights that are cut off fail and say how to get them again") func corruptModel() async throws {
      let folder = room.work.appending(path: "broken")
      try FileManager.default.copyItem(at: Repository.demoModel, to: folder)
      let file = try FileHandle(forUpdating: folder.appending(path: "model.bin"))
      try file.truncate(atOffset: 100_000)
      try await expect("model", "failure", remedy: "fieldos models", with: ["FIELDOS_WHISPER_MODEL": folder.path])
    }

    @Test("a device that needs a remote engine warns and names the variable", arguments: ["cuda", "metal"])
    func device(name: String) async throws {
      try await expect(
        "device", "warning", remedy: "FIELDOS_WHISPER_DEVICE=cpu", with: ["FIELDOS_WHISPER_DEVICE": name])
    }

    @Test("without ffmpeg it warns and says to install it") func ffmpeg() async throws {
      let empty = try room.makeFolder("empty")
      try await expect("ffmpeg", "warning", remedy: "install ffmpeg", with: ["PATH": empty.path])
    }

    @Test("a CRM that is not there warns and names the variable") func crm() async throws {
      let closed = "http://127.0.0.1:1/crm/push"
      try await expect("CRM", "warning", remedy: "FIELDOS_CRM_ENDPOINT", with: ["FIELDOS_CRM_ENDPOINT": closed])
    }

    @Test("a port that another program has fails and names another") func port() async throws {
      let crm = try await room.startMockCRM()
      try await expect("port", "failure", remedy: "FIELDOS_PORT=\(crm.port + 1)", with: ["FIELDOS_PORT": "\(crm.port)"])
    }

    @Test("files without a row, rows without a file, and a clock put back warn") func folder() async throws {
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      let stray = room.data.appending(path: "audio_cache/stray.wav")
      try Data("junk".utf8).write(to: stray)
      try FileManager.default.setAttributes([.modificationDate: Date() - 7_200], ofItemAtPath: stray.path)
      try await expect("audio folder", "warning", remedy: "fieldos up")
      for name in room.cachedAudio {
        try FileManager.default.removeItem(at: room.data.appending(path: "audio_cache/\(name)"))
      }
      try await expect("audio folder", "warning", remedy: "fieldos ingest")
      try room.store.change("UPDATE events SET at = at + 86400000")
      try await expect("clock", "warning", remedy: "set the clock")
    }

    @Test("a data folder that others can look into warns") func permissions() async throws {
      expectSuccess(try await room.run("ingest", Repository.clip("note006").path))
      chmod(room.data.path, 0o755)
      try await expect("permissions", "warning", remedy: "chmod 700")
    }

    @Test("up tells the same troubles at its start and goes on") func preflight() async throws {
      let up = try room.start(
        "up", with: ["FIELDOS_WHISPER_DEVICE": "cuda", "FIELDOS_CRM_ENDPOINT": "http://127.0.0.1:1/"])
      let isTold = try await eventually(within: 60) { up.err.contains("check: ! device") || !up.isRunning }
      #expect(isTold && up.isRunning, "\(up.err)")
      #expect(up.err.contains("set FIELDOS_WHISPER_DEVICE=cpu"), "\(up.err)")
      up.signal(SIGTERM)
      _ = try await up.finish(within: 60)
    }

    @Test("what switches live words off is named, and the model that they would have is the one that is looked at")
    func liveWords() async throws {
      for setting in ["STREAMING_ENABLED", "FIELDOS_ENABLE_NATIVE_AUDIO"] {
        let (found, _) = try await finding("live words", with: [setting: "false"])
        #expect(found.level == "ok" && found.detail == "off: \(setting)=false", "\(found)")
      }
      let (found, status) = try await finding("live words", with: ["FIELDOS_STREAMING_MODEL": "small"])
      #expect(found.level == "failure" && found.detail.contains("small") && status == 1, "\(found)")
    }

    @Test("up loads no libvosk into its own process, and starts no engine of live words before somebody records")
    func nothingOfOthers() async throws {
      let standin = try VoskStandin()
      let environment = standin.environment().merging(["FIELDOS_WHISPER_DEVICE": "cuda"]) { $1 }
      let up = try room.start("up", with: environment)
      // All has been looked at, and the cockpit is open.
      let link = room.data.appending(path: "cockpit.link")
      let isTold = try await eventually(within: 60) {
        up.err.contains("check: ! device") && FileManager.default.fileExists(atPath: link.path) || !up.isRunning
      }
      #expect(isTold && up.isRunning, "\(up.err)")
      up.signal(SIGTERM)
      let outcome = try await up.finish(within: 60)
      #expect(standin.calls.isEmpty && !outcome.err.contains("live words"), "\(standin.calls) \(outcome)")
      #expect(!outcome.out.contains("live words"), "\(outcome)")
    }

    private func expectUnhealthy(
      _ outcome: Outcome, naming path: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(!outcome.signalled && outcome.status == 1, "\(outcome)", sourceLocation: sourceLocation)
      let named = outcome.out.replacing("\\/", with: "/").contains(path) || outcome.err.contains(path)
      #expect(named, "\(outcome)", sourceLocation: sourceLocation)
      expectNoOtherErrors(outcome, sourceLocation: sourceLocation)
    }
  }
}
