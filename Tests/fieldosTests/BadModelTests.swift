import Foundation
import Testing

extension CommandLineTests {
  @Suite("bad models")
  struct BadModelTests {
    let room: Room
    let model: URL

    init() throws {
      room = try Room()
      model = room.folder.appending(path: "damaged-model")
      try FileManager.default.copyItem(at: Repository.demoModel, to: model)
    }

    private func expectRefused(naming name: String) async throws {
      let outcome = try await room.run("transcribe", Repository.clip("note006").path, "--model", model.path)
      expectRefusal(outcome, naming: name)
      #expect(outcome.complaints.allSatisfy { $0.contains("damaged-model") }, "\(outcome)")
    }

    private func change(_ name: String, _ edit: (inout Data) throws -> Void) throws {
      let file = model.appending(path: name)
      var bytes = try Data(contentsOf: file)
      try edit(&bytes)
      try bytes.write(to: file)
    }

    @Test("the undamaged copy transcribes")
    func undamaged() async throws {
      let outcome = try await room.run("transcribe", Repository.clip("note006").path, "--model", model.path)
      expectSuccess(outcome)
      #expect(outcome.out == sentence + "\n", "\(outcome)")
    }

    @Test("a model without model.bin is refused")
    func missingWeights() async throws {
      try FileManager.default.removeItem(at: model.appending(path: "model.bin"))
      try await expectRefused(naming: "model.bin")
    }

    @Test(
      "weights cut short anywhere are refused",
      arguments: [0, 3, 4, 20, 300, 4_096, 1_000_000, 5_000_000, 9_000_000, 9_172_913])
    func truncatedWeights(length: Int) async throws {
      try change("model.bin") { $0 = $0.prefix(length) }
      try await expectRefused(naming: "model.bin")
    }

    @Test("weights with bytes to spare are refused", arguments: [1, 4_096])
    func oversizedWeights(extra: Int) async throws {
      try change("model.bin") { $0 += Data(repeating: 7, count: extra) }
      try await expectRefused(naming: "model.bin")
    }

    @Test("weights of an unknown version are refused", arguments: [UInt32(0), 99, .max])
    func unknownVersion(version: UInt32) async throws {
      try change("model.bin") { $0.replaceSubrange(0..<4, with: Wave.little(version)) }
      try await expectRefused(naming: "model.bin")
    }

    @Test("a vocabulary one entry short is refused")
    func shortVocabulary() async throws {
      try change("vocabulary.json") { bytes in
        let entries = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String])
        bytes = try JSONSerialization.data(withJSONObject: entries.dropLast() as [String])
      }
      try await expectRefused(naming: "vocabulary.json")
    }

    @Test("a file of settings that is garbage is refused", arguments: ["tokenizer.json", "config.json"])
    func garbage(name: String) async throws {
      for text in ["", "{", "not json at all", "[]"] {
        try change(name) { $0 = Data(text.utf8) }
        try await expectRefused(naming: name)
      }
    }

    @Test("a model folder that is not there is refused")
    func missingFolder() async throws {
      try FileManager.default.removeItem(at: model)
      try await expectRefused(naming: "damaged-model")
    }

    @Test("a file in the place of a model folder is refused")
    func fileAsModel() async throws {
      let file = model.appending(path: "model.bin").path
      expectRefusal(try await room.run("transcribe", Repository.clip("note006").path, "--model", file), naming: file)
    }

    @Test("the worker says the same of a bad model in one line")
    func worker() async throws {
      try change("model.bin") { $0 = $0.prefix(1_000_000) }
      let clip = Repository.clip("note006").path
      let outcome = try await room.run("worker", "--clip", clip, "--model", model.path)
      #expect(!outcome.signalled && outcome.status == 1, "\(outcome)")
      #expect(outcome.errorLines.filter { $0.contains("model.bin") }.count == 1, "\(outcome)")
    }
  }
}
