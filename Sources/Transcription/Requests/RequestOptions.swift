public import SpeechEngine

/// What one request may ask of the engine; everything else is as the engine's process was started.
public struct RequestOptions: Sendable, Codable, Hashable {
  /// Leaving out what holds no speech; nil values are the engine's own.
  public struct Speech: Sendable, Codable, Hashable {
    /// Probability from which speech begins, 0...1.
    public var threshold: Float?
    /// Sound kept on each side of speech, in milliseconds.
    public var padding: Int?
    /// Silence that ends speech, in milliseconds.
    public var silence: Int?

    public init() {}
  }

  /// nil: the one that the engine began with.
  public var model: RequestModel?
  /// ISO 639 code; nil: detected.
  public var language: String?
  /// Into English.
  public var isTranslation = false
  /// Text as if it had been said before.
  public var prompt: String?
  /// Names and terms to expect.
  public var hotwords: String?
  /// 0...1; nil: 0, with fallback to higher ones.
  public var temperature: Float?
  /// Find each word's times.
  public var wordTimestamps = false
  /// nil: everything is decoded.
  public var speech: Speech?

  public init() {}

  /// - Parameter base: how the engine decodes what no request asks otherwise.
  public func options(over base: TranscriptionOptions) -> TranscriptionOptions {
    var options = base
    options.language = language
    options.task = isTranslation ? .translate : .transcribe
    options.initialPrompt = prompt.flatMap { $0.isEmpty ? nil : .text($0) }
    options.hotwords = hotwords
    if let temperature { options.temperatures = [temperature] }
    options.wordTimestamps = wordTimestamps
    options.voiceActivity = speech.map { speech in
      var voice = VoiceActivityOptions()
      if let threshold = speech.threshold { voice.threshold = threshold }
      if let padding = speech.padding { voice.speechPadMs = padding }
      if let silence = speech.silence { voice.minSilenceDurationMs = silence }
      return voice
    }
    return options
  }
}
