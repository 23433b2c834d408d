public import Domain
public import Foundation
import Synchronization

/// A clock that stands until it is moved.
public final class ManualClock: Sendable {
  private let time: Mutex<Date>

  /// - Parameter start: 2026-11-22T12:00:00Z by default.
  public init(_ start: Date = Date(timeIntervalSince1970: 1_795_348_800)) {
    time = Mutex(start)
  }

  public var now: Date { time.withLock { $0 } }

  public func advance(_ seconds: Double) {
    time.withLock { $0 += seconds }
  }

  /// The clock as the code under test takes it.
  public var wall: WallClock { WallClock { self.now } }
}
