import Domain
import Foundation
import SpeechEngine

/// The files in which a transcript can be taken away.
enum TranscriptFile: String {
  /// The words as they read now, the rep's corrections included.
  case txt
  /// What was heard, with its times.
  case srt, vtt, json

  var type: String {
    switch self {
    case .txt: "text/plain; charset=utf-8"
    case .srt: "application/x-subrip; charset=utf-8"
    case .vtt: "text/vtt; charset=utf-8"
    case .json: "application/json"
    }
  }

  func render(_ transcript: Transcript, corrected: String?, name: String) throws -> String {
    switch self {
    case .txt: (corrected ?? transcript.text) + "\n"
    case .srt: try TranscriptFormat.srt.render(heard(transcript), file: name, model: transcript.model)
    case .vtt: try TranscriptFormat.vtt.render(heard(transcript), file: name, model: transcript.model)
    case .json: try TranscriptFormat.json.render(heard(transcript), file: name, model: transcript.model)
    }
  }

  private func heard(_ transcript: Transcript) -> Transcription {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let segments = (try? decoder.decode([Segment].self, from: Data(transcript.segmentsJSON.utf8))) ?? []
    return Transcription(
      segments: segments.isEmpty ? whole(transcript) : segments, language: transcript.language, languageProbability: 1,
      duration: transcript.audioSeconds)
  }

  /// A transcript without segments as one.
  private func whole(_ transcript: Transcript) -> [Segment] {
    guard !transcript.text.isEmpty else { return [] }
    return [
      Segment(
        id: 1, seek: 0, start: 0, end: transcript.audioSeconds, text: transcript.text, tokens: [], temperature: 0,
        avgLogprob: Float(log(max(transcript.confidence, 1e-6))), compressionRatio: 1, noSpeechProb: 0)
    ]
  }
}

/// What a file is called where it is saved: nothing in it that a header or a disk could misread.
struct FileName {
  private let stem: String
  private let suffix: String

  init(_ facts: NoteFacts, _ clock: ClockWords, suffix: String) {
    let subject = facts.draft.subject
    let name = [subject.contactName, subject.account].first { !$0.isEmpty } ?? "Note"
    let day = Timestamp.local(facts.draft.createdAt, zone: .autoupdatingCurrent).prefix(10)
    let kept = name.prefix(60).map { $0.isLetter || $0.isNumber ? $0 : " " }
    stem = (String(kept).split(separator: " ") + [day]).joined(separator: "-")
    self.suffix = suffix
  }

  /// The value of Content-Disposition: plain letters for old readers, all of them for the others.
  var attachment: String {
    let plain = stem.unicodeScalars.map { $0.isASCII ? Character($0) : "_" }
    let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
    let encoded = "\(stem).\(suffix)".addingPercentEncoding(withAllowedCharacters: allowed) ?? "note"
    return "attachment; filename=\"\(String(plain)).\(suffix)\"; filename*=UTF-8''\(encoded)"
  }
}

/// What a browser is told about a recording's bytes.
struct SoundKind {
  let type: String
  /// Without the dot.
  let suffix: String

  private static let types = [
    "wav": "audio/wav", "mp3": "audio/mpeg", "m4a": "audio/mp4", "mp4": "audio/mp4", "aac": "audio/aac",
    "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg", "webm": "audio/webm", "flac": "audio/flac",
    "aif": "audio/aiff", "aiff": "audio/aiff", "amr": "audio/amr", "3gp": "audio/3gpp", "caf": "audio/x-caf",
  ]

  init(path: String) {
    let suffix = (path as NSString).pathExtension.lowercased()
    self.suffix = suffix.isEmpty || !suffix.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } ? "bin" : suffix
    type = Self.types[suffix] ?? "application/octet-stream"
  }
}
