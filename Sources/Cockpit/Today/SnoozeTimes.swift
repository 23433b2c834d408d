package import Domain
import Foundation

/// When a snoozed follow-up comes back.
package struct SnoozeTimes: Sendable {
  /// An entry of the menu.
  package struct Choice: Sendable, Equatable {
    /// What the form sends.
    package let until: String
    package let label: String
    /// `15:00`, `Fri 8:00`
    package let when: String
    package let due: Due
  }

  private static let firstHour = 8
  package let words: DayWords

  package init(_ words: DayWords) { self.words = words }

  /// What the menu offers now: this afternoon while it is to come, this evening after it, tomorrow, next week.
  package var choices: [Choice] {
    let hour = words.calendar.component(.hour, from: words.now)
    var choices: [Choice] = []
    if hour < 14 {
      choices.append(choice("afternoon", "This afternoon", days: 0, hour: 15))
    } else if hour < 17 {
      choices.append(choice("evening", "This evening", days: 0, hour: 18))
    }
    choices.append(choice("tomorrow", "Tomorrow", days: 1, hour: Self.firstHour))
    choices.append(choice("week", "Next week", days: daysToMonday, hour: Self.firstHour))
    return choices
  }

  /// The first day that can be picked.
  package var firstDay: String { CalendarDay(of: words.morning(days: 1, hour: Self.firstHour), words.calendar).text }

  /// - Parameters:
  ///   - until: as the form says it; `date` for a day that was picked.
  ///   - date: `2026-05-18`
  /// - Returns: nil for what can't be meant: a day that is over, or is no day.
  package func due(_ until: String, date: String?) -> Due? {
    if let choice = choices.first(where: { $0.until == until }) { return choice.due }
    // The menu may have been open since the morning.
    if until == "afternoon" || until == "evening" {
      return Due(at: words.now.addingTimeInterval(7_200), isAllDay: false)
    }
    guard until == "date", let day = CalendarDay(date ?? ""), let start = day.start(words.calendar) else { return nil }
    let ahead = -Due(at: start, isAllDay: true).daysLate(on: words.now, words.calendar)
    guard (1...3_660).contains(ahead) else { return nil }
    return Due(at: words.morning(days: ahead, hour: Self.firstHour), isAllDay: false)
  }

  /// Monday is the second day of the calendar's week; on a Sunday, tomorrow is an entry of its own.
  private var daysToMonday: Int {
    let weekday = words.calendar.component(.weekday, from: words.now)
    return weekday == 1 ? 8 : (9 - weekday - 1) % 7 + 1
  }

  private func choice(_ until: String, _ label: String, days: Int, hour: Int) -> Choice {
    let at = words.morning(days: days, hour: hour)
    let when =
      days == 0 ? words.time(at) : days < 7 ? "\(words.day(at).prefix(3)) \(words.time(at))" : words.day(at)
    return Choice(until: until, label: label, when: when, due: Due(at: at, isAllDay: false))
  }
}
