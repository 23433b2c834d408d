import Foundation
import Testing
import Transcription

extension CommandLineTests {
  /// FIELDOS_TRANSCRIBE_ENGINE, in `listen`, the stream worker and the doctor.
  @Suite("the engine of live words")
  struct LiveEngineTests {
    let room: Room
    let standin: VoskStandin
    let clip = Repository.clip("note006").path

    init() throws {
      room = try Room()
      standin = try VoskStandin()
    }

    /// A child without arguments of its own that hears nothing and ends.
    private func worker(_ environment: [String: String?]) async throws -> Outcome {
      try await room.run("stream-worker", with: environment)
    }

    @Test(
      "the prototype's names of Whisper mean our own engine", arguments: [nil, "", "faster_whisper", "Whisper_Local"])
    func native(name: String?) async throws {
      let outcome = try await worker(["FIELDOS_TRANSCRIBE_ENGINE": name])
      expectSuccess(outcome)
      #expect(outcome.out.contains(#""engine":"native""#) && !outcome.err.contains("FIELDOS_TRANSCRIBE"), "\(outcome)")
    }

    @Test(
      "a name that is unknown, and the remote engine, are refused with what to do, for good",
      arguments: ["whisper_api", "sphinx"])
    func refused(name: String) async throws {
      let environment = ["FIELDOS_TRANSCRIBE_ENGINE": name]
      let outcome = try await worker(environment)
      #expect(outcome.status == WorkerSupervisor.unusable && outcome.out.isEmpty, "\(outcome)")
      #expect(outcome.complaints.count == 1 && outcome.complaints[0].contains("FIELDOS_TRANSCRIBE_ENGINE=\(name)"))
      expectMisuse(try await room.run("listen", "--file", clip, with: environment), saying: name)
      let doctor = try await room.run("doctor", with: environment)
      #expect(doctor.status == 1 && doctor.out.contains("✗ live words") && doctor.out.contains(name), "\(doctor)")
    }

    @Test("the remote engine leaves the final transcript only, and the reason is said") func remote() async throws {
      let supervisor = StreamSupervisor(
        executable: try Binary.find(), arguments: ["stream-worker"],
        environment: ["FIELDOS_TRANSCRIBE_ENGINE": "whisper_api"])
      let (_, updates) = supervisor.open()
      await supervisor.run()
      var found: [StreamUpdate] = []
      for await update in updates { found.append(update) }
      #expect(found.count == 1)
      guard case .finalOnly = found.last else { return #expect(Bool(false), "\(found)") }
    }

    @Test("listen hears with Vosk where it is chosen, and a --model is still our own engine's") func listens()
      async throws
    {
      let bytes = VoskStandin.sound(0..<6)
      let wave = Wave(
        samples: stride(from: 0, to: bytes.count, by: 2).map { index in
          Float(Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)) / 32_768
        })
      let file = try room.write(wave.file(), to: "levels.wav").path
      let outcome = try await room.run("listen", "--file", file, "--language", "en", with: standin.environment())
      expectSuccess(outcome)
      #expect(outcome.out == "w0 w1 w2 w3\nw4 w5\n" && outcome.err.contains("--language"), "\(outcome)")
      let own = try await room.run("listen", "--file", clip, "--model", "demo-en", with: standin.environment())
      expectSuccess(own)
      #expect(own.out == sentence + "\n", "\(own)")
      let mad = try await room.run("listen", "--file", file, with: standin.environment("garbage"))
      expectRefusal(mad, naming: "libvosk")
    }

    /// Vosk can't be used: our own engine hears, and one line says why and what to do.
    private func expectNotice(
      _ parts: String..., with change: [String: String?], doctorSeesIt: Bool = true,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let environment = standin.environment().mapValues(Optional.init).merging(change) { $1 }
      let outcome = try await room.run("listen", "--file", clip, with: environment)
      expectSuccess(outcome, sourceLocation: sourceLocation)
      #expect(outcome.out == sentence + "\n", "\(outcome)", sourceLocation: sourceLocation)
      let notices = outcome.errorLines.filter { $0.contains("FIELDOS_TRANSCRIBE_ENGINE=vosk: ") }
      #expect(notices.count == 1, "\(outcome)", sourceLocation: sourceLocation)
      for part in parts { #expect(notices.first?.contains(part) == true, "\(outcome)", sourceLocation: sourceLocation) }
      let doctor = try await room.run("doctor", with: environment)
      expectSuccess(doctor, sourceLocation: sourceLocation)
      #expect(doctor.out.contains("! live words") == doctorSeesIt, "\(doctor)", sourceLocation: sourceLocation)
    }

    @Test("no libvosk, one that can't be loaded or is too old: our own engine hears, with a notice")
    func badLibrary() async throws {
      // No libvosk of this machine is to be found.
      try await expectNotice("libvosk: not found", "FIELDOS_VOSK_LIBRARY", with: ["FIELDOS_VOSK_LIBRARY": nil])
      let absent = standin.folder.appending(path: "absent.so").path
      try await expectNotice(absent, "no such file", with: ["FIELDOS_VOSK_LIBRARY": absent])
      let text = try room.write(Data("no library".utf8), to: "text.so").path
      try await expectNotice(text, "can't be loaded", with: ["FIELDOS_VOSK_LIBRARY": text])
      let old = try VoskStandin("-DWITHOUT_WORDS")
      try await expectNotice(
        old.library.path, "vosk_recognizer_set_words", with: ["FIELDOS_VOSK_LIBRARY": old.library.path])
    }

    @Test("a model that libvosk refuses: our own engine hears, with a notice") func refusedModel() async throws {
      try await expectNotice(
        standin.model.path, "can't load this model", with: ["VOSK_STANDIN": "model_null"], doctorSeesIt: false)
    }

    @Test("the doctor names Vosk's model and library") func doctor() async throws {
      let outcome = try await room.run("doctor", with: standin.environment())
      expectSuccess(outcome)
      #expect(outcome.out.contains("✓ live words"), "\(outcome)")
      #expect(outcome.out.contains(standin.model.path) && outcome.out.contains(standin.library.path), "\(outcome)")
      #expect(!standin.calls.contains("model_new"))
      let own = try await room.run("doctor")
      #expect(own.out.contains("live words") && own.out.contains("native, demo-en"), "\(own)")
    }

    // The wheel is made for these; elsewhere there is none.
    #if arch(x86_64) || arch(arm64)
      @Test("the real libvosk is found in a Python environment, and by its name in the library path")
      func real() async throws {
        var environment = standin.environment()
        environment["FIELDOS_VOSK_LIBRARY"] = nil
        environment["VIRTUAL_ENV"] = VoskStandin.python.path
        let found = try await room.run("doctor", with: environment)
        expectSuccess(found)
        #expect(found.out.contains("✓ live words") && found.out.contains("site-packages/vosk/libvosk"), "\(found)")
        environment["LD_LIBRARY_PATH"] = try realLibrary().deletingLastPathComponent().path
        environment["VIRTUAL_ENV"] = nil
        let named = try await room.run("doctor", with: environment)
        #expect(named.out.contains("✓ live words") && named.out.contains("library libvosk"), "\(named)")
      }

      @Test("the real libvosk with no model, an empty folder and a hollow model: our own engine hears, with a notice")
      func realErrors() async throws {
        let library = ["FIELDOS_VOSK_LIBRARY": Optional(try realLibrary().path)]
        func model(_ path: String) -> [String: String?] { library.merging(["VOSK_MODEL_PATH": path]) { $1 } }
        let absent = standin.folder.appending(path: "absent").path
        try await expectNotice(absent, "no Vosk model here", "VOSK_MODEL_PATH", with: model(absent))
        let empty = try room.makeFolder("empty").path
        try await expectNotice(empty, "am is missing", with: model(empty))
        // The stand-in's model has all parts, and nothing in them.
        try await expectNotice(
          standin.model.path, "can't load this model", with: model(standin.model.path), doctorSeesIt: false)
        try await expectNotice(
          "data/models/vosk-model-small-en-us-0.15", "no Vosk model here",
          with: library.merging(["VOSK_MODEL_PATH": nil]) { $1 })
      }

      private func realLibrary() throws -> URL {
        let library = VoskStandin.python.appending(path: "lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        let files = versions.flatMap { version in
          ["libvosk.so", "libvosk.dyld"].map { library.appending(path: "\(version)/site-packages/vosk/\($0)") }
        }
        guard let found = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
          throw Failure("no libvosk below \(library.path). Run scripts/install-test-needs.")
        }
        return found
      }
    #endif
  }
}
