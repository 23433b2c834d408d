public import Foundation

/// A day as tables write it, such as `2026-05-14`, with a time where one was given.
public struct CalendarDay: Sendable, Equatable {
  public let year: Int
  public let month: Int
  public let day: Int
  /// Minutes from midnight; nil for the whole day.
  public let minutes: Int?

  /// Reads `2026-05-14`, `2026-05-14 14:30`, `2026-05-14T14:30:00` and `5/14/2026`.
  /// - Returns: nil for anything else, and for days that no calendar has.
  public init?(_ text: String) {
    let text = text.trimmingCharacters(in: .whitespaces)
    let parts = text.split(maxSplits: 1) { $0 == " " || $0 == "T" }
    guard let date = parts.first, let (year, month, day) = Self.date(date) else { return nil }
    guard (1...12).contains(month), (1970...9_999).contains(year), (1...Self.length(year, month)).contains(day) else {
      return nil
    }
    (self.year, self.month, self.day) = (year, month, day)
    minutes = parts.count > 1 ? Self.time(parts[1]) : nil
    if parts.count > 1, minutes == nil { return nil }
  }

  /// The day that a moment is on.
  public init(of date: Date, _ calendar: Calendar) {
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    (year, month, day) = (parts.year ?? 1970, parts.month ?? 1, parts.day ?? 1)
    minutes = nil
  }

  /// `2026-05-14`
  public var text: String { String(format: "%04d-%02d-%02d", year, month, day) }

  /// The day's first moment.
  public func start(_ calendar: Calendar) -> Date? {
    calendar.date(from: DateComponents(year: year, month: month, day: day))
  }

  /// The moment that is meant, or the day.
  public func due(_ calendar: Calendar) -> Due? {
    guard let minutes else { return start(calendar).map { Due(at: $0, isAllDay: true) } }
    let parts = DateComponents(year: year, month: month, day: day, hour: minutes / 60, minute: minutes % 60)
    return calendar.date(from: parts).map { Due(at: $0, isAllDay: false) }
  }

  private static func date(_ text: Substring) -> (Int, Int, Int)? {
    let isAmerican = text.contains("/")
    let numbers = text.split(separator: isAmerican ? "/" : "-", omittingEmptySubsequences: false).map { number($0) }
    guard numbers.count == 3, let one = numbers[0], let two = numbers[1], let three = numbers[2] else { return nil }
    return isAmerican ? (three, one, two) : (one, two, three)
  }

  /// Minutes of `14:30`; seconds, fractions and a zone behind them count nothing.
  private static func time(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", maxSplits: 2)
    guard parts.count >= 2, let hour = number(parts[0]), let minute = number(parts[1].prefix(2)) else { return nil }
    return (0...23).contains(hour) && (0...59).contains(minute) ? hour * 60 + minute : nil
  }

  private static func number(_ text: Substring) -> Int? {
    (1...4).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
  }

  private static func length(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
