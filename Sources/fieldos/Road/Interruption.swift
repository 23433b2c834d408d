import Dispatch
import Foundation

/// Ctrl-C and `kill`: the work ends in order, and what was begun is finished or given back.
enum Interruption {
  /// Runs `work`; SIGINT and SIGTERM cancel it, a second signal ends the process at once.
  /// - Returns: false when it was interrupted.
  @discardableResult
  static func cancelling(_ work: @escaping @Sendable () async throws -> Void) async throws -> Bool {
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM].map { watch($0, task) }
    defer { for source in sources { source.cancel() } }
    let result = await task.result
    if task.isCancelled { return false }
    try result.get()
    return true
  }

  private static func watch(_ signal: Int32, _ task: Task<Void, any Error>) -> any DispatchSourceSignal {
    Foundation.signal(signal, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
    source.setEventHandler {
      if task.isCancelled { _exit(128 + signal) }
      task.cancel()
    }
    source.resume()
    return source
  }
}
