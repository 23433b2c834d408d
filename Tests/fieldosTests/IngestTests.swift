import Foundation
import Testing

extension CommandLineTests {
  @Suite("ingest")
  struct IngestTests {
    let room: Room
    let clip = Repository.clip("note006")

    init() throws { room = try Room() }

    @Test("a clip is saved byte for byte under audio_cache, with a row and a job")
    func saved() async throws {
      let outcome = try await room.run("ingest", clip.path)
      expectSuccess(outcome)
      let line = #/saved \S*note006\.wav as audio_cache/(clip_\d+_[0-9a-f]{8}\.wav)/#
      let match = try #require(try line.firstMatch(in: outcome.out), "\(outcome)")
      let kept = room.data.appending(path: "audio_cache/\(match.1)")
      #expect(try Data(contentsOf: kept) == Data(contentsOf: clip))
      #expect(room.cachedAudio == [String(match.1)])
      #expect(try room.store.count("clips") == 1)
      #expect(try room.store.count("jobs", where: "state = 'available'") == 1)
    }

    @Test("the same bytes again are already here, under whatever name")
    func again() async throws {
      let first = try await room.run("ingest", clip.path)
      expectSuccess(first)
      let twin = try room.write(try Data(contentsOf: clip), to: "twin.wav")
      for path in [clip.path, twin.path] {
        let outcome = try await room.run("ingest", path)
        expectSuccess(outcome)
        #expect(outcome.out.hasPrefix("already here: "), "\(outcome)")
      }
      #expect(room.cachedAudio.count == 1)
      #expect(try room.store.count("clips") == 1)
      #expect(try room.store.count("jobs") == 1)
    }

    @Test("two of the same clip in one command make one row")
    func twice() async throws {
      let outcome = try await room.run("ingest", clip.path, clip.path)
      expectSuccess(outcome)
      #expect(outcome.lines.count == 2 && outcome.lines.last?.hasPrefix("already here: ") == true, "\(outcome)")
      #expect(try room.store.count("clips") == 1)
    }

    @Test("four processes that ingest the same clip at once make one row and one file")
    func race() async throws {
      let launch = try room.launch(["ingest", clip.path])
      let children = try (0..<4).map { _ in try room.start(launch) }
      for child in children { expectSuccess(try await child.finish()) }
      #expect(try room.store.count("clips") == 1)
      #expect(try room.store.count("jobs") == 1)
      #expect(room.cachedAudio.count == 1, "\(room.cachedAudio)")
    }

    @Test("without FIELDOS_DATA_DIR the data folder is ./data")
    func defaultFolder() async throws {
      expectSuccess(try await room.run("ingest", clip.path, with: ["FIELDOS_DATA_DIR": nil]))
      #expect(FileManager.default.fileExists(atPath: room.work.appending(path: "data/fieldos.sqlite").path))
    }

    @Test("a missing or empty file and a folder are refused and leave nothing", arguments: ["no", "empty", "dir"])
    func refused(kind: String) async throws {
      let name = kind + ".wav"
      if kind == "empty" { try room.write(Data(), to: name) }
      if kind == "dir" { try room.makeFolder("work/" + name) }
      expectRefusal(try await room.run("ingest", name), naming: name)
      #expect(room.cachedAudio.isEmpty)
      #expect(try room.store.count("clips") == 0)
      #expect(try room.store.count("jobs") == 0)
    }

    @Test("a bad file among good ones is reported and the good ones are saved")
    func severalFiles() async throws {
      let outcome = try await room.run("ingest", clip.path, "absent.wav", Repository.clip("note005").path)
      #expect(!outcome.signalled && outcome.status == 1, "\(outcome)")
      #expect(outcome.complaints.count == 1 && outcome.complaints[0].contains("absent.wav"), "\(outcome)")
      #expect(outcome.lines.filter { $0.hasPrefix("saved ") }.count == 2, "\(outcome)")
      #expect(try room.store.count("clips") == 2)
    }
  }
}
