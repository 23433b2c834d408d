import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SpeechEngine
import Transcription

/// Waits for a transcript and answers it whole. One that takes longer than a tick has its head sent, and then bytes that don't change
/// it; a failure after that cuts the connection.
struct TranscriptAnswer: Sendable {
  let format: AnswerFormat
  let model: String
  let isTranslation: Bool
  let updates: AsyncStream<TimedUpdate>

  /// What was heard so far.
  private struct Hearing: Sendable {
    private(set) var segments: [Segment] = []

    /// - Returns: the transcript where this is its end.
    /// - Throws: ``APIError``.
    mutating func take(_ update: RequestUpdate) throws -> Transcription? {
      switch update {
      case .heard(let fresh): segments += fresh
      case .again: segments = []
      case .finished(let recording): return recording.transcription(segments)
      case .failed(let failure): throw failure.apiError
      }
      return nil
    }
  }

  /// - Throws: ``APIError``; `CancellationError` where the client has gone, which withdraws the request.
  func response() async throws -> Response {
    var hearing = Hearing()
    for await update in updates {
      guard case .update(let update) = update else { return response(after: hearing) }
      if let whole = try hearing.take(update) {
        return response(.init(byteBuffer: ByteBuffer(string: try body(whole))))
      }
    }
    throw CancellationError()
  }

  private func response(after begun: Hearing) -> Response {
    response(
      .init { writer in
        var (hearing, answer) = (begun, LongAnswer(format))
        func write(_ text: String?) async throws {
          if let text, !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
        }
        try await write(try answer.pulse(hearing.segments))
        for await update in updates {
          guard case .update(let update) = update else {
            try await write(try answer.pulse(hearing.segments))
            continue
          }
          if let whole = try hearing.take(update) {
            try await write(try answer.rest(try body(whole)))
            return try await writer.finish(nil)
          }
          try await write(try answer.more(hearing.segments))
        }
        throw LongAnswer.Broken()
      })
  }

  private func body(_ heard: Transcription) throws -> String {
    try format.body(heard, model: model, isTranslation: isTranslation)
  }

  private func response(_ body: ResponseBody) -> Response {
    Response(status: .ok, headers: [.contentType: format.contentType], body: body)
  }
}
