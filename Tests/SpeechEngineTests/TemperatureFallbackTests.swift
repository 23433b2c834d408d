import Foundation
import SpeechEngine
import Testing

@Suite("Falling back to higher temperatures")
struct TemperatureFallbackTests {
  private let fallback = TemperatureFallback(
    temperatures: [0, 0.2, 0.4], compressionRatioThreshold: 2.4, logProbThreshold: -1, noSpeechThreshold: 0.6)

  private func result(
    _ temperature: Float, logprob: Float = -0.3, ratio: Float = 1, noSpeech: Float = 0
  ) -> WindowResult {
    WindowResult(
      tokens: [Int(temperature * 10)], temperature: temperature, avgLogprob: logprob, compressionRatio: ratio,
      noSpeech: noSpeech)
  }

  private func tried(_ attempt: (Float) -> WindowResult) -> (WindowResult, [Float]) {
    var temperatures: [Float] = []
    let best = fallback.run { temperature in
      temperatures.append(temperature)
      return attempt(temperature)
    }
    return (best, temperatures)
  }

  @Test("a good result ends it at once") func good() {
    let (best, temperatures) = tried { result($0) }
    #expect(best == result(0) && temperatures == [0])
  }

  @Test("a result that repeats itself or is unlikely is tried again") func retried() {
    #expect(tried { $0 == 0 ? result($0, ratio: 2.5) : result($0) }.1 == [0, 0.2])
    #expect(tried { $0 < 0.3 ? result($0, logprob: -1.1) : result($0) }.1 == [0, 0.2, 0.4])
  }

  @Test("an unlikely result over silence is not tried again") func silence() {
    #expect(tried { result($0, logprob: -2, ratio: 9, noSpeech: 0.7) }.1 == [0])
  }

  @Test("when all fail, the likeliest that doesn't repeat itself counts, at the last temperature") func allFail() {
    let (best, temperatures) = tried { temperature in
      switch temperature {
      case 0: result(temperature, logprob: -0.1, ratio: 5)
      case 0.2: result(temperature, logprob: -1.5)
      default: result(temperature, logprob: -3)
      }
    }
    #expect(best.tokens == [2] && best.temperature == 0.4 && temperatures.count == 3)
  }

  @Test("an empty result, which has no likelihood, is taken as it is") func empty() {
    #expect(tried { result($0, logprob: .nan, ratio: 0) }.1 == [0])
  }

  @Test("samples are drawn anew with another seed and alike with the same") func seeds() throws {
    let transcriber = try Transcriber(WhisperModel(folder: Goldens.demo))
    let clip = try AudioClip(contentsOf: Goldens.audio("visit3"))
    func tokens(seed: UInt64) throws -> [Int] {
      var options = TranscriptionOptions()
      options.temperatures = [1]
      options.bestOf = 1
      options.seed = seed
      return try transcriber.transcribe(clip, options).segments.flatMap(\.tokens)
    }
    let first = try tokens(seed: 1)
    #expect(try tokens(seed: 1) == first)
    #expect(try (2...4).contains { try tokens(seed: $0) != first })
  }
}
