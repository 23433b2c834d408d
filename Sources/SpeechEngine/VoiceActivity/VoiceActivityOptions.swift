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
}
