/// How a recording is decoded. Names and defaults are faster-whisper's, so that what its users know holds here.
public struct TranscriptionOptions: Sendable {
  public enum Task: String, Sendable, CaseIterable { case transcribe, translate }

  /// Text or token ids that stand before the first window as if they had been said.
  public enum Prompt: Sendable, Equatable {
    case text(String)
    case tokens([Int])
  }

  // MARK: Language

  /// ISO 639 code; nil: detected (English-only models are always `en`). Default nil.
  public var language: String?
  /// Transcribe, or translate to English (multilingual models). Default transcribe.
  public var task = Task.transcribe
  /// Detect the language again in every window. Default false.
  public var multilingual = false
  /// Probability that a language must pass for detection to stop at its window, 0...1. Default 0.5.
  public var languageDetectionThreshold: Float = 0.5
  /// Windows of 30 s that detection may look at; without a sure one the majority counts. Default 1.
  public var languageDetectionSegments = 1

  // MARK: Search

  /// Hypotheses kept at each step, 1...16; 1 is greedy search. Default 5.
  public var beamSize = 5
  /// Samples drawn at a temperature above 0, 1...16, of which the likeliest counts. Default 5.
  public var bestOf = 5
  /// Search ends when `round(beamSize * patience)` hypotheses have ended, above 0. Default 1.
  public var patience: Float = 1
  /// Hypotheses compare by Σ log p / tokens ^ lengthPenalty. Default 1.
  public var lengthPenalty: Float = 1
  /// Divides the score of a token that the hypothesis holds already (multiplies a negative one), above 0. Default 1: off.
  public var repetitionPenalty: Float = 1
  /// No run of so many tokens comes twice in a window. Default 0: off.
  public var noRepeatNgramSize = 0
  /// Most tokens that a window's prompt and answer may come to beyond the prompt. Default nil: half of the model's positions.
  public var maxNewTokens: Int?
  /// Seed of the samples: the same recording, model and options give the same text. Default 0.
  public var seed: UInt64 = 0

  // MARK: Fallback

  /// Temperatures to try in turn, 0...1: 0 searches with beams, others sample. Default 0 to 1 in steps of 0.2.
  public var temperatures: [Float] = [0, 0.2, 0.4, 0.6, 0.8, 1]
  /// Text whose bytes are more than this many times their compressed size repeats itself and is tried again. Default 2.4.
  public var compressionRatioThreshold: Float? = 2.4
  /// Mean log-probability a token below which a window is tried again at the next temperature. Default -1.
  public var logProbThreshold: Float? = -1
  /// A window whose no-speech probability is higher is left out, unless its words are likely. Default 0.6.
  public var noSpeechThreshold: Float? = 0.6

  // MARK: Context

  /// Give the text so far to the next window as context. Default true.
  public var conditionOnPreviousText = true
  /// A window that needed a higher temperature than this is no prompt for the next one. Default 0.5.
  public var promptResetOnTemperature: Float = 0.5
  /// What stands before the first window. Default nil.
  public var initialPrompt: Prompt?
  /// How the text of the first window begins. Default nil.
  public var prefix: String?
  /// Names and terms to expect; given before every window unless there is a prefix. Default nil.
  public var hotwords: String?

  // MARK: Tokens

  /// A window must not begin with a blank or end at once. Default true.
  public var suppressBlank = true
  /// Token ids that never come; -1 stands for speaker tags, brackets and musical notes. Default [-1].
  public var suppressTokens: [Int] = [-1]
  /// Decode text only; segments are then whole windows. Default false.
  public var withoutTimestamps = false
  /// The first timestamp of a window is not later than this, in seconds. Default 1.
  public var maxInitialTimestamp = 1.0

  // MARK: Words

  /// Find each word's times and probability. Default false.
  public var wordTimestamps = false
  /// Punctuation that belongs to the word behind it.
  public var prependPunctuations = "\"'“¿([{-"
  /// Punctuation that belongs to the word before it.
  public var appendPunctuations = "\"'.。,，!！?？:：”)]}、"
  /// With `wordTimestamps`: silence longer than this many seconds around a suspect passage makes it a hallucination, which is
  /// skipped. Default nil: off.
  public var hallucinationSilenceThreshold: Double?

  // MARK: What is decoded

  /// Starts and ends in seconds, in turn; the last end may be left out. Default [0]: everything. Without voice activity only.
  public var clipTimestamps: [Double] = [0]
  /// Length of a window in seconds, 1...30. Default nil: the model's 30.
  public var chunkLength: Int?
  /// Leave out what holds no speech before decoding; nil: decode everything. Default nil.
  public var voiceActivity: VoiceActivityOptions?
  /// Windows that are decoded together; nil decodes one after the other, each with the text before it. Default nil.
  public var batchSize: Int?

  /// How much of a window is encoded; `adaptive` is quicker on short recordings, and not exact. Default full.
  public var audioContext = AudioContext.full

  /// What the recording may say, such as the text of a live transcription, up to 1 MiB. Greedy search (`beamSize` 1 at
  /// temperature 0, one window at a time) checks several of its tokens a step and is quicker where it is right. The result
  /// is the same with any draft. Default nil.
  public var draft: Prompt?

  public init() {}
}
