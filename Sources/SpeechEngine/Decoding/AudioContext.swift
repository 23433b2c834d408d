/// How much of a window the encoder hears. Whisper was trained on windows of 30 s, padded; stock models lose words and invent
/// others when they hear little more than the speech, and keep up well with a margin.
public enum AudioContext: String, Sendable, CaseIterable {
  /// All 30 s.
  case full
  /// For recordings that fit into one window and have no text before them: the speech and 2.56 s, 10.24 s at least. What
  /// looks odd then (repetition, an unlikely or hurried text, silence) is heard again in full.
  case adaptive

  static let leastPositions = 512
  static let margin = 128
  private static let multiple = 8
  private static let mostTokensPerSecond = 15.0

  /// Positions for a window of so many frames; nil: all of them.
  func positions(frames: Int, of all: Int) -> Int? {
    guard self == .adaptive else { return nil }
    let wanted = max(Self.leastPositions, (frames + 1) / 2 + Self.margin)
    let rounded = (wanted + Self.multiple - 1) / Self.multiple * Self.multiple
    return rounded < all ? rounded : nil
  }

  /// Whether a text that was decoded from less than a window must be decoded again from all of it. Thresholds that are off
  /// doubt nothing.
  static func isDoubtful(
    _ result: WindowResult, duration: Double, timestampBegin: Int, _ options: TranscriptionOptions
  ) -> Bool {
    let words = result.tokens.filter { $0 < timestampBegin }
    let latest = result.tokens.last { $0 >= timestampBegin } ?? timestampBegin
    let end = Double(latest - timestampBegin) * SpecialTokens.secondsPerTimestamp
    let isUnlikely = options.logProbThreshold.map { !(result.avgLogprob >= $0) } ?? false
    let repeatsItself = options.compressionRatioThreshold.map { result.compressionRatio > $0 } ?? false
    let isSilent = options.noSpeechThreshold.map { result.noSpeech > $0 } ?? false
    return words.isEmpty || isUnlikely || repeatsItself || isSilent
      || Double(words.count) > mostTokensPerSecond * max(1, duration) || end > duration + 1
  }
}
