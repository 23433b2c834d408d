import Foundation
import TestSupport
import Testing

extension CommandLineTests {
  @Suite("models")
  struct ModelsTests {
    let room: Room
    let hub: FakeHub

    init() throws {
      room = try Room()
      let names = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.json"]
      let files = try names.map { ($0, try Data(contentsOf: Repository.demoModel.appending(path: $0))) }
      hub = try FakeHub(files: Dictionary(uniqueKeysWithValues: files))
    }

    private var environment: [String: String?] { ["HF_ENDPOINT": hub.url] }
    private var pulled: String { room.data.appending(path: "models/faster-whisper/base").path }

    private func models(_ arguments: String..., with more: [String: String?] = [:]) async throws -> Outcome {
      let own = environment.merging(more) { $1 }
      return try await room.start(room.launch(["models"] + arguments, with: own)).finish()
    }

    @Test("a model is pulled, listed, found, verified, used and removed")
    func wholeLife() async throws {
      let pull = try await models("pull", "base")
      expectSuccess(pull)
      #expect(pull.lines.first == "config.json 359" && pull.lines.last?.contains(pulled) == true, "\(pull)")
      #expect(pull.err.isEmpty, "\(pull)")
      let list = try await models("list")
      #expect(list.out.contains("base") && list.out.contains("verified") && list.out.contains("int8"), "\(list)")
      let path = try await models("path", "base")
      #expect(path.out == pulled + "\n", "\(path)")
      let verify = try await models("verify")
      expectSuccess(verify)
      #expect(verify.out.contains("5 of 5 checksums ok"), "\(verify)")
      let words = try await room.run("transcribe", Repository.clip("note006").path, "--model", "base")
      #expect(words.out == CommandLineTests.sentence + "\n", "\(words)")
      expectMisuse(try await models("rm", "base"), saying: "--yes")
      expectSuccess(try await models("rm", "base", "--yes"))
      expectRefusal(try await models("path", "base"), naming: "fieldos models pull base")
    }

    @Test("--json prints JSON and nothing else")
    func json() async throws {
      for arguments in [["pull", "base"], ["list"], ["verify", "base"], ["path", "base"]] {
        let launch = try room.launch(["models"] + arguments + ["--json"], with: environment)
        let outcome = try await room.start(launch).finish()
        expectSuccess(outcome)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(outcome.out.utf8)) }
      }
    }

    @Test("a pull that was killed in mid-download goes on where it was")
    func killed() async throws {
      let half = 4 << 20
      hub.fail("model.bin", .stall(after: half))
      let first = try room.start("models", "pull", "base", with: environment)
      let file = room.data.appending(path: "models/faster-whisper/base.partial/model.bin").path
      let hasHalf = try await eventually {
        (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) == half
      }
      try #require(hasHalf, "\(first.err)")
      let second = try await models("pull", "base")
      expectRefusal(second, naming: "another process")
      first.signal(SIGKILL)
      #expect(try await first.finish(within: 60).signalled)
      #expect(!FileManager.default.fileExists(atPath: pulled))
      let third = try await models("pull", "base")
      expectSuccess(third)
      #expect(third.err.contains("from an earlier pull"), "\(third)")
      #expect(hub.asked(for: "model.bin").map { $0.headers["range"] } == [nil, "bytes=\(half)-"])
      expectSuccess(try await models("verify", "base"))
    }

    @Test("Ctrl-C ends a pull with 130 and keeps what has come")
    func interrupted() async throws {
      hub.fail("model.bin", .stall(after: 1 << 20))
      let child = try room.start("models", "pull", "base", with: environment)
      let hub = hub
      try #require(try await eventually { !hub.asked(for: "model.bin").isEmpty })
      child.signal(SIGINT)
      let outcome = try await child.finish(within: 60)
      #expect(outcome.status == 130 && outcome.err.contains("kept"), "\(outcome)")
    }

    @Test("a switched-off download does nothing and says so, offline says what is missing")
    func notAllowed() async throws {
      let skipped = try await models("pull", "base", with: ["FIELDOS_DOWNLOAD_FASTER_WHISPER": "skip"])
      expectSuccess(skipped)
      #expect(skipped.out.contains("FIELDOS_DOWNLOAD_FASTER_WHISPER=skip"), "\(skipped)")
      expectRefusal(try await models("pull", "base", with: ["HF_HUB_OFFLINE": "1"]), naming: "HF_HUB_OFFLINE")
      #expect(hub.asked.isEmpty)
    }

    @Test("a hub that refuses, and names and settings that can't be, are refused in one line")
    func refused() async throws {
      hub.fail("listing", .status(401))
      expectRefusal(try await models("pull", "base"), naming: "HF_TOKEN")
      expectRefusal(try await models("pull", "bse"), naming: "large-v3")
      expectRefusal(try await models("pull", "small"), naming: "404")
      expectMisuse(try await models("pull", "base", "--revision", "../x"), saying: "--revision")
      expectMisuse(try await models("pull", "base", with: ["HF_ENDPOINT": "ftp://x"]), saying: "HF_ENDPOINT")
      expectRefusal(try await models("rm", "demo-en", "--yes"), naming: "demo")
    }

    @Test("a disk without room for the model is said before anything is fetched")
    func noRoom() async throws {
      if ProcessInfo.processInfo.environment["FIELDOS_TESTS_NO_MOUNT"] == "1" {
        return withKnownIssue("no small disk: FIELDOS_TESTS_NO_MOUNT=1") { Issue.record("the full disk was left out") }
      }
      let disk = try SmallDisk(on: room.makeFolder("data"), kibibytes: 8_192)
      defer { disk.unmount() }
      expectRefusal(try await models("pull", "base"), naming: "Make room")
      #expect(hub.asked(for: "model.bin").isEmpty)
    }

    @Test("a damaged model is found by verify, with exit code 1")
    func damaged() async throws {
      expectSuccess(try await models("pull", "base"))
      let file = URL(filePath: pulled).appending(path: "tokenizer.json")
      try (try Data(contentsOf: file) + Data(" ".utf8)).write(to: file)
      let outcome = try await models("verify", "base")
      #expect(outcome.status == 1 && outcome.out.contains("tokenizer.json"), "\(outcome)")
    }
  }
}
