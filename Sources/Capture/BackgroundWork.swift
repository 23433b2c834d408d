import Dispatch
import Synchronization

/// Work on another thread, so that the caller can do something else meanwhile. Where no thread was free for it until the
/// caller asks, the caller does it itself: nobody waits for a turn on a busy machine.
final class BackgroundWork<Value: Sendable>: Sendable {
  private let work: @Sendable () throws -> Value
  private let isTaken = Atomic(false)
  private let done = DispatchSemaphore(value: 0)
  private let result = Mutex<Result<Value, any Error>?>(nil)

  /// Begins at once.
  /// - Parameter work: is done even where nobody asks for its result.
  init(_ work: @escaping @Sendable () throws -> Value) {
    self.work = work
    DispatchQueue.global(qos: .userInitiated).async { self.take() }
  }

  /// Returns when it is done; may be called more than once.
  func finish() throws -> Value {
    take()
    while true {
      if let result = result.withLock({ $0 }) { return try result.get() }
      done.wait()
      done.signal()
    }
  }

  private func take() {
    guard !isTaken.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let outcome = Result { try work() }
    result.withLock { $0 = outcome }
    done.signal()
  }
}
