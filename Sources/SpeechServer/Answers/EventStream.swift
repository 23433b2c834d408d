import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SpeechEngine
import Transcription

/// A transcript as server-sent events while it is heard: `transcript.text.delta`, then `transcript.text.done`. Source: OpenAI's
/// API reference, 'Streaming transcription events'.
struct EventStream {
  private struct Event: Encodable {
    let type: String
    var delta: String?
    var text: String?
  }

  private var text = DeltaText()
  private var segments: [Segment] = []

  /// - Returns: the frames that an update is worth.
  mutating func frames(_ update: TimedUpdate) throws -> [ByteBuffer] {
    switch update {
    case .update(let update): try frames(update)
    // A comment, which clients leave out.
    case .tick: [ByteBuffer(string: ": \n\n")]
    }
  }

  private mutating func frames(_ update: RequestUpdate) throws -> [ByteBuffer] {
    switch update {
    case .heard(let fresh):
      segments += fresh
      return try text.take(fresh).map { [try frame(Event(type: "transcript.text.delta", delta: $0))] } ?? []
    case .again:
      text.again()
      segments = []
      return []
    case .finished(let recording):
      let rest = text.finish(recording.transcription(segments).text)
      var frames = try rest.map { [try frame(Event(type: "transcript.text.delta", delta: $0))] } ?? []
      frames.append(try frame(Event(type: "transcript.text.done", text: text.sent)))
      return frames + [ByteBuffer(string: "data: [DONE]\n\n")]
    case .failed(let failure):
      let error = String(decoding: failure.apiError.json, as: UTF8.self)
      return [ByteBuffer(string: "data: \(error)\n\n")]
    }
  }

  private func frame(_ event: Event) throws -> ByteBuffer {
    ByteBuffer(string: "data: \(try JSONText.encode(event))\n\n")
  }
}
