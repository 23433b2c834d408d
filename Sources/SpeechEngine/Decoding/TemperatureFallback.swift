/// What one try at a window came to.
package struct WindowResult: Equatable {
  package let tokens: [Int]
  package let temperature: Float
  /// Mean log-probability a token, the end token included; NaN for an empty result.
  package let avgLogprob: Float
  package let compressionRatio: Float
  package let noSpeech: Float

  package init(tokens: [Int], temperature: Float, avgLogprob: Float, compressionRatio: Float, noSpeech: Float) {
    self.tokens = tokens
    self.temperature = temperature
    self.avgLogprob = avgLogprob
    self.compressionRatio = compressionRatio
    self.noSpeech = noSpeech
  }

  func at(_ temperature: Float) -> WindowResult {
    WindowResult(
      tokens: tokens, temperature: temperature, avgLogprob: avgLogprob, compressionRatio: compressionRatio,
      noSpeech: noSpeech)
  }
}

/// Tries a window at one temperature after the other while the result repeats itself or is unlikely. The rules are
/// openai/whisper's, as faster-whisper 1.2.1 applies them. Pure but for `attempt`.
package struct TemperatureFallback {
  let temperatures: [Float]
  let compressionRatioThreshold: Float?
  let logProbThreshold: Float?
  let noSpeechThreshold: Float?

  package init(
    temperatures: [Float], compressionRatioThreshold: Float?, logProbThreshold: Float?, noSpeechThreshold: Float?
  ) {
    self.temperatures = temperatures.isEmpty ? [0] : temperatures
    self.compressionRatioThreshold = compressionRatioThreshold
    self.logProbThreshold = logProbThreshold
    self.noSpeechThreshold = noSpeechThreshold
  }

  /// The first result that passes; when none does, the likeliest of those that don't repeat themselves (else of all), marked
  /// with the last temperature, so that it is no prompt for the next window.
  package func run(_ attempt: (Float) throws -> WindowResult) rethrows -> WindowResult {
    var tries = Tries(of: self)
    while true {
      if let decided = tries.take(try attempt(tries.temperature)) { return decided }
    }
  }

  /// The tries at one window, so that several windows can be tried in step.
  package struct Tries {
    private let rules: TemperatureFallback
    private var results: [WindowResult] = []
    /// Of the next try.
    package var temperature: Float { rules.temperatures[results.count] }

    package init(of rules: TemperatureFallback) { self.rules = rules }

    /// - Returns: what counts for the window, nil while it must be tried again.
    package mutating func take(_ result: WindowResult) -> WindowResult? {
      if rules.isGood(result) { return result }
      results.append(result)
      return results.count < rules.temperatures.count ? nil : rules.best(of: results)
    }
  }

  private func best(of results: [WindowResult]) -> WindowResult {
    let plain = results.filter { !repeatsItself($0) }
    // NaN, the mark of an empty result, is never likelier than anything.
    let candidates = compressionRatioThreshold == nil || plain.isEmpty ? results : plain
    let best = candidates.dropFirst().reduce(candidates[0]) { $1.avgLogprob > $0.avgLogprob ? $1 : $0 }
    return best.at(temperatures[temperatures.count - 1])
  }

  private func repeatsItself(_ result: WindowResult) -> Bool {
    compressionRatioThreshold.map { result.compressionRatio > $0 } ?? false
  }

  private func isGood(_ result: WindowResult) -> Bool {
    let unlikely = logProbThreshold.map { result.avgLogprob < $0 } ?? false
    let silent = noSpeechThreshold.map { result.noSpeech > $0 } ?? false
    return (!repeatsItself(result) && !unlikely) || (silent && unlikely)
  }
}
