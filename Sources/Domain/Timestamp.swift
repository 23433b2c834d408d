public import Foundation

/// The two ways in which times leave the store.
public enum Timestamp {
  /// UTC, RFC 3339 with milliseconds: `2026-11-22T12:20:55.123Z`.
  public static func utc(_ date: Date) -> String {
    // From whole milliseconds: the format style would cut a fraction that binary cannot hold, .123 to .122.
    let (seconds, fraction) = date.unixMilliseconds.flooredDivision(by: 1_000)
    let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(Date.ISO8601FormatStyle())
    return "\(whole.dropLast()).\(digits(Int(fraction), 3))Z"
  }

  /// Wall time to the second without a zone, as existing CRM receivers expect `ts`: `2026-11-22T07:20:55`.
  public static func local(_ date: Date, zone: TimeZone) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    let day = [digits(parts.year, 4), digits(parts.month, 2), digits(parts.day, 2)].joined(separator: "-")
    let time = [digits(parts.hour, 2), digits(parts.minute, 2), digits(parts.second, 2)].joined(separator: ":")
    return day + "T" + time
  }

  private static func digits(_ value: Int?, _ width: Int) -> String {
    let text = String(value ?? 0)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}

extension Int64 {
  /// Quotient and remainder where the remainder is never negative.
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

extension Date {
  /// Whole milliseconds since 1970-01-01 UTC, the form in which the store keeps times.
  public var unixMilliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

  /// A time kept as whole milliseconds since 1970-01-01 UTC.
  public init(unixMilliseconds: Int64) {
    self.init(timeIntervalSince1970: Double(unixMilliseconds) / 1000)
  }
}

extension Duration {
  /// The duration in seconds.
  public var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
