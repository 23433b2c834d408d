import Foundation

/// How a recording is decoded. Names and defaults are faster-whisper's.
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
  public var noSpeechThreshold: Float? = 0.6
  /// Mean log-probability a token below which a window is tried again at the next temperature. Default -1.
  public var logProbThreshold: Float? = -1
  /// Text whose bytes are more than this many times their compressed size repeats itself and is tried again. Default 2.4.
  public var compressionRatioThreshold: Float? = 2.4
  /// Temperatures to try in turn, 0...1: 0 searches with beams, others sample. Default 0 to 1 in steps of 0.2.
  public var temperatures: [Float] = [0, 0.2, 0.4, 0.6, 0.8, 1]
  /// Samples drawn at a temperature above 0, 1...16, of which the likeliest counts. Default 5.
  public var bestOf = 5
  /// A window that needed a higher temperature than this is no prompt for the next one. Default 0.5.
  public var promptResetOnTemperature: Float = 0.5
  /// Seed of the samples: the same recording, model and options give the same text. Default 0.
  public var seed: UInt64 = 0
  /// The first timestamp of a window is not later than this, in seconds. Default 1.
  public var maxInitialTimestamp = 1.0
  /// Leave out speaker tags, brackets and musical notes. Default true.
  public var suppressNonSpeech = true
  /// A window must not begin with a blank or end at once. Default true.
  public var suppressBlank = true

  public init() {}

  /// `beamSize` and `bestOf` within what the engine takes.
  var beams: Int { min(16, max(1, beamSize)) }
  var samples: Int { min(16, max(1, bestOf)) }
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
