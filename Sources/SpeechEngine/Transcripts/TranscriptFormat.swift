import Foundation

/// The forms in which a transcript is written.
public enum TranscriptFormat: String, CaseIterable, Sendable {
  /// The text alone.
  case txt
  /// faster-whisper's fields; segments count from 1.
  case json
  /// The fields of OpenAI's audio API; segments count from 0.
  case verboseJSON = "verbose_json"
  /// SubRip subtitles.
  case srt
  /// WebVTT subtitles; with words each carries its own time.
  case vtt
  /// Milliseconds and text, separated by tabs.
  case tsv

  /// - Parameter name: a raw value, or `text` for `txt`.
  public init?(name: String) {
    self.init(rawValue: name == "text" ? "txt" : name)
  }

  /// - Parameters:
  ///   - file: the recording's name, for `json`.
  ///   - model: the model's name, for `json`.
  ///   - task: for `verbose_json`.
  ///   - subtitles: how `srt` and `vtt` break lines.
  /// - Returns: text that ends with a line break.
  public func render(
    _ result: Transcription, file: String, model: String, task: TranscriptionOptions.Task = .transcribe,
    subtitles: SubtitleLayout = .init()
  ) throws -> String {
    switch self {
    case .txt: result.text + "\n"
    case .json: try JSONTranscript(result, file: file, model: model).text()
    case .verboseJSON: try VerboseTranscript(result, task: task).text()
    case .srt: SubtitleText.srt(subtitles.cues(of: result.segments))
    case .vtt: SubtitleText.vtt(subtitles.cues(of: result.segments))
    case .tsv: SubtitleText.tsv(result.segments)
    }
  }
}

/// What `json` writes.
private struct JSONTranscript: Encodable {
  let file: String
  let model: String
  let language: String
  let language_probability: Float
  let duration: Double
  let duration_after_vad: Double
  let confidence: Double
  let text: String
  let segments: [Segment]
  let skipped: [SkippedSpan]

  init(_ result: Transcription, file: String, model: String) {
    self.file = file
    self.model = model
    language = result.language
    language_probability = result.languageProbability
    duration = result.duration
    duration_after_vad = result.durationAfterVAD
    confidence = result.confidence
    text = result.text
    segments = result.segments
    skipped = result.skipped
  }
}

/// What `verbose_json` writes. Source: OpenAI's API reference, 'The transcription object (Verbose JSON)'.
private struct VerboseTranscript: Encodable {
  struct Piece: Encodable {
    let id: Int
    let seek: Int
    let start: Double
    let end: Double
    let text: String
    let tokens: [Int]
    let temperature: Double
    let avg_logprob: Float
    let compression_ratio: Float
    let no_speech_prob: Float
  }
  struct Spoken: Encodable {
    let word: String
    let start: Double
    let end: Double
    /// Not OpenAI's, as other servers of its API give it.
    let probability: Double
  }
  let task: String
  let language: String
  let duration: Double
  let text: String
  let segments: [Piece]
  let words: [Spoken]?

  init(_ result: Transcription, task: TranscriptionOptions.Task) {
    self.task = task.rawValue
    language = Language.name(of: result.language)
    duration = result.duration
    text = result.text
    segments = result.segments.enumerated().map { index, segment in
      Piece(
        id: index, seek: segment.seek, start: segment.start, end: segment.end, text: segment.text,
        tokens: segment.tokens, temperature: segment.temperature, avg_logprob: segment.avgLogprob,
        compression_ratio: segment.compressionRatio, no_speech_prob: segment.noSpeechProb)
    }
    let spoken = result.segments.compactMap(\.words).joined()
    words =
      result.segments.contains { $0.words != nil }
      ? spoken.map {
        Spoken(word: $0.word.trimmingWhitespace(), start: $0.start, end: $0.end, probability: $0.probability)
      } : nil
  }
}

extension Encodable {
  /// Pretty JSON with sorted keys and a line break; what is not a number is written as text.
  fileprivate func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
