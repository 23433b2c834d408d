import Foundation
import SpeechEngine
import Transcription

/// `fieldos transcribe --endpoint`: servers hear the recordings, one after the other. No model is loaded here.
struct RemoteTranscription {
  private let choice: ServerChoice
  private let options: TranscriptionOptions
  private let output: TranscriptFlags
  private let allowTruncated: Bool

  /// - Throws: ``UsageError`` that names the variable.
  init(
    _ settings: Settings, endpoint: String, _ options: TranscriptionOptions, _ output: TranscriptFlags,
    allowTruncated: Bool
  ) throws {
    var settings = settings
    settings.whisperEndpoint = endpoint
    guard let choice = try ServerChoice(settings) else { throw UsageError("--endpoint: name a server's address.") }
    self.choice = choice
    self.options = options
    self.output = output
    self.allowTruncated = allowTruncated
  }

  /// - Returns: false when something is wrong with one of them; it has been said.
  func run(_ files: [String]) async throws -> Bool {
    let ear = choice.ear(report: { _ in }, options: options)
    var isFine = true
    for file in files {
      do {
        let url = URL(filePath: file)
        let heard = try await ear.transcribe(url, AudioFile(contentsOf: url, allowTruncated: allowTruncated))
        if let notice = heard.notice { Console.error(Wording.plain("\(file): \(notice)")) }
        Console.raw(
          try output.format.render(
            heard.transcription, file: file, model: "\(choice.model) at \(heard.servers.joined(separator: ", "))",
            task: options.task, subtitles: output.subtitles))
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        Console.error("fieldos: " + Wording.line(for: error))
        isFine = false
      }
    }
    return isFine
  }
}
