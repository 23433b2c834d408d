import Foundation
import Synchronization
import Transcription

/// Requests under way, so that a client that lost its patience and asks again gets the transcript that is being made for it.
final class RequestBook: Sendable {
  /// What makes two requests the same.
  struct Question: Hashable, Sendable {
    let caller: String
    /// Of the file.
    let hash: Data
    let options: RequestOptions
  }

  /// Somebody who waits for a transcript.
  struct Listener: Sendable {
    let updates: AsyncStream<RequestUpdate>
    /// Nobody waits any more: the updates end.
    let hangUp: @Sendable () -> Void
  }

  private struct Entry {
    let question: Question
    var told: [RequestUpdate] = []
    var listeners: [Int: AsyncStream<RequestUpdate>.Continuation] = [:]
    var reading: Task<Void, Never>?
  }

  private struct State {
    var next = 0
    var entries: [Int: Entry] = [:]
    var latest: [Question: Int] = [:]
    /// Callers whose uploads may turn out to be asked again.
    var expected: [String: Int] = [:]
  }

  private let state = Mutex(State())

  /// An upload of who says that it asks again: until `arrived`, nothing of theirs is dropped.
  func expect(_ caller: String) { state.withLock { $0.expected[caller, default: 0] += 1 } }

  func arrived(_ caller: String) {
    state.withLock { state in
      let left = state.expected[caller, default: 1] - 1
      state.expected[caller] = left > 0 ? left : nil
    }
  }

  /// The updates of a request like this that is under way, from their start; nil where there is none.
  func join(_ question: Question, patience: Duration) -> Listener? {
    state.withLock { state in
      state.latest[question].flatMap { listen(to: $0, &state, patience) }
    }
  }

  /// Begins a request.
  /// - Parameters:
  ///   - updates: what the desk says of it; read to its end, whoever listens.
  ///   - file: kept as long.
  ///   - patience: how long it goes on when nobody listens any more.
  func begin(
    _ question: Question, _ updates: AsyncStream<RequestUpdate>, of file: SpooledFile, patience: Duration
  ) -> Listener {
    state.withLock { state in
      let id = state.next
      state.next += 1
      state.entries[id] = Entry(question: question)
      state.latest[question] = id
      state.entries[id]?.reading = Task {
        for await update in updates { tell(id, update) }
        withExtendedLifetime(file) {}
        end(id)
      }
      return listen(to: id, &state, patience) ?? Listener(updates: AsyncStream { $0.finish() }, hangUp: {})
    }
  }

  private func listen(to id: Int, _ state: inout State, _ patience: Duration) -> Listener? {
    guard state.entries[id] != nil else { return nil }
    let (stream, continuation) = AsyncStream.makeStream(of: RequestUpdate.self)
    let listener = state.next
    state.next += 1
    for update in state.entries[id]?.told ?? [] { continuation.yield(update) }
    state.entries[id]?.listeners[listener] = continuation
    let leave: @Sendable () -> Void = { [weak self] in Task { await self?.left(id, listener, patience) } }
    continuation.onTermination = { end in
      if case .cancelled = end { leave() }
    }
    return Listener(updates: stream) {
      continuation.finish()
      leave()
    }
  }

  private func tell(_ id: Int, _ update: RequestUpdate) {
    state.withLock { state in
      if case .again = update { state.entries[id]?.told = [] }
      state.entries[id]?.told.append(update)
      for continuation in (state.entries[id]?.listeners ?? [:]).values { continuation.yield(update) }
    }
  }

  private func end(_ id: Int) {
    let entry = state.withLock { state in
      let entry = state.entries.removeValue(forKey: id)
      if let question = entry?.question, state.latest[question] == id { state.latest[question] = nil }
      return entry
    }
    for continuation in (entry?.listeners ?? [:]).values { continuation.finish() }
  }

  /// Somebody went away. The last one's request is withdrawn when nobody comes back for it.
  private func left(_ id: Int, _ listener: Int, _ patience: Duration) async {
    state.withLock { $0.entries[id]?.listeners[listener] = nil }
    try? await Task.sleep(for: patience)
    for _ in 0..<Self.mostWaits where isExpected(id) { try? await Task.sleep(for: .milliseconds(200)) }
    let abandoned = state.withLock { state in
      state.entries[id]?.listeners.isEmpty == true ? state.entries[id]?.reading : nil
    }
    abandoned?.cancel()
  }

  /// An upload that may be the same is waited for half a minute.
  private static let mostWaits = 150

  private func isExpected(_ id: Int) -> Bool {
    state.withLock { state in
      guard let entry = state.entries[id], entry.listeners.isEmpty else { return false }
      return state.expected[entry.question.caller] != nil
    }
  }
}
