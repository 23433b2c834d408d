import Synchronization

/// One speaker of a `LiveTranscriber`. From any thread.
public final class LiveSpeaker: Sendable {
  /// What happens, for one reader.
  public let events: AsyncThrowingStream<StreamingEvent, any Error>
  let continuation: AsyncThrowingStream<StreamingEvent, any Error>.Continuation
  private let box: LiveMailbox
  private let state = Mutex(State())

  private struct State {
    /// Samples that the thread has not taken yet.
    var unread = 0
    /// Seconds of what it took and has not heard.
    var unheard = 0.0
    var hasEnded = false
    var waiting: [(limit: Double, go: CheckedContinuation<Void, Never>)] = []
    var backlog: Double { hasEnded ? 0 : Double(unread) / Double(AudioClip.sampleRate) + unheard }
  }

  init(_ box: LiveMailbox) {
    self.box = box
    (events, continuation) = AsyncThrowingStream.makeStream()
    continuation.onTermination = { [weak self] reason in if case .cancelled = reason { self?.cancel() } }
  }

  /// Takes the next samples: 16 kHz, one channel. Returns at once, however much waits.
  public func feed(_ samples: [Float]) {
    state.withLock { $0.unread += samples.count }
    box.put(.feed(self, samples, at: StreamingTranscriber.systemClock()))
  }

  /// No sound comes any more: what waits is heard, then the events end.
  public func end() { box.put(.end(self)) }

  /// Nobody wants the words any more.
  public func cancel(throwing error: any Error = CancellationError()) {
    box.put(.cancel(self, error))
  }

  /// No event comes any more.
  public var isFinished: Bool { state.withLock(\.hasEnded) }

  /// Seconds of sound that were fed and not heard yet.
  public var backlog: Double { state.withLock(\.backlog) }

  /// Returns when no more than so many seconds wait to be heard, or the speaker has ended: for sound that comes faster than
  /// it is spoken.
  public func drained(to seconds: Double) async {
    await withCheckedContinuation { go in
      let isDone = state.withLock { state in
        if state.backlog <= seconds { return true }
        state.waiting.append((seconds, go))
        return false
      }
      if isDone { go.resume() }
    }
  }

  func took(_ samples: Int) { state.withLock { $0.unread -= samples } }

  func stands(unheard seconds: Double) { update { $0.unheard = seconds } }

  func finish(throwing error: (any Error)? = nil) {
    continuation.finish(throwing: error)
    update { $0.hasEnded = true }
  }

  private func update(_ change: (inout State) -> Void) {
    let ready = state.withLock { state in
      change(&state)
      let backlog = state.backlog
      defer { state.waiting.removeAll { $0.limit >= backlog } }
      return state.waiting.filter { $0.limit >= backlog }.map(\.go)
    }
    for go in ready { go.resume() }
  }
}
