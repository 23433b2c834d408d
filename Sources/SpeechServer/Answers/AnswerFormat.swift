import Foundation
import SpeechEngine
import Transcription

/// The forms in which a transcript is answered.
enum AnswerFormat: String, CaseIterable, Sendable {
  case json, text, srt
  case verboseJSON = "verbose_json"
  case vtt

  var contentType: String {
    switch self {
    case .json, .verboseJSON: "application/json"
    case .text: "text/plain; charset=utf-8"
    case .srt: "application/x-subrip; charset=utf-8"
    case .vtt: "text/vtt; charset=utf-8"
    }
  }

  /// The body; but for `json` what `fieldos transcribe` prints.
  func body(_ heard: Transcription, model: String, isTranslation: Bool) throws -> String {
    let task: TranscriptionOptions.Task = isTranslation ? .translate : .transcribe
    func render(_ format: TranscriptFormat) throws -> String {
      try format.render(heard, file: "", model: model, task: task)
    }
    return switch self {
    case .json: try PlainTranscript(heard).text
    case .text: try render(.txt)
    case .srt: try render(.srt)
    case .vtt: try render(.vtt)
    case .verboseJSON: try render(.verboseJSON)
    }
  }

  var isJSON: Bool { self == .json || self == .verboseJSON }

  /// How the body begins whatever is heard behind these segments; of JSON that is not known.
  func beginning(_ segments: [Segment]) throws -> String {
    let heard = Transcription(
      segments: segments, language: "", languageProbability: 0, duration: 0, durationAfterVAD: 0, skipped: [])
    switch self {
    case .json, .verboseJSON: return ""
    case .text: return heard.text
    case .srt, .vtt: return try body(heard, model: "", isTranslation: false)
    }
  }
}

/// What `json` answers. Source: OpenAI's API reference, 'The transcription object (JSON)'.
private struct PlainTranscript: Encodable {
  struct Usage: Encodable {
    let type = "duration"
    let seconds: Int
  }
  let transcript: String
  let usage: Usage

  enum CodingKeys: String, CodingKey {
    case transcript = "text"
    case usage
  }

  init(_ heard: Transcription) {
    transcript = heard.text
    usage = Usage(seconds: Int(min(max(0, heard.duration), 1e9).rounded(.up)))
  }

  var text: String { get throws { try JSONText.encode(self) } }
}

/// JSON for answers.
enum JSONText {
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
