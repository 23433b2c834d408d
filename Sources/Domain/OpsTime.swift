public import Foundation

/// Times as log lines, payloads and snapshots have them.
public enum OpsTime {
  /// RFC 3339, or the prototype's local time without a zone; nothing before or behind it.
  /// - Parameter zone: of a time that names none.
  public static func parse(_ text: String, zone: TimeZone = .gmt) -> Date? {
    let form = /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|z|[+-]\d\d:?\d\d)?/
    guard let parts = text.wholeMatch(of: form)?.output else { return nil }
    guard let zone = parts.4.map({ self.zone(String($0)) }) ?? zone else { return nil }
    let style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day().time(includingFractionalSeconds: false)
    let whole = "\(parts.1)T\(parts.2)"
    // A thirtieth of February is none, though it may be read as one of March.
    guard let date = try? style.parse(whole), style.format(date) == whole else { return nil }
    return date.addingTimeInterval(parts.3.flatMap { Double("0\($0)") } ?? 0)
  }

  /// `Z`, `+02:00`, `-0530`
  private static func zone(_ text: String) -> TimeZone? {
    let digits = text.filter(\.isNumber)
    guard digits.count == 4, let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)) else { return .gmt }
    guard hours < 24, minutes < 60 else { return nil }
    return TimeZone(secondsFromGMT: (text.hasPrefix("-") ? -1 : 1) * (hours * 3_600 + minutes * 60))
  }
}
