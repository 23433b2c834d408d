import Foundation

/// How a recording is decoded. Names and defaults are faster-whisper's, but for the temperature: it is 0, without the
/// fallback to higher ones.
public struct TranscriptionOptions: Sendable {
  public enum Task: String, Sendable { case transcribe, translate }

  /// ISO 639 code; nil: detected from the first 30 s (English-only models are always `en`).
  public var language: String?
  /// Transcribe, or translate to English (multilingual models).
  public var task = Task.transcribe
  /// Hypotheses kept at each step, 1...16; 1 is greedy search. Default 5.
  public var beamSize = 5
  /// Decode text only; segments are then whole windows. Default false.
  public var withoutTimestamps = false
  /// Give the text so far to the next window as context. Default true.
  public var conditionOnPreviousText = true
  /// A window whose no-speech probability is higher is left out, unless its words are likely. Default 0.6.
  public var noSpeechThreshold: Float = 0.6
  /// Mean log-probability a token above which words count as likely. Default -1.
  public var logProbThreshold: Float = -1
  /// The first timestamp of a window is not later than this, in seconds. Default 1.
  public var maxInitialTimestamp = 1.0
  /// Leave out speaker tags, brackets and musical notes. Default true.
  public var suppressNonSpeech = true
  /// A window must not begin with a blank or end at once. Default true.
  public var suppressBlank = true

  public init() {}
}

/// A piece of the transcript with its times in seconds from the start of the recording.
public struct Segment: Sendable, Codable, Equatable {
  /// Counts from 1.
  public let id: Int
  /// First frame of the window it was found in, in hundredths of a second.
  public let seek: Int
  public let start: Double
  public let end: Double
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

  enum CodingKeys: String, CodingKey {
    case id, seek, start, end, text, tokens, temperature
    case avgLogprob = "avg_logprob"
    case compressionRatio = "compression_ratio"
    case noSpeechProb = "no_speech_prob"
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
  /// Spans that were left out because nobody speaks there, in seconds.
  public let skipped: [ClosedRange<Double>]

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
