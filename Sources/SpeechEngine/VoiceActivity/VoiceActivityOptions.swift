/// What counts as speech. Names and defaults are faster-whisper's `VadOptions`.
public struct VoiceActivityOptions: Sendable, Equatable {
  /// Speech probability of a window of 32 ms from which speech begins, 0...1. Default 0.5.
  public var threshold: Float = 0.5
  /// Speech probability below which it ends; nil: `max(threshold - 0.15, 0.01)`. Default nil.
  public var negThreshold: Float?
  /// Shorter speech is left out, in milliseconds. Default 0.
  public var minSpeechDurationMs = 0
  /// Longer speech is cut, at the last silence if there is one, in seconds. Default: no limit.
  public var maxSpeechDurationSeconds = Double.infinity
  /// Silence that ends a stretch of speech, in milliseconds. Default 2000.
  public var minSilenceDurationMs = 2000
  /// Sound kept on each side of speech, in milliseconds. Default 400.
  public var speechPadMs = 400

  public init() {}

  /// faster-whisper's defaults for batches: silences of 160 ms part, and no stretch is longer than a window.
  public static func batched(chunkLength: Double = 30) -> Self {
    var options = Self()
    options.minSilenceDurationMs = 160
    options.maxSpeechDurationSeconds = chunkLength
    return options
  }

  /// - Throws: `VoiceActivityError.invalidOption` for a probability outside 0...1, a negative or endless duration.
  public func validate() throws(VoiceActivityError) {
    try check("threshold", threshold, (0...1).contains(threshold), "0 to 1")
    if let negThreshold { try check("neg_threshold", negThreshold, (0...1).contains(negThreshold), "0 to 1") }
    let durations = [
      ("min_speech_duration_ms", minSpeechDurationMs), ("min_silence_duration_ms", minSilenceDurationMs),
      ("speech_pad_ms", speechPadMs),
    ]
    for (name, value) in durations {
      try check(name, value, (0...Self.longest).contains(value), "0 to \(Self.longest)")
    }
    try check("max_speech_duration_s", maxSpeechDurationSeconds, maxSpeechDurationSeconds > 0, "more than 0")
  }

  /// A day, in milliseconds.
  private static let longest = 86_400_000

  private func check<T>(_ name: String, _ value: T, _ good: Bool, _ allowed: String) throws(VoiceActivityError) {
    if !good { throw .invalidOption(name: name, value: "\(value)", allowed: allowed) }
  }

  /// Computed from the decimals that `threshold` was written with, as Python does: 0.35 for 0.5, to the last bit.
  var endThreshold: Float {
    negThreshold ?? Float(max((Double(threshold.description) ?? Double(threshold)) - 0.15, 0.01))
  }
}
