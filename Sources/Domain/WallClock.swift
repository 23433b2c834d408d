public import Foundation

/// The time of day, passed in so that tests decide it.
public struct WallClock: Sendable {
  /// The present moment.
  public let now: @Sendable () -> Date

  public init(now: @escaping @Sendable () -> Date) {
    self.now = now
  }

  /// The machine's clock.
  public static let system = WallClock { Date() }
}
