import Foundation

/// A piece of the transcript with its times in seconds from the start of the recording.
public struct Segment: Sendable, Codable, Equatable {
  /// Counts from 1.
  public var id: Int
  /// First frame of the window it was found in, in hundredths of a second.
  public let seek: Int
  public var start: Double
  public var end: Double
  /// With its leading space.
  public let text: String
  public let tokens: [Int]
  public let temperature: Double
  /// Mean log-probability a token of the window, its end token included.
  public let avgLogprob: Float
  /// Bytes of the window's text over bytes of it compressed; above 2.4 it repeats itself.
  public let compressionRatio: Float
  /// Probability that the window holds no speech.
  public let noSpeechProb: Float
  /// nil unless `TranscriptionOptions.wordTimestamps` asked for them.
  public var words: [Word]?

  enum CodingKeys: String, CodingKey {
    case id, seek, start, end, text, tokens, temperature, words
    case avgLogprob = "avg_logprob"
    case compressionRatio = "compression_ratio"
    case noSpeechProb = "no_speech_prob"
  }

  public init(
    id: Int, seek: Int, start: Double, end: Double, text: String, tokens: [Int], temperature: Double, avgLogprob: Float,
    compressionRatio: Float, noSpeechProb: Float, words: [Word]? = nil
  ) {
    self.id = id
    self.seek = seek
    self.start = start
    self.end = end
    self.text = text
    self.tokens = tokens
    self.temperature = temperature
    self.avgLogprob = avgLogprob
    self.compressionRatio = compressionRatio
    self.noSpeechProb = noSpeechProb
    self.words = words
  }
}

/// A word with its times in seconds from the start of the recording.
public struct Word: Sendable, Codable, Equatable {
  public var start: Double
  public var end: Double
  /// With its leading space and the punctuation that belongs to it.
  public var word: String
  /// Mean of the probabilities of its tokens among all text tokens, 0...1.
  public var probability: Double

  public init(start: Double, end: Double, word: String, probability: Double) {
    self.start = start
    self.end = end
    self.word = word
    self.probability = probability
  }
}

/// What a recording says.
public struct Transcription: Sendable {
  public let segments: [Segment]
  public let language: String
  /// 1 when the language was given.
  public let languageProbability: Float
  /// Seconds of sound.
  public let duration: Double
  /// Seconds that were decoded: without what voice activity left out.
  public let durationAfterVAD: Double
  /// Spans in seconds that no text was made from, each with its reason.
  public let skipped: [SkippedSpan]

  public init(
    segments: [Segment], language: String, languageProbability: Float, duration: Double,
    durationAfterVAD: Double? = nil,
    skipped: [SkippedSpan] = []
  ) {
    self.segments = segments
    self.language = language
    self.languageProbability = languageProbability
    self.duration = duration
    self.durationAfterVAD = durationAfterVAD ?? duration
    self.skipped = skipped
  }

  /// The segments' text, trimmed.
  public var text: String { segments.map(\.text).joined().trimmingWhitespace() }

  /// The geometric mean of the probabilities that the model gave to each token it chose (end tokens included), 0...1; 0
  /// for an empty transcript. It says how sure the model was, not how many words are right.
  public var confidence: Double {
    let tokens = segments.reduce(0) { $0 + $1.tokens.count }
    guard tokens > 0 else { return 0 }
    let sum = segments.reduce(0.0) { $0 + Double($1.avgLogprob) * Double($1.tokens.count) }
    return min(1, max(0, exp(sum / Double(tokens))))
  }
}

/// A span that no text was made from: nothing is left out in silence.
public struct SkippedSpan: Sendable, Codable, Equatable {
  public enum Reason: String, Sendable, Codable {
    /// The model holds it for silence, and its words are unlikely.
    case noSpeech = "no_speech"
    /// The voice-activity detector found no speech.
    case voiceActivity = "voice_activity"
    /// Words between silences that the model made up (`hallucinationSilenceThreshold`).
    case hallucination
    /// The model found no words.
    case noText = "no_text"
  }
  /// Seconds from the start of the recording.
  public let start: Double
  public let end: Double
  public let reason: Reason

  public init(start: Double, end: Double, reason: Reason) {
    self.start = start
    self.end = end
    self.reason = reason
  }
}
