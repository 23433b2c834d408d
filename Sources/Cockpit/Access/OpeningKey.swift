import Domain
import Foundation
import Serving
import Synchronization

/// The key of the link that opens the cockpit. Each opens once; the next one is made at once and told to whoever keeps
/// the file that people and scripts read it from.
final class OpeningKey: Sendable {
  private struct State: Sendable {
    var key = Secrets.token()
    var tell: (@Sendable (String) -> Void)?
  }

  private let state = Mutex(State())

  /// The key that opens now.
  var current: String { state.withLock { $0.key } }

  /// Tells the key now, and each later one.
  func keep(_ tell: @escaping @Sendable (String) -> Void) {
    state.withLock { $0.tell = tell }
    tell(current)
  }

  /// Whether this is the key.
  func fits(_ key: String) -> Bool { Secrets.areEqual(current, key) }

  /// Uses the key up.
  /// - Returns: false where it is another, or was used.
  func use(_ key: String) -> Bool {
    let next: (key: String, tell: (@Sendable (String) -> Void)?)? = state.withLock { state in
      guard Secrets.areEqual(state.key, key) else { return nil }
      state.key = Secrets.token()
      return (state.key, state.tell)
    }
    guard let next else { return false }
    next.tell?(next.key)
    return true
  }
}
