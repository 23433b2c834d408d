import Foundation
import Testing

extension CommandLineTests {
  @Suite("the doctor")
  struct DoctorTests {
    let room: Room

    init() throws { room = try Room() }

    @Test("a good setup is healthy, and CPU, model, ffmpeg and data folder are named")
    func healthy() async throws {
      let outcome = try await room.run("doctor")
      expectSuccess(outcome)
      for word in ["cpu", "model", "ffmpeg", "data"] {
        #expect(outcome.out.lowercased().contains(word), "no \(word): \(outcome)")
      }
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
