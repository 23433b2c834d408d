import SpeechEngine
import Transcription

/// Whoever hears what `listen` is fed.
protocol ListenSpeaker: Sendable {
  var events: AsyncThrowingStream<StreamingEvent, any Error> { get }
  /// No event comes any more.
  var isFinished: Bool { get }
  func feed(_ samples: [Float])
  /// Returns when no more than so many seconds wait to be heard.
  func drained(to seconds: Double) async
  func end()
  func cancel(throwing error: any Error)
}

extension LiveSpeaker: ListenSpeaker {}
extension VoskEar: ListenSpeaker {}

/// Where `listen` gets its sound from.
protocol ListenSource: Sendable {
  /// Feeds it until it ends or the task is cancelled.
  /// - Returns: false when it was cancelled before its end.
  func feed(_ speaker: any ListenSpeaker) async throws -> Bool
}

/// A recording, piece by piece.
struct RecordedSound: ListenSource {
  let recording: AudioFile
  /// Samples.
  let piece: Int
  /// No faster than it was spoken.
  let isPaced: Bool

  /// Seconds that may wait to be heard.
  private static let mostBacklog = 10.0

  func feed(_ speaker: any ListenSpeaker) async throws -> Bool {
    let start = ContinuousClock.now
    for first in stride(from: 0, to: recording.count, by: piece) {
      let range = first..<min(recording.count, first + piece)
      if isPaced {
        // Sound is there when it has been spoken.
        let due = start + .seconds(Double(range.upperBound) / Double(AudioClip.sampleRate))
        try? await Task.sleep(until: due, clock: .continuous)
      } else {
        await speaker.drained(to: Self.mostBacklog)
      }
      if Task.isCancelled || speaker.isFinished { return false }
      speaker.feed(try recording.samples(range))
    }
    return true
  }
}
