import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and `kill`: the work ends in order, and what was begun is finished or given back.
enum Interruption {
  /// Runs `work`; SIGINT and SIGTERM cancel it, a second signal ends the process at once.
  /// - Returns: the signal that interrupted it, nil when it came to its end.
  @discardableResult
  static func cancelling(_ work: @escaping @Sendable () async throws -> Void) async throws -> Int32? {
    let task = Task { try await work() }
    let received = Received()
    let sources = [SIGINT, SIGTERM].map { watch($0, task, received) }
    defer { for source in sources { source.cancel() } }
    let result = await task.result
    if let signal = received.signal.withLock({ $0 }) { return signal }
    try result.get()
    return nil
  }

  private final class Received: Sendable {
    let signal = Mutex<Int32?>(nil)
  }

  private static func watch(
    _ signal: Int32, _ task: Task<Void, any Error>, _ received: Received
  ) -> any DispatchSourceSignal {
    Foundation.signal(signal, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
    source.setEventHandler {
      if task.isCancelled { _exit(128 + signal) }
      received.signal.withLock { $0 = signal }
      task.cancel()
    }
    source.resume()
    return source
  }
}
