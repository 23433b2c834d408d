/// How long a supervisor waits before it starts a child again. Pure: time is passed in.
public struct RestartPolicy: Sendable, Equatable {
  /// Wait after the first death. Default 0.5 s; it doubles with each further one.
  public var first: Duration = .milliseconds(500)
  /// Longest wait. Default 30 s.
  public var longest: Duration = .seconds(30)
  /// A child that lived this long was healthy: the count starts again. Default 60 s.
  public var healthy: Duration = .seconds(60)
  private var deaths = 0

  public init() {}

  /// The wait after a child died that had lived for `lifetime`.
  public mutating func delay(afterLiving lifetime: Duration) -> Duration {
    deaths = lifetime >= healthy ? 1 : deaths + 1
    return min(longest, first * (1 << min(deaths - 1, 16)))
  }
}
