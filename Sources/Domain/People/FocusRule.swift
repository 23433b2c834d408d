public import Foundation

/// Whom to see first today, and why.
public struct Focus: Sendable, Equatable {
  /// What speaks for somebody.
  public enum Reason: Sendable, Equatable {
    case overdue(days: Int)
    /// Agreed for a time that is close.
    case soon
    case today
    case value(Double)
    case lastTouch(daysAgo: Int)
  }

  public let touch: Touch
  public let score: Int
  /// With their points, the weightiest first.
  public let reasons: [Reason]
}

/// Chooses the contact to see first. The same follow-ups at the same time always give the same one.
///
/// | what speaks for it | points |
/// |---|---|
/// | overdue | 4 a day, up to 14 days |
/// | agreed for a time from an hour ago to two hours from now | 30 |
/// | due today otherwise | 12 |
/// | due later | −10 a day |
/// | value | 8 for $1,000 and for each doubling of it, up to 48 |
/// | last touch | 1 for every two days since, up to 20; 10 where none is known |
///
/// Equal points: the earlier due, then the higher value, then the identifier.
public enum FocusRule {
  /// - Parameters:
  ///   - touches: open follow-ups.
  ///   - calendar: in whose zone days begin.
  /// - Returns: nil where there are none.
  public static func pick(_ touches: [Touch], now: Date, calendar: Calendar) -> Focus? {
    touches.map { focus($0, now, calendar) }.min { isBefore($0, $1) }
  }

  private static func isBefore(_ one: Focus, _ other: Focus) -> Bool {
    if one.score != other.score { return one.score > other.score }
    let (mine, theirs) = (one.touch, other.touch)
    if mine.followUp.due.at != theirs.followUp.due.at { return mine.followUp.due.at < theirs.followUp.due.at }
    let values = (mine.card.account.facts.value ?? 0, theirs.card.account.facts.value ?? 0)
    return values.0 != values.1 ? values.0 > values.1 : mine.followUp.id.rawValue < theirs.followUp.id.rawValue
  }

  private static func focus(_ touch: Touch, _ now: Date, _ calendar: Calendar) -> Focus {
    let facts = touch.card.account.facts
    var points: [(Int, Focus.Reason?)] = [duePoints(touch.followUp.due, now, calendar)]
    if let value = facts.value, value >= 1_000 { points.append((valuePoints(value), .value(value))) }
    points.append(touchPoints(facts.lastContactOn, now, calendar))
    let reasons = points.enumerated().sorted { ($1.element.0, $0.offset) < ($0.element.0, $1.offset) }
    return Focus(
      touch: touch, score: points.reduce(0) { $0 + $1.0 }, reasons: reasons.compactMap(\.element.1))
  }

  private static func duePoints(_ due: Due, _ now: Date, _ calendar: Calendar) -> (Int, Focus.Reason?) {
    let days = due.daysLate(on: now, calendar)
    if days > 0 { return (4 * min(days, 14), .overdue(days: days)) }
    if days < 0 { return (-10 * min(-days, 100), nil) }
    let isSoon = !due.isAllDay && (-3_600...7_200).contains(due.at.timeIntervalSince(now))
    return isSoon ? (30, .soon) : (12, .today)
  }

  private static func valuePoints(_ value: Double) -> Int {
    var (points, rest) = (8, value / 1_000)
    while rest >= 2, points < 48 {
      points += 8
      rest /= 2
    }
    return points
  }

  private static func touchPoints(_ day: String, _ now: Date, _ calendar: Calendar) -> (Int, Focus.Reason?) {
    guard let last = CalendarDay(day)?.start(calendar) else { return (10, nil) }
    let days = Due(at: last, isAllDay: true).daysLate(on: now, calendar)
    return days < 0 ? (0, nil) : (min(days / 2, 20), .lastTouch(daysAgo: days))
  }
}
