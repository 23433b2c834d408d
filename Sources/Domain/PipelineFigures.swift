public import Foundation

/// The pipeline's figures, as somebody else's system wrote them into `pipeline_snapshot.json`.
public struct PipelineFigures: Sendable, Equatable {
  /// When they were true, as the file says it; it need not be a time.
  public let lastUpdated: String
  public let overdueTouches: Int
  public let weeklyValue: Double
  /// ISO 4217, such as `USD`.
  public let currency: String

  public init(lastUpdated: String, overdueTouches: Int, weeklyValue: Double, currency: String) {
    self.lastUpdated = lastUpdated
    self.overdueTouches = overdueTouches
    self.weeklyValue = weeklyValue
    self.currency = currency
  }

  /// Older figures are called old.
  public static let freshSeconds: TimeInterval = 24 * 3_600

  /// When they were true; nil where what the file says is no time.
  public var updatedAt: Date? {
    let whole = lastUpdated.replacing(/\.[0-9]+/, with: "", maxReplacements: 1)
    return try? Date(whole, strategy: .iso8601)
  }
}
