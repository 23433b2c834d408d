public import Foundation

/// Keeps work away from a CRM that is down. Pure: time is passed in.
///
/// Closed until ``Limits/failures`` attempts in a row got no answer or a 5xx; then open for a while, longer each time; then
/// half open: one attempt is let through as a probe, and what comes of it closes or opens the breaker. While it is open
/// nothing is sent, so no note loses an attempt.
public struct CircuitBreaker: Sendable, Equatable {
  public struct Limits: Sendable, Equatable {
    /// Failures in a row that open it, at least 1. Default 5.
    public var failures = 5
    /// How long it stays open at first, in seconds; doubles each time that a probe fails. Default 5.
    public var firstPauseSeconds = 5.0
    /// Longest pause, in seconds. Default 60.
    public var longestPauseSeconds = 60.0

    public init() {}
  }

  public enum Phase: String, Sendable, Codable {
    case closed, open
    /// Its pause is over, or a probe is on its way.
    case halfOpen = "half_open"
  }

  /// Failures since the last success.
  public private(set) var failures: Int
  /// How often it opened since it was last closed.
  public private(set) var openings: Int
  /// When a probe may start; nil while it is closed.
  public private(set) var openUntil: Date?
  /// When the probe under way counts as lost; nil where there is none.
  public private(set) var probeUntil: Date?

  /// Closed, as for an endpoint that was never tried.
  public init() {
    self.init(failures: 0, openings: 0, openUntil: nil, probeUntil: nil)
  }

  /// As it was stored.
  public init(failures: Int, openings: Int, openUntil: Date?, probeUntil: Date?) {
    self.failures = failures
    self.openings = openings
    self.openUntil = openUntil
    self.probeUntil = probeUntil
  }

  public func phase(now: Date, limits: Limits = Limits()) -> Phase {
    guard openUntil != nil else { return .closed }
    return probeUntil != nil || wait(now: now, limits: limits) == nil ? .halfOpen : .open
  }

  /// When the next attempt may start; nil: now. An end farther off than it can be set counts as past: the clock was
  /// put back.
  public func wait(now: Date, limits: Limits = Limits()) -> Date? {
    let probe = probeUntil.flatMap { Self.stillAhead($0, now, longest: DeliveryTimes.longestLeaseSeconds) }
    return probe ?? openUntil.flatMap { Self.stillAhead($0, now, longest: limits.longestPauseSeconds) }
  }

  /// An attempt starts. Ask ``wait(now:limits:)`` first.
  /// - Parameter until: when the attempt counts as lost.
  public mutating func started(until: Date) {
    if openUntil != nil { probeUntil = until }
  }

  /// The CRM answered, with whatever status below 500.
  public mutating func succeeded() {
    self = CircuitBreaker()
  }

  /// No answer, or a 5xx. Late news from before it opened changes nothing.
  public mutating func failed(now: Date, limits: Limits = Limits()) {
    if openUntil != nil, probeUntil == nil { return }
    failures += 1
    guard probeUntil != nil || failures >= limits.failures else { return }
    let pause = min(limits.firstPauseSeconds * pow(2, Double(min(openings, 30))), limits.longestPauseSeconds)
    openings += 1
    openUntil = now.addingTimeInterval(pause)
    probeUntil = nil
  }

  /// A person wants to see at once: the next attempt is the probe.
  public mutating func hurried(now: Date) {
    if openUntil != nil { self = CircuitBreaker(failures: failures, openings: 0, openUntil: now, probeUntil: nil) }
  }

  static func stillAhead(_ end: Date, _ now: Date, longest seconds: Double) -> Date? {
    end > now && end.timeIntervalSince(now) <= seconds ? end : nil
  }
}

/// The longest times that delivery can set. What claims to last longer was written under a clock that has since been
/// put back, and counts as over.
public enum DeliveryTimes {
  /// A claim: the longest time-out of an attempt, 600 s, and the 30 s that a claim adds to it.
  public static let longestLeaseSeconds = 630.0
  /// A CRM's own request to be left alone: 1 h. A single note may be asked to wait longer.
  public static let longestHoldSeconds = 3_600.0
  /// How far the clock may step back before waits that were set after now count as over, in seconds: time servers
  /// correct a clock by less all the time.
  public static let clockSlackSeconds = 60.0
}
