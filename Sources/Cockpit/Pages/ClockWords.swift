import Foundation

/// Times as pages tell them: `9:15` today, `Tue 12 May, 7:42` before.
struct ClockWords: Sendable {
  private let calendar: Calendar
  private let now: Date

  init(now: Date, zone: TimeZone = .autoupdatingCurrent) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    self.calendar = calendar
    self.now = now
  }

  /// `9:15`
  func time(_ date: Date) -> String {
    let parts = calendar.dateComponents([.hour, .minute], from: date)
    return "\(parts.hour ?? 0):\(Self.two(parts.minute))"
  }

  /// `11:32:20`
  func second(_ date: Date) -> String {
    "\(time(date)):\(Self.two(calendar.component(.second, from: date)))"
  }

  /// `12 May`, with the year where it is not this one.
  func day(_ date: Date) -> String {
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    let day = "\(parts.day ?? 1) \(Self.months[((parts.month ?? 1) - 1) % 12])"
    return parts.year == calendar.component(.year, from: now) ? day : "\(day) \(parts.year ?? 0)"
  }

  /// The time where it is today's, else the day too.
  func moment(_ date: Date) -> String {
    if calendar.isDate(date, inSameDayAs: now) { return time(date) }
    let weekday = Self.weekdays[(calendar.component(.weekday, from: date) - 1) % 7]
    return "\(weekday) \(day(date)), \(time(date))"
  }

  /// The first moment of a day as a date field gives it, `2026-05-14`; nil for anything else.
  func start(ofDay text: String) -> Date? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2], (1...9_999).contains(year),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    return calendar.date(from: DateComponents(year: year, month: month, day: day))
  }

  func nextDay(_ date: Date) -> Date { calendar.date(byAdding: .day, value: 1, to: date) ?? date + 86_400 }

  /// `48 s`, `1 min 12 s`.
  static func length(_ seconds: Double) -> String {
    let whole = wholeSeconds(seconds)
    if whole < 60 { return "\(whole) s" }
    return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s"
  }

  /// `0:48`, as players count.
  static func position(_ seconds: Double) -> String {
    let whole = wholeSeconds(seconds)
    return "\(whole / 60):\(two(whole % 60))"
  }

  private static func wholeSeconds(_ seconds: Double) -> Int {
    seconds.isFinite ? Int(min(max(seconds, 0), 1e9).rounded()) : 0
  }

  private static func two(_ value: Int?) -> String {
    let value = value ?? 0
    return value < 10 ? "0\(value)" : "\(value)"
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
