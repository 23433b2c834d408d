public import Domain
public import Foundation

/// What one attempt at delivery came to.
public enum DeliveryOutcome: Sendable, Equatable {
  /// The CRM answered.
  /// - retryAfter: seconds that it asks to wait, where it does.
  /// - error: its explanation, for a status other than 2xx.
  case reply(status: Int, retryAfter: Double? = nil, error: String? = nil)
  /// No connection was made: the CRM saw nothing.
  case noConnection(error: String)
  /// The CRM may or may not have taken it: a time-out, or a connection that broke.
  case unknown(error: String)
}

extension DeliveryOutcome {
  /// How long a CRM that answers 429 without a `Retry-After` is left alone, in seconds.
  static let shortestHoldSeconds = 5.0

  /// What it says about the CRM as a whole.
  public var signal: DeliveryLane.Signal {
    switch self {
    case .reply(429, let retryAfter, _): .busy(seconds: max(retryAfter ?? 0, Self.shortestHoldSeconds))
    case .reply(500...599, let retryAfter, _): .trouble(seconds: retryAfter)
    case .reply: .alive
    case .noConnection, .unknown: .trouble()
    }
  }
}

/// What becomes of an outbox entry after an attempt.
public struct DeliveryDecision: Sendable, Equatable {
  public let state: DeliveryState
  /// When to try again; set exactly while ``state`` is pending.
  public let nextAttemptAt: Date?
  public let responseCode: Int?
  public let error: String?
  /// Whether the CRM may have taken it without our hearing of it.
  public var unknownOutcome = false
}

/// The delivery state machine. Pure: time and randomness are passed in.
///
/// | outcome | attempts left | attempts used up |
/// |---|---|---|
/// | 2xx | synced | synced |
/// | 408, 409, 425, 429, 5xx | retrying | failed |
/// | unknown: no reply in time, or cut off | retrying, marked | failed, marked |
/// | no connection | queued | cached |
/// | any other status | failed | failed |
public struct DeliveryPolicy: Sendable, Equatable {
  /// Longest wait that a `Retry-After` may ask for: 24 h.
  public static let longestRetryAfterSeconds = 86_400.0

  /// How long to wait between attempts, and how many there are.
  public let schedule: RetrySchedule

  public init(schedule: RetrySchedule) {
    self.schedule = schedule
  }

  /// - Parameter maxAttempts: as in ``CRMConfiguration/maxAttempts``.
  public init(maxAttempts: Int?) {
    self.init(schedule: maxAttempts.map(RetrySchedule.quick) ?? .overThreeDays)
  }

  /// - Parameters:
  ///   - attempt: which attempt this was since the entry was queued, from 1.
  ///   - jitter: -1...1.
  public func decide(attempt: Int, outcome: DeliveryOutcome, now: Date, jitter: Double) -> DeliveryDecision {
    switch outcome {
    case .reply(let status, _, _) where (200...299).contains(status):
      return DeliveryDecision(state: .synced, nextAttemptAt: nil, responseCode: status, error: nil)
    case .reply(let status, let retryAfter, let error):
      let text = error ?? "HTTP \(status)"
      guard Self.isRetryable(status), attempt < schedule.maxAttempts else {
        return DeliveryDecision(state: .failed, nextAttemptAt: nil, responseCode: status, error: text)
      }
      let next = nextAttempt(after: attempt, now: now, retryAfter: retryAfter, jitter: jitter)
      return DeliveryDecision(state: .retrying, nextAttemptAt: next, responseCode: status, error: text)
    case .noConnection(let error):
      return withoutReply(attempt, .queued, exhausted: .cached, error: error, now: now, jitter: jitter)
    case .unknown(let error):
      var decision = withoutReply(attempt, .retrying, exhausted: .failed, error: error, now: now, jitter: jitter)
      decision.unknownOutcome = true
      return decision
    }
  }

  /// Statuses that another try may change: request time-out, conflict (the same key is being worked on), too early, too
  /// many requests, server errors.
  static func isRetryable(_ status: Int) -> Bool {
    [408, 409, 425, 429].contains(status) || (500...599).contains(status)
  }

  private func withoutReply(
    _ attempt: Int, _ pending: DeliveryState, exhausted: DeliveryState, error: String, now: Date, jitter: Double
  ) -> DeliveryDecision {
    guard attempt < schedule.maxAttempts else {
      return DeliveryDecision(state: exhausted, nextAttemptAt: nil, responseCode: nil, error: error)
    }
    let next = nextAttempt(after: attempt, now: now, retryAfter: nil, jitter: jitter)
    return DeliveryDecision(state: pending, nextAttemptAt: next, responseCode: nil, error: error)
  }

  /// Never before the CRM's `Retry-After`, never before the schedule's own slot.
  private func nextAttempt(after attempt: Int, now: Date, retryAfter: Double?, jitter: Double) -> Date {
    let asked = min(max(retryAfter ?? 0, 0), Self.longestRetryAfterSeconds)
    return now.addingTimeInterval(max(schedule.delaySeconds(afterAttempt: attempt, jitter: jitter), asked))
  }
}
