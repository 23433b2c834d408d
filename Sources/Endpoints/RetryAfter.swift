public import Foundation

/// The `Retry-After` header (RFC 9110, 10.2.3): a number of seconds, or a date in one of HTTP's three formats.
public enum RetryAfter {
  /// Seconds from now, at least 0; nil where the value is neither.
  public static func seconds(_ value: String?, now: Date) -> Double? {
    guard let text = value?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return nil }
    if text.allSatisfy({ ("0"..."9").contains($0) }) { return Double(text) }
    for format in formats {
      if let date = parse(text, format) { return max(0, date.timeIntervalSince(now)) }
    }
    return nil
  }

  /// IMF-fixdate, RFC 850 and asctime.
  private static let formats = [
    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", "EEEE, dd-MMM-yy HH:mm:ss 'GMT'", "EEE MMM d HH:mm:ss yyyy",
  ]

  private static func parse(_ text: String, _ format: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = format
    return formatter.date(from: text)
  }
}
