import Foundation

/// How many attempts a delivery has and how far they lie apart.
public enum RetrySchedule: Sendable, Equatable {
  /// 10 attempts over three days, after the Standard Webhooks schedule: an outage over a weekend is survived.
  case overThreeDays
  /// The given number of attempts, 0.5 s · 2^n apart, at most 30 s.
  case quick(maxAttempts: Int)

  /// How far jitter moves a delay, as a share of it: waiting entries don't all come back at once.
  static let jitterShare = 0.1

  /// Seconds between the attempts of ``overThreeDays``: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
  static let slots: [Double] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

  public var maxAttempts: Int {
    switch self {
    case .overThreeDays: Self.slots.count + 1
    case .quick(let maxAttempts): maxAttempts
    }
  }

  /// Seconds to wait after the given attempt, from 1.
  /// - Parameter jitter: -1...1, moves the delay by up to 10 %.
  public func delaySeconds(afterAttempt attempt: Int, jitter: Double) -> Double {
    let index = max(attempt, 1) - 1
    let delay =
      switch self {
      case .overThreeDays: Self.slots[min(index, Self.slots.count - 1)]
      case .quick: min(0.5 * pow(2, Double(min(index, 16))), 30)
      }
    return delay * (1 + Self.jitterShare * min(max(jitter, -1), 1))
  }
}
