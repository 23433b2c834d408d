import Dispatch
import Domain

/// Hashes passwords, a few at a time and away from the threads that serve pages: each takes 32 MiB and tens of
/// milliseconds, and strangers may ask for it.
actor PasswordDesk {
  /// More are waiting than the desk takes.
  struct Busy: Error {}

  private let cost: ScryptCost
  private let width: Int
  private let longestQueue: Int
  private var running = 0
  private var queue: [CheckedContinuation<Void, Never>] = []
  /// Compared where there is no such user, so that the answer takes as long.
  private var nobody: PasswordHash?

  init(cost: ScryptCost, width: Int = 2, longestQueue: Int = 16) {
    self.cost = cost
    self.width = width
    self.longestQueue = longestQueue
  }

  /// - Returns: the hash as the store keeps it.
  /// - Throws: ``Busy``.
  func hash(_ password: String) async throws -> String {
    let cost = cost
    return try await work { try PasswordHash(password, cost: cost).stored }
  }

  /// Whether the password is right; takes as long where `stored` is nil.
  /// - Throws: ``Busy``.
  func matches(_ password: String, stored: String?) async throws -> Bool {
    let known = stored.flatMap(PasswordHash.init(stored:))
    let nobody = nobody
    let cost = cost
    let (isRight, dummy) = try await work {
      let dummy = try known == nil ? nobody ?? PasswordHash("nobody's", cost: cost) : nobody
      let found = (known ?? dummy)?.matches(password) ?? false
      return (found && known != nil, dummy)
    }
    self.nobody = dummy
    return isRight
  }

  private func work<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await enter()
    defer { leave() }
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: .init(catching: body)) }
    }
  }

  private func enter() async throws {
    if running < width {
      running += 1
      return
    }
    guard queue.count < longestQueue else { throw Busy() }
    // Whoever leaves hands its place over.
    await withCheckedContinuation { queue.append($0) }
  }

  private func leave() {
    if queue.isEmpty { running -= 1 } else { queue.removeFirst().resume() }
  }
}
