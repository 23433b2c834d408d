public import Foundation

/// The road to one CRM endpoint, shared by every process that delivers to it: a circuit breaker, a rate budget, and what
/// the CRM itself asked for. Pure: time is passed in; the store keeps it in a row.
public struct DeliveryLane: Sendable, Equatable {
  public struct Limits: Sendable, Equatable {
    /// Attempts a minute, at least 1, in the long run. Default 300: half of what the strictest of the large CRMs allows.
    public let perMinute: Int
    public var breaker = CircuitBreaker.Limits()

    public init(perMinute: Int = 300) {
      self.perMinute = max(1, perMinute)
    }

    /// Attempts that may follow each other at once after a quiet time: six seconds' worth.
    public var burst: Double { max(1, (Double(perMinute) / 10).rounded(.down)) }
  }

  /// What an attempt said about the CRM as a whole.
  public enum Signal: Sendable, Equatable {
    /// It answered.
    case alive
    /// It did not answer, or answered 5xx.
    /// - seconds: how long it asks to be left alone, where it does.
    case trouble(seconds: Double? = nil)
    /// It answered 429.
    /// - seconds: how long it asks to be left alone.
    case busy(seconds: Double)
  }

  public var breaker: CircuitBreaker
  /// Attempts that may start at once.
  public private(set) var tokens: Double
  /// When ``tokens`` was right.
  public private(set) var tokensAt: Date
  /// The CRM asked to be left alone until then.
  public private(set) var holdUntil: Date?

  /// A lane that was never used.
  public init(now: Date, limits: Limits = Limits()) {
    self.init(breaker: CircuitBreaker(), tokens: limits.burst, tokensAt: now, holdUntil: nil)
  }

  /// As it was stored.
  public init(breaker: CircuitBreaker, tokens: Double, tokensAt: Date, holdUntil: Date?) {
    self.breaker = breaker
    self.tokens = tokens
    self.tokensAt = tokensAt
    self.holdUntil = holdUntil
  }

  /// Why nothing can be sent for now.
  public enum Closure: Sendable, Equatable {
    /// The CRM is down, or asked to be left alone.
    case down(until: Date)
    /// The budget is used up for the moment.
    case overBudget(until: Date)

    public var until: Date {
      switch self {
      case .down(let date), .overBudget(let date): date
      }
    }
  }

  /// Nil: an attempt may start now.
  public func closure(now: Date, limits: Limits = Limits()) -> Closure? {
    let hold = holdUntil.flatMap {
      CircuitBreaker.stillAhead($0, now, longest: DeliveryTimes.longestHoldSeconds)
    }
    let pause = breaker.wait(now: now, limits: limits.breaker)
    if let end = [hold, pause].compactMap(\.self).max() { return .down(until: end) }
    let available = tokens(now: now, limits: limits)
    guard available < 1 else { return nil }
    return .overBudget(until: now.addingTimeInterval((1 - available) * 60 / Double(limits.perMinute)))
  }

  /// An attempt starts: it costs a token, and is the probe of a breaker that is half open.
  /// - Parameter until: when the attempt counts as lost.
  public mutating func started(now: Date, until: Date, limits: Limits = Limits()) {
    tokens = max(0, tokens(now: now, limits: limits) - 1)
    tokensAt = now
    breaker.started(until: until)
  }

  /// An attempt ended.
  public mutating func ended(_ signal: Signal, now: Date, limits: Limits = Limits()) {
    switch signal {
    case .alive:
      breaker.succeeded()
    case .trouble(let seconds):
      breaker.failed(now: now, limits: limits.breaker)
      if let seconds { hold(seconds, now) }
    case .busy(let seconds):
      breaker.succeeded()
      hold(seconds, now)
    }
  }

  /// A person wants to see at once: no more waiting but for the budget.
  public mutating func hurried(now: Date) {
    breaker.hurried(now: now)
    holdUntil = nil
  }

  private mutating func hold(_ seconds: Double, _ now: Date) {
    holdUntil = now.addingTimeInterval(min(max(seconds, 0), DeliveryTimes.longestHoldSeconds))
  }

  /// A clock that was put back leaves a full budget: what was used up under the later time would not come back before it.
  private func tokens(now: Date, limits: Limits) -> Double {
    let seconds = now.timeIntervalSince(tokensAt)
    if seconds < -DeliveryTimes.clockSlackSeconds { return limits.burst }
    return min(limits.burst, tokens + max(0, seconds) * Double(limits.perMinute) / 60)
  }
}

/// Where a deliverer sends to, as the store knows it.
public struct DeliveryTarget: Sendable, Equatable {
  /// The endpoint's scheme, host, port and path: what follows may be a secret.
  public let endpoint: String
  public let limits: DeliveryLane.Limits

  public init(endpoint: String, limits: DeliveryLane.Limits = DeliveryLane.Limits()) {
    self.endpoint = endpoint
    self.limits = limits
  }
}
