import SpeechEngine

/// Where `listen` gets its sound from.
protocol ListenSource: Sendable {
  /// Feeds it until it ends or the task is cancelled.
  /// - Returns: false when it was cancelled before its end.
  func feed(_ speaker: LiveSpeaker) async throws -> Bool
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

  func feed(_ speaker: LiveSpeaker) async throws -> Bool {
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
