import Domain
public import Foundation
public import SpeechEngine

/// Hears whole recordings through a fleet of servers.
public struct RemoteEar: Sendable {
  let fleet: RemoteFleet
  private let question: RemoteQuestion

  /// - Parameters:
  ///   - model: as the servers call it.
  ///   - options: of these, servers know the language, the task, the prompt and the hotwords.
  public init(_ fleet: RemoteFleet, model: String, options: TranscriptionOptions) {
    self.fleet = fleet
    question = RemoteQuestion(model: model, options)
  }

  var model: String { question.model }

  /// How the options and the model are told apart from others.
  var fingerprint: String { "remote \(fleet.names) \(question)" }

  /// What stands behind a piece is told to the server as what was said before the next.
  private static let told = 200

  /// - Parameter hasFallback: whether somebody else can hear it.
  /// - Throws: ``RemoteError``, or `CancellationError`.
  func hear(_ sound: RemoteSound, hasFallback: Bool) async throws -> RemoteHearing {
    var heard: [HeardPiece] = []
    var before: String?
    for piece in sound.pieces {
      let next = try await fleet.hear(piece, question, before: before, hasFallback: hasFallback)
      let words = (next.answer.segments ?? []).map(\.text).joined().split(whereSeparator: \.isWhitespace)
      let end = words.joined(separator: " ").suffix(Self.told)
      before = end.isEmpty ? before : String(end)
      heard.append(next)
    }
    return RemoteHearing(heard, duration: sound.duration, language: question.language)
  }

  /// Hears one file.
  /// - Returns: the transcript, the servers that gave it, and what people should know of it.
  /// - Throws: `AudioError`, ``RemoteError``, or `CancellationError`.
  public func transcribe(
    _ url: URL, _ audio: AudioFile
  ) async throws -> (transcription: Transcription, servers: [String], notice: String?) {
    let sound = try RemoteSound(url, audio, limit: fleet.limits.uploadBytes)
    let heard = try await hear(sound, hasFallback: true)
    return (heard.transcription, heard.servers, heard.notice(missingBytes: sound.missingBytes))
  }
}

extension RemoteHearing {
  /// What people should know, nil for nothing.
  func notice(missingBytes: Int) -> String? {
    let lines = [RecordingFile.notice(missingBytes: missingBytes), measure.notice].compactMap(\.self)
    return lines.isEmpty ? nil : lines.joined(separator: "; ")
  }
}

extension RemoteHearing.Measure {
  /// nil where it is the engine's own measure.
  fileprivate var notice: String? {
    switch self {
    case .tokens: nil
    case .text: "the server counts no tokens: its confidence is weighed by the length of the text"
    case .words: "the server gives no avg_logprob: its confidence is the mean of its words'"
    case .none: "the server gives no probabilities: its confidence is not known, and recorded as 0"
    }
  }
}
