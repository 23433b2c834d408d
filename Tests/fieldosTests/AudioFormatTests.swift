import Foundation
import Testing

extension CommandLineTests {
  @Suite("audio formats")
  struct AudioFormatTests {
    let room: Room
    let wave: Wave

    init() throws {
      room = try Room()
      wave = try Wave(clip: "note006")
    }

    private func transcribe(_ bytes: Data) async throws -> Outcome {
      let outcome = try await room.run("transcribe", try room.write(bytes, to: "clip.wav").path)
      expectSuccess(outcome)
      return outcome
    }

    @Test(
      "16, 24 and 32 bits and float give the sentence",
      arguments: [Wave.Encoding.pcm16, .pcm24, .pcm32, .float32])
    func fineEncodings(encoding: Wave.Encoding) async throws {
      let outcome = try await transcribe(wave.file(as: encoding))
      #expect(outcome.out == sentence + "\n", "\(outcome)")
    }

    @Test("two and six channels give the sentence", arguments: [2, 6])
    func channels(count: Int) async throws {
      var many = wave
      many.channels = count
      let outcome = try await transcribe(many.file())
      #expect(outcome.out == sentence + "\n", "\(outcome)")
    }

    @Test("8 bits give text")
    func eightBits() async throws {
      let outcome = try await transcribe(wave.file(as: .pcm8))
      #expect(outcome.lines.count == 1, "\(outcome)")
    }

    @Test("other rates give text", arguments: [8_000, 44_100, 48_000])
    func rates(rate: Int) async throws {
      let outcome = try await transcribe(wave.resampled(to: rate).file())
      #expect(outcome.lines.count == 1, "\(outcome)")
    }
  }
}
