import Foundation
public import SpeechEngine

/// Why a request has no transcript. Wording lives where it is shown.
public enum RequestFailure: String, Error, Sendable, Codable {
  /// No decoder finds sound in it.
  case notAudio
  /// No bytes, or no samples.
  case empty
  /// The file is shorter than its header says.
  case truncated
  /// Samples are not numbers.
  case damaged
  case tooLong
  /// Nothing here reads this format: ffmpeg is not installed.
  case noDecoder
  /// The model doesn't know the language.
  case language
  /// An option is out of its range.
  case options
  /// The model is larger than all that may be in memory.
  case modelTooLarge
  /// The model's files can't be loaded.
  case model
  /// The file was gone, or the disk failed.
  case unreadable
  /// The engine died on it, each time that it was tried.
  case engine

  /// What an error of the engine means for its request.
  init(_ error: any Error) {
    switch error {
    case AudioError.notAudio, AudioError.noFormatChunk, AudioError.unsupportedFormat, AudioError.isFolder,
      AudioError.noSuchChannel:
      self = .notAudio
    case AudioError.empty, AudioError.noSamples: self = .empty
    case AudioError.truncated: self = .truncated
    case AudioError.notFinite: self = .damaged
    case AudioError.tooLong: self = .tooLong
    case AudioError.notWAV: self = .noDecoder
    case AudioError.notFound, AudioError.unreadable, AudioError.spoolFailed: self = .unreadable
    case ModelError.unknownLanguage: self = .language
    case is ModelError: self = .model
    case is OptionError, is VoiceActivityError: self = .options
    case let failure as RequestFailure: self = failure
    default: self = .engine
    }
  }
}

/// What is known of a recording besides its segments.
public struct HeardRecording: Sendable, Codable {
  public let language: String
  public let languageProbability: Float
  /// Seconds of sound.
  public let duration: Double
  public let durationAfterVAD: Double
  public let skipped: [SkippedSpan]

  init(_ heard: Transcription) {
    language = heard.language
    languageProbability = heard.languageProbability
    duration = heard.duration
    durationAfterVAD = heard.durationAfterVAD
    skipped = heard.skipped
  }

  /// The whole transcript.
  public func transcription(_ segments: [Segment]) -> Transcription {
    Transcription(
      segments: segments, language: language, languageProbability: languageProbability, duration: duration,
      durationAfterVAD: durationAfterVAD, skipped: skipped)
  }
}

/// What the parent says to a request worker: one line of JSON each.
struct RequestOrder: Sendable, Codable, Equatable {
  enum Kind: String, Sendable, Codable {
    /// `file` and `options` are set.
    case take
    /// Nobody wants the transcript any more.
    case drop
  }

  let type: Kind
  let id: UInt64
  var file: String?
  var options: RequestOptions?
}

/// What a request worker says: one line of JSON each.
struct RequestMessage: Sendable, Codable {
  enum Kind: String, Sendable, Codable {
    /// The engine is warm; `model` and `isMultilingual` are set.
    case ready
    /// A model was loaded on demand; `model` and `released` are set.
    case loaded
    /// Once a second; `stuck` is set.
    case heartbeat
    /// `segments` is set: these come next.
    case heard
    /// `recording` is set; nothing more of it follows.
    case finished
    /// `failure` is set; nothing more of it follows.
    case failed
  }

  /// Longest line, in bytes: what is said of a recording of many hours fits.
  static let mostBytes = 16 << 20

  var type: Kind
  var id: UInt64?
  var model: String?
  var isMultilingual: Bool?
  /// Models that made room.
  var released: [String]?
  /// Seconds for which the engine has been at one step of its work.
  var stuck: Double?
  var segments: [Segment]?
  var recording: HeardRecording?
  var failure: RequestFailure?

  init(_ type: Kind, id: UInt64? = nil) {
    self.type = type
    self.id = id
  }
}
