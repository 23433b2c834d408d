import Foundation
import SpeechEngine
import Testing

/// What faster-whisper's own `generate_with_fallback` decides when it is fed the same attempts.
@Suite("Falling back decides as faster-whisper does")
struct FallbackParityTests {
  @Test("over scripted attempts, thresholds on and off, with empty answers and silence") func everyLadder() throws {
    let cases = try Goldens.json(FallbackGolden.self, "fallback.json").cases
    #expect(cases.count == 240)
    for (index, golden) in cases.enumerated() {
      var made = 0
      let chosen = golden.fallback.run { temperature in
        defer { made += 1 }
        #expect(temperature == golden.temperatures[made], "case \(index)")
        return golden.script[made].result(number: made, temperature)
      }
      let expected = golden.decision
      let found = FallbackGolden.Decision(
        attempts: made, chosen: chosen.tokens[0], temperature: chosen.temperature,
        avg_logprob: chosen.avgLogprob.isNaN ? nil : chosen.avgLogprob, compression_ratio: chosen.compressionRatio)
      #expect(found == expected, "case \(index): \(Goldens.regenerate) --only fallback")
    }
  }

  @Test("the golden holds every kind of outcome") func coverage() throws {
    let cases = try Goldens.json(FallbackGolden.self, "fallback.json").cases
    #expect(cases.contains { $0.decision.avg_logprob == nil })
    #expect(cases.contains { $0.decision.chosen < $0.decision.attempts - 1 })
    #expect(cases.contains { $0.decision.attempts == 6 })
    #expect(cases.contains { $0.compression_ratio_threshold == nil && $0.log_prob_threshold == nil })
  }
}

private struct FallbackGolden: Decodable {
  struct Attempt: Decodable {
    let no_speech_prob: Float
    /// nil: NaN.
    let avg_logprob: Float?
    let compression_ratio: Float

    /// The attempt's number stands for its tokens, so that the one chosen can be told.
    func result(number: Int, _ temperature: Float) -> WindowResult {
      WindowResult(
        tokens: [number], temperature: temperature, avgLogprob: avg_logprob ?? .nan,
        compressionRatio: compression_ratio, noSpeech: no_speech_prob)
    }
  }
  struct Decision: Decodable, Equatable {
    let attempts: Int
    let chosen: Int
    let temperature: Float
    let avg_logprob: Float?
    let compression_ratio: Float
  }
  struct Case: Decodable {
    let temperatures: [Float]
    let compression_ratio_threshold: Float?
    let log_prob_threshold: Float?
    let no_speech_threshold: Float?
    let script: [Attempt]
    let decision: Decision

    var fallback: TemperatureFallback {
      TemperatureFallback(
        temperatures: temperatures, compressionRatioThreshold: compression_ratio_threshold,
        logProbThreshold: log_prob_threshold, noSpeechThreshold: no_speech_threshold)
    }
  }
  let cases: [Case]
}
