import Foundation
import Testing

extension CommandLineTests {
  @Suite("the .env file")
  struct DotEnvTests {
    let room: Room

    init() throws { room = try Room() }

    private func transcribe(with environment: [String: String?] = [:]) async throws -> Outcome {
      try await room.run("transcribe", Repository.clip("note006").path, with: environment)
    }

    private func write(_ lines: String...) throws {
      try room.write(Data(lines.joined(separator: "\n").utf8), to: ".env")
    }

    @Test("a bad value in it exits 2 with the variable's name")
    func badValue() async throws {
      try write("FIELDOS_WHISPER_BEAM_SIZE=abc")
      expectMisuse(try await transcribe(), saying: "FIELDOS_WHISPER_BEAM_SIZE")
    }

    @Test("the environment wins over it")
    func environmentWins() async throws {
      try write("FIELDOS_WHISPER_BEAM_SIZE=abc")
      expectSuccess(try await transcribe(with: ["FIELDOS_WHISPER_BEAM_SIZE": "1"]))
    }

    @Test(
      "quotes, export, comments and blanks are understood",
      arguments: [
        #"FIELDOS_DATA_DIR="kept here""#, "FIELDOS_DATA_DIR='kept here'", #"export FIELDOS_DATA_DIR="kept here""#,
        "\n# a comment\n\nFIELDOS_DATA_DIR=kept here\n", "FIELDOS_DATA_DIR = \"kept here\"\r\n",
      ])
    func quotes(text: String) async throws {
      try write(text)
      let outcome = try await room.run("ingest", Repository.clip("note005").path, with: ["FIELDOS_DATA_DIR": nil])
      expectSuccess(outcome)
      #expect(outcome.err.isEmpty, "\(outcome)")
      let database = room.work.appending(path: "kept here/fieldos.sqlite").path
      #expect(FileManager.default.fileExists(atPath: database), "\(outcome)")
    }

    @Test("a line that is not KEY=value is reported with its place, and the rest holds")
    func badLine() async throws {
      try write("FIELDOS_WHISPER_BEAM_SIZE=2", "this is no assignment", "FIELDOS_WHISPER_COMPUTE_TYPE=float32")
      let outcome = try await transcribe()
      expectSuccess(outcome)
      let reports = outcome.errorLines.filter { $0.contains(".env") }
      #expect(reports == ["\(room.work.path)/.env:2: not KEY=value, left out."], "\(outcome)")
    }

    @Test("a .env that is no text does not crash")
    func garbage() async throws {
      try room.write(Data((0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 31) }), to: ".env")
      let outcome = try await transcribe()
      #expect(!outcome.signalled && outcome.status <= 2, "\(outcome)")
    }
  }
}
