import Storage
import Synchronization

/// Tells operators that a worker is alive and its engine ready. A sign that can't be written now keeps nobody from
/// working: the next one says the same.
final class WorkerSign: Sendable {
  /// Time between signs, working or idle.
  private static let interval = Duration.seconds(10)

  private let store: FieldStore
  private let owner: String
  private let next = Mutex<ContinuousClock.Instant?>(nil)

  init(store: FieldStore, owner: String) {
    self.store = store
    self.owner = owner
  }

  func give() {
    let isDue = next.withLock { next in
      let now = ContinuousClock.now
      if let next, now < next { return false }
      next = now + Self.interval
      return true
    }
    if isDue { try? store.signs.give(owner: owner) }
  }

  func takeBack() { try? store.signs.takeBack(owner: owner) }
}
