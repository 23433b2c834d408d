package import Domain
package import Foundation
package import Storage

/// How times are told on pages: short, in the server's zone, in English whatever language the machine speaks.
package struct DayWords: Sendable {
  package let now: Date
  package let calendar: Calendar

  package init(now: Date, zone: TimeZone = .autoupdatingCurrent) {
    self.now = now
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    self.calendar = calendar
  }

  private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// Today, with its first moments.
  package var today: FollowUpStore.Day {
    let start = calendar.startOfDay(for: now)
    return .init(text: CalendarDay(of: now, calendar).text, start: start, end: morning(days: 1, hour: 0))
  }

  /// So many days from now, at a full hour.
  package func morning(days: Int, hour: Int) -> Date {
    let start = calendar.startOfDay(for: now)
    let day = calendar.date(byAdding: .day, value: days, to: start) ?? start.addingTimeInterval(Double(days) * 86_400)
    return calendar.date(bySettingHour: hour, minute: 0, second: 0, of: day) ?? day
  }

  /// `Thursday 14 May`
  package func title(_ date: Date) -> String { "\(weekday(date)) \(number(date)) \(month(date))" }

  /// `22 Apr`, and `22 Apr 2025` in another year.
  package func short(_ date: Date) -> String {
    let isThisYear = calendar.component(.year, from: date) == calendar.component(.year, from: now)
    return "\(number(date)) \(month(date).prefix(3))" + (isThisYear ? "" : " \(calendar.component(.year, from: date))")
  }

  /// `Mon 18 May`
  package func day(_ date: Date) -> String { "\(weekday(date).prefix(3)) \(short(date))" }

  /// `8:00`
  package func time(_ date: Date) -> String {
    let parts = calendar.dateComponents([.hour, .minute], from: date)
    return String(format: "%d:%02d", parts.hour ?? 0, parts.minute ?? 0)
  }

  /// `7:42 today`, `Tue 12 May, 7:42`
  package func stamp(_ date: Date) -> String {
    calendar.isDate(date, inSameDayAs: now) ? "\(time(date)) today" : "\(day(date)), \(time(date))"
  }

  /// `4 days late`, `Today 14:30`, `Tomorrow 9:00`, `Mon 18 May`
  package func due(_ due: Due) -> String {
    let late = due.daysLate(on: now, calendar)
    let time = due.isAllDay ? "" : " \(self.time(due.at))"
    return switch late {
    case 1...: Counted.days(late) + " late"
    case 0: (due.isLate(at: now, calendar) ? "Late since" : "Today") + time
    case -1: "Tomorrow" + time
    default: day(due.at)
    }
  }

  /// `today, 15:00`, `tomorrow, 8:00`, `Mon 18 May, 8:00`: after 'moved to'.
  package func moment(_ due: Due) -> String {
    let time = due.isAllDay ? "" : ", \(self.time(due.at))"
    return switch due.daysLate(on: now, calendar) {
    case 0: "today" + time
    case -1: "tomorrow" + time
    default: day(due.at) + time
    }
  }

  /// `CET`, or what the zone is called.
  package var zone: String { calendar.timeZone.abbreviation(for: now) ?? calendar.timeZone.identifier }

  private func weekday(_ date: Date) -> String { Self.weekdays[(calendar.component(.weekday, from: date) - 1) % 7] }
  private func month(_ date: Date) -> String { Self.months[(calendar.component(.month, from: date) - 1) % 12] }
  private func number(_ date: Date) -> Int { calendar.component(.day, from: date) }
}

/// Numbers with their words.
enum Counted {
  private static let words = [
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
  ]

  static func days(_ count: Int) -> String { of(count, "day") }
  static func notes(_ count: Int) -> String { of(count, "note") }
  static func followUps(_ count: Int) -> String { of(count, "follow-up") }

  /// `1 note`, `2 notes`
  static func of(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

  /// `is` or `are`
  static func are(_ count: Int) -> String { count == 1 ? "is" : "are" }

  /// A number that begins a sentence: `One`, `Two`, `13`.
  static func word(_ count: Int) -> String { words.indices.contains(count) ? words[count] : "\(count)" }
}
