import Storage
import Cockpit
import Domain
import Foundation
import Testing

@Suite("Times in words")
struct DayWordsTests {
  /// Thursday 14 May 2026, 10:00.
  private let now = Date(timeIntervalSince1970: 1_778_752_800)
  private var words: DayWords { DayWords(now: now, zone: .gmt) }

  private func due(_ text: String) throws -> Due { try #require(CalendarDay(text)?.due(words.calendar)) }

  @Test(
    "a follow-up's time is told as people say it",
    arguments: [
      ("2026-05-05", "9 days late"), ("2026-05-13", "1 day late"), ("2026-05-13 14:00", "1 day late"),
      ("2026-05-14", "Today"), ("2026-05-14 14:30", "Today 14:30"), ("2026-05-14 09:30", "Late since 9:30"),
      ("2026-05-15 09:00", "Tomorrow 9:00"), ("2026-05-15", "Tomorrow"), ("2026-05-18 08:00", "Mon 18 May"),
      ("2027-05-18", "Tue 18 May 2027"),
    ])
  func dues(text: String, told: String) throws {
    #expect(words.due(try due(text)) == told)
  }

  @Test("days and times have one form each") func forms() {
    #expect(words.title(now) == "Thursday 14 May" && words.time(now) == "10:00" && words.short(now) == "14 May")
    #expect(words.stamp(now.addingTimeInterval(-8_280)) == "7:42 today")
    #expect(words.stamp(now.addingTimeInterval(-2 * 86_400)) == "Tue 12 May, 10:00")
    #expect(words.today.end.timeIntervalSince(words.today.start) == 86_400 && words.today.text == "2026-05-14")
  }

  @Test(
    "the menu offers what is to come",
    arguments: [
      (0, ["afternoon", "tomorrow", "week"]), (5, ["evening", "tomorrow", "week"]), (8, ["tomorrow", "week"]),
    ])
  func menu(hoursLater: Int, choices: [String]) {
    let later = DayWords(now: now.addingTimeInterval(Double(hoursLater) * 3_600), zone: .gmt)
    #expect(SnoozeTimes(later).choices.map(\.until) == choices)
  }

  @Test("each choice has its time") func times() throws {
    let times = SnoozeTimes(words)
    #expect(times.choices.map(\.when) == ["15:00", "Fri 8:00", "Mon 8:00"])
    #expect(times.due("week", date: nil) == (try due("2026-05-18 08:00")))
    #expect(times.due("date", date: "2026-06-01") == (try due("2026-06-01 08:00")))
    #expect(times.due("date", date: "2026-05-14") == nil && times.due("date", date: nil) == nil)
  }

  @Test("eight in the morning is eight, on the days on which clocks are changed too") func summerTime() throws {
    let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
    // Saturday 24 October 2026, 12:00 UTC: that night the hour from two to three comes twice.
    let words = DayWords(now: Date(timeIntervalSince1970: 1_792_843_200), zone: zone)
    let due = try #require(SnoozeTimes(words).due("tomorrow", date: nil))
    #expect(words.time(due.at) == "8:00" && words.due(due) == "Tomorrow 8:00")
  }

  @Test("money has its sign and its thousands") func money() {
    #expect(Money.text(18_400) == "$18,400" && Money.text(0) == "$0" && Money.text(999.6) == "$1,000")
    #expect(Money.text(1_234_567, currency: "CHF") == "CHF 1,234,567" && Money.text(-50) == "−$50")
    #expect(Money.text(.nan) == "–")
  }
}
