import Transcription

/// What happens while somebody waits for a transcript.
enum TimedUpdate: Sendable {
  case update(RequestUpdate)
  /// So much time has passed again.
  case tick

  /// A request's updates with ticks between them. Who stops reading stops reading the updates.
  /// - Parameter period: nil: no ticks.
  static func stream(_ updates: AsyncStream<RequestUpdate>, every period: Duration?) -> AsyncStream<TimedUpdate> {
    let (stream, continuation) = AsyncStream.makeStream(of: TimedUpdate.self)
    let clock = Task {
      guard let period else { return }
      while (try? await Task.sleep(for: period)) != nil { continuation.yield(.tick) }
    }
    let reading = Task {
      for await update in updates { continuation.yield(.update(update)) }
      continuation.finish()
    }
    continuation.onTermination = { _ in
      clock.cancel()
      reading.cancel()
    }
    return stream
  }
}
