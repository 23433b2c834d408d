import Foundation
import Testing

extension CommandLineTests {
  @Suite("bad audio")
  struct BadAudioTests {
    let room: Room
    let clip: Data

    init() throws {
      room = try Room()
      clip = try Data(contentsOf: Repository.clip("note006"))
    }

    private func expectRefused(_ bytes: Data, as name: String) async throws {
      let file = try room.write(bytes, to: name)
      expectRefusal(try await room.run("transcribe", file.path), naming: name)
    }

    @Test("a missing file is refused with one line")
    func missing() async throws {
      expectRefusal(try await room.run("transcribe", "nowhere.wav"), naming: "nowhere.wav")
    }

    @Test("an empty file is refused with one line")
    func empty() async throws { try await expectRefused(Data(), as: "empty.wav") }

    @Test("text renamed to .wav is refused with one line")
    func text() async throws {
      try await expectRefused(Data("Dear diary, today I sold a hedge.\n".utf8), as: "text.wav")
    }

    @Test("a header cut short is refused with one line", arguments: [1, 4, 12, 30, 43])
    func cutHeader(length: Int) async throws { try await expectRefused(clip.prefix(length), as: "header.wav") }

    @Test("a WAV without samples is refused with one line")
    func noSamples() async throws { try await expectRefused(Wave(samples: []).file(), as: "silent.wav") }

    @Test("samples that are no numbers are refused with one line", arguments: [Float.nan, .infinity])
    func notNumbers(value: Float) async throws {
      let wave = Wave(samples: Array(repeating: value, count: 16_000))
      try await expectRefused(wave.file(as: .float32), as: "nan.wav")
    }

    @Test("a folder is refused with one line")
    func folder() async throws {
      try room.makeFolder("work/folder.wav")
      expectRefusal(try await room.run("transcribe", "folder.wav"), naming: "folder.wav")
    }

    @Test("a clip shorter than its header says is refused, and --allow-truncated takes what is there")
    func truncated() async throws {
      let file = try room.write(clip.prefix(clip.count * 8 / 10), to: "short.wav")
      expectRefusal(try await room.run("transcribe", file.path), naming: "short.wav")
      let allowed = try await room.run("transcribe", file.path, "--allow-truncated")
      expectSuccess(allowed)
      #expect(allowed.lines.count == 1, "\(allowed)")
    }

    @Test("header sizes that a recorder never filled in are repaired", arguments: [UInt32(0), .max])
    func unfilledSizes(size: UInt32) async throws {
      var bytes = clip
      bytes.replaceSubrange(4..<8, with: Wave.little(size))
      bytes.replaceSubrange(40..<44, with: Wave.little(size))
      let outcome = try await room.run("transcribe", try room.write(bytes, to: "stream.wav").path)
      expectSuccess(outcome)
      #expect(outcome.out == sentence + "\n", "\(outcome)")
    }

    @Test("a header of random bytes never crashes", arguments: 0..<8)
    func damagedHeader(seed: Int) async throws {
      var bytes = clip
      for place in stride(from: 8 + seed, to: 44, by: 5) { bytes[place] = UInt8((place * 73 + seed) % 256) }
      let outcome = try await room.run("transcribe", try room.write(bytes, to: "damaged.wav").path)
      #expect(!outcome.signalled && outcome.status <= 1, "\(outcome)")
      #expect(outcome.complaints.count == Int(outcome.status), "\(outcome)")
    }
  }
}
