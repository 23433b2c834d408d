public import Foundation

/// Decides what becomes of a job whose attempt failed. Pure: time and randomness are passed in.
public struct JobPolicy: Sendable, Equatable {
  /// What to do with the job.
  public enum Decision: Sendable, Equatable {
    /// Try again, not before this time.
    case retry(at: Date)
    /// Give up.
    case giveUp
  }

  /// Delay after the first failure, in seconds. Default 5.
  public let baseSeconds: Double
  /// Longest delay, in seconds. Default 3600.
  public let capSeconds: Double
  /// How far jitter moves a delay, as a share of it. Default 0.1.
  public let jitterShare: Double

  public init(baseSeconds: Double = 5, capSeconds: Double = 3600, jitterShare: Double = 0.1) {
    self.baseSeconds = baseSeconds
    self.capSeconds = capSeconds
    self.jitterShare = jitterShare
  }

  /// No delay is longer than this, in seconds: 3960 by default.
  public var longestDelaySeconds: Double { capSeconds + capSeconds * jitterShare }

  /// The delay after the given attempt failed: `base * 2^(attempt - 1)`, capped, then jittered.
  /// - Parameters:
  ///   - attempt: which attempt failed, from 1.
  ///   - jitter: -1...1, scaled by ``jitterShare``.
  public func delaySeconds(afterAttempt attempt: Int, jitter: Double) -> Double {
    let exponent = Double(min(max(attempt, 1) - 1, 30))
    let delay = min(baseSeconds * pow(2, exponent), capSeconds)
    return delay * (1 + jitterShare * min(max(jitter, -1), 1))
  }

  /// What becomes of a job after its latest attempt failed.
  public func decide(attempts: Int, maxAttempts: Int, permanent: Bool, now: Date, jitter: Double) -> Decision {
    if permanent || attempts >= maxAttempts { return .giveUp }
    return .retry(at: now.addingTimeInterval(delaySeconds(afterAttempt: attempts, jitter: jitter)))
  }
}
