import Domain
import Foundation
import ServiceLifecycle
import Storage
import Synchronization

/// Tells browsers what happens, as it happens: reads new event rows while anybody listens, and hands each to those
/// who may see it. What was missed is read again from the rows after the last one seen.
final class LiveHub: Service, Sendable {
  private struct Listener: Sendable {
    let identity: Identity
    let stream: AsyncStream<LiveEvent>.Continuation
  }

  private struct State: Sendable {
    var listeners: [Int: Listener] = [:]
    var nextID = 0
    var seen: Int64 = 0
  }

  /// A listener that is this far behind is cut off and comes back with the last seq that it saw.
  private static let backlog = 512
  private let store: FieldStore
  private let state = Mutex(State())
  /// Events are read this often while somebody listens.
  private let interval: Duration

  init(store: FieldStore, interval: Duration = .milliseconds(100)) {
    self.store = store
    self.interval = interval
  }

  var listenerCount: Int { state.withLock { $0.listeners.count } }

  /// Events that this person may see, from now on.
  /// - Parameter seq: the last event that the listener knows; nil starts with the next.
  func listen(_ identity: Identity, after seq: Int64?) throws -> AsyncStream<LiveEvent> {
    let last = try store.events.lastSeq()
    let (events, continuation) = AsyncStream.makeStream(
      of: LiveEvent.self, bufferingPolicy: .bufferingOldest(Self.backlog + 1000))
    let (id, told) = state.withLock { state in
      defer { state.nextID += 1 }
      // The rows between this reading and the first common one are the hub's to tell.
      if state.listeners.isEmpty { state.seen = max(last, state.seen) }
      state.listeners[state.nextID] = Listener(identity: identity, stream: continuation)
      return (state.nextID, state.seen)
    }
    continuation.onTermination = { [weak self] _ in self?.leave(id) }
    // What the others were told before this listener came; the hub tells all that is newer.
    let missed = try seq.map { try store.events.after(max($0, told - 1000), limit: 1000) } ?? []
    for event in missed where event.seq <= told && identity.maySee(event.ownerID) {
      continuation.yield(LiveEvent(event))
    }
    return events
  }

  /// Tells something that is no row: words that are being heard. Nobody but who speaks them gets them.
  func tell(_ event: LiveEvent, to owner: ID<Owner>) {
    let audience = state.withLock { $0.listeners.values.filter { $0.identity.ownerID == owner } }
    for listener in audience { listener.stream.yield(event) }
  }

  func run() async throws {
    while !Task.isCancelled, !Task.isShuttingDownGracefully {
      try? await cancelWhenGracefulShutdown { [interval] in try await Task.sleep(for: interval) }
      guard listenerCount > 0 else { continue }
      // A disk that can't be read for a moment is tried again; listeners miss nothing.
      guard let events = try? store.events.after(state.withLock { $0.seen }, limit: 500) else { continue }
      for event in events { deliver(LiveEvent(event), owner: event.ownerID) }
      if let last = events.last { state.withLock { $0.seen = max($0.seen, last.seq) } }
      if events.contains(where: { $0.kind.hasPrefix("crm.") || $0.kind.hasPrefix("note.") }) { tellOutbox() }
    }
    for listener in state.withLock({ $0.listeners.values.map(\.stream) }) { listener.finish() }
  }

  private func deliver(_ event: LiveEvent, owner: ID<Owner>) {
    let audience = state.withLock { $0.listeners.values.filter { $0.identity.maySee(owner) } }
    for listener in audience {
      if case .dropped = listener.stream.yield(event) { listener.stream.finish() }
    }
  }

  private func tellOutbox() {
    for listener in state.withLock({ Array($0.listeners.values) }) {
      guard let waiting = try? store.outbox.waitingCount(ownerID: listener.identity.ownerID) else { continue }
      listener.stream.yield(LiveEvent(kind: "outbox", json: "{\"waiting\":\(waiting)}"))
    }
  }

  private func leave(_ id: Int) {
    state.withLock { _ = $0.listeners.removeValue(forKey: id) }
  }
}
