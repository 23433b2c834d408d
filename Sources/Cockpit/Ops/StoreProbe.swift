import Foundation
import Operations
import Serving
import Storage

/// Whether the store takes something in, tried once in five seconds at most, however many ask: each try is a write that
/// waits for the disk, and who asks needs no session.
actor StoreProbe {
  private static let lifetime: TimeInterval = 5
  private let store: FieldStore
  private var last: (begun: Date, trouble: Task<String?, Never>)?

  init(_ store: FieldStore) { self.store = store }

  /// Nil where nothing is wrong.
  func trouble(now: Date) async -> String? {
    // A clock that was put back must not keep an answer for ever.
    if let last, abs(now.timeIntervalSince(last.begun)) < Self.lifetime { return await last.trouble.value }
    let look = Task<String?, Never> { [store] in
      do { return try await Blocking.run { Readiness.trouble(writing: store) } } catch { return "\(error)" }
    }
    last = (now, look)
    return await look.value
  }
}
