/// An option that is outside its range: which, and what it may be.
public struct OptionError: Error, Equatable, Sendable {
  /// As `TranscriptionOptions` spells it.
  public let option: String
  public let allowed: String

  /// One line: what is wrong and what to do.
  public var message: String { "option '\(option)': must be \(allowed)." }
}

extension TranscriptionOptions {
  /// - Throws: `OptionError` for the first option that is outside its range, `VoiceActivityError` for those of `voiceActivity`.
  public func validate() throws {
    try check("beamSize", (1...16).contains(beamSize), "from 1 to 16")
    try check("bestOf", (1...16).contains(bestOf), "from 1 to 16")
    try check("patience", patience > 0 && patience <= 100, "above 0, up to 100")
    try check("lengthPenalty", abs(lengthPenalty) <= 100, "from -100 to 100")
    try check("repetitionPenalty", repetitionPenalty > 0 && repetitionPenalty <= 1000, "above 0, up to 1000")
    try check("noRepeatNgramSize", (0...448).contains(noRepeatNgramSize), "from 0 to 448")
    try check("maxNewTokens", maxNewTokens.map { (1...448).contains($0) } ?? true, "from 1 to 448")
    try check(
      "temperatures", !temperatures.isEmpty && temperatures.allSatisfy { (0...1).contains($0) },
      "at least one, each from 0 to 1")
    try check("languageDetectionSegments", (1...1000).contains(languageDetectionSegments), "from 1 to 1000")
    try check("languageDetectionThreshold", !languageDetectionThreshold.isNaN, "a number")
    try validateThresholds()
    try validatePassages()
    try check("draft", (draft?.size ?? 0) <= 1 << 20, "1 MiB of text at most")
    try voiceActivity?.validate()
  }

  private func validateThresholds() throws(OptionError) {
    let thresholds = [
      ("compressionRatioThreshold", compressionRatioThreshold), ("logProbThreshold", logProbThreshold),
      ("noSpeechThreshold", noSpeechThreshold), ("promptResetOnTemperature", promptResetOnTemperature),
    ]
    for (name, value) in thresholds { try check(name, !(value?.isNaN ?? false), "a number or nil") }
    try check(
      "hallucinationSilenceThreshold", hallucinationSilenceThreshold.map { $0 >= 0 && $0.isFinite } ?? true,
      "0 s or more")
    try check("maxInitialTimestamp", (0...30).contains(maxInitialTimestamp), "from 0 to 30 s")
  }

  private func validatePassages() throws(OptionError) {
    try check("chunkLength", chunkLength.map { (1...30).contains($0) } ?? true, "from 1 to 30 s")
    try check("batchSize", batchSize.map { (1...64).contains($0) } ?? true, "from 1 to 64")
    let pairs = stride(from: 0, to: clipTimestamps.count - 1, by: 2)
    try check(
      "clipTimestamps",
      clipTimestamps.allSatisfy { (0...1e7).contains($0) }
        && pairs.allSatisfy { clipTimestamps[$0] < clipTimestamps[$0 + 1] },
      "seconds from 0 on, each end behind its start")
  }

  private func check(_ option: String, _ isFine: Bool, _ allowed: String) throws(OptionError) {
    if !isFine { throw OptionError(option: option, allowed: allowed) }
  }

  /// Nobody speaks in a window, as far as the model can tell, and the words it found are unlikely.
  func isSilent(_ result: WindowResult) -> Bool {
    guard let threshold = noSpeechThreshold, result.noSpeech > threshold else { return false }
    return !(logProbThreshold.map { result.avgLogprob > $0 } ?? false)
  }
}

extension TranscriptionOptions.Prompt {
  /// Bytes, or tokens.
  fileprivate var size: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .tokens(let ids): ids.count
    }
  }
}
