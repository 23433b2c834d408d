import Foundation

/// Runs blocking work on a thread of its own, so that waiting takes no thread away from other tests.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
  }
}

/// Asks `condition` every 20 ms until it holds or `seconds` are over. Returns whether it held.
func eventually(
  within seconds: TimeInterval = 30, _ condition: @escaping @Sendable () throws -> Bool
) async throws -> Bool {
  try await onThread { try poll(until: Date(timeIntervalSinceNow: seconds), condition) }
}

/// The blocking half of `eventually`.
func poll(until deadline: Date, _ condition: () throws -> Bool) rethrows -> Bool {
  while true {
    if try condition() { return true }
    if Date() > deadline { return false }
    usleep(20_000)
  }
}
