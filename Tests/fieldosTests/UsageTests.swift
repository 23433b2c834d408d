import Foundation
import Testing

extension CommandLineTests {
  @Suite("usage")
  struct UsageTests {
    let room: Room

    init() throws { room = try Room() }

    @Test("--version and --help print to stdout and exit 0", arguments: ["--version", "--help"])
    func versionAndHelp(option: String) async throws {
      let outcome = try await room.run(option)
      expectSuccess(outcome)
      #expect(!outcome.out.isEmpty && outcome.err.isEmpty, "\(outcome)")
    }

    @Test("the help names every command")
    func helpNamesCommands() async throws {
      let outcome = try await room.run("--help")
      for command in ["transcribe", "ingest", "worker", "up", "crm", "demo", "doctor"] {
        #expect(outcome.out.contains(command), "no \(command): \(outcome)")
      }
    }

    @Test(
      "wrong usage exits 2 and says what was wrong",
      arguments: [
        (["--nonsense"], "nonsense"), (["nonsense"], "nonsense"), (["transcribe"], "file"), (["ingest"], "file"),
        (["worker", "--nonsense"], "nonsense"), (["crm", "nonsense"], "nonsense"),
        (["crm", "mock", "--port", "abc"], "port"), (["transcribe", "x.wav", "--beam-size", "0"], "beam-size"),
        (["transcribe", "x.wav", "--beam-size", "abc"], "beam-size"),
        (["transcribe", "x.wav", "--format", "xyz"], "format"),
        (["transcribe", "x.wav", "--compute-type", "int3"], "int3"),
      ])
    func wrongUsage(arguments: [String], word: String) async throws {
      let outcome = try await room.start(room.launch(arguments)).finish()
      #expect(!outcome.signalled && outcome.status == 2, "\(outcome)")
      #expect(outcome.out.isEmpty, "\(outcome)")
      #expect(outcome.err.lowercased().contains(word), "\(outcome)")
    }

    @Test(
      "a variable with a bad value exits 2 and is named",
      arguments: [
        ("FIELDOS_WHISPER_BEAM_SIZE", "abc"), ("FIELDOS_WHISPER_BEAM_SIZE", "0"), ("FIELDOS_WHISPER_DEVICE", "tpu"),
      ])
    func badVariable(name: String, value: String) async throws {
      let clip = Repository.clip("note005").path
      expectMisuse(try await room.run("transcribe", clip, with: [name: value]), saying: name)
    }

    @Test("a compute type that nobody knows exits 2 and is named, from a variable as well")
    func unknownComputeType() async throws {
      let clip = Repository.clip("note005").path
      let outcome = try await room.run("transcribe", clip, with: ["FIELDOS_WHISPER_COMPUTE_TYPE": "int3"])
      expectMisuse(outcome, saying: "int3")
    }

    @Test(
      "a CRM endpoint that is not HTTP exits 2 and is named",
      arguments: [["up", "--once", "--auto-note"], ["up", "--once"]])
    func badEndpoint(arguments: [String]) async throws {
      let launch = try room.launch(arguments, with: ["FIELDOS_CRM_ENDPOINT": "ftp://x"])
      expectMisuse(try await room.start(launch).finish(), saying: "FIELDOS_CRM_ENDPOINT")
    }
  }
}
