/// The port that a server came to listen on, for those who wait for it.
actor BoundPort {
  private var outcome: Result<Int, any Error>?
  private var waiting: [CheckedContinuation<Int, any Error>] = []

  /// Says how it went. Only the first word counts.
  func settle(_ result: Result<Int, any Error>) {
    guard outcome == nil else { return }
    outcome = result
    for continuation in waiting { continuation.resume(with: result) }
    waiting = []
  }

  /// The port, once it is known.
  func value() async throws -> Int {
    if let outcome { return try outcome.get() }
    return try await withCheckedThrowingContinuation { waiting.append($0) }
  }
}
