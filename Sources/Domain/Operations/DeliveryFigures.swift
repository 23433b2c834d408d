public import Foundation

/// How deliveries to the CRM went in a span of time, and how they stand now.
public struct DeliveryFigures: Sendable, Equatable {
  /// What the CRM answered: an HTTP status, or nil for no answer.
  public struct Reply: Sendable, Equatable {
    public let code: Int?
    /// Attempts that ended so.
    public let count: Int

    public init(code: Int?, count: Int) {
      self.code = code
      self.count = count
    }
  }

  /// Entries in each state now; states without any are left out.
  public var counts: [DeliveryState: Int] = [:]
  /// When the note that waits longest was saved, nil where none waits.
  public var oldestWaitingSince: Date?
  /// Notes of which an attempt ended in the span; those that gave way to a newer version are not counted.
  public var tried = 0
  /// Those of ``tried`` whose last attempt in the span was taken by the CRM.
  public var delivered = 0
  /// Attempts of the span by answer, the most frequent first.
  public var replies: [Reply] = []
  /// When a note last came into the CRM, whenever that was.
  public var lastSuccess: Date?
  /// The latest attempt that failed, whenever that was.
  public var lastFailure: DeliveryAttempt?
  /// Whether a person paused delivery.
  public var isPaused = false

  public init() {}

  /// Notes that are not in the CRM yet, those that wait for a person among them.
  public var waiting: Int {
    DeliveryState.allCases.filter { $0 != .synced && $0 != .superseded }.reduce(0) { $0 + counts[$1, default: 0] }
  }

  /// Attempts of the span.
  public var attempts: Int { replies.reduce(0) { $0 + $1.count } }

  /// 0...1 of the notes tried, not of the attempts: a note that took three tries is one success. nil where none was tried.
  public var successRate: Double? { tried > 0 ? Double(delivered) / Double(tried) : nil }
}
