import Foundation
import Synchronization

/// What waits for the engine in its process, and what nobody wants any more.
final class RequestMailbox: Sendable {
  private struct State {
    var waiting: [RequestOrder] = []
    var open: Set<UInt64> = []
    var dropped: Set<UInt64> = []
    var lastStep: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  func take(_ order: RequestOrder) {
    state.withLock { state in
      switch order.type {
      case .take: state.waiting.append(order)
      case .drop:
        if state.open.contains(order.id) { state.dropped.insert(order.id) }
        state.waiting.removeAll { $0.id == order.id }
      }
    }
    bell.signal()
  }

  /// Blocks until something came.
  func wait() { bell.wait() }

  /// The first in line.
  var first: RequestOrder? { state.withLock(\.waiting.first) }

  /// Takes the first in line where it asks for the same as those that are decoded now.
  func next(like options: RequestOptions) -> RequestOrder? {
    state.withLock { state in
      guard let first = state.waiting.first, (first.options ?? RequestOptions()) == options else { return nil }
      state.waiting.removeFirst()
      state.open.insert(first.id)
      return first
    }
  }

  /// Nothing more is said of it.
  /// - Returns: false where nobody wants to hear of it.
  func close(_ id: UInt64) -> Bool {
    state.withLock { state in
      state.open.remove(id)
      return state.dropped.remove(id) == nil
    }
  }

  func isDropped(_ id: UInt64) -> Bool {
    state.withLock { state in
      state.lastStep = .now
      return state.dropped.contains(id)
    }
  }

  /// The engine begins, goes on, or with false rests.
  /// - Parameter patience: this step may take so long before it counts as one on which the engine stands still.
  func step(_ isWorking: Bool = true, patience: Duration = .zero) {
    state.withLock { $0.lastStep = isWorking ? .now + patience : nil }
  }

  /// Seconds since the engine's last step; 0 while it rests.
  var stuck: Double {
    state.withLock { max(0, $0.lastStep.map { Double($0.duration(to: .now).components.seconds) } ?? 0) }
  }
}
