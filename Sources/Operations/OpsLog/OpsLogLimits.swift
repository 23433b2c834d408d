public import Foundation

/// When `ops_log.jsonl` is put aside and started anew, and how many old ones are kept.
public struct OpsLogLimits: Sendable, Equatable {
  /// Bytes that the log does not outgrow. Default 10 MB.
  public let maxBytes: Int
  /// Seconds between the first line and the last. Default 30 days.
  public let maxAge: TimeInterval
  /// Rotated logs that are kept; older ones are removed. Default 12.
  public let keep: Int

  public init(maxBytes: Int = 10_000_000, maxAge: TimeInterval = 30 * 86_400, keep: Int = 12) {
    self.maxBytes = max(1, maxBytes)
    self.maxAge = max(1, maxAge)
    self.keep = max(1, keep)
  }

  /// Whether a line goes into a new log. Decided by the lines alone, so that a log written again is cut where it was.
  func wantNewLog(size: Int, firstTime: Date?, nextBytes: Int, nextTime: Date) -> Bool {
    if size == 0 { return false }
    if size + nextBytes > maxBytes { return true }
    return firstTime.map { nextTime.timeIntervalSince($0) > maxAge } ?? false
  }
}
