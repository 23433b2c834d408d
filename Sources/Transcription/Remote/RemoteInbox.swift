import Foundation

/// Where requests lay down what became of them, for a thread that waits.
///
/// `@unchecked Sendable`: `door` guards `results`.
final class RemoteInbox: @unchecked Sendable {
  private let door = NSCondition()
  private var results: [(Int, Result<RemoteHearing, any Error>)] = []

  func put(_ id: Int, _ result: Result<RemoteHearing, any Error>) {
    door.withLock { results.append((id, result)) }
    door.signal()
  }

  func takeAll() -> [(Int, Result<RemoteHearing, any Error>)] {
    door.withLock {
      defer { results = [] }
      return results
    }
  }

  /// Until there is something, or the time is over.
  func wait(_ seconds: TimeInterval) {
    door.withLock {
      if results.isEmpty { _ = door.wait(until: Date(timeIntervalSinceNow: seconds)) }
    }
  }
}
